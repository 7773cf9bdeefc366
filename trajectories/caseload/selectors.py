"""What a list shows of each client: the caseload, search, the dashboard, the client's file.

The facts of many clients come in a handful of grouped statements and are put together here. One statement
with a subquery per column says the same, but costs more to write than the database needs to answer it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Assignment, Client
from ipsplatform.common.periods import running_on_q
from staff.models import User
from trajectories.models import (
    Contact,
    ContactKind,
    Job,
    Stage,
    StagePeriod,
    Trajectory,
    TrajectoryKind,
    furthest,
)
from trajectories.signals.selectors import Thresholds, employer_is_late, thresholds


@dataclass(slots=True, kw_only=True)
class CaseloadFacts:
    """One client on `day`. Days without a value are unknown or never."""

    client: Client
    day: date
    limits: Thresholds
    trajectories: list[Trajectory] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    open_stages: list[str] = field(default_factory=list)
    last_contact_on: date | None = None
    last_seen_on: date | None = None
    first_employer_on: date | None = None
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def stage(self) -> str:
        """A running regular job, else the furthest open stage, else none yet (domain.md, section 4)."""
        return Stage.BETAALDE_BAAN if self.jobs else furthest(self.open_stages)

    @property
    def is_open(self) -> bool:
        return bool(self.trajectories)

    @property
    def ips(self) -> Trajectory | None:
        """The running IPS trajectory: the clock of rapid job search runs from its enrolment."""
        return next((t for t in self.trajectories if t.kind == TrajectoryKind.IPS), None)

    @property
    def ips_enrolled_on(self) -> date | None:
        return self.ips.enrolled_on if self.ips else None

    @property
    def enrolled_on(self) -> date | None:
        """The enrolment of the IPS trajectory, else of the first other one that runs."""
        return self.ips_enrolled_on or (self.trajectories[0].enrolled_on if self.trajectories else None)

    @property
    def funder(self) -> str:
        return self.ips.funder if self.ips else ""

    @property
    def job(self) -> Job | None:
        """The running regular job that began first."""
        return self.jobs[0] if self.jobs else None

    @property
    def seen_or_enrolled_on(self) -> date | None:
        return self.last_seen_on or self.enrolled_on

    @property
    def not_seen(self) -> bool:
        """No face-to-face contact for longer than the threshold, while support runs (section 6)."""
        since = self.seen_or_enrolled_on
        return self.is_open and since is not None and (self.day - since).days > self.limits.not_seen_days

    @property
    def no_employer(self) -> bool:
        """Still no visit to an employer, and that is late (section 6)."""
        enrolled = self.ips_enrolled_on
        if enrolled is None or self.first_employer_on is not None:
            return False
        return employer_is_late(enrolled_on=enrolled, until=self.day, works=bool(self.jobs))

    @property
    def needs_attention(self) -> bool:
        return self.not_seen or self.no_employer


def caseload_facts(clients: Iterable[Client], day: date) -> list[CaseloadFacts]:
    """The facts of `clients` on `day`, in their order, in six statements however many they are."""
    limits = thresholds()
    facts = {client.pk: CaseloadFacts(client=client, day=day, limits=limits) for client in clients}
    if facts:
        keys = list(facts)
        _add_journey(facts, keys, day)
        _add_contacts(facts, keys, day)
        for assignment in _assignments(clients=keys, day=day):
            facts[assignment.client_id].assignments.append(assignment)
    return list(facts.values())


def _add_journey(facts: dict[int, CaseloadFacts], keys: list[int], day: date) -> None:
    for trajectory in _trajectories(clients=keys, day=day):
        facts[trajectory.client_id].trajectories.append(trajectory)
    for job in _jobs(clients=keys, day=day):
        facts[job.trajectory.client_id].jobs.append(job)
    for client_pk, stage in _stages(clients=keys, day=day):
        facts[client_pk].open_stages.append(stage)


def _add_contacts(facts: dict[int, CaseloadFacts], keys: list[int], day: date) -> None:
    for client_pk, contact, seen in _last_contacts(clients=keys):
        facts[client_pk].last_contact_on = _local_day(contact)
        facts[client_pk].last_seen_on = _local_day(seen)
    for client_pk, first in _first_employer_contacts(clients=keys, day=day):
        facts[client_pk].first_employer_on = _local_day(first)


def _trajectories(clients: list[int], day: date) -> QuerySet:
    running = Trajectory.objects.running_on(day).filter(client__in=clients)
    return running.only("client", "kind", "enrolled_on", "funder").order_by("enrolled_on", "pk")


def _jobs(clients: list[int], day: date) -> QuerySet:
    return (
        Job.objects.competitive()
        .running_on(day)
        .filter(trajectory__client__in=clients)
        .select_related("employer", "trajectory")
        .only("started_on", "employer__name", "trajectory__client")
        .order_by("started_on", "pk")
    )


def _stages(clients: list[int], day: date) -> QuerySet:
    return (
        StagePeriod.objects.running_on(day)
        .filter(trajectory__client__in=clients)
        .order_by("started_on", "pk")
        .values_list("trajectory__client", "stage")
    )


def _last_contacts(clients: list[int]) -> QuerySet:
    return (
        Contact.objects.with_client()
        .filter(client__in=clients)
        .order_by()
        .values_list("client")
        .annotate(contact=Max("occurred_at"), seen=Max("occurred_at", filter=Q(face_to_face=True)))
    )


def _first_employer_contacts(clients: list[int], day: date) -> QuerySet:
    since_enrolment = (
        Q(client__trajectories__kind=TrajectoryKind.IPS)
        & running_on_q(day, "client__trajectories__enrolled_on", "client__trajectories__ended_on")
        & Q(occurred_at__date__gte=F("client__trajectories__enrolled_on"))
    )
    return (
        Contact.objects.with_employer_face_to_face()
        .filter(since_enrolment, client__in=clients)
        .order_by()
        .values_list("client")
        .annotate(first=Min("occurred_at"))
    )


def _assignments(clients: list[int], day: date) -> QuerySet:
    people = ("first_name", "name_prefix", "last_name", "role", "is_active", "public_id")
    return (
        Assignment.objects.running_on(day)
        .filter(client__in=clients)
        .select_related("user")
        .only("client", "is_primary", "role", *(f"user__{name}" for name in people))
        .order_by("started_on", "pk")
    )


def _local_day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


MINE, TEAM = "mine", "team"


@dataclass(frozen=True, slots=True)
class Attention:
    """One signal: the rule in words, since when, and the action that resolves it."""

    text: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """What a row shows. Days count from the day of asking; None is unknown or never."""

    client: Client
    stage: str
    stage_label: str
    days_since_seen: int | None
    days_since_contact: int | None
    followers: list[User]
    colleagues: list[User]
    days_enrolled: int | None
    employer_after_days: int | None
    job_employer: str | None
    job_week: int | None
    job_started_on: date | None
    attention: list[Attention]

    @property
    def url(self) -> str:
        return reverse("trajectories:client_overview", args=[self.client.public_id])

    @property
    def seen_text(self) -> str:
        if self.days_since_seen is None:
            return _("not seen yet")
        if self.days_since_seen == 0:
            return _("seen today")
        return ngettext("last seen %(days)s day ago", "last seen %(days)s days ago", self.days_since_seen) % {
            "days": self.days_since_seen
        }

    @property
    def colleagues_text(self) -> str:
        """With whom: the people who also follow this client."""
        people = ", ".join(f"{user.short_name} ({user.role_abbreviation})" for user in self.colleagues)
        return _("with %(people)s") % {"people": people} if people else ""

    @property
    def work_text(self) -> str:
        """The running job, else the clock until the first employer contact (seed 001: at once)."""
        if self.job_employer:
            return _("week %(week)s at %(employer)s") % {"week": self.job_week, "employer": self.job_employer}
        if self.employer_after_days is not None:
            return ngettext(
                "employer contact after %(days)s day",
                "employer contact after %(days)s days",
                self.employer_after_days,
            ) % {"days": self.employer_after_days}
        if self.days_enrolled is not None:
            return _("day %(days)s without employer") % {"days": self.days_enrolled}
        return ""


def caseload_clients(*, user: User, scope: str) -> QuerySet[Client]:
    """The clients of the caseload (`mine`) or of all teams and caseloads of `user` (`team`)."""
    listed = Client.objects.listed_for(user).select_related("team")
    return listed.on_caseload_of(user) if scope == MINE else listed


def count_running(user: User) -> dict[str, int]:
    """How many clients stand behind each tab: those whom the caseload shows without a filter."""
    own = Client.objects.on_caseload_of(user).order_by().values("pk")
    running = Client.objects.listed_for(user).filter(is_running_q())
    return running.aggregate(**{MINE: Count("pk", filter=Q(pk__in=own)), TEAM: Count("pk")})


def is_running_q() -> Q:
    """Clients with an open trajectory, or none at all yet: the file still waits for its start."""
    trajectories = Trajectory.objects.filter(client=OuterRef("pk"))
    return Q(Exists(trajectories.open())) | ~Q(Exists(trajectories))


def caseload_rows(*, facts: Iterable[CaseloadFacts], user: User) -> list[CaseloadRow]:
    """Turn facts into rows, as `user` reads them: the colleagues are the others."""
    return [_row(line, user) for line in facts]


def _row(facts: CaseloadFacts, user: User) -> CaseloadRow:
    day, job = facts.day, facts.job
    return CaseloadRow(
        client=facts.client,
        stage=facts.stage,
        stage_label=Stage(facts.stage).label if facts.stage else _("no stage yet"),
        days_since_seen=_days(facts.last_seen_on, day),
        days_since_contact=_days(facts.last_contact_on, day),
        followers=[assignment.user for assignment in facts.assignments],
        colleagues=[a.user for a in facts.assignments if a.user_id != user.pk],
        days_enrolled=_days(facts.ips_enrolled_on, day),
        employer_after_days=_days(facts.ips_enrolled_on, facts.first_employer_on),
        job_employer=job.employer.name if job else None,
        job_week=_week_of(job.started_on, day) if job else None,
        job_started_on=job.started_on if job else None,
        attention=_attention(facts),
    )


def _attention(facts: CaseloadFacts) -> list[Attention]:
    if not facts.needs_attention:
        return []
    write = f"{reverse('trajectories:contact_write')}?client={facts.client.public_id}"
    signals = []
    if facts.not_seen:
        days = _days(facts.seen_or_enrolled_on, facts.day)
        text = _("not seen for %(days)s days") if facts.last_seen_on else _("not seen yet, day %(days)s")
        signals.append(Attention(text % {"days": days}, _("write contact"), write))
    if facts.no_employer:
        text = _("no employer contact, %(days)s days") % {"days": _days(facts.ips_enrolled_on, facts.day)}
        signals.append(Attention(text, _("write employer contact"), f"{write}&kind={ContactKind.WERKGEVER}"))
    return signals


def _days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days


def _week_of(started_on: date, day: date) -> int:
    """Week 1 is the first week of the job."""
    return (day - started_on).days // 7 + 1
