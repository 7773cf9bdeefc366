"""Who follows whom: the caseload of every worker over the years, one place after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ipsplatform.demo import crew
from ipsplatform.demo.contacts import add_contacts, usual_rhythm
from ipsplatform.demo.crew import CM, ED, IPS, KM, NOORD, OOST, VLIET, ZUID
from ipsplatform.demo.journeys import invent_ips, invent_mss
from ipsplatform.demo.names import Person
from ipsplatform.demo.plan import ClientPlan, Follower, TrajectoryPlan

CASEMANAGERS = {NOORD: ("casemanager", "gonnie"), ZUID: ("bert",), OOST: ("jolanda",)}
PEERS = {NOORD: ("ervaringsdeskundige",), ZUID: ("noor",), OOST: ("noor",), VLIET: ("wendy", "rachna")}
TRAINEE, TRAINEE_SINCE_DAYS = "merel", 130


@dataclass(frozen=True, slots=True)
class Seat:
    """The places that one worker has: at most 20 clients per fte."""

    username: str
    role: str
    team: str
    places: int


SEATS = (
    Seat("ruud", IPS, NOORD, 18),
    Seat("imane", IPS, NOORD, 14),
    Seat("lisanne", IPS, ZUID, 18),
    Seat("quincy", IPS, ZUID, 18),
    Seat("dorien", IPS, OOST, 18),
    Seat(crew.LEAVER, IPS, OOST, 14),
    Seat("kwartiermaker", KM, VLIET, 12),
    Seat("olaf", KM, VLIET, 8),
    Seat("wendy", ED, VLIET, 6),
    Seat("rachna", ED, VLIET, 5),
)


@dataclass(slots=True)
class Town:
    """What the making of a caseload draws from."""

    rng: Random
    talk: Random  # apart, so that other contacts do not make other journeys
    people: Iterator[Person]
    today: date
    since: date
    clients: list[ClientPlan] = field(default_factory=list)

    def newcomer(self, team: str) -> ClientPlan:
        client = ClientPlan(person=next(self.people), team=team)
        self.clients.append(client)
        return client


def fill_seat(town: Town, seat: Seat) -> None:
    """Fill every place of a worker from the first years until today."""
    for _ in range(seat.places):
        fill_place(town, seat, until=None)


def fill_place(town: Town, seat: Seat, *, until: date | None) -> None:
    """One client after the other on one place; with `until` the last one has gone before that day."""
    day = town.since + timedelta(days=town.rng.randrange(0, 760))
    while day <= town.today - timedelta(days=2):
        client = _returning(town, seat, day) or town.newcomer(seat.team)
        plan = _invent(town, seat, client, day)
        if until is not None and (plan.ended_on is None or plan.ended_on >= until):
            if not client.trajectories:
                town.clients.remove(client)
            return
        client.trajectories.append(plan)
        if plan.ended_on is None:
            return
        day = plan.ended_on + timedelta(days=town.rng.randrange(3, 50))


def followers_in_fact(
    town: Town, seat: Seat, plan: TrajectoryPlan, *, with_peer: bool, with_casemanager: bool
) -> list[Follower]:
    """The fixed trajectbegeleider first, then the colleagues who share the client."""
    followers = [_lead(town, seat, plan)]
    if with_peer:
        followers.append(_peer(town, seat.team, plan))
    if with_casemanager:
        started_on = plan.enrolled_on - timedelta(days=town.rng.randrange(0, 30))
        username = town.rng.choice(CASEMANAGERS[seat.team])
        followers.append(Follower(username, CM, started_on, plan.ended_on))
    return followers


def _invent(town: Town, seat: Seat, client: ClientPlan, day: date) -> TrajectoryPlan:
    rng, today = town.rng, town.today
    if seat.role == IPS:
        plan = invent_ips(rng, enrolled_on=day, today=today, last_name=client.person.last_name)
        is_open = plan.ended_on is None
        plan.followers = followers_in_fact(
            town,
            seat,
            plan,
            with_peer=rng.random() < (0.45 if is_open else 0.25),
            with_casemanager=rng.random() < (0.75 if is_open else 0.35),
        )
    else:
        plan = invent_mss(rng, enrolled_on=day, today=today)
        plan.followers = _followers_in_mss(town, seat, plan)
    add_contacts(
        town.talk,
        plan,
        first_name=client.person.first_name,
        today=today,
        rhythm=usual_rhythm(town.talk, plan),
    )
    return plan


def _followers_in_mss(town: Town, seat: Seat, plan: TrajectoryPlan) -> list[Follower]:
    """Who clicks goes on: often one person, sometimes kwartiermaker and ervaringsdeskundige together."""
    followers = [Follower(seat.username, seat.role, plan.enrolled_on, plan.ended_on)]
    if seat.role == KM and town.rng.random() < 0.3:
        followers.append(_peer(town, VLIET, plan))
    return followers


def _lead(town: Town, seat: Seat, plan: TrajectoryPlan) -> Follower:
    left_on = crew.left_on(town.today)
    if seat.username != crew.LEAVER or (plan.ended_on is not None and plan.ended_on <= left_on):
        return Follower(seat.username, seat.role, plan.enrolled_on, plan.ended_on)
    if plan.enrolled_on > left_on:
        return Follower(crew.SUCCESSOR, seat.role, plan.enrolled_on, plan.ended_on)
    return Follower(
        seat.username,
        seat.role,
        plan.enrolled_on,
        plan.ended_on,
        successor=crew.SUCCESSOR,
        handed_over_on=left_on + timedelta(days=1),
    )


def _peer(town: Town, team: str, plan: TrajectoryPlan) -> Follower:
    rng = town.rng
    if team == NOORD and plan.ended_on is None and rng.random() < 0.35:
        trainee_since = town.today - timedelta(days=TRAINEE_SINCE_DAYS)
        return Follower(TRAINEE, ED, max(plan.enrolled_on, trainee_since))
    started_on = plan.enrolled_on + timedelta(days=rng.randrange(0, 45))
    started_on = min(started_on, plan.ended_on or town.today)
    return Follower(rng.choice(PEERS[team]), ED, started_on, plan.ended_on)


def _returning(town: Town, seat: Seat, day: date) -> ClientPlan | None:
    """Sometimes somebody who was here before comes back for a second trajectory."""
    if seat.role != IPS or town.rng.random() > 0.07:
        return None
    settled = [client for client in town.clients if _may_return(client, seat.team, day)]
    return town.rng.choice(settled) if settled else None


def _may_return(client: ClientPlan, team: str, day: date) -> bool:
    if client.team != team or len(client.trajectories) != 1:
        return False
    last = client.trajectories[-1]
    return (
        last.ended_on is not None
        and last.ended_on + timedelta(days=60) < day
        and last.end_reason not in ("overleden", "verhuizing")
        and not any(job.ended_on is None for job in last.jobs)
    )
