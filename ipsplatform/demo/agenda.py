"""Full agendas for every account that follows clients: this week, the next, and the last Friday."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import cycle

from clients.models import Assignment, Client
from ipsplatform.demo.crew import Crew
from staff.models import User
from trajectories.agenda import services
from trajectories.agenda.services import When
from trajectories.models import ReachedOut

ED, CM = "ervaringsdeskundige", "casemanager"
IPS, KM, LEAD = "trajectbegeleider", "kwartiermaker", "teamleider"
WEEKS = range(2)  # this one and the next
FREE = {2}  # Wednesday


@dataclass(frozen=True, slots=True)
class Visit:
    """What somebody of this profession has in the agenda, at its place in the day."""

    starts_at: time
    minutes: int
    location: str
    place: str
    note: str


VISITS = {
    IPS: (
        Visit(
            time(9), 60, "elders", "Bibliotheek, tafel achterin", "Samen de brief aan de werkgever afmaken."
        ),
        Visit(
            time(11), 45, "werkplek", "In de kantine", "Hoe gaat de week, en wat vraagt de leidinggevende?"
        ),
        Visit(time(14), 60, "thuis", "", "Vacatures bekijken die vlakbij zijn."),
    ),
    ED: (
        Visit(time(10), 60, "elders", "Wandelen, vanaf de voordeur", "Hoe het gaat, en wat er lukte."),
        Visit(time(13, 30), 60, "thuis", "", "Koffie, en de dagen doornemen."),
    ),
    CM: (
        Visit(time(9, 30), 30, "instelling", "Kamer 3", "Medicatie en slapen, met het oog op de werkdagen."),
        Visit(time(13), 45, "thuis", "", "Post openen en de afspraken van de week."),
    ),
    KM: (
        Visit(time(10), 60, "elders", "Buurthuis De Vliet", "Kennismaken met de klusgroep."),
        Visit(time(14), 60, "thuis", "", "Wie is er in de buurt, en wie kan helpen?"),
    ),
    LEAD: (),
}
MEETING = Visit(time(12), 45, "instelling", "Vergaderkamer", "Bordoverleg van het team.")
TRAINING = "Scholing IPS"


def record_agendas(crew: Crew, *, today: date) -> None:
    """Plan everything through the services, in the same way for the same day."""
    monday = today - timedelta(days=today.weekday())
    for place, (username, visits) in enumerate(VISITS.items()):
        person = crew.members[username]
        clients = _followed_by(person)
        _meeting(person, monday)
        if clients and visits:
            _visits(person, clients, visits=visits, monday=monday)
            _series(person, clients[place % len(clients)], visit=visits[0], monday=monday)
    _joint(crew, monday)
    _training(crew.members[IPS], monday)
    _what_became_of_it(crew.members[IPS], _followed_by(crew.members[IPS]), monday)


def _followed_by(person: User) -> list[Client]:
    running = Assignment.objects.current().filter(user=person, client__died_on=None)
    return list(Client.objects.filter(pk__in=running.values("client")).order_by("client_number"))


def _visits(person: User, clients: list[Client], *, visits: tuple[Visit, ...], monday: date) -> None:
    whom = cycle(clients[1:] or clients)
    for week in WEEKS:
        for weekday in sorted({0, 1, 3, 4} - FREE):
            for visit in visits[weekday % 2 :]:
                _plan(person, next(whom), visit, monday + timedelta(days=7 * week + weekday))


def _series(person: User, client: Client, *, visit: Visit, monday: date) -> None:
    """Each week on Wednesday; next week on Thursday, and of the week after it was cancelled."""
    first = monday + timedelta(days=2)
    series = _plan(person, client, visit, first, repeats="weekly")
    next_week, after = first + timedelta(days=7), first + timedelta(days=14)
    moved = _when(next_week + timedelta(days=1), Visit(time(16), 45, "", "", ""))
    services.move_occurrence(appointment=series, on=next_week, when=moved, by=person)
    services.cancel_appointment(appointment=series, on=after, note="De cliënt is dan weg.", by=person)


def _meeting(person: User, monday: date) -> None:
    _plan(person, None, MEETING, monday + timedelta(days=1), repeats="weekly")


def _joint(crew: Crew, monday: date) -> None:
    """Two professions at one client: about work, and about how it is going."""
    worker, peer = crew.members[IPS], crew.members[ED]
    both = [client for client in _followed_by(worker) if client in _followed_by(peer)]
    if both:
        visit = Visit(time(15, 30), 60, "thuis", "", "Samen: eerst hoe het gaat, dan het werk.")
        _plan(worker, both[0], visit, monday + timedelta(days=3), others=[peer])


def _training(person: User, monday: date) -> None:
    day = monday + timedelta(days=9)
    services.make_appointment(
        client=None, colleagues=[person], when=When(starts_on=day, ends_on=day), by=person, note=TRAINING
    )


def _what_became_of_it(person: User, clients: list[Client], monday: date) -> None:
    """Last Friday one was kept, and somebody did not come."""
    if not clients:
        return
    friday = monday - timedelta(days=3)
    missed = _plan(
        person, clients[-1], Visit(time(16), 30, "elders", "", "Koffie bij de werkplaats."), friday
    )
    services.miss_appointment(
        appointment=missed, on=friday, reached_out=ReachedOut.CALLED, note="Belt morgen terug.", by=person
    )
    kept = _plan(
        person, clients[0], Visit(time(8, 15), 30, "telefoon", "", "Even horen hoe het ging."), friday
    )
    services.keep_appointment(appointment=kept, on=friday, by=person)


def _plan(
    person: User,
    client: Client | None,
    visit: Visit,
    day: date,
    *,
    repeats: str = "",
    others: tuple | list = (),
):
    return services.make_appointment(
        client=client,
        colleagues=[person, *others],
        when=_when(day, visit),
        repeats=repeats,
        location=visit.location,
        place=visit.place,
        note=visit.note,
        by=person,
    )


def _when(day: date, visit: Visit) -> When:
    hour, minute = divmod(visit.starts_at.hour * 60 + visit.starts_at.minute + visit.minutes, 60)
    return When(starts_on=day, ends_on=day, starts_at=visit.starts_at, ends_at=time(hour, minute))
