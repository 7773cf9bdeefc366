"""Make the whole demonstration: think it out first, then record it through the services."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import connection, transaction
from django.utils.translation import gettext as _
from tqdm import tqdm

from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.demo import words
from ipsplatform.demo.agenda import record_agendas
from ipsplatform.demo.caseload import SEATS, Seat, Town, fill_seat
from ipsplatform.demo.crew import NOORD, OOST, VLIET, ZUID, Crew, make_crew, say_goodbye
from ipsplatform.demo.employers import keep_employers
from ipsplatform.demo.history import import_contacts
from ipsplatform.demo.names import invent_people
from ipsplatform.demo.plan import ClientPlan, TrajectoryPlan
from ipsplatform.demo.recording import record_client, record_contact
from ipsplatform.demo.retained import record_retention
from ipsplatform.demo.sharing import record_sharing, share_employers
from ipsplatform.demo.showcase import SCENES, SEAT, add_mss, fill_showcase
from ipsplatform.demo.signals import record_signals
from ipsplatform.demo.watched import record_emergencies
from ipsplatform.demo.work import EMPLOYERS, pick_employer
from staff.models import Team, User

SEED = 2047
YEARS = 4
WRITTEN_DAYS = 10
# Referred, not enrolled yet: per team, and without a team.
WAITING = {NOORD: 3, ZUID: 2, OOST: 1, VLIET: 2, "": 6}


def is_empty() -> bool:
    """Whether there is nobody in the database yet."""
    return not (User.objects.exists() or Team.objects.exists() or Client.objects.exists())


@transaction.atomic
def make_demo(*, today: date, seed: int = SEED, part: float = 1.0, show_progress: bool = False) -> int:
    """Fill an empty database, all or nothing; returns the number of clients.

    The same day and seed give the same people. `part` makes a smaller organisation, for tests.
    Raises RuleError when there is something in the database already.
    """
    if not is_empty():
        raise RuleError(_("The database is not empty. Demo data is only made in an empty one."))
    since = today - timedelta(days=365 * YEARS)
    plans = invent_clients(today=today, since=since, seed=seed, part=part)
    crew = make_crew(today=today, since=since - timedelta(days=60))
    clients = [
        record_client(plan, number=f"C{number:04d}", crew=crew)
        for number, plan in enumerate(tqdm(plans, disable=not show_progress, unit="client"), start=1)
    ]
    pairs = list(zip(clients, plans, strict=True))
    record_sharing(pairs, crew=crew, today=today, seed=seed + 2)
    _record_contacts(pairs, crew=crew, today=today, seed=seed)
    share_employers(crew.members["teamleider"])
    keep_employers(crew, today=today, seed=seed + 3)
    record_emergencies(crew)
    record_agendas(crew, today=today)
    say_goodbye(crew, today=today)
    old = record_retention(crew, today=today)
    record_signals(crew, today=today)
    _tell_the_planner()
    return len(plans) + old


def invent_clients(*, today: date, since: date, seed: int, part: float) -> list[ClientPlan]:
    """Every client with everything that happened, in the order in which they came."""
    rng, talk = Random(seed), Random(seed + 1)  # noqa: S311 - invented people need no secrets
    people = invent_people(rng, today=today, taken=set())
    town = Town(rng=rng, talk=talk, people=people, today=today, since=since)
    fill_showcase(town, scenes=SCENES[: _count(len(SCENES), part)])
    for seat in SEATS:
        fill_seat(town, Seat(seat.username, seat.role, seat.team, _count(seat.places, part)))
    _add_support_in_the_neighbourhood(town)
    for client, plan in _open_trajectories(town):
        _say_next_step(town, client, plan)
    _let_somebody_die(town)
    town.clients.sort(key=lambda client: client.trajectories[0].enrolled_on)
    for team, number in WAITING.items():
        for _place in range(_count(number, part)):
            town.newcomer(team)
    return town.clients


def _record_contacts(clients: list[tuple[Client, ClientPlan]], *, crew: Crew, today: date, seed: int) -> None:
    """The last days as colleagues wrote them, everything before as one import."""
    contacts = sorted(
        (
            (client, contact)
            for client, plan in clients
            for trajectory in plan.trajectories
            for contact in trajectory.contacts
        ),
        key=lambda pair: (pair[1].at, pair[0].client_number),
    )
    written_from = today - timedelta(days=WRITTEN_DAYS)
    old = [
        (client.client_number, contact) for client, contact in contacts if contact.at.date() < written_from
    ]
    import_contacts(old, crew=crew)
    rng = Random(seed)  # noqa: S311 - invented people need no secrets
    for client, contact in contacts[len(old) :]:
        public_id = uuid.UUID(int=rng.getrandbits(128), version=4)
        record_contact(contact, client=client, crew=crew, public_id=public_id)


def _tell_the_planner() -> None:
    """Let PostgreSQL count what is in the tables now; it would guess wrong until it does so by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _add_support_in_the_neighbourhood(town: Town) -> None:
    """Some clients of FACT Noord have the kwartiermaker beside them."""
    for client in list(town.clients):
        last = client.trajectories[-1]
        is_running = client.team == NOORD and last.kind == "ips" and last.ended_on is None
        if is_running and last.followers[0].username != SEAT.username and town.rng.random() < 0.3:
            add_mss(town, client)


def _open_trajectories(town: Town) -> Iterator[tuple[ClientPlan, TrajectoryPlan]]:
    for client in town.clients:
        for plan in client.trajectories:
            if plan.ended_on is None:
                yield client, plan


def _let_somebody_die(town: Town) -> None:
    """Of one client the support ended by death; of more when chance says so."""
    for client in town.clients:
        last = client.trajectories[-1]
        day = last.ended_on
        if day is None or len(client.trajectories) > 1:
            continue
        jobs_are_over = all(job.ended_on is not None and job.ended_on <= day for job in last.jobs)
        if jobs_are_over and all(contact.at.date() <= day for contact in last.contacts):
            last.end_reason = "overleden"
            return


def _say_next_step(town: Town, client: ClientPlan, plan: TrajectoryPlan) -> None:
    """Most running trajectories say what comes next."""
    if plan.next_step or town.rng.random() < 0.15:
        return
    employer = plan.jobs[-1].offer.employer if plan.jobs else pick_employer(town.rng)
    plan.next_step = words.fill(
        town.rng.choice(words.WORDS["next_steps"]),
        first_name=client.person.first_name,
        occupation=town.rng.choice(EMPLOYERS.get(employer, ("medewerker",))),
        employer=employer,
    )


def _count(number: int, part: float) -> int:
    return max(1, round(number * part))
