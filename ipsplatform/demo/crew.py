"""The organisation: three FACT teams, one MSS area and the people who work there."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ipsplatform.demo.accounts import ACCOUNTS, PASSWORD
from staff.models import Role, Team, TeamKind, TeamMembership, User
from staff.organisation.services import name_organisation
from staff.people import services

NOORD, ZUID, OOST, VLIET = "fact-noord", "fact-zuid", "fact-oost", "mss-de-vliet"
ORGANISATION = {
    "name": "GGZ Voorbeeldstad",
    "questions_to": "de functionaris gegevensbescherming, privacy@voorbeeld.example",
}
TEAMS = {
    NOORD: ("FACT Noord", TeamKind.FACT, None),
    ZUID: ("FACT Zuid", TeamKind.FACT, None),
    OOST: ("FACT Oost", TeamKind.FACT, None),
    VLIET: ("MSS De Vliet", TeamKind.MSS, 95_000),
}
IPS, ED, KM, CM = (Role.IPS_TRAJECTBEGELEIDER, Role.ERVARINGSDESKUNDIGE, Role.KWARTIERMAKER, Role.CASEMANAGER)
LEAVER, SUCCESSOR, LEFT_DAYS_AGO = "frank", "sevim", 152


@dataclass(frozen=True, slots=True)
class Member:
    """A person on the staff list; `fte` stands for each team."""

    username: str
    first_name: str
    name_prefix: str
    last_name: str
    role: str
    teams: tuple[str, ...] = ()
    fte: str = "1.0"
    is_trainee: bool = False


MEMBERS = (
    Member("beheerder", "Carlijn", "", "Overweg", Role.FUNCTIONEEL_BEHEERDER),
    Member("monitor", "Stefan", "van", "Reenen", Role.MONITOR),
    Member("teamleider", "Anneke", "", "Wolters", Role.TEAMLEIDER, (NOORD, VLIET), "0.45"),
    Member("teamleider2", "Hakan", "", "Tekin", Role.TEAMLEIDER, (ZUID, OOST), "0.45"),
    Member("trajectbegeleider", "Maaike", "van", "Dongen", IPS, (NOORD,), "1.0"),
    Member("ruud", "Ruud", "", "Verschoor", IPS, (NOORD,), "1.0"),
    Member("imane", "Imane", "el", "Fassi", IPS, (NOORD,), "0.8"),
    Member("ervaringsdeskundige", "Joris", "", "Hagen", ED, (NOORD,), "0.67"),
    Member("merel", "Merel", "", "Stam", ED, (NOORD,), "0.44", is_trainee=True),
    Member("casemanager", "Ali", "", "Erdem", CM, (NOORD,), "0.9"),
    Member("gonnie", "Gonnie", "de", "Jager", CM, (NOORD,), "0.8"),
    Member("lisanne", "Lisanne", "", "Prins", IPS, (ZUID,), "1.0"),
    Member("quincy", "Quincy", "", "Emanuels", IPS, (ZUID,), "1.0"),
    Member("noor", "Noor", "", "Tichelaar", ED, (ZUID, OOST), "0.4"),
    Member("bert", "Bert", "van der", "Kolk", CM, (ZUID,), "0.9"),
    Member("dorien", "Dorien", "", "Aalders", IPS, (OOST,), "1.0"),
    Member(LEAVER, "Frank", "", "Nieboer", IPS, (OOST,), "0.8"),
    Member(SUCCESSOR, "Sevim", "", "Aksoy", IPS, (OOST,), "0.8"),
    Member("jolanda", "Jolanda", "", "Wit", CM, (OOST,), "1.0"),
    Member("kwartiermaker", "Tamara", "", "Brandsma", KM, (VLIET,), "1.0"),
    Member("olaf", "Olaf", "", "Dijkgraaf", KM, (VLIET,), "0.8"),
    Member("wendy", "Wendy", "", "Rozema", ED, (VLIET,), "0.9"),
    Member("rachna", "Rachna", "", "Oedit", ED, (VLIET,), "0.67"),
    Member("pim", "Pim", "ter", "Braak", ED, (VLIET,), "0.5", is_trainee=True),
    Member("beheerder2", "Youssef", "", "Haddou", Role.FUNCTIONEEL_BEHEERDER),
)
LEADERS = {
    NOORD: "teamleider",
    VLIET: "teamleider",
    ZUID: "teamleider2",
    OOST: "teamleider2",
    "": "teamleider",
}


@dataclass(frozen=True, slots=True)
class Crew:
    teams: dict[str, Team]
    members: dict[str, User]

    def leader_of(self, team: str) -> User:
        return self.members[LEADERS[team]]


def make_crew(*, today: date, since: date) -> Crew:
    """Make the teams, the people and their memberships. The administrator comes first and makes the rest."""
    members: dict[str, User] = {}
    for number, member in enumerate(MEMBERS, start=1):
        members[member.username] = _make_member(member, number=number, by=members.get("beheerder"))
    administrator = members["beheerder"]
    name_organisation(**ORGANISATION, by=administrator)
    teams = {
        code: services.create_team(code=code, name=name, kind=kind, inhabitants=inhabitants, by=administrator)
        for code, (name, kind, inhabitants) in TEAMS.items()
    }
    for member in MEMBERS:
        for team in member.teams:
            _join(member, members[member.username], teams[team], today=today, since=since, by=administrator)
    return Crew(teams=teams, members=members)


def say_goodbye(crew: Crew, *, today: date) -> None:
    """Close the account of the colleague who left, once their clients are handed over."""
    membership = TeamMembership.objects.get(user=crew.members[LEAVER])
    administrator = crew.members["beheerder"]
    services.leave_team(membership=membership, on=left_on(today), by=administrator)
    services.deactivate_staff_member(user=crew.members[LEAVER], by=administrator)


def left_on(today: date) -> date:
    return today - timedelta(days=LEFT_DAYS_AGO)


def _make_member(member: Member, *, number: int, by: User | None) -> User:
    return services.create_staff_member(
        username=member.username,
        staff_number=f"M{number:03d}",
        first_name=member.first_name,
        name_prefix=member.name_prefix,
        last_name=member.last_name,
        email=f"{member.username}@voorbeeld.example",
        role=member.role,
        password=PASSWORD if member.username in ACCOUNTS else None,
        by=by,
    )


def _join(member: Member, user: User, team: Team, *, today: date, since: date, by: User) -> None:
    started_on = since
    if member.username == SUCCESSOR:
        started_on = left_on(today) + timedelta(days=1)
    elif member.is_trainee:
        started_on = today - timedelta(days=140)
    services.join_team(
        user=user,
        team=team,
        started_on=started_on,
        fte=Decimal(member.fte),
        is_trainee=member.is_trainee,
        by=by,
    )
