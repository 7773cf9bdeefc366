"""Small import folders for the tests: one valid row per file, in which a test changes what matters."""

import csv
from pathlib import Path

from django.apps import apps
from django.db import connection

from trajectories.case_import.tables.report import ImportReport
from trajectories.case_import.tables.running import import_cases
from trajectories.case_import.tables.source import FolderSource

VALID: dict[str, dict[str, str]] = {
    "teams": {"team_code": "N", "name": "FACT Noord", "kind": "fact"},
    "staff": {
        "staff_number": "S1",
        "last_name": "Visser",
        "role": "ips_trajectbegeleider",
        "team_code": "N",
        "fte": "0,8",
        "started_on": "2024-01-01",
        "ended_on": "",
    },
    "clients": {"client_number": "C1", "last_name": "Groot", "team_code": "N", "birth_date": "1990-05-01"},
    "assignments": {
        "client_number": "C1",
        "staff_number": "S1",
        "role": "ips_trajectbegeleider",
        "started_on": "2024-02-01",
        "ended_on": "",
    },
    "trajectories": {
        "trajectory_number": "T1",
        "client_number": "C1",
        "kind": "ips",
        "enrolled_on": "2024-02-01",
        "ended_on": "",
        "end_reason": "",
        "hours_worked_at_enrolment": "",
    },
    "stages": {
        "trajectory_number": "T1",
        "stage": "inloop",
        "started_on": "2024-02-01",
        "ended_on": "2024-03-31",
    },
    "jobs": {
        "job_number": "B1",
        "trajectory_number": "T1",
        "employer": "Bakkerij De Korenschoof",
        "started_on": "2024-04-01",
        "ended_on": "",
        "hours_per_week": "12,5",
        "end_reason": "",
    },
    "contacts": {
        "contact_number": "K1",
        "staff_number": "S1",
        "client_number": "C1",
        "employer": "",
        "occurred_at": "2024-02-03 10:00",
        "minutes": "30",
        "kind": "werk",
        "note": "",
    },
}
OWN_APPS = ("staff", "clients", "trajectories", "reports")


def write_file(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    """Write rows that are valid but for what they name; the columns are those of all rows together."""
    filled = [VALID[name] | row for row in rows]
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in filled for key in row)))
        writer.writeheader()
        writer.writerows(filled)
    return path


def write_all(folder: Path, **changes: dict[str, str]) -> None:
    """One row in every file; `stages={"ended_on": ""}` changes that of one file."""
    for name in VALID:
        write_file(folder, name, changes.get(name, {}))


def run_import(
    folder: Path, *, dry_run: bool = False, skip_invalid: bool = False, allow_emptying: bool = False
) -> ImportReport:
    return import_cases(
        source=FolderSource(folder),
        dry_run=dry_run,
        skip_invalid=skip_invalid,
        allow_emptying=allow_emptying,
        by=None,
    )


def all_rows() -> dict[str, list]:
    """Every stored value of our own tables, with the version of each row: an empty update shows too."""
    rows = {}
    for model in apps.get_models():
        if model._meta.app_label in OWN_APPS:
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT xmin::text, * FROM "{model._meta.db_table}" ORDER BY "{model._meta.pk.column}"'
                )
                rows[model._meta.label] = cursor.fetchall()
    return rows


def refused(folder: Path, **options: bool) -> list[tuple[str, int, str, str]]:
    """The refusals of an import of `folder`, as tuples."""
    report = run_import(folder, **options)
    return [(one.file, one.line, one.column, one.reason) for one in report.refusals]
