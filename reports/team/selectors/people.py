"""The people of one team today: its clients by stage and by who follows them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from clients.models import Assignment, Client
from staff.models import CASEWORK_ROLES, Role, Team, TeamMembership, User
from trajectories.caseload.selectors import (
    TEAM,
    CaseloadFacts,
    caseload_clients,
    caseload_facts,
)
from trajectories.models import Job, Stage, is_running_q
from trajectories.signals.selectors import SignalCode

CLIENTS_PER_FTE = 20  # the norm for an IPS trajectbegeleider (domain.md, section 7)
NAMES_SHOWN = 5
REVIEW_AFTER_DAYS = 274  # nine months (domain.md, section 6)


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A name with the days that are the reason why it is shown; None: not enrolled yet."""

    client: Client
    days: int | None


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many clients of the team are at this stage; an empty stage is none yet."""

    stage: str
    clients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """One member of the team with the clients of this team whom they follow."""

    user: User
    fte: Decimal | None
    is_trainee: bool
    clients: int
    not_seen: int
    in_work: int

    @property
    def clients_per_fte(self) -> float | None:
        """The caseload per full-time equivalent; None when the working time is unknown or 0."""
        return self.clients / float(self.fte) if self.fte else None

    @property
    def is_over_norm(self) -> bool:
        """The norm is about IPS trajectbegeleiders; the other professions have none here."""
        per_fte = self.clients_per_fte
        return (
            self.user.role == Role.IPS_TRAJECTBEGELEIDER and per_fte is not None and per_fte > CLIENTS_PER_FTE
        )


def team_clients(*, team: Team, user: User, day: date) -> list[CaseloadFacts]:
    """The clients whom the team's caseload shows, with the facts of each."""
    clients = caseload_clients(user=user, scope=TEAM).filter(is_running_q(), team=team)
    return caseload_facts(clients.in_list_order(), day)


def stage_counts(clients: list[CaseloadFacts]) -> list[StageCount]:
    """The four stops in their order, and those who have none yet."""
    numbers = Counter(client.stage for client in clients)
    return [StageCount(stage, numbers[stage]) for stage in (*Stage.values, "") if stage or numbers[stage]]


def worker_lines(*, team: Team, clients: list[CaseloadFacts], day: date) -> list[WorkerLine]:
    """The members of the team who follow clients, in the order of the list of names."""
    followed: defaultdict[int, dict[int, CaseloadFacts]] = defaultdict(dict)
    for client in clients:
        for assignment in client.assignments:
            followed[assignment.user_id][client.client.pk] = client
    members = (
        TeamMembership.objects.running_on(day)
        .filter(team=team, user__role__in=CASEWORK_ROLES)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return [_worker_line(member, list(followed[member.user_id].values())) for member in members]


def unassigned_clients(clients: list[CaseloadFacts], day: date) -> list[ClientLine]:
    """Those whom nobody follows; somebody who left follows nobody."""
    return [
        ClientLine(client.client, (day - client.enrolled_on).days if client.enrolled_on else None)
        for client in clients
        if not _is_followed(client)
    ]


def without_fixed_person(clients: list[CaseloadFacts], day: date) -> list[ClientLine]:
    """IPS clients whom others follow, but no fixed trajectbegeleider; with the days since there was one.

    Who never had one since the enrolment is counted from there.
    """
    lost = [one for one in clients if one.ips and _is_followed(one) and not _has_fixed_person(one)]
    left_on = dict(
        Assignment.objects.filter(client__in=[one.client for one in lost], is_primary=True, ended_on__lte=day)
        .values("client")
        .annotate(last=Max("ended_on"))
        .values_list("client", "last")
    )
    return [
        ClientLine(one.client, (day - max(left_on.get(one.client.pk, enrolled_on), enrolled_on)).days)
        for one in lost
        if (enrolled_on := one.ips_enrolled_on)
    ]


def longest_unseen(clients: list[CaseloadFacts], day: date) -> list[ClientLine]:
    """Five people who were not seen face to face for longest, or not since their enrolment."""
    lines = [
        ClientLine(client.client, (day - client.seen_or_enrolled_on).days)
        for client in clients
        if client.is_open and client.seen_or_enrolled_on
    ]
    return _longest(lines)


def longest_without_job(clients: list[CaseloadFacts], day: date) -> list[ClientLine]:
    """Five people without work for nine months or longer: a reason to look again, never to close."""
    waiting = [client for client in clients if client.ips_enrolled_on and not client.jobs]
    worked_until = dict(
        Job.objects.competitive()
        .filter(trajectory__client__in=[line.client for line in waiting], ended_on__lt=day)
        .values("trajectory__client")
        .annotate(last=Max("ended_on"))
        .values_list("trajectory__client", "last")
    )
    lines = [
        ClientLine(
            line.client, (day - max(line.ips_enrolled_on, worked_until.get(line.client.pk, date.min))).days
        )
        for line in waiting
    ]
    return _longest([line for line in lines if (line.days or 0) >= REVIEW_AFTER_DAYS])


def _is_followed(client: CaseloadFacts) -> bool:
    return any(assignment.user.is_active for assignment in client.assignments)


def _has_fixed_person(client: CaseloadFacts) -> bool:
    return any(assignment.is_primary and assignment.user.is_active for assignment in client.assignments)


def _longest(lines: list[ClientLine]) -> list[ClientLine]:
    return sorted(lines, key=lambda line: (-(line.days or 0), line.client.list_name))[:NAMES_SHOWN]


def _worker_line(member: TeamMembership, clients: list[CaseloadFacts]) -> WorkerLine:
    return WorkerLine(
        user=member.user,
        fte=member.fte,
        is_trainee=member.is_trainee,
        clients=len(clients),
        not_seen=sum(client.has_signal(SignalCode.NOT_SEEN) for client in clients),
        in_work=sum(client.stage == Stage.BETAALDE_BAAN for client in clients),
    )
