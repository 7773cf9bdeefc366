"""Test data with traits. Every default is a valid, unremarkable row; a test names what matters to it."""

from datetime import UTC, date, datetime, time

import factory
from factory.django import DjangoModelFactory

from clients.models import (
    Assignment,
    Client,
    Consent,
    ConsentText,
    DestructionCertificate,
    DestructionProposal,
    KindOfData,
    LegalBasis,
    LegalHold,
    Obtained,
    RecipientKind,
    RetentionRegime,
    RetentionTerm,
    SharingGround,
    SharingPurpose,
    StartEvent,
)
from staff.models import Role, Team, TeamKind, TeamMembership, User
from trajectories.models import (
    Appointment,
    Attendee,
    Contact,
    ContactKind,
    DisclosureChoice,
    Employer,
    EmployerPerson,
    Funder,
    Job,
    JobEndReason,
    Occurrence,
    OccurrenceState,
    SignalCode,
    SignalDigest,
    SignalSnooze,
    SignalThresholds,
    Stage,
    StagePeriod,
    TargetGroup,
    Trajectory,
    TrajectoryEndReason,
    TrajectoryKind,
)

LONG_AGO = date(2020, 1, 1)


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    class Params:
        mss = factory.Trait(kind=TeamKind.MSS, inhabitants=50_000)

    code = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"FACT {n}")
    kind = TeamKind.FACT


class UserFactory(DjangoModelFactory):
    """`team=` makes the person a member since long ago."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        ervaringsdeskundige = factory.Trait(role=Role.ERVARINGSDESKUNDIGE)
        kwartiermaker = factory.Trait(role=Role.KWARTIERMAKER)
        casemanager = factory.Trait(role=Role.CASEMANAGER)
        teamleider = factory.Trait(role=Role.TEAMLEIDER)
        monitor = factory.Trait(role=Role.MONITOR)
        beheerder = factory.Trait(role=Role.FUNCTIONEEL_BEHEERDER)

    username = factory.Sequence(lambda n: f"person-{n}")
    staff_number = factory.Sequence(lambda n: f"S{n:05d}")
    first_name = "Maaike"
    last_name = factory.Sequence(lambda n: f"Visser{n}")
    role = Role.IPS_TRAJECTBEGELEIDER
    password = "!"  # nobody signs in with a password here; tests use force_login

    @factory.post_generation
    def team(self, create, extracted, **kwargs):
        if create and extracted:
            TeamMembershipFactory(user=self, team=extracted, **kwargs)


class TeamMembershipFactory(DjangoModelFactory):
    class Meta:
        model = TeamMembership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    fte = 1
    started_on = LONG_AGO


class ClientFactory(DjangoModelFactory):
    """`followed_by=` puts the client on somebody's caseload since long ago."""

    class Meta:
        model = Client
        skip_postgeneration_save = True

    client_number = factory.Sequence(lambda n: f"C{n:05d}")
    first_name = "Anna"
    name_prefix = "de"
    last_name = factory.Sequence(lambda n: f"Groot{n}")
    team = factory.SubFactory(TeamFactory)

    @factory.post_generation
    def followed_by(self, create, extracted, **kwargs):
        if create and extracted:
            AssignmentFactory(client=self, user=extracted, role=extracted.role, **kwargs)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    client = factory.SubFactory(ClientFactory)
    user = factory.SubFactory(UserFactory)
    role = factory.LazyAttribute(lambda row: row.user.role)
    is_primary = factory.LazyAttribute(lambda row: row.role == Role.IPS_TRAJECTBEGELEIDER)
    started_on = LONG_AGO


class TrajectoryFactory(DjangoModelFactory):
    """A running IPS trajectory. `followed_by=` and `in_team=` reach through to the client."""

    class Meta:
        model = Trajectory
        skip_postgeneration_save = True

    class Params:
        in_team = None
        mss = factory.Trait(kind=TrajectoryKind.MSS)
        working_at_enrolment = factory.Trait(hours_worked_at_enrolment=8)
        ended = factory.Trait(ended_on=date(2024, 12, 31), end_reason=TrajectoryEndReason.WENS_CLIENT)

    trajectory_number = factory.Sequence(lambda n: f"T{n:05d}")
    client = factory.Maybe(
        "in_team",
        yes_declaration=factory.SubFactory(ClientFactory, team=factory.SelfAttribute("..in_team")),
        no_declaration=factory.SubFactory(ClientFactory),
    )
    team = factory.SelfAttribute("client.team")
    kind = TrajectoryKind.IPS
    funder = Funder.UWV
    target_group = TargetGroup.EPA
    enrolled_on = date(2024, 1, 1)

    @factory.lazy_attribute
    def end_reason(self):
        return TrajectoryEndReason.OVERIG if self.ended_on else ""

    ended_on = None

    @factory.post_generation
    def followed_by(self, create, extracted, **kwargs):
        if create and extracted:
            AssignmentFactory(client=self.client, user=extracted, **kwargs)


class StagePeriodFactory(DjangoModelFactory):
    class Meta:
        model = StagePeriod

    trajectory = factory.SubFactory(TrajectoryFactory)
    stage = Stage.INLOOP
    started_on = factory.SelfAttribute("trajectory.enrolled_on")
    ended_on = factory.SelfAttribute("trajectory.ended_on")


class EmployerFactory(DjangoModelFactory):
    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"Bakkerij De Korenschoof {n}")


class EmployerPersonFactory(DjangoModelFactory):
    class Meta:
        model = EmployerPerson

    employer = factory.SubFactory(EmployerFactory, is_shared=True)
    name = factory.Sequence(lambda n: f"Mieke van der Velde {n}")
    function = "bedrijfsleider"
    decides_on_hiring = True


class JobFactory(DjangoModelFactory):
    """A regular job. `sheltered` is paid work that does not count as regular."""

    class Meta:
        model = Job

    class Params:
        sheltered = factory.Trait(open_to_anyone=False)

    job_number = factory.Sequence(lambda n: f"B{n:05d}")
    trajectory = factory.SubFactory(TrajectoryFactory)
    employer = factory.SubFactory(EmployerFactory)
    started_on = date(2024, 3, 1)
    ended_on = None
    open_to_anyone = True
    regular_wage = True
    regular_employer = True

    @factory.lazy_attribute
    def end_reason(self):
        return JobEndReason.CONTRACT_AFGELOPEN if self.ended_on else ""


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    class Params:
        employer_visit = factory.Trait(
            kind=ContactKind.WERKGEVER, employer=factory.SubFactory(EmployerFactory)
        )

    contact_number = factory.Sequence(lambda n: f"K{n:05d}")
    staff = factory.SubFactory(UserFactory)
    client = factory.SubFactory(ClientFactory)
    kind = ContactKind.WERK
    occurred_at = datetime(2024, 2, 1, 10, 0, tzinfo=UTC)
    minutes = 30
    face_to_face = True
    note = "Samen gekeken wat er deze week speelt."


class AppointmentFactory(DjangoModelFactory):
    """A visit of half an hour. `attended_by=` are the colleagues who go, else who made it."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    class Params:
        weekly = factory.Trait(repeats="FREQ=WEEKLY;INTERVAL=1")
        all_day = factory.Trait(starts_at=None, ends_at=None)

    client = factory.SubFactory(ClientFactory)
    made_by = factory.SubFactory(UserFactory)
    starts_on = date(2026, 3, 2)
    ends_on = factory.SelfAttribute("starts_on")
    starts_at = time(8)
    ends_at = time(8, 30)
    location = "thuis"
    note = "Samen de post openen."

    @factory.post_generation
    def attended_by(self, create, extracted, **kwargs):
        if create:
            for user in extracted or [self.made_by]:
                AttendeeFactory(appointment=self, user=user)


class AttendeeFactory(DjangoModelFactory):
    class Meta:
        model = Attendee

    appointment = factory.SubFactory(AppointmentFactory)
    user = factory.SubFactory(UserFactory)


class OccurrenceFactory(DjangoModelFactory):
    """A cancelled one."""

    class Meta:
        model = Occurrence

    appointment = factory.SubFactory(AppointmentFactory)
    original_on = factory.SelfAttribute("appointment.starts_on")
    state = OccurrenceState.CANCELLED


class RetentionRegimeFactory(DjangoModelFactory):
    """The row of the migration; a test that empties the database takes it away, this brings it back."""

    class Meta:
        model = RetentionRegime
        django_get_or_create = ("code",)

    code = "wgbo"
    name = factory.LazyAttribute(lambda row: row.code)
    years = factory.LazyAttribute(
        lambda row: {"wgbo": 20, "wmo": 15, "participatiewet": 10, "toegangslog": 5}[row.code]
    )
    checked_on = date(2026, 1, 1)


class RetentionTermFactory(DjangoModelFactory):
    class Meta:
        model = RetentionTerm

    client = factory.SubFactory(ClientFactory)
    regime = factory.SubFactory(RetentionRegimeFactory)
    start_event = StartEvent.EINDE_TRAJECT
    starts_on = date(2001, 1, 1)
    ends_on = date(2021, 1, 1)


class ProposalFactory(DjangoModelFactory):
    class Meta:
        model = DestructionProposal

    client = factory.SubFactory(ClientFactory)
    regime = factory.SubFactory(RetentionRegimeFactory)
    start_event = StartEvent.EINDE_TRAJECT
    starts_on = date(2001, 1, 1)
    ends_on = date(2021, 1, 1)


class LegalHoldFactory(DjangoModelFactory):
    class Meta:
        model = LegalHold

    client = factory.SubFactory(ClientFactory)
    placed_by = factory.SubFactory(UserFactory, teamleider=True)
    reason = "Er loopt een klacht."


class SignalThresholdsFactory(DjangoModelFactory):
    """The thresholds of one team; what a test does not name is as the organisation has it."""

    class Meta:
        model = SignalThresholds

    team = factory.SubFactory(TeamFactory)


class SignalSnoozeFactory(DjangoModelFactory):
    class Meta:
        model = SignalSnooze

    client = factory.SubFactory(ClientFactory)
    code = SignalCode.NOT_SEEN
    since = date(2026, 1, 5)
    until = date(2026, 3, 16)
    reason = "Op vakantie tot half maart."
    made_by = factory.SubFactory(UserFactory)


class SignalDigestFactory(DjangoModelFactory):
    class Meta:
        model = SignalDigest

    user = factory.SubFactory(UserFactory)
    hour = 7


class CertificateFactory(DjangoModelFactory):
    class Meta:
        model = DestructionCertificate

    client_hash = "0" * 64
    number_hash = "1" * 64
    regime_name = "WGBO"
    row_counts = {"clients_client": 1}


class ConsentTextFactory(DjangoModelFactory):
    """The text that the migrations bring; made again where a test has emptied the tables."""

    class Meta:
        model = ConsentText
        django_get_or_create = ("version",)

    version = "2026-1"
    body = "Ik vind het goed dat mijn begeleider deze gegevens deelt."
    source = "Eigen tekst"
    valid_from = date(2026, 1, 1)


class ConsentFactory(DjangoModelFactory):
    """A spoken yes: UWV may know about work, to find and keep it."""

    class Meta:
        model = Consent

    client = factory.SubFactory(ClientFactory)
    recipient = RecipientKind.UWV
    purpose = SharingPurpose.WERK
    kind_of_data = KindOfData.WORK
    text = factory.SubFactory(ConsentTextFactory)
    obtained = Obtained.MONDELING
    started_on = date(2026, 1, 5)
    recorded_by = factory.SubFactory(UserFactory)


class SharingGroundFactory(DjangoModelFactory):
    class Meta:
        model = SharingGround

    client = factory.SubFactory(ClientFactory)
    recipient = RecipientKind.GEMEENTE
    purpose = SharingPurpose.FINANCIERING
    kind_of_data = KindOfData.IDENTITY
    basis = LegalBasis.WETTELIJKE_PLICHT
    source = "Wmo 2015, artikel 5.1.1"
    started_on = date(2026, 1, 5)
    recorded_by = factory.SubFactory(UserFactory)


class DisclosureFactory(DjangoModelFactory):
    """The client says that this employer may know."""

    class Meta:
        model = DisclosureChoice

    client = factory.SubFactory(ClientFactory)
    employer = factory.SubFactory(EmployerFactory)
    may_know = True
    given_on = date(2026, 1, 5)
    recorded_by = factory.SubFactory(UserFactory)
