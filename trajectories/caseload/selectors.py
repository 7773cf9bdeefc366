"""What a list shows of each client: the caseload, search, the dashboard, the client's file.

The database decides who stands on a page and in which order (`clocks.py`); the facts of those come in a
handful of grouped statements and are put together here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from clients.models import Assignment, Client, ClientQuerySet
from ipsplatform.common.periods import running_on_q, runs_on
from staff.models import User
from trajectories.caseload.clocks import Clocks, clocks_of, need
from trajectories.journey.selectors import ClientRows
from trajectories.models import (
    Episode,
    Job,
    Position,
    StagePeriod,
    Trajectory,
    TrajectoryKind,
    is_running_q,
    position,
    present_episode,
)
from trajectories.signals.selectors import Signal, Thresholds, signals_of, thresholds

Row = TypeVar("Row")

MINE, TEAM = "mine", "team"
NO_STAGE = "none"
FACTS_AT_ONCE = 500  # clients of an export: what a statement asks stays short


@dataclass(frozen=True, kw_only=True)
class CaseloadFacts:
    """One client on `day`. Days without a value are unknown or never; counts of days end on `day`.

    The clocks are those of the present episode: what happened before it starts none.
    `trajectories` are the ones that run.
    """

    client: Client
    day: date
    limits: Thresholds
    episode: Episode | None
    trajectories: list[Trajectory]
    jobs: list[Job]
    open_stages: list[str]
    clocks: Clocks
    assignments: list[Assignment]

    @property
    def last_contact_on(self) -> date | None:
        """The last contact of any kind in which the client took part."""
        return self.clocks.last_contact_on

    @property
    def last_seen_on(self) -> date | None:
        """The last one of those face to face."""
        return self.clocks.last_seen_on

    @property
    def first_employer_on(self) -> date | None:
        """The first visit to an employer since the enrolment of the IPS trajectory that runs."""
        return self.clocks.first_employer_on

    @cached_property
    def position(self) -> Position:
        """Where the client takes part, and what runs beside it."""
        if self.client.is_deceased:
            return Position("")
        return position(open_stages=self.open_stages, has_job=self.has_job)

    @property
    def stage(self) -> str:
        """A running regular job, else the furthest open stage, else none yet (domain.md, section 4)."""
        return self.position.stage

    @property
    def is_open(self) -> bool:
        """Whether any trajectory of the client is running."""
        return bool(self.trajectories)

    @property
    def ended_on(self) -> date | None:
        """The last day of the support of a client without a running trajectory; None while one runs."""
        return self.episode.ended_on if self.episode else None

    @property
    def is_watched(self) -> bool:
        """Whether somebody keeps in touch after the end: "vinger aan de pols"."""
        return self.ended_on is not None and bool(self.assignments) and not self.client.is_deceased

    @property
    def ips(self) -> Trajectory | None:
        """The running IPS trajectory: the clock of rapid job search runs from its enrolment."""
        return next((t for t in self.trajectories if t.kind == TrajectoryKind.IPS), None)

    @property
    def ips_enrolled_on(self) -> date | None:
        """The first day of the running IPS trajectory; None without one."""
        return self.ips.enrolled_on if self.ips else None

    @property
    def enrolled_on(self) -> date | None:
        """The enrolment of the IPS trajectory, else of the first other one that runs."""
        return self.ips_enrolled_on or (self.trajectories[0].enrolled_on if self.trajectories else None)

    @property
    def funder(self) -> str:
        """Who pays for the running IPS trajectory; empty when unknown or without one."""
        return self.ips.funder if self.ips else ""

    @property
    def job(self) -> Job | None:
        """The running regular job that began first."""
        return self.jobs[0] if self.jobs else None

    @property
    def has_job(self) -> bool:
        """Whether the client has a running regular job."""
        return bool(self.jobs)

    @property
    def job_week(self) -> int | None:
        """Week 1 is the first week of the job."""
        return (self.day - self.job.started_on).days // 7 + 1 if self.job else None

    @property
    def seen_or_enrolled_on(self) -> date | None:
        """The last meeting face to face, else the day of enrolment; None without either."""
        return self.last_seen_on or self.enrolled_on

    @property
    def days_since_seen(self) -> int | None:
        """Days since the client was last met face to face; None when that never happened in this episode.

        The count ends with the support, unless somebody keeps in touch.
        """
        return _days(self.last_seen_on, self.day) if self._counts else None

    @property
    def days_since_contact(self) -> int | None:
        """Days since the last contact of any kind; as `days_since_seen`."""
        return _days(self.last_contact_on, self.day) if self._counts else None

    @property
    def _counts(self) -> bool:
        return (self.ended_on is None and not self.client.is_deceased) or self.is_watched

    @property
    def days_enrolled(self) -> int | None:
        """Days since the enrolment of the IPS trajectory."""
        return _days(self.ips_enrolled_on, self.day)

    @property
    def employer_after_days(self) -> int | None:
        """Days from that enrolment until the first visit to an employer."""
        return _days(self.ips_enrolled_on, self.first_employer_on)

    @cached_property
    def signals(self) -> list[Signal]:
        """The reasons to look at this client, by the thresholds in `limits`."""
        return signals_of(self.clocks.signals, day=self.day, limits=self.limits)

    def has_signal(self, code: str) -> bool:
        """Whether the signal with this code applies to the client."""
        return any(signal.code == code for signal in self.signals)


def caseload_facts(clients: Iterable[Client], day: date) -> list[CaseloadFacts]:
    """The facts of `clients` on `day`, in their order, in five statements however many they are."""
    clients = list(clients)
    keys = [client.pk for client in clients]
    if not keys:
        return []
    known = _grouped((row.client_id, row) for row in _trajectories(clients=keys, day=day))
    episodes = {pk: present_episode(known[pk], day) for pk in keys}
    jobs = _grouped((job.trajectory.client_id, job) for job in _jobs(clients=keys, day=day))
    stages = _grouped(_stages(clients=keys, day=day))
    clocks = clocks_of(keys, day)
    assignments = _grouped((row.client_id, row) for row in _assignments(clients=keys, day=day))
    limits = thresholds()
    return [
        CaseloadFacts(
            client=client,
            day=day,
            limits=limits,
            episode=(episode := episodes[client.pk]),
            trajectories=list(episode.trajectories) if episode and episode.is_running else [],
            jobs=jobs[client.pk],
            open_stages=stages[client.pk],
            clocks=clocks.get(client.pk, Clocks()),
            assignments=assignments[client.pk],
        )
        for client in clients
    ]


def facts_in_batches(clients: Iterable[Client], day: date) -> Iterator[CaseloadFacts]:
    """The same for a whole list, some hundreds at a time: for an export, which shows everybody."""
    clients = list(clients)
    for first in range(0, len(clients), FACTS_AT_ONCE):
        yield from caseload_facts(clients[first : first + FACTS_AT_ONCE], day)


def in_order_of_need(clients: ClientQuerySet, day: date) -> ClientQuerySet:
    """Who needs me first: with a signal before without, then who was not seen for longest; then by name."""
    return clients.alias(need=need(day)).in_list_order(after=("need",))


def facts_of_rows(rows: ClientRows, assignments: Iterable[Assignment]) -> CaseloadFacts:
    """The same facts of one client whose rows were read already. One statement, for the clocks.

    `assignments` are those of this client, with their people.
    """
    day, episode = rows.day, rows.episode
    running = {row.pk: row for row in rows.trajectories if _runs(row.enrolled_on, row.ended_on, day)}
    return CaseloadFacts(
        client=rows.client,
        day=day,
        limits=thresholds(),
        episode=episode,
        trajectories=list(running.values()),
        jobs=[job for job in rows.jobs if job.is_competitive and _runs(job.started_on, job.ended_on, day)],
        open_stages=[
            one.stage
            for one in rows.stages
            if one.trajectory_id in running and _runs(one.started_on, one.ended_on, day)
        ],
        clocks=clocks_of([rows.client.pk], day).get(rows.client.pk, Clocks()),
        assignments=sorted(
            (one for one in assignments if _runs(one.started_on, one.ended_on, day)),
            key=lambda one: (one.started_on, one.pk),
        ),
    )


def caseload_clients(*, user: User, scope: str) -> ClientQuerySet:
    """The clients of the caseload (`mine`) or of all teams and caseloads of `user` (`team`)."""
    listed = Client.objects.listed_for(user).select_related("team")
    return listed.on_caseload_of(user) if scope == MINE else listed


def count_running(user: User) -> dict[str, int]:
    """How many clients stand behind each tab: those whom the caseload shows without a filter."""
    own = Client.objects.keys_followed_by(user)
    running = Client.objects.listed_for(user).filter(is_running_q())
    return running.aggregate(**{MINE: Count("pk", filter=Q(pk__in=own)), TEAM: Count("pk")})


def _grouped(rows: Iterable[tuple[int, Row]]) -> defaultdict[int, list[Row]]:
    """The rows of each client, in their order."""
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for client_pk, row in rows:
        groups[client_pk].append(row)
    return groups


def _trajectories(clients: list[int], day: date) -> QuerySet:
    known = Trajectory.objects.filter(client__in=clients, enrolled_on__lte=day)
    columns = ("client", "kind", "enrolled_on", "funder", "ended_on", "end_reason")
    return known.only(*columns).order_by("enrolled_on", "pk")


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
        .filter(
            running_on_q(day, "trajectory__enrolled_on", "trajectory__ended_on"),
            trajectory__client__in=clients,
        )
        .order_by("started_on", "pk")
        .values_list("trajectory__client", "stage")
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


def _runs(started_on: date, ended_on: date | None, day: date) -> bool:
    return runs_on(day, started_on=started_on, ended_on=ended_on)


def _days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days
