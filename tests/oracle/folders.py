"""Random import folders, valid after docs/domain.md §10 and nasty; a seed gives the same folder each time."""

import random
from datetime import date, timedelta
from pathlib import Path

from tests.oracle.jobs import job_rows
from tests.oracle.styles import Moment, write_table

TODAY = date(2025, 12, 31)

FILES_MAY_BE_ABSENT = ("stages", "contacts", "assignments")

FIRST = [
    "Anna",
    "Piet",
    "Noor",
    "Ali",
    "Zoë",
    "Joris",
    "Maaike",
    "François",
    "Şirin",
    "Daniël",
    "Björn",
    "Eva",
    "",
]
LAST = [
    "Groot",
    "Jansen",
    "Çelik",
    "Müller",
    "Bakker",
    "O'Neill",
    "Wit-Zwart",
    "Ådland",
    "Smit",
    "IJzer",
    "Núñez",
]
PREFIX = ["", "", "", "de", "van der", "van 't", "in 't", "ten", "el"]
PLACES = ["Eindhoven", "'s-Hertogenbosch", "Súdwest-Fryslân", "Bergen (NH), gemeente", "Geldrop; Mierlo", ""]
FUNDERS = ["uwv", "gemeente", "zorgverzekeraar", "geen", ""]
TARGET_GROUPS = ["epa", "cmd", "jongere", "vluchteling", "dakloos", "verslaving", "overig", ""]
END_REASONS = [
    "doel_bereikt",
    "wens_client",
    "doorverwezen",
    "verhuizing",
    "geen_contact",
    "overleden",
    "overig",
]
STAGES = ["inloop", "dagbesteding", "begeleid_werk"]
NOTES = [
    "",
    "Belde terug.",
    'Zei: "ik wil in de keuken", niet ergens anders; volgende week weer',
    "Eerste regel\ntweede regel; met komma, en é",
    "'enkel' en \"dubbel\"\n\nlege regel ertussen",
    "= geen formule, € 12,50 reiskosten",
]


def write_folder(path, *, seed, clients=60, today=TODAY):
    """Write a folder of CSV files and give the names of the tables that it has."""
    rng = random.Random(f"{seed}/{clients}/{today}")
    world = build_world(rng, clients, today)
    for table in FILES_MAY_BE_ABSENT:
        if rng.random() < 0.06:
            del world[table]
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in world.items():
        write_table(folder / f"{table}.csv", table, rows, rng)
    return list(world)


def build_world(rng, clients, today):
    """All rows of all tables as Python values, None for an unknown one."""
    world = {"teams": team_rows(rng), "staff": staff_rows(rng, today)}
    world["clients"] = [client_row(rng, number, world["teams"], today) for number in range(1, clients + 1)]
    world["trajectories"] = trajectory_rows(rng, world["clients"], today)
    world["stages"] = [row for t in world["trajectories"] for row in stage_rows(rng, t, today)]
    world["jobs"] = job_rows(rng, world["trajectories"], today)
    world["assignments"] = assignment_rows(rng, world, today)
    world["contacts"] = contact_rows(rng, world, today)
    return world


# -- organisation --------------------------------------------------------------------------------------


def team_rows(rng):
    names = [("T1", "FACT Noord", "fact"), ("T2", "FACT Zuid; wijk 3, é", "fact"), ("T-3", "Súdwest", "fact")]
    rows = [
        {"team_code": code, "name": name, "kind": kind, "inhabitants": None} for code, name, kind in names
    ]
    return [*rows, {"team_code": "M1", "name": 'MSS "De Kempen"', "kind": "mss", "inhabitants": 57_000}]


def staff_rows(rng, today):
    posts = [
        (team, role)
        for team in ("T1", "T2", "T-3")
        for role in ["ips_trajectbegeleider"] * 2 + ["ervaringsdeskundige", "casemanager", "teamleider"]
    ]
    posts += [("M1", "kwartiermaker"), ("M1", "ervaringsdeskundige"), ("M1", "teamleider")]
    posts += [(None, "monitor"), (None, "functioneel_beheerder"), ("T1", "ips_trajectbegeleider")]
    rows = [staff_row(rng, number, team, role, today) for number, (team, role) in enumerate(posts, start=1)]
    rows[-1]["ended_on"] = today - timedelta(days=30)  # somebody who left, without a caseload
    return rows


def staff_row(rng, number, team, role, today):
    return {
        "staff_number": f"S{number:03}",
        "first_name": rng.choice(FIRST),
        "name_prefix": rng.choice(PREFIX),
        "last_name": rng.choice(LAST),
        "email": f"medewerker{number}@voorbeeld.example" if rng.random() < 0.8 else None,
        "role": role,
        "team_code": team,
        "fte": rng.choice([None, 0.5, 0.67, 0.8, 1.0]),
        "trainee": rng.choice([True, False, None]) if role == "ervaringsdeskundige" else False,
        "started_on": today - timedelta(days=365 * 6 + rng.randrange(400)),
        "ended_on": None,
    }


def client_row(rng, number, teams, today):
    births = [
        None,
        date(1988, 2, 29),
        date(1999, 12, 31),
        date(1960, 1, 1) + timedelta(days=rng.randrange(16_000)),
    ]
    return {
        "client_number": f"C{number:04}",
        "first_name": rng.choice(FIRST),
        "name_prefix": rng.choice(PREFIX),
        "last_name": rng.choice(LAST),
        "birth_date": rng.choice(births),
        "team_code": rng.choice([team["team_code"] for team in teams] * 2 + [None]),
        "municipality": rng.choice(PLACES),
        "phone": rng.choice([None, "06-12345678", "+31 40 123 45 67"]),
        "email": rng.choice([None, f"client{number}@voorbeeld.example"]),
    }


# -- trajectories --------------------------------------------------------------------------------------


def trajectory_rows(rng, clients, today):
    """None, one, two in a row, or ips and mss at the same time."""
    rows = []
    for client in clients:
        plan = rng.choices(["none", "ips", "in_a_row", "ips_and_mss", "mss"], weights=[6, 60, 18, 11, 5])[0]
        first = "mss" if plan == "mss" else "ips"
        own = [] if plan == "none" else [trajectory_row(rng, client, first, enrolment(rng, today), today)]
        if plan == "ips_and_mss":
            later = own[0]["enrolled_on"] + timedelta(days=rng.choice([0, 0, 10, 100]))
            own.append(trajectory_row(rng, client, "mss", min(later, today), today))
        if plan == "in_a_row" and own[0]["ended_on"] and own[0]["ended_on"] < today:
            again = own[0]["ended_on"] + timedelta(days=rng.choice([1, 1, 13, 60, 200]))
            own.append(trajectory_row(rng, client, "ips", min(again, today), today))
        rows += own
    for number, row in enumerate(rows, start=1):
        row["trajectory_number"] = f"TR-{number:04}"
    return rows


def enrolment(rng, today):
    """A day in the last four years, often one on which counting months or quarters goes wrong."""
    leap = next(date(year, 2, 29) for year in range(today.year, 1, -1) if is_past_leap_day(year, today))
    tricky = [
        leap,
        leap,
        date(today.year - 1, 8, 31),
        date(today.year - 2, 8, 31),
        date(today.year - 1, 11, 30),
    ]
    tricky += [date(today.year - 1, 12, 31), date(today.year, 1, 31), today, *edges(today)]
    usual = [today - timedelta(days=rng.randrange(4 * 365)) for _ in range(len(tricky))]
    return min(rng.choice(tricky + usual * 2), today)


def is_past_leap_day(year, today):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) and date(year, 2, 29) <= today


def edges(today):
    """First and last days of quarters and their neighbours: where a period begins and ends."""
    firsts = [date(year, month, 1) for year in (today.year - 1, today.year) for month in (1, 4, 7, 10)]
    near = [first + timedelta(days=shift) for first in firsts for shift in (-2, -1, 0, 1)]
    return [day for day in near if day <= today]


def trajectory_row(rng, client, kind, enrolled_on, today):
    ended_on = trajectory_end(rng, enrolled_on, today)
    approved_on = enrolled_on + timedelta(days=rng.choice([-20, 0, 30]))
    return {
        "trajectory_number": None,
        "client_number": client["client_number"],
        "kind": kind,
        "funder": rng.choice(FUNDERS),
        "target_group": rng.choice(TARGET_GROUPS),
        "referred_on": rng.choice([None, enrolled_on, enrolled_on - timedelta(days=rng.randrange(90))]),
        "enrolled_on": enrolled_on,
        "approved_on": rng.choice([None, min(approved_on, today)]),
        "ended_on": ended_on,
        "end_reason": rng.choice(END_REASONS) if ended_on else None,
        "hours_worked_at_enrolment": rng.choice([None, None, None, 0, 0, 0.5, 8.5, 24]),
    }


def trajectory_end(rng, enrolled_on, today):
    """Open, or an end that is not in the future: the same day, soon, late, or on the edge of a period."""
    later = [day for day in edges(today) if day >= enrolled_on]
    lengths = [0, rng.randrange(1, 40), rng.randrange(40, 1000), rng.randrange(200, 1000)]
    ends = [None] * 5 + [enrolled_on + timedelta(days=length) for length in lengths] + later[-1:]
    ended_on = rng.choice(ends + ([rng.choice(later)] if later else []))
    return ended_on if ended_on and ended_on <= today else None


def stage_rows(rng, trajectory, today):
    """Recorded stages one after the other, at least a day apart or adjacent, never on the same day."""
    last = trajectory["ended_on"] or today
    rows, day = [], trajectory["enrolled_on"] + timedelta(days=rng.choice([0, 0, 7]))
    while day <= last and len(rows) < 5 and rng.random() < 0.8:
        ended_on = min(day + timedelta(days=rng.choice([0, 30, 90, rng.randrange(400)])), last)
        rows.append(
            {
                "trajectory_number": trajectory["trajectory_number"],
                "stage": rng.choice(STAGES),
                "started_on": day,
                "ended_on": ended_on,
            }
        )
        day = ended_on + timedelta(days=rng.choice([1, 1, 20]))
    if rows and trajectory["ended_on"] is None and rng.random() < 0.7:
        rows[-1]["ended_on"] = None
    return rows


# -- people around the client --------------------------------------------------------------------------


def assignment_rows(rng, world, today):
    """One trajectbegeleider at a time (handed over on the next day), other professions beside them."""
    rows = []
    for client, start in sorted(first_enrolments(world).items()):
        around = [row for row in world["staff"] if row["ended_on"] is None]
        primary = [row for row in around if row["role"] == "ips_trajectbegeleider"]
        day = start
        for worker in rng.sample(primary, k=rng.choice([0, 1, 1, 2, 3])):
            if day > today:
                break
            ended_on = day + timedelta(days=rng.choice([0, 60, 500]))
            rows.append(assignment_row(client, worker, day, ended_on if ended_on < today else None))
            day = ended_on + timedelta(days=1)
        others = [
            row for row in around if row["role"] in ("ervaringsdeskundige", "casemanager", "kwartiermaker")
        ]
        for worker in rng.sample(others, k=rng.choice([0, 1, 2])):
            rows.append(assignment_row(client, worker, start, rng.choice([None, today])))
    return rows


def first_enrolments(world):
    found = {}
    for row in world["trajectories"]:
        day = found.setdefault(row["client_number"], row["enrolled_on"])
        found[row["client_number"]] = min(day, row["enrolled_on"])
    return found


def assignment_row(client, worker, started_on, ended_on):
    return {
        "client_number": client,
        "staff_number": worker["staff_number"],
        "role": worker["role"],
        "started_on": started_on,
        "ended_on": ended_on,
    }


def contact_rows(rng, world, today):
    rows, staff = [], [row["staff_number"] for row in world["staff"] if row["ended_on"] is None]
    for trajectory in world["trajectories"]:
        first, last = trajectory["enrolled_on"], trajectory["ended_on"] or today
        for _ in range(rng.randrange(5)):
            day = first + timedelta(days=rng.randrange((last - first).days + 1))
            at = Moment(day, rng.choice(["00:00", "08:05", "13:30", "23:59"]) if day < today else "00:00")
            rows.append(contact_row(rng, len(rows) + 1, staff, trajectory["client_number"], at))
    return rows


def contact_row(rng, number, staff, client, at):
    kind = rng.choice(["werk", "steun", "werkgever", "groep", "overleg"])
    employer = (
        rng.choice(["Bakkerij 't Hoekje", "Café Zoë; de bar", "Albert"]) if kind == "werkgever" else None
    )
    return {
        "contact_number": f"K{number:05}",
        "staff_number": rng.choice(staff),
        "client_number": None if employer and rng.random() < 0.5 else client,
        "employer": employer,
        "occurred_at": at,
        "minutes": rng.choice([None, 5, 30, 60, 95]),
        "kind": kind,
        "face_to_face": rng.choice([True, False, None]),
        "hiring_manager": rng.choice([True, False, None]) if employer else None,
        "location": rng.choice(
            [None, "instelling", "thuis", "werkplek", "elders", "telefoon", "beeldbellen"]
        ),
        "note": rng.choice(NOTES),
    }
