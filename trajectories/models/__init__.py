from trajectories.models.appointment import (
    LONGEST_DAYS,
    Appointment,
    AppointmentAction,
    AppointmentQuerySet,
    Attendee,
    Occurrence,
    OccurrenceAction,
    OccurrenceState,
    ReachedOut,
    wall_time,
)
from trajectories.models.born import Born
from trajectories.models.calendar_feed import CalendarFeed, FeedAction, hash_of, new_token
from trajectories.models.contact import (
    ABOUT_SEVERAL,
    AFTER_DEATH,
    AT_A_DISTANCE,
    CLIENT_CONTACT_KINDS,
    EMPLOYER_VISIT,
    USUAL_KIND_BY_ROLE,
    Contact,
    ContactAction,
    ContactKind,
    ContactQuerySet,
    Location,
    Purpose,
)
from trajectories.models.digest import DigestAction, SignalDigest
from trajectories.models.disclosure import DisclosureAction, DisclosureChoice
from trajectories.models.employer import Employer, EmployerAction, EmployerQuerySet, Sector, plain_kvk_number
from trajectories.models.employer_merge import EmployerMerge
from trajectories.models.employer_person import EmployerPerson, EmployerPersonAction
from trajectories.models.episode import Episode, present_episode
from trajectories.models.import_run import ImportAction, ImportRun, ImportState
from trajectories.models.job import (
    COMPETITIVE_FLAGS,
    AfterSupport,
    Contract,
    Job,
    JobAction,
    JobEndReason,
    competitive_q,
    possibly_competitive_q,
)
from trajectories.models.signal import (
    LIMITS,
    SignalCode,
    SignalSnooze,
    SignalThresholds,
    SignalThresholdsAction,
    SnoozeAction,
)
from trajectories.models.stage import (
    RECORDED_STAGES,
    STAGE_CHOICES,
    Position,
    Stage,
    StageAction,
    StagePeriod,
    position,
)
from trajectories.models.trajectory import (
    ENDED_BY_HAND,
    TRAJECTORY_END_REASONS,
    Funder,
    TargetGroup,
    Trajectory,
    TrajectoryAction,
    TrajectoryEndReason,
    TrajectoryKind,
    is_running_q,
)
