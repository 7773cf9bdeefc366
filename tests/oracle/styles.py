"""The tables of a folder, and the ways in which an office may write them."""

import csv
from dataclasses import dataclass
from datetime import date

COLUMNS = {
    "teams": "team_code name kind inhabitants",
    "staff": "staff_number first_name name_prefix last_name email role team_code fte trainee"
    " started_on ended_on",
    "clients": "client_number first_name name_prefix last_name birth_date team_code municipality phone email",
    "assignments": "client_number staff_number role started_on ended_on",
    "trajectories": "trajectory_number client_number kind funder target_group referred_on enrolled_on"
    " approved_on ended_on end_reason hours_worked_at_enrolment",
    "stages": "trajectory_number stage started_on ended_on",
    "jobs": "job_number trajectory_number employer occupation started_on ended_on hours_per_week contract"
    " open_to_anyone regular_wage regular_employer end_reason",
    "contacts": "contact_number staff_number client_number employer occurred_at minutes kind face_to_face"
    " hiring_manager location note",
}


MAY_BE_ABSENT = {  # columns without which the rest of the file keeps its meaning
    "teams": "inhabitants",
    "staff": "first_name name_prefix email fte trainee",
    "clients": "first_name name_prefix birth_date municipality phone email",
    "assignments": "",
    "trajectories": "referred_on approved_on",
    "stages": "",
    "jobs": "occupation hours_per_week contract",
    "contacts": "minutes hiring_manager location note",
}


@dataclass(frozen=True)
class Moment:
    day: date
    clock: str


@dataclass(frozen=True)
class Style:
    """The habits of the program that exported the file."""

    separator: str
    encoding: str
    dutch_dates: bool
    decimal_comma: bool
    yes_no: tuple[str, str]
    line_end: str


def random_style(rng):
    return Style(
        separator=rng.choice(",;"),
        encoding=rng.choice(["utf-8", "utf-8-sig"]),
        dutch_dates=rng.random() < 0.5,
        decimal_comma=rng.random() < 0.5,
        yes_no=rng.choice([("yes", "no"), ("ja", "nee")]),
        line_end=rng.choice(["\n", "\r\n"]),
    )


def write_table(path, table, rows, rng):
    style, optional = random_style(rng), MAY_BE_ABSENT[table].split()
    columns = [name for name in COLUMNS[table].split() if name not in optional or rng.random() < 0.85]
    if rng.random() < 0.3:
        rng.shuffle(columns)
    with path.open("w", encoding=style.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=style.separator, lineterminator=style.line_end)
        writer.writerow(columns)
        for row in rng.sample(rows, k=len(rows)):
            writer.writerow([render(row[name], style) for name in columns])


def render(value, style):
    """A cell as that program writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return style.yes_no[0 if value else 1]
    if isinstance(value, float):
        return str(value).replace(".", "," if style.decimal_comma else ".")
    if isinstance(value, Moment):
        return render(value.day, style) + " " + value.clock
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y") if style.dutch_dates else value.isoformat()
    return str(value)
