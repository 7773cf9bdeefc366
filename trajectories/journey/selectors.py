"""The journey of one client: where they took part, their jobs, the contacts and the search clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import Exists
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.periods import days_inclusive, merged, runs_on
from trajectories.models import (
    Contact,
    ContactKind,
    Episode,
    Job,
    Position,
    Stage,
    StagePeriod,
    Trajectory,
    TrajectoryKind,
    position,
    present_episode,
)
from trajectories.signals.selectors import employer_is_late, threshold_of_team


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a stage or a job. `last_day` is the end, or today while it runs.

    `job` is what the job is and where, empty for a stage; `stage` is empty for a job that is none.
    """

    job: str
    started_on: date
    ended_on: date | None
    last_day: date
    stage: str = ""

    @property
    def is_ahead(self) -> bool:
        """Agreed, but not begun."""
        return self.last_day < self.started_on


@dataclass(frozen=True, slots=True)
class Stop:
    """One of the four stops, with the periods spent there up to today; they may overlap."""

    stage: Stage
    periods: tuple[tuple[date, date], ...]
    is_here: bool

    @property
    def days(self) -> int:
        """Days covered; two jobs at once count once."""
        return sum(days_inclusive(*period) for period in merged(self.periods))


@dataclass(frozen=True, slots=True)
class Moment:
    """A contact on the drawing: its day and its kind."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class SearchClock:
    """From day 0 until the first visit to an employer; `found_on` None: not yet."""

    started_on: date
    last_day: date
    found_on: date | None
    is_late: bool

    @property
    def days(self) -> int:
        """Days from the enrolment until the first visit to an employer, or until today."""
        return (self.last_day - self.started_on).days


@dataclass(frozen=True, slots=True)
class Journey:
    """All that the drawing of one client shows, as known on `day`: the present episode (ADR 46).

    `ended_on` is its last day when it has ended; `earlier` are the days of support before it.
    """

    day: date
    position: Position
    stops: list[Stop]
    stages: list[Span]
    jobs: list[Span]
    moments: list[Moment]
    enrolments: list[date]
    clock: SearchClock | None
    ended_on: date | None = None
    earlier: tuple[tuple[date, date], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to draw."""
        return not (self.stages or self.jobs or self.moments or self.enrolments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRows:
    """What is read of one client, once, for the picture, the clocks and the signals alike, as of `day`.

    All in the order in which it began. The contacts are those since the beginning of the present episode.
    `late_after` is the threshold of the team for rapid job search, in days.
    """

    client: Client
    day: date
    trajectories: list[Trajectory]
    episode: Episode | None
    stages: list[StagePeriod]
    jobs: list[Job]
    contacts: list[Contact]
    late_after: int


def client_rows(client: Client, trajectories: list[Trajectory], *, with_recorder: bool = False) -> ClientRows:
    """The rows of a client beside the `trajectories` that were read already, in three statements.

    One more for a client who was read without `no_employer_days` (`file_clients`).
    `with_recorder` also reads who wrote each stage.
    """
    today = timezone.localdate()
    trajectories = sorted(trajectories, key=lambda trajectory: (trajectory.enrolled_on, trajectory.pk))
    episode = present_episode(trajectories, today)
    stages = StagePeriod.objects.filter(trajectory__client=client.pk).order_by("started_on", "pk")
    jobs = Job.objects.filter(trajectory__client=client.pk).select_related("employer")
    contacts = Contact.objects.filter(client=client.pk).only("client", "occurred_at", "kind", "face_to_face")
    if episode:
        contacts = contacts.filter(occurred_at__gte=_midnight(episode.started_on))
    return ClientRows(
        client=client,
        day=today,
        trajectories=trajectories,
        episode=episode,
        stages=list(stages.select_related("recorded_by") if with_recorder else stages),
        jobs=list(jobs.order_by("started_on", "pk")),
        contacts=list(contacts.order_by("occurred_at", "pk")),
        late_after=_late_after(client),
    )


def client_journey(client: Client, trajectories: list[Trajectory]) -> Journey:
    """Everything the journey picture and its words need, in three statements."""
    return journey_of(client_rows(client, trajectories))


def journey_of(rows: ClientRows) -> Journey:
    """The same of rows that were read already."""
    today, episode = rows.day, rows.episode
    present = list(episode.trajectories) if episode else []
    until = min(episode.ended_on or today, today) if episode else today
    periods = [one for one in rows.stages if one.trajectory_id in {row.pk for row in present}]
    jobs = [job for job in rows.jobs if _is_of(episode, job)]
    contacts = [one for one in rows.contacts if _lies_in(episode, one)]
    here = _where(rows.trajectories, periods, jobs, today)
    return Journey(
        day=today,
        position=here,
        stops=_stops(periods, jobs, here, since=episode.started_on if episode else None, until=until),
        stages=[_stage_span(period, until) for period in periods],
        jobs=[_job_span(job, until) for job in jobs],
        moments=[Moment(timezone.localdate(contact.occurred_at), contact.kind) for contact in contacts],
        enrolments=[trajectory.enrolled_on for trajectory in present],
        clock=_clock(rows, present, jobs, contacts),
        ended_on=episode.ended_on if episode else None,
        earlier=tuple(
            (t.enrolled_on, t.ended_on) for t in rows.trajectories if t.ended_on and t not in present
        ),
    )


def for_the_client(journey: Journey) -> Journey:
    """What belongs on a sheet for the client: without talks among colleagues and without our clock."""
    own = [moment for moment in journey.moments if moment.kind != ContactKind.OVERLEG]
    return replace(journey, moments=own, clock=None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _is_of(episode: Episode | None, job: Job) -> bool:
    """A job of these trajectories, or one of an earlier trajectory that has gone on since."""
    if episode is None or job.trajectory_id in {trajectory.pk for trajectory in episode.trajectories}:
        return True
    goes_on = job.ended_on is None or job.ended_on >= episode.started_on
    return goes_on and (episode.ended_on is None or job.started_on <= episode.ended_on)


def _lies_in(episode: Episode | None, contact: Contact) -> bool:
    return episode is None or episode.contains(timezone.localdate(contact.occurred_at))


def _stage_span(period: StagePeriod, today: date) -> Span:
    return Span(
        job="",
        started_on=period.started_on,
        ended_on=period.ended_on,
        last_day=_last_day(period.ended_on, today),
        stage=period.stage,
    )


def _job_span(job: Job, today: date) -> Span:
    return Span(
        job=f"{job.occupation}, {job.employer.name}" if job.occupation else job.employer.name,
        started_on=job.started_on,
        ended_on=job.ended_on,
        last_day=_last_day(job.ended_on, today),
        stage=Stage.BETAALDE_BAAN if job.is_competitive else "",
    )


def _last_day(ended_on: date | None, today: date) -> date:
    return today if ended_on is None else min(ended_on, today)


def _where(
    trajectories: list[Trajectory], periods: list[StagePeriod], jobs: list[Job], today: date
) -> Position:
    running = {trajectory.pk for trajectory in trajectories if _is_running(trajectory, today)}
    return position(
        open_stages=[p.stage for p in periods if p.trajectory_id in running and _runs(p, today)],
        has_job=any(job.is_competitive and _runs(job, today) for job in jobs),
    )


def _is_running(trajectory: Trajectory, today: date) -> bool:
    return runs_on(today, started_on=trajectory.enrolled_on, ended_on=trajectory.ended_on)


def _stops(
    periods: list[StagePeriod], jobs: list[Job], here: Position, *, since: date | None, until: date
) -> list[Stop]:
    rows: dict[str, Sequence[StagePeriod | Job]] = {
        stage: [p for p in periods if p.stage == stage] for stage in Stage
    }
    rows[Stage.BETAALDE_BAAN] = [job for job in jobs if job.is_competitive]
    return [
        Stop(
            stage=stage,
            periods=tuple(_within(rows[stage], since=since, until=until)),
            is_here=stage in here.everywhere,
        )
        for stage in Stage
    ]


def _within(
    rows: Sequence[StagePeriod | Job], *, since: date | None, until: date
) -> Iterator[tuple[date, date]]:
    """The days of each row that lie in the episode."""
    for row in rows:
        first, last = max(row.started_on, since or row.started_on), _last_day(row.ended_on, until)
        if first <= last:
            yield first, last


def _runs(row: StagePeriod | Job, today: date) -> bool:
    return runs_on(today, started_on=row.started_on, ended_on=row.ended_on)


def _late_after(client: Client) -> int:
    known: int | None = vars(client).get("no_employer_days")
    return threshold_of_team("no_employer_days", team_id=client.team_id) if known is None else known


def _clock(
    rows: ClientRows, trajectories: list[Trajectory], jobs: list[Job], contacts: list[Contact]
) -> SearchClock | None:
    ips = [trajectory for trajectory in trajectories if trajectory.kind == TrajectoryKind.IPS]
    if not ips:
        return None
    trajectory = next((t for t in reversed(ips) if t.is_open), ips[-1])
    visits = (timezone.localdate(contact.occurred_at) for contact in contacts if contact.is_employer_visit)
    until = _last_day(trajectory.ended_on, rows.day)
    found_on = next((day for day in visits if trajectory.enrolled_on <= day <= until), None)
    last_day = found_on or until
    works = any(job.is_competitive and _runs(job, until) for job in jobs)
    return SearchClock(
        started_on=trajectory.enrolled_on,
        last_day=last_day,
        found_on=found_on,
        is_late=employer_is_late(
            enrolled_on=trajectory.enrolled_on, until=last_day, works=works, days=rows.late_after
        ),
    )


def who_would_stop(trajectory: Trajectory) -> list[str]:
    """The short names of who follows the client, when this is the last trajectory that runs."""
    others = Trajectory.objects.filter(client=trajectory.client_id).open().exclude(pk=trajectory.pk)
    people = trajectory.client.assignments.not_ended_before(timezone.localdate()).filter(~Exists(others))
    people = people.select_related("user")
    return list(dict.fromkeys(one.user.short_name for one in people.order_by("started_on", "pk")))


def trajectories_of(client: Client) -> list[Trajectory]:
    """All trajectories, the running ones first and IPS before MSS, then the latest ended."""
    trajectories = list(client.trajectories.select_related("team"))
    return sorted(
        trajectories,
        key=lambda t: (not t.is_open, t.kind != TrajectoryKind.IPS, -t.enrolled_on.toordinal(), t.pk),
    )
