"""Invented people: Dutch names of several origins, with prefixes and accents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ipsplatform.common.partial_dates import PartialDate, Precision, first_day

MUNICIPALITIES = (
    "Delft",
    "Rijswijk",
    "Leidschendam-Voorburg",
    "Zoetermeer",
    "Pijnacker-Nootdorp",
    "Westland",
    "Midden-Delfland",
    "Wassenaar",
)
FIRST_NAMES = {
    "nl": "Anna Piet Joke Hendrik Sanne Bram Marieke Daan Truus Koen Femke Jeroen Ria Thijs Lotte Gerard"
    " Wilma Stijn Ilse Ruben Margriet Tom Anouk Wouter Esther Sjoerd Heleen Niek Loes Maarten Renée"
    " René Chloë Zoë Noël André Désirée Michèle Joëlle Loïs Tess Bas Carla Frits Iris Jelle Karin Lars"
    " Mees Nel Otto Paulien Rik Saskia Teun Ursula Vera Willem Yvonne Aart Bente Corrie Dirk Elin",
    "tr": "Ayşe Mehmet Elif Yusuf Emine Kerem Zeynep Murat Gül Deniz Hatice Cem Fatma Okan Sevda Tolga",
    "ma": "Fatima Youssef Samira Rachid Naima Hamza Khadija Ilias Soumaya Karim Nadia Bilal Hanane Anouar",
    "sr": "Sharon Glenn Cheryl Rinaldo Soraya Ashwin Chandra Dwight Marlene Ricardo Indra Humphrey Yvette",
    "pl": "Agnieszka Paweł Katarzyna Tomasz Małgorzata Marek Zofia Łukasz Ewa Krzysztof Beata Piotr",
}
LAST_NAMES = {
    "nl": "de Groot, Jansen, Bakker, van Dijk, de Boer, van den Berg, Visser, van der Meer, Mulder, de Wit,"
    " ten Brink, Kuipers, van 't Hof, Postma, Dekker, ter Horst, Hoekstra, van Leeuwen, Vermeulen, Scholten,"
    " in 't Veld, Koster, de Haan, van der Veen, Brouwer, op den Kamp, Wiersma, van Wijk, Hermans, Sluis,"
    " den Hartog, Blom, van de Ven, Peeters, Timmer, van der Wal, Groen, de Ruiter, Smeets, Zijlstra,"
    " von Berg, Coöps, van Oosten, Daniëls, Kooij, te Riet, Noordhoek, Terpstra, van Beek, Lammers,"
    " Michaëls, de Lange, Gerritsen, van Es, Bruggink, Tuinstra, van Zanten, Kroon",
    "tr": "Yılmaz, Demir, Kaya, Öztürk, Şahin, Çelik, Aydın, Arslan, Doğan, Koç, Güneş, Polat",
    "ma": "el Amrani, Bouzid, ben Hamid, el Idrissi, Ouali, Tahiri, Azzouzi, ait Lahcen, Benali, Chafik",
    "sr": "Ramdin, Pinas, Soerdjan, Wijngaarde, Bhagwandin, Landveld, Kertosemito, Misiekaba, Doorson",
    "pl": "Nowak, Kowalczyk, Wójcik, Piątek, Mazur, Wróbel, Dudek, Sikora, Krawczyk",
}
ORIGIN_WEIGHTS = {"nl": 68, "tr": 9, "ma": 9, "sr": 8, "pl": 6}


@dataclass(frozen=True, slots=True)
class Person:
    """Who a client is, apart from any support."""

    first_name: str
    name_prefix: str
    last_name: str
    birth_name: str
    birth_date: PartialDate
    municipality: str
    phone: str


def invent_people(rng: Random, *, today: date, taken: set[tuple[str, str]]) -> Iterator[Person]:
    """People without end; no two bear the same first and last name."""
    pools = {origin: (FIRST_NAMES[origin].split(), _last_names(origin)) for origin in FIRST_NAMES}
    while True:
        origin = rng.choices(list(ORIGIN_WEIGHTS), weights=list(ORIGIN_WEIGHTS.values()))[0]
        first_names, last_names = pools[origin]
        first, (prefix, last) = rng.choice(first_names), rng.choice(last_names)
        if (first, last) in taken:
            continue
        taken.add((first, last))
        birth = _birth_date(rng, today)
        yield Person(first, prefix, last, _birth_name(birth), _as_known(birth), *_place_and_phone(rng))


def _last_names(origin: str) -> list[tuple[str, str]]:
    """("van den", "Berg"): the last word is the name that lists sort on."""
    parts = [name.rpartition(" ") for name in LAST_NAMES[origin].split(", ")]
    return [(prefix, last) for prefix, _, last in parts]


def _birth_date(rng: Random, today: date) -> date:
    age = min(max(rng.gauss(38, 11), 18.5), 64)
    return today - timedelta(days=int(age * 365.25) + rng.randrange(200))


def _as_known(birth: date) -> PartialDate:
    """Of one in twenty-five only the year is known, of as many the month: it follows from the day itself."""
    precision = {0: Precision.YEAR, 1: Precision.MONTH}.get(birth.toordinal() % 25, Precision.DAY)
    return PartialDate(first_day(birth, precision), precision)


def _birth_name(birth: date) -> str:
    """One in nine goes by the name of a partner."""
    names = _last_names("nl")
    return names[birth.toordinal() % len(names)][1] if birth.toordinal() % 9 == 0 else ""


def _place_and_phone(rng: Random) -> tuple[str, str]:
    # 06-000… is handed out to nobody.
    phone = f"06-000{rng.randrange(10**5):05d}" if rng.random() < 0.7 else ""
    return rng.choices(MUNICIPALITIES, weights=(30, 18, 16, 14, 8, 6, 4, 4))[0], phone
