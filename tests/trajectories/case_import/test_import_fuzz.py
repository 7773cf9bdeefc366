"""Whatever stands in a file: a report, never an exception, and nothing written when something is refused."""

import random
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.folders import write_folder
from tests.trajectories.case_import.import_files import VALID, run_import, write_all
from trajectories.models import Employer, Trajectory

pytestmark = [pytest.mark.shows(19), pytest.mark.django_db]

NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "9" * 30,
    "2024-02-30",
    "31-12-9999",
    "12:00",
    "\x00",
    "é" * 500,
    "=1+1",
    "ja",
    "'",
    "١٢",
]
FEW = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def import_and_undo(folder, **options):
    with transaction.atomic():
        report = run_import(folder, **options)
        assert report.written == (not report.is_refused or options.get("skip_invalid", False))
        if not report.written:
            assert not Employer.objects.exists()
            assert not Trajectory.objects.exists()
        transaction.set_rollback(True)


@FEW
@given(data=st.data())
def test_any_text_in_any_cell_is_imported_or_refused(db, data):
    name = data.draw(st.sampled_from(list(VALID)))
    column = data.draw(st.sampled_from(list(VALID[name])))
    cell = data.draw(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]))))
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder), **{name: {column: cell}})
        import_and_undo(Path(folder), skip_invalid=data.draw(st.booleans()))


@FEW
@given(seed=st.integers(0, 10**6))
def test_files_damaged_at_random_are_imported_or_refused(db, seed):
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        write_folder(folder, seed=seed, clients=4)
        for path in Path(folder).glob("*.csv"):
            content = bytearray(path.read_bytes())
            for _ in range(rng.choice([0, 0, 1, 5])):
                place = rng.randrange(len(content))
                content[place : place + rng.choice([0, 1, 30])] = rng.choice(
                    [b'"', b"\n", b";", b"\xff", b"9", b""]
                )
            path.write_bytes(content)
        import_and_undo(Path(folder), skip_invalid=rng.choice([True, False]))
