"""The people of one team today: its clients by stage and by who follows them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter

from django.db.models import Max

from clients.models import Assignment, Client
from staff.models import CASEWORK_ROLES, Role, Team, TeamMembership, User
from trajectories.caseload.clocks import Standing, standings
from trajectories.caseload.selectors import TEAM, caseload_clients
from trajectories.models import SignalCode, Stage, is_running_q

CLIENTS_PER_FTE = 20  # the norm for an IPS trajectbegeleider (domain.md, section 7)
NAMES_SHOWN = 5
Since = tuple[int, date | None]  # the key of a client, and the day that is the reason


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


@dataclass(frozen=True, slots=True)
class SignalCount:
    """How many clients of the team one signal asks attention for."""

    code: SignalCode
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


@dataclass(frozen=True, slots=True)
class TeamPeople:
    """The clients of a team in the order of names, and who follows each of them today."""

    day: date
    clients: list[Standing]
    followers: dict[int, list[Assignment]]

    def are_followed(self, client: Standing) -> bool:
        """Whether anybody who has not left follows this client."""
        return any(one.user.is_active for one in self.followers.get(client.client, ()))

    def has_fixed_person(self, client: Standing) -> bool:
        """Whether the fixed trajectbegeleider of this client has not left."""
        return any(one.is_primary and one.user.is_active for one in self.followers.get(client.client, ()))


def team_people(*, team: Team, user: User, day: date) -> TeamPeople:
    """The clients whom the team's caseload shows, in two statements."""
    listed = caseload_clients(user=user, scope=TEAM).filter(is_running_q(), team=team)
    clients = standings(listed.in_list_order(), day)
    following = Assignment.objects.running_on(day).filter(client__in=[one.client for one in clients])
    followers: dict[int, list[Assignment]] = defaultdict(list)
    for one in (
        following.select_related("user").only("client", "is_primary", "user__is_active").order_by("pk")
    ):
        followers[one.client_id].append(one)
    return TeamPeople(day, clients, followers)


def stage_counts(clients: list[Standing]) -> list[StageCount]:
    """The four stops in their order, and those who have none yet."""
    numbers = Counter(client.stage for client in clients)
    return [StageCount(stage, numbers[stage]) for stage in (*Stage.values, "") if stage or numbers[stage]]


def signal_counts(clients: list[Standing]) -> list[SignalCount]:
    """By signal, the worst first; what nobody has is left out, and so is what was set aside."""
    numbers = Counter(code for client in clients for code in client.signals)
    return [SignalCount(code, numbers[code]) for code in SignalCode if numbers[code]]


def worker_lines(*, team: Team, people: TeamPeople) -> list[WorkerLine]:
    """The members of the team who follow clients, in the order of the list of names."""
    followed: defaultdict[int, dict[int, Standing]] = defaultdict(dict)
    for client in people.clients:
        for assignment in people.followers.get(client.client, ()):
            followed[assignment.user_id][client.client] = client
    members = (
        TeamMembership.objects.running_on(people.day)
        .filter(team=team, user__role__in=CASEWORK_ROLES)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return [_worker_line(member, list(followed[member.user_id].values())) for member in members]


@dataclass(frozen=True, slots=True)
class NameLists:
    """Clients who are named, each with the days that are the reason; the two longest lists show five."""

    without_worker: list[ClientLine]
    without_fixed: list[ClientLine]
    unseen: list[ClientLine]
    without_job: list[ClientLine]


def name_lists(people: TeamPeople) -> NameLists:
    """The people themselves are read for those who are named alone."""
    lists = (
        _unassigned(people),
        _without_fixed_person(people),
        _longest_unseen(people),
        _longest_without_job(people),
    )
    named = Client.objects.in_bulk({key for found in lists for key, _since in found})
    return NameLists(
        *(
            [
                ClientLine(named[key], (people.day - since).days if since else None)
                for key, since in found
                if key in named
            ]
            for found in lists
        )
    )


def _unassigned(people: TeamPeople) -> list[Since]:
    """Those whom nobody follows; somebody who left follows nobody."""
    return [(one.client, one.enrolled_on) for one in people.clients if not people.are_followed(one)]


def _without_fixed_person(people: TeamPeople) -> list[Since]:
    """IPS clients whom others follow, but no fixed trajectbegeleider; with the days since there was one.

    Who never had one since the enrolment is counted from there.
    """
    lost = {
        one.client: one.ips_enrolled_on
        for one in people.clients
        if one.ips_enrolled_on and people.are_followed(one) and not people.has_fixed_person(one)
    }
    left = Assignment.objects.filter(client__in=lost, is_primary=True, ended_on__lte=people.day)
    left_on = dict(left.order_by().values_list("client").annotate(Max("ended_on")))
    return [(key, max(left_on.get(key, since), since)) for key, since in lost.items()]


def _longest_unseen(people: TeamPeople) -> list[Since]:
    """Five people who were not seen face to face for longest, or not since their enrolment."""
    return _longest([(one.client, one.unseen_since) for one in people.clients if one.unseen_since])


def _longest_without_job(people: TeamPeople) -> list[Since]:
    """Five people without work for longest who have that signal: a reason to look again, never to close."""
    asks = SignalCode.LONG_WITHOUT_JOB
    return _longest([(one.client, one.looks_since) for one in people.clients if asks in one.signals])


def _longest(found: list[Since]) -> list[Since]:
    """The first five by day, of one day in the order of names."""
    return [*sorted(found, key=itemgetter(1))[:NAMES_SHOWN]]


def _worker_line(member: TeamMembership, clients: list[Standing]) -> WorkerLine:
    return WorkerLine(
        user=member.user,
        fte=member.fte,
        is_trainee=member.is_trainee,
        clients=len(clients),
        not_seen=sum(SignalCode.NOT_SEEN in client.signals for client in clients),
        in_work=sum(client.stage == Stage.BETAALDE_BAAN for client in clients),
    )
