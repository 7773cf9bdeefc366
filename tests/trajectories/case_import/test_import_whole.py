"""No file leaves a hole, a double or a half row, in whatever form an office writes it (property test)."""

import csv
import io
import tempfile
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from staff.models import Team
from tests.trajectories.case_import.import_files import run_import, write_file
from trajectories.models import Job

pytestmark = [pytest.mark.shows(19), pytest.mark.django_db]

FEW = settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
)
EMPLOYERS = ["Bakkerij Zoë", "Café René & Co", 'De "Groene" Kas; Delft', "Súdwest, timmer\nen zaagwerk"]
# What stands in a cell, and what it means; None is refused.
DAYS = {"2024-04-01": date(2024, 4, 1), "1-4-2024": date(2024, 4, 1), "01/04/2024 0:00": date(2024, 4, 1),
        "20240401": date(2024, 4, 1), "1-4-24": None, "45383": None, "ooit": None, "": None}  # fmt: skip
HOURS = {"12,5": Decimal("12.5"), "12.50": Decimal("12.5"), "": "empty", "24.000": Decimal(24), "1e3": None,
         "169": None}  # fmt: skip
ANSWERS = {"ja": True, "WAAR": True, "f": False, "0": False, "": "empty", "misschien": None}
COLUMNS = ["job_number", "trajectory_number", "employer", "started_on", "hours_per_week", "regular_wage"]


@st.composite
def rows(draw):
    numbers = draw(st.lists(st.integers(1, 12), min_size=1, max_size=12))
    return [
        {
            "job_number": f"B{number}",
            "trajectory_number": draw(st.sampled_from(["T1", "T1", "T1", "T9"])),
            "employer": draw(st.sampled_from(EMPLOYERS)),
            "started_on": draw(st.sampled_from(list(DAYS))),
            "hours_per_week": draw(st.sampled_from(list(HOURS))),
            "regular_wage": draw(st.sampled_from(list(ANSWERS))),
        }
        for number in numbers
    ]


def meant(row):
    """What the row says, as it would be stored; None when something of it can't be read."""
    told = DAYS[row["started_on"]], HOURS[row["hours_per_week"]], ANSWERS[row["regular_wage"]]
    if None in told or row["trajectory_number"] == "T9":
        return None
    employer = " ".join(row["employer"].split())
    return (row["job_number"], employer, *(None if one == "empty" else one for one in told))


def write(folder, found, form):
    encoding, separator, is_workbook, blanks = form
    lines = [[*COLUMNS, *[""] * blanks], *([*row.values(), *[""] * blanks] for row in found), [""] * 3]
    if is_workbook:
        book = Workbook()
        for line in lines:
            book.active.append([cell or None for cell in line])
        book.save(folder / "jobs.xlsx")
        return
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(lines)
    (folder / "jobs.csv").write_bytes(text.getvalue().encode(encoding))


FORMS = st.tuples(
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
    st.integers(0, 2),
)


@contextmanager
def forgotten():
    """A block of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@FEW
@given(found=rows(), form=FORMS, skip_invalid=st.booleans())
def test_every_row_is_stored_as_it_stands_or_named_and_left_out(db, found, form, skip_invalid):
    with tempfile.TemporaryDirectory() as name, forgotten():
        folder = Path(name)
        for file in ("teams", "clients", "trajectories"):
            write_file(folder, file, {})
        assert not run_import(folder).is_refused
        write(folder, found, form)
        report = run_import(folder, skip_invalid=skip_invalid)
        first: dict[str, tuple | None] = {}
        for row in found:
            first.setdefault(row["job_number"], meant(row))
        right = sorted(told for told in first.values() if told)
        wrong = len(found) - len(right)
        jobs = report.files[-1]
        assert (jobs.read, jobs.refused) == (len(found), wrong)
        assert jobs.created + jobs.changed + jobs.unchanged == len(right)
        named = {one.line for one in report.refusals if one.file == "jobs.csv"}
        assert len(named) == wrong, "each row that was left out is named"
        stored = Job.objects.order_by("job_number").values_list(
            "job_number", "employer__name", "started_on", "hours_per_week", "regular_wage"
        )
        expected = right if skip_invalid or not wrong else []
        assert sorted(stored) == sorted(expected)
        assert Team.objects.count() == 1
        before = list(stored)
        run_import(folder, skip_invalid=skip_invalid)
        assert list(stored.all()) == before
