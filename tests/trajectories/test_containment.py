"""One rule of containment: the same table tried against the database, the page and the file (ADR 48)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from staff.models import Team
from tests.factories import UserFactory
from tests.filled_forms import open_form
from tests.trajectories.case_import.import_files import run_import, write_all
from trajectories.models import Contact, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

ENDED = {"ended_on": "2024-06-30", "end_reason": "overig"}


@dataclass(frozen=True)
class Case:
    """What is wrong: in a row of a file, in a row of the database, in the form of the page."""

    file: str
    model: type[models.Model]
    values: dict[str, object]
    page: str
    column: str
    beside: dict[str, dict[str, str]]

    def in_file(self) -> dict[str, dict[str, str]]:
        texts = {name: str(value or "").removesuffix("+00:00") for name, value in self.values.items()}
        return self.beside | {self.file: self.beside.get(self.file, {}) | texts}

    def typed(self) -> dict[str, object]:
        return {name: "" if value is None else value for name, value in self.values.items()}


def stage(column: str, ended: bool = False, **values) -> Case:
    beside = {"trajectories": ENDED} if ended else {}
    return Case("stages", StagePeriod, values, "stage_correct", column, beside)


def trajectory(column: str, **values) -> Case:
    return Case("trajectories", Trajectory, values, "trajectory_correct", column, {})


CASES = {
    "a stage before its trajectory": stage("started_on", started_on=date(2024, 1, 31)),
    "a stage after its trajectory": stage("ended_on", ended=True, ended_on=date(2024, 7, 1)),
    "an open stage in an ended trajectory": stage("ended_on", ended=True, ended_on=None),
    "an enrolment before the birth": trajectory("enrolled_on", enrolled_on=date(1990, 4, 30)),
    "a referral before the birth": trajectory("referred_on", referred_on=date(1990, 4, 30)),
    "a contact before the birth": Case(
        "contacts", Contact, {"occurred_at": datetime(1990, 4, 30, 9, tzinfo=UTC)}, "contact_correct",
        "occurred_at", {},
    ),
    "aftercare of somebody who lives": Case(
        "contacts", Contact, {"kind": "nazorg"}, "contact_correct", "kind", {}
    ),
    "a job after its trajectory": Case(
        "jobs", Job, {"started_on": date(2024, 7, 1)}, "job_correct", "started_on", {"trajectories": ENDED}
    ),
}  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda name: name.replace(" ", "-"))
def case(request) -> Case:
    return CASES[request.param]


def test_a_file_is_refused_with_line_and_column(case, tmp_path):
    write_all(tmp_path, **case.in_file())
    report = run_import(tmp_path)
    wrong = [one for one in report.refusals if not one.follows]
    assert [(one.file, one.line, one.column) for one in wrong] == [(f"{case.file}.csv", 2, case.column)]
    assert not report.written


def test_the_database_refuses_it(case, tmp_path):
    write_all(tmp_path, **case.beside)
    assert run_import(tmp_path).written
    with pytest.raises(IntegrityError), transaction.atomic():
        case.model.objects.update(**case.values)


def test_the_page_refuses_it_beside_the_field(case, tmp_path):
    write_all(tmp_path, **case.beside)
    assert run_import(tmp_path).written
    row, browser = case.model.objects.get(), Browser()
    author = getattr(row, "staff", None)
    lead = author or UserFactory(teamleider=True, team=Team.objects.get())
    browser.force_login(lead)
    url = reverse(f"trajectories:{case.page}", args=[row.public_id])
    form = open_form(browser, url)
    values = {name: found[0] for name, found in form.values.items() if found}
    answer = browser.post(url, values | case.typed())
    assert answer.status_code == 200
    assert case.column in answer.context["form"].errors
    row.refresh_from_db()
    assert all(getattr(row, name) != value for name, value in case.values.items())


def test_a_correct_folder_is_written(tmp_path):
    write_all(tmp_path, trajectories=ENDED, stages={"ended_on": "2024-06-30"})
    assert run_import(tmp_path).written
    assert Client.objects.get().trajectories.get().stage_periods.get().ended_on == date(2024, 6, 30)


def test_an_end_from_a_file_ends_the_stage_that_is_open(tmp_path):
    """As the page does; the file of the stages may close it itself, whichever is read first."""
    write_all(tmp_path, stages={"ended_on": ""}, jobs={"started_on": "2024-02-01"})
    assert run_import(tmp_path).written
    stops = {"ended_on": "2024-06-30"}
    jobs = {"started_on": "2024-02-01"} | stops
    write_all(tmp_path, trajectories=ENDED, stages={"ended_on": "2024-05-31"}, assignments=stops, jobs=jobs)
    assert run_import(tmp_path).written
    assert StagePeriod.objects.get().ended_on == date(2024, 5, 31)
    StagePeriod.objects.update(ended_on=date(2024, 4, 30))
    Trajectory.objects.update(ended_on=None, end_reason="")
    StagePeriod.objects.update(ended_on=None)
    (tmp_path / "stages.csv").unlink()
    assert run_import(tmp_path).written
    assert StagePeriod.objects.get().ended_on == date(2024, 6, 30)
