"""The people of one team today: its clients by stage and by who follows them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from clients.models import Assignment, Client, ClientQuerySet
from staff.models import CASEWORK_ROLES, Role, Team, TeamMembership, User
from trajectories.caseload.clocks import (
    enrolled_on,
    has_signal,
    ips_enrolled_on,
    looks_since,
    stage,
    unseen_since,
)
from trajectories.caseload.selectors import TEAM, caseload_clients
from trajectories.models import Job, Stage, is_running_q
from trajectories.signals.selectors import SignalCode

CLIENTS_PER_FTE = 20  # the norm for an IPS trajectbegeleider (domain.md, section 7)
NAMES_SHOWN = 5
REVIEW_AFTER_DAYS = 274  # nine months (domain.md, section 6)
NOBODY = (0, 0, 0)


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


def team_clients(*, team: Team, user: User) -> ClientQuerySet:
    """The clients whom the team's caseload shows."""
    listed = caseload_clients(user=user, scope=TEAM).select_related(None)
    return listed.filter(is_running_q(), team=team)


def stage_counts(clients: ClientQuerySet, day: date) -> list[StageCount]:
    """The four stops in their order, and those who have none yet."""
    at = clients.order_by().annotate(at=stage(day)).values("at")
    numbers = dict(at.annotate(clients=Count("pk")).values_list("at", "clients"))
    return [
        StageCount(name, numbers.get(name, 0)) for name in (*Stage.values, "") if name or numbers.get(name)
    ]


def worker_lines(*, team: Team, clients: ClientQuerySet, day: date) -> list[WorkerLine]:
    """The members of the team who follow clients, in the order of the list of names."""
    members = (
        TeamMembership.objects.running_on(day)
        .filter(team=team, user__role__in=CASEWORK_ROLES)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    followed = _followed_counts(clients, day)
    return [_worker_line(member, followed.get(member.user_id, NOBODY)) for member in members]


def unassigned_clients(clients: ClientQuerySet, day: date) -> list[ClientLine]:
    """Those whom nobody follows; somebody who left follows nobody."""
    left = clients.filter(~Exists(_followers(day))).annotate(since=enrolled_on(day))
    return _lines(left.in_list_order(), day)


def without_fixed_person(clients: ClientQuerySet, day: date) -> list[ClientLine]:
    """IPS clients whom others follow, but no fixed trajectbegeleider; with the days since there was one.

    Who never had one since the enrolment is counted from there.
    """
    fixed = Assignment.objects.filter(client=OuterRef("pk"), is_primary=True, ended_on__lte=day)
    lost = (
        clients.alias(enrolled_on=ips_enrolled_on(day))
        .filter(
            Exists(_followers(day)),
            ~Exists(_followers(day).filter(is_primary=True)),
            enrolled_on__isnull=False,
        )
        .annotate(since=Greatest("enrolled_on", Subquery(fixed.order_by("-ended_on").values("ended_on")[:1])))
    )
    return _lines(lost.in_list_order(), day)


def longest_unseen(clients: ClientQuerySet, day: date) -> list[ClientLine]:
    """Five people who were not seen face to face for longest, or not since their enrolment."""
    unseen = clients.annotate(since=unseen_since(day)).filter(since__isnull=False)
    return _lines(unseen.in_list_order(after=("since",))[:NAMES_SHOWN], day)


def longest_without_job(clients: ClientQuerySet, day: date) -> list[ClientLine]:
    """Five people without work for nine months or longer: a reason to look again, never to close."""
    worked = Job.objects.competitive().filter(trajectory__client=OuterRef("pk"), ended_on__lt=day)
    waiting = (
        clients.alias(looks=looks_since(day))
        .filter(looks__isnull=False)
        .annotate(since=Greatest("looks", Subquery(worked.order_by("-ended_on").values("ended_on")[:1])))
        .filter(since__lte=day - timedelta(days=REVIEW_AFTER_DAYS))
    )
    return _lines(waiting.in_list_order(after=("since",))[:NAMES_SHOWN], day)


def _lines(clients: QuerySet, day: date) -> list[ClientLine]:
    """With the days since `since`."""
    return [ClientLine(one, (day - one.since).days if one.since else None) for one in clients]


def _followers(day: date) -> QuerySet:
    """The assignments of one client today, of people who have not left."""
    return Assignment.objects.running_on(day).filter(client=OuterRef("pk"), user__is_active=True)


def _followed_counts(clients: ClientQuerySet, day: date) -> dict[int, tuple[int, int, int]]:
    """By the key of who follows them: how many clients, how many not seen for long, how many in work."""
    counted = (
        Assignment.objects.running_on(day)
        .filter(client__in=clients.order_by().values("pk"))
        .order_by()
        .alias(unseen=has_signal(day, SignalCode.NOT_SEEN, of="client__"), at=stage(day, of="client__"))
        .values("user")
        .annotate(
            clients=Count("client", distinct=True),
            not_seen=Count("client", distinct=True, filter=Q(unseen=True)),
            in_work=Count("client", distinct=True, filter=Q(at=Stage.BETAALDE_BAAN)),
        )
    )
    return {one["user"]: (one["clients"], one["not_seen"], one["in_work"]) for one in counted}


def _worker_line(member: TeamMembership, counts: tuple[int, int, int]) -> WorkerLine:
    clients, not_seen, in_work = counts
    return WorkerLine(
        user=member.user,
        fte=member.fte,
        is_trainee=member.is_trainee,
        clients=clients,
        not_seen=not_seen,
        in_work=in_work,
    )
