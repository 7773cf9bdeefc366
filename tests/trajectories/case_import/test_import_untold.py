"""A file that does not say whether a job is paid, or whether two people saw each other, is told so."""

import pytest

from tests.trajectories.case_import.import_files import run_import, write_all, write_file
from trajectories.models import COMPETITIVE_FLAGS, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

YES = dict.fromkeys(COMPETITIVE_FLAGS, "ja")
OF_A_JOB = "Of 1 job the file does not say whether it is a paid job"
OF_A_CONTACT = "Of 1 contact the file does not say whether you saw each other."


def told(folder):
    return " ".join(run_import(folder, dry_run=True, skip_invalid=True).notices)


@pytest.mark.parametrize(
    ("cells", "untold"),
    [({}, True), *(({flag: ""}, True) for flag in YES), (YES, False), ({"regular_wage": "nee"}, False)],
)
def test_job_without_an_answer_is_counted(tmp_path, cells, untold):
    write_all(tmp_path, jobs=(YES if cells else {}) | cells, contacts={"face_to_face": "ja"})
    assert (OF_A_JOB in told(tmp_path)) == untold


@pytest.mark.parametrize(("answer", "untold"), [("", True), ("ja", False), ("nee", False)])
def test_contact_without_an_answer_is_counted(tmp_path, answer, untold):
    write_all(tmp_path, jobs=YES, contacts={"face_to_face": answer})
    assert (OF_A_CONTACT in told(tmp_path)) == untold


def test_several_are_counted_together_and_refused_rows_are_not(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "jobs", *({"job_number": f"B{number}"} for number in range(3)), {"employer": ""})
    assert "Of 3 jobs the file does not say" in told(tmp_path)


def test_what_is_recorded_does_not_change_the_count(tmp_path):
    """Otherwise the number would tell what is recorded about somebody."""
    write_all(tmp_path, jobs=YES)
    run_import(tmp_path)
    assert Job.objects.get().is_competitive
    write_file(tmp_path, "jobs", {})
    assert OF_A_JOB in told(tmp_path)


def test_a_file_that_tells_all_has_no_such_sentence(tmp_path):
    write_all(tmp_path, jobs=YES, contacts={"face_to_face": "ja"})
    assert told(tmp_path) == ""


def test_row_that_does_not_fit_what_is_recorded_is_counted_as_well(tmp_path):
    write_all(tmp_path, jobs=YES)
    run_import(tmp_path)
    write_file(tmp_path, "clients", {}, {"client_number": "C2"})
    write_file(tmp_path, "trajectories", {}, {"trajectory_number": "T2", "client_number": "C2"})
    write_file(tmp_path, "jobs", {"trajectory_number": "T2"})  # B1 is recorded with T1
    report = run_import(tmp_path, dry_run=True, skip_invalid=True)
    assert report.compared_total == 1
    assert OF_A_JOB in " ".join(report.notices)
