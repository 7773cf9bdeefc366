"""Who works at some employers, how far talks with them have come, and a colleague who was there just now."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from ipsplatform.demo.crew import Crew
from staff.models import User
from trajectories.contacts.services import write_contact
from trajectories.employers.services import add_person, correct_employer, record_employer
from trajectories.employers.services.merging import merge_employers
from trajectories.models import ContactKind, Employer, Location, Purpose, Sector


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an employer beside its name; people with their function and whether they hire."""

    municipality: str
    kvk_number: str
    sector: str
    how_to_reach: str
    people: tuple[tuple[str, str, bool], ...]


KNOWN = {
    "Bakkerij De Korenmaat": Known(
        "Voorbeeldstad", "00000012", Sector.C, "Na elf uur, dan is het bakken klaar.",
        (("Henny Grootveld", "bedrijfsleider", True), ("Samira Bakali", "winkel", False)),
    ),
    "Hotel De Waterlinie": Known(
        "Vliethaven", "00000023", Sector.I, "Vraag naar de huishouding.",
        (("Peter van Lier", "hoofd huishouding", True),),
    ),
    "Logistiek Centrum Harnas": Known(
        "Vliethaven", "00000034", Sector.H, "Via de planning, op werkdagen tot vier uur.",
        (("Ilse Domhof", "teamleider inbound", False), ("Rob Kanters", "personeelszaken", True)),
    ),
    "Zorgcentrum Het Lindenhof": Known(
        "Voorbeeldstad", "00000045", Sector.Q, "", (("Marja Steehouder", "keukenmanager", True),)
    ),
}  # fmt: skip
# Who was where, how many days ago, what for, with which person of the list, and what was agreed.
VISITS = (
    ("ruud", "Bakkerij De Korenmaat", 60, Purpose.KENNISMAKEN, 0, "Rondleiding gehad."),
    ("ruud", "Bakkerij De Korenmaat", 4, Purpose.BEHOEFTE, 0, "Zoekt twee mensen; belt vrijdag."),
    ("trajectbegeleider", "Hotel De Waterlinie", 9, Purpose.KENNISMAKEN, 0, "Mag in de pauze langskomen."),
    ("lisanne", "Logistiek Centrum Harnas", 2, Purpose.VOORSTELLEN, 1, "Proefdag kan volgende week."),
    ("imane", "Zorgcentrum Het Lindenhof", 120, Purpose.KENNISMAKEN, 0, "Nu geen plek, na de zomer wel."),
)  # fmt: skip


def keep_employers(crew: Crew, *, today: date, seed: int) -> None:
    """Details and people of four employers, one without any contact, visits, a merged pair. After sharing."""
    by = crew.members["trajectbegeleider"]
    for name, known in KNOWN.items():
        employer = Employer.objects.filter(name=name).first() or record_employer(name=name, by=by)
        facts = {
            "municipality": known.municipality,
            "kvk_number": known.kvk_number,
            "sector": known.sector,
            "how_to_reach": known.how_to_reach,
        }
        employer = correct_employer(employer=employer, by=by, is_shared=True, **facts)
        for person, function, hires in known.people:
            add_person(employer=employer, name=person, function=function, decides_on_hiring=hires, by=by)
    record_employer(name="Tuincentrum De Linde", municipality="Voorbeeldstad", sector=Sector.G, by=by)
    _visit(crew, today=today, seed=seed)
    _merge_a_pair(by=crew.members["teamleider"])


def _merge_a_pair(*, by: User) -> None:
    """A second spelling of the hotel, which the team lead put right."""
    second = record_employer(name="Hotel Waterlinie", municipality="Vliethaven", by=by)
    merge_employers(source=second, target=Employer.objects.get(name="Hotel De Waterlinie"), by=by)


def _visit(crew: Crew, *, today: date, seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - invented people need no secrets
    for username, name, days_ago, purpose, person, agreed in VISITS:
        at = datetime.combine(today - timedelta(days=days_ago), time(10, 30))
        write_contact(
            public_id=uuid.UUID(int=rng.getrandbits(128), version=4),
            client=None,
            kind=ContactKind.WERKGEVER,
            occurred_at=timezone.make_aware(at),
            by=crew.members[username],
            employer_name=Employer.objects.get(name=name).label,
            person_name=KNOWN[name].people[person][0],
            minutes=45,
            face_to_face=True,
            location=Location.WERKPLEK,
            purpose=purpose,
            agreed=agreed,
        )
