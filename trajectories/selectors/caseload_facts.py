"""What a list shows of each client: the caseload, search, the dashboard, the client's file.

The facts of many clients come in a handful of grouped statements and are put together here. One statement
with a subquery per column says the same, but costs more to write than the database needs to answer it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, Max, Min, Q
from django.utils import timezone

from clients.models import Assignment, Client
from ipsplatform.common.periods import running_on_q
from trajectories.models import Contact, Job, Stage, StagePeriod, Trajectory, TrajectoryKind
from trajectories.selectors.attention import Thresholds, thresholds


@dataclass(slots=True, kw_only=True)
class CaseloadFacts:
    """One client on `day`. Days without a value are unknown or never."""

    client: Client
    day: date
    limits: Thresholds
    trajectories: list[Trajectory] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    open_stage: str = ""
    last_contact_on: date | None = None
    last_seen_on: date | None = None
    first_employer_on: date | None = None
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def stage(self) -> str:
        """A running regular job, else the open stage, else none yet (domain.md, section 4)."""
        return Stage.BETAALDE_BAAN if self.jobs else self.open_stage

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
        """No visit to an employer longer than the threshold after enrolment, and no job (section 6)."""
        enrolled = self.ips_enrolled_on
        return (
            enrolled is not None
            and (self.day - enrolled).days > self.limits.no_employer_days
            and self.first_employer_on is None
            and not self.jobs
        )

    @property
    def needs_attention(self) -> bool:
        return self.not_seen or self.no_employer


def caseload_facts(clients: Iterable[Client], day: date) -> list[CaseloadFacts]:
    """The facts of `clients` on `day`, in their order, in six statements however many they are."""
    limits = thresholds()
    facts = {client.pk: CaseloadFacts(client=client, day=day, limits=limits) for client in clients}
    if facts:
        _add_journey(facts, day)
        _add_contacts(facts, day)
        for assignment in (
            Assignment.objects.running_on(day)
            .filter(client__in=facts)
            .select_related("user")
            .order_by("started_on", "pk")
        ):
            facts[assignment.client_id].assignments.append(assignment)
    return list(facts.values())


def _add_journey(facts: dict[int, CaseloadFacts], day: date) -> None:
    running = Trajectory.objects.running_on(day).filter(client__in=facts)
    for trajectory in running.only("client", "kind", "enrolled_on", "funder").order_by("enrolled_on", "pk"):
        facts[trajectory.client_id].trajectories.append(trajectory)
    jobs = Job.objects.competitive().running_on(day).filter(trajectory__client__in=facts)
    for job in (
        jobs.select_related("employer", "trajectory")
        .only("started_on", "employer__name", "trajectory__client")
        .order_by("started_on", "pk")
    ):
        facts[job.trajectory.client_id].jobs.append(job)
    periods = StagePeriod.objects.running_on(day).filter(trajectory__client__in=facts)
    for client_pk, stage in periods.order_by("trajectory__kind", "started_on", "pk").values_list(
        "trajectory__client", "stage"
    ):
        facts[client_pk].open_stage = facts[client_pk].open_stage or stage


def _add_contacts(facts: dict[int, CaseloadFacts], day: date) -> None:
    for client_pk, contact, seen in (
        Contact.objects.with_client()
        .filter(client__in=facts)
        .order_by()
        .values_list("client")
        .annotate(contact=Max("occurred_at"), seen=Max("occurred_at", filter=Q(face_to_face=True)))
    ):
        facts[client_pk].last_contact_on = _local_day(contact)
        facts[client_pk].last_seen_on = _local_day(seen)
    since_enrolment = (
        Q(client__trajectories__kind=TrajectoryKind.IPS)
        & running_on_q(day, "client__trajectories__enrolled_on", "client__trajectories__ended_on")
        & Q(occurred_at__date__gte=F("client__trajectories__enrolled_on"))
    )
    for client_pk, first in (
        Contact.objects.with_employer_face_to_face()
        .filter(since_enrolment, client__in=facts)
        .order_by()
        .values_list("client")
        .annotate(first=Min("occurred_at"))
    ):
        facts[client_pk].first_employer_on = _local_day(first)


def _local_day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None
