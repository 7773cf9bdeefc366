"""An end of support in a file ripples as on a page: what goes on is asked, nobody ends it unseen (ADR 60)."""

from datetime import date

import pytest
from django.urls import reverse

from clients.models import Assignment, Client, ImportAnswer
from staff.models import AuditEvent, User
from tests.factories import TeamMembershipFactory, UserFactory
from tests.filled_forms import open_form
from tests.harness import StrictClient
from tests.trajectories.case_import.import_files import all_rows, run_import, write_all, write_file
from tests.trajectories.case_import.test_import_uploads import ask
from trajectories.case_import import services as import_run
from trajectories.case_import.selectors.asked import questions_of_imports
from trajectories.jobs.services import becomes_name
from trajectories.journey.services import Followers
from trajectories.models import AfterSupport, ImportRun, Job, StagePeriod, Trajectory

pytestmark = pytest.mark.django_db

END = {"ended_on": "2024-06-30", "end_reason": "wens_client"}
ROW = "trajectories.csv: T1, ended_on 30-06-2024, wens_client"
DIED = {"ended_on": "2024-06-30", "end_reason": "overleden"}
LIST = reverse("trajectories:import_row_list")
JOB_ENDED = {"ended_on": "2024-05-31", "end_reason": "ontslagen"}
STOPPED = {"ended_on": "2024-06-30"}


@pytest.fixture
def folder(tmp_path):
    """A client with an open stage and job, whom S1 follows; the next night all files but one come again."""
    write_all(tmp_path, stages={"ended_on": ""})
    assert run_import(tmp_path).written
    (tmp_path / "stages.csv").unlink()
    return tmp_path


@pytest.fixture
def lead(folder) -> User:
    return UserFactory(teamleider=True, team=Client.objects.get().team)


def asked(user: User) -> list[str]:
    return [one.row for one in questions_of_imports(user) if one.is_open]


def ends(folder, **more) -> None:
    write_file(folder, "trajectories", END | more)


def still_open() -> list[str]:
    rows = (Trajectory, StagePeriod, Job, Assignment)
    return [row.__name__ for row in rows if row.objects.filter(ended_on=None).exists()]


EVERYTHING = ["Trajectory", "StagePeriod", "Job", "Assignment"]


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ({}, EVERYTHING),
        ({"jobs": JOB_ENDED}, ["Trajectory", "StagePeriod", "Assignment"]),
        ({"assignments": STOPPED}, ["Trajectory", "StagePeriod", "Job"]),
    ],
    ids=["nothing", "the job alone", "who follows alone"],
)
def test_what_the_files_leave_open_is_asked_and_nothing_ends_or_goes_on_unseen(folder, lead, said, goes_on):
    ends(folder)
    for name, row in said.items():
        write_file(folder, name, row)
    report = run_import(folder)
    assert report.written
    assert not report.is_refused
    (doubt,) = report.doubts
    assert (doubt.file, doubt.line, doubt.column) == ("trajectories.csv", 2, "ended_on")
    assert still_open() == goes_on
    assert asked(lead) == [ROW]


def test_it_ends_when_the_same_files_say_what_becomes_of_everything(folder, lead):
    ends(folder)
    write_file(folder, "jobs", JOB_ENDED)
    write_file(folder, "assignments", STOPPED)
    report = run_import(folder)
    assert report.doubts == ()
    assert still_open() == []
    assert StagePeriod.objects.get().ended_on == date(2024, 6, 30)  # the stage ends with it, as on the page
    assert asked(lead) == []


def test_a_job_of_the_same_file_is_asked_about_too(folder, lead):
    """The most frequent end there is: somebody found work, and the support stops."""
    write_file(folder, "jobs", JOB_ENDED, {"job_number": "B2", "started_on": "2024-06-10"})
    write_file(folder, "assignments", STOPPED)
    ends(folder, end_reason="doel_bereikt")
    assert run_import(folder).written
    assert Job.objects.get(job_number="B2").ended_on is None
    assert asked(lead) == ["trajectories.csv: T1, ended_on 30-06-2024, doel_bereikt"]


def test_with_another_support_that_runs_who_follows_is_not_asked(folder, lead):
    write_file(folder, "trajectories", END, {"trajectory_number": "T2", "kind": "mss"})
    write_file(folder, "jobs", JOB_ENDED)
    assert run_import(folder).doubts == ()
    assert Trajectory.objects.get(ended_on=None).trajectory_number == "T2"


def test_of_a_support_that_was_never_open_here_everything_stands_in_the_files(tmp_path):
    write_all(tmp_path, trajectories=END)
    assert run_import(tmp_path).doubts == ()
    assert still_open() == ["Job", "Assignment"]


def test_the_day_of_an_end_can_be_corrected_by_a_file(folder, lead):
    answer_on_its_page(folder, lead)
    ends(folder, ended_on="2024-07-02")
    assert run_import(folder).doubts == ()
    assert Trajectory.objects.get().ended_on == date(2024, 7, 2)


# What the end takes along


def test_the_next_support_waits_with_it_and_comes_after_the_answer(folder, lead):
    """It is no refusal: the rest of the folder is written, and nothing is told twice."""
    write_file(folder, "trajectories", {"trajectory_number": "T2", "enrolled_on": "2024-09-01"}, END)
    write_file(folder, "stages", {"trajectory_number": "T2", "started_on": "2024-09-01", "ended_on": ""})
    write_file(folder, "jobs", {"job_number": "B2", "trajectory_number": "T2", "started_on": "2024-09-02"})
    report = run_import(folder)
    assert report.written
    assert report.refusals == ()
    assert asked(lead) == [ROW]
    assert not Job.objects.filter(job_number="B2").exists()
    answer_on_its_page(folder, lead)
    assert run_import(folder).refusals == ()
    assert Trajectory.objects.get(ended_on=None).trajectory_number == "T2"
    assert Job.objects.get(job_number="B2").trajectory.trajectory_number == "T2"


def test_what_begins_after_the_end_of_the_file_is_refused_as_before(folder):
    ends(folder)
    write_file(folder, "jobs", {}, {"job_number": "B2", "started_on": "2024-07-01"})
    (refusal,) = run_import(folder).refusals
    assert (refusal.file, refusal.line, refusal.column) == ("jobs.csv", 3, "started_on")


# The answer


def answer_on_its_page(folder, user: User, *, becomes: str = AfterSupport.GOES_ON) -> None:
    """By the link of the question: the page asks everything that is open, with day and reason filled in."""
    if not asked(user):
        ends(folder)
        run_import(folder)
    browser = StrictClient()
    browser.force_login(user)
    trajectory = Trajectory.objects.get(trajectory_number="T1")
    url = reverse("trajectories:trajectory_end", args=[trajectory.public_id])
    link = f"{url}?on=2024-06-30&amp;reason=wens_client"
    assert link in browser.get(LIST).content.decode()
    form = open_form(browser, link.replace("&amp;", "&"))
    assert (form.values["on"], form.values["reason"]) == (["30-06-2024"], ["wens_client"])
    form.type_in(becomes_name(trajectory.jobs.get()), becomes)
    form.type_in("followers", Followers.STOP)
    assert browser.post(form.action, form.values).status_code == 302


def test_the_answer_is_the_page_that_ends_a_support(folder, lead):
    answer_on_its_page(folder, lead)
    trajectory = Trajectory.objects.get()
    assert (trajectory.ended_on, trajectory.end_reason) == (date(2024, 6, 30), "wens_client")
    assert Assignment.objects.get().ended_on is not None
    assert Job.objects.get().ended_on is None
    assert AuditEvent.objects.filter(action="job_asked_about").exists()
    assert asked(lead) == []
    before = all_rows()
    assert run_import(folder).doubts == ()
    assert all_rows() == before  # also who followed: the file still says that it goes on


def test_who_follows_answers_as_well(folder, lead):
    follows = User.objects.get(staff_number="S1")
    User.objects.filter(pk=follows.pk).update(is_active=True)
    ends(folder)
    run_import(folder)
    answer_on_its_page(folder, User.objects.get(pk=follows.pk))
    assert still_open() == ["Job"]


def test_the_support_goes_on_when_somebody_says_so(folder, lead):
    ends(folder)
    run_import(folder)
    import_run.answer_question(client=Client.objects.get(), row=ROW, answer=ImportAnswer.GOES_ON, by=lead)
    before = all_rows()
    assert run_import(folder).doubts == ()
    assert still_open() == EVERYTHING
    assert asked(lead) == []
    assert all_rows() == before
    (answered,) = questions_of_imports(lead)  # it can still be ended: the link stays under what was answered
    assert answered.ending.trajectory == Trajectory.objects.get()


def test_another_day_in_the_file_is_asked_again_and_asked_once(folder, lead):
    ends(folder)
    run_import(folder)
    import_run.answer_question(client=Client.objects.get(), row=ROW, answer=ImportAnswer.GOES_ON, by=lead)
    ends(folder, ended_on="2025-01-31")
    run_import(folder)
    assert [(one.row, one.is_open) for one in questions_of_imports(lead)] == [
        ("trajectories.csv: T1, ended_on 31-01-2025, wens_client", True)
    ]


def test_an_upload_tells_the_administrator_nothing(folder, lead, client):
    by = UserFactory(beheerder=True)
    ends(folder)
    run = ask(folder, by)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert run.report["doubts_total"] == 0
    assert still_open() == EVERYTHING
    client.force_login(by)
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert "Volgens het bestand" not in page
    assert asked(lead) == [ROW]
    assert questions_of_imports(by) == []


def test_a_dry_run_says_the_same(folder, lead):
    ends(folder)
    before = all_rows()
    assert [one.row for one in run_import(folder, dry_run=True).doubts] == [ROW]
    assert all_rows() == before


def test_who_may_only_read_the_file_has_no_link(folder, lead, client):
    ends(folder)
    run_import(folder)
    client.force_login(TeamMembershipFactory(team=Client.objects.get().team).user)
    page = client.get(LIST).content.decode()
    assert "Volgens het bestand" in page
    assert "/end/?on=" not in page


# A death


def test_a_death_in_a_file_leads_to_its_own_form(folder, lead, client):
    """Whatever is left open: the client would go on ageing, and be listed and rung up."""
    write_file(folder, "trajectories", DIED)
    write_file(folder, "jobs", JOB_ENDED)
    write_file(folder, "assignments", STOPPED)
    assert run_import(folder).written
    assert Trajectory.objects.get().is_open
    client.force_login(lead)
    url = reverse("trajectories:death_record", args=[Client.objects.get().public_id])
    assert f"{url}?on=2024-06-30" in client.get(LIST).content.decode()
    form = open_form(client, f"{url}?on=2024-06-30")
    assert form.values["on"] == ["30-06-2024"]
    form.type_in("told_by", "Een zus.")
    assert client.post(form.action, form.values).status_code == 302
    assert Client.objects.get().died_on == date(2024, 6, 30)
    assert still_open() == []
    assert asked(lead) == []
    assert run_import(folder).doubts == ()


def test_a_death_is_asked_of_a_client_whom_the_files_make_as_well(tmp_path):
    write_all(tmp_path, trajectories=DIED, jobs=JOB_ENDED, assignments=STOPPED)
    assert run_import(tmp_path).written
    lead = UserFactory(teamleider=True, team=Client.objects.get().team)
    row = "trajectories.csv: T1, ended_on 30-06-2024, overleden"
    assert asked(lead) == [row]
    import_run.answer_question(client=Client.objects.get(), row=row, answer=ImportAnswer.IGNORED, by=lead)
    assert asked(lead) == []


def test_the_report_of_an_import_that_only_asks_is_kept(folder, lead):
    runs = ImportRun.objects.count()
    ends(folder)
    run_import(folder)
    assert ImportRun.objects.count() == runs + 1


@pytest.mark.parametrize("asked", ["?on=morgen&reason=x", "?on=9999-99-99", "?on=0001-01-01", "?on="])
@pytest.mark.parametrize("name", ["trajectory_end", "death_record"])
def test_a_link_with_nonsense_opens_the_page_as_it_always_does(folder, lead, client, name, asked):
    client.force_login(lead)
    row = Trajectory.objects.get() if name == "trajectory_end" else Client.objects.get()
    assert client.get(reverse(f"trajectories:{name}", args=[row.public_id]) + asked).status_code == 200
