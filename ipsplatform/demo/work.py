"""Invented employers and the work that they offer."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

# employer: the occupations that it offers
EMPLOYERS = {
    "Bakkerij De Korenmaat": ("bakkersassistent", "verkoopmedewerker"),
    "Kwekerij Van Sloten": ("medewerker kas", "inpakker"),
    "Kringloop De Tweede Ronde": ("verkoopmedewerker", "bijrijder"),
    "Supermarkt Boodschap & Zo": ("vakkenvuller", "kassamedewerker", "orderpicker"),
    "Logistiek Centrum Harnas": ("orderpicker", "heftruckchauffeur", "magazijnmedewerker"),
    "Schoonmaakbedrijf Helderland": ("schoonmaker",),
    "Zorgcentrum Het Lindenhof": ("medewerker restaurant", "gastvrouw of gastheer", "zorghulp"),
    "Hotel De Waterlinie": ("medewerker huishouding", "receptionist"),
    "Eetcafé Bij Toon": ("keukenhulp", "medewerker bediening"),
    "Hoveniersbedrijf Groenrijk": ("assistent-hovenier",),
    "Fietsenmaker Rad & Ketting": ("fietsenmaker",),
    "Drukkerij Zwart op Wit": ("medewerker afwerking", "dtp'er"),
    "Installatiebedrijf Warmteburg": ("leerling-monteur", "magazijnmedewerker"),
    "Bibliotheek aan de Gracht": ("medewerker klantenservice",),
    "Timmerfabriek Spaan": ("productiemedewerker", "timmerman"),
    "Callcenter Goed Gehoord": ("medewerker klantcontact",),
    "Administratiekantoor Balans & Boek": ("administratief medewerker",),
    "Basisschool De Zwaluw": ("conciërge", "overblijfmedewerker"),
    "Bouwmarkt Hamerslag": ("verkoopmedewerker", "magazijnmedewerker"),
    "Pakketdienst Vliegensvlug": ("pakketbezorger", "sorteermedewerker"),
    "Wasserij Blinkwit": ("productiemedewerker",),
    "Garage Van Assendonk": ("hulpmonteur", "receptionist werkplaats"),
    "Kinderboerderij De Stal": ("dierverzorger",),
    "Softwarehuis Kladblok": ("tester", "webontwikkelaar"),
    "Museum De Sluiswachter": ("beveiliger", "medewerker museumwinkel"),
    "Apotheek Vlietzicht": ("bezorger medicijnen",),
    "Bloemenveiling Het Steel": ("medewerker logistiek",),
    "Kledingwinkel Draad": ("verkoopmedewerker",),
    "Catering De Volle Pan": ("cateringmedewerker",),
    "Vervoersbedrijf Rondom": ("chauffeur taxibus",),
    "Uitzendbureau Aan de Slag": ("productiemedewerker", "inpakker", "orderpicker"),
    "Gemeentewerf Oost": ("medewerker buitendienst",),
    "Slagerij Van Overbeke": ("verkoopmedewerker", "productiemedewerker"),
    "Dierenkliniek Poot": ("assistent balie",),
    "Stichting Taal aan Huis": ("projectmedewerker",),
}
SHELTERED = {
    "Sociale werkplaats De Schakel": ("inpakker", "medewerker groen"),
    "Leerwerkbedrijf Vooruit": ("medewerker keuken", "fietsenmaker"),
}
OWN_BUSINESS = {
    "Fotografie {last}": "fotograaf",
    "Klussenbedrijf {last}": "klusser",
    "Tekstbureau {last}": "tekstschrijver",
    "Hondenuitlaatservice {last}": "hondenuitlater",
    "Naaiatelier {last}": "kleermaker",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A job that an employer offers, before anybody has it."""

    employer: str
    occupation: str
    hours_per_week: Decimal
    contract: str
    open_to_anyone: bool
    regular_wage: bool
    regular_employer: bool


def invent_offer(rng: Random, *, last_name: str, competitive: bool | None = None) -> Offer:
    """Usually regular work with an ordinary employer; sometimes sheltered, sometimes self-employment."""
    kind = rng.random() if competitive is None else None
    if competitive is False or (kind is not None and kind < 0.07):
        return _sheltered(rng)
    if kind is not None and kind > 0.95:
        return own_business(rng, last_name=last_name)
    employer = rng.choice(list(EMPLOYERS))
    contract = "uitzend" if employer.startswith("Uitzend") else _contract(rng)
    return Offer(employer, rng.choice(EMPLOYERS[employer]), _hours(rng), contract, True, True, True)


def own_business(rng: Random, *, last_name: str) -> Offer:
    """Genuine self-employment."""
    name, occupation = rng.choice(list(OWN_BUSINESS.items()))
    return Offer(name.format(last=last_name), occupation, _hours(rng), "zzp", True, True, True)


def pick_employer(rng: Random) -> str:
    """Somebody to visit."""
    return rng.choice(list(EMPLOYERS))


def _sheltered(rng: Random) -> Offer:
    employer = rng.choice(list(SHELTERED))
    occupation = rng.choice(SHELTERED[employer])
    return Offer(employer, occupation, _hours(rng), "tijdelijk", False, rng.random() < 0.5, False)


def _contract(rng: Random) -> str:
    return rng.choices(("tijdelijk", "vast", "uitzend"), weights=(66, 16, 18))[0]


def _hours(rng: Random) -> Decimal:
    hours = (8, 12, 16, 20, 24, 28, 32, 36, 40)
    return Decimal(rng.choices(hours, weights=(8, 12, 18, 20, 16, 8, 10, 4, 4))[0])
