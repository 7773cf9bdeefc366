"""What a person withdrew does not come back by a file: it is asked, and the answer holds (ADR 58)."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import strip_tags

from clients.following.services import end_assignment, hand_over
from clients.models import Assignment, Client, ImportAnswer
from ipsplatform.common.errors import RuleError
from staff.models import Role, User
from tests.factories import TeamMembershipFactory, UserFactory
from tests.trajectories.case_import.import_files import all_rows, run_import, write_all, write_file
from tests.trajectories.case_import.test_import_uploads import ask
from trajectories.case_import import services as import_run
from trajectories.case_import.selectors.asked import (
    has_rows_that_do_not_fit,
    questions_of_imports,
    rows_that_do_not_fit,
)
from trajectories.contacts.services import withdraw_contact
from trajectories.jobs.services import call_off_job, withdraw_job
from trajectories.journey.services import withdraw_stage, withdraw_trajectory
from trajectories.models import Contact, Employer, ImportRun, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db]

LIST = reverse("trajectories:import_row_list")
WHY = "Hoort bij een andere cliënt."


def withdraw_job_of_the_file(by: User) -> None:
    withdraw_job(job=Job.objects.get(), reason=WHY, by=by)


def call_off_job_of_the_file(by: User) -> None:
    call_off_job(job=Job.objects.get(), why=WHY, by=by)


def withdraw_stage_of_the_file(by: User) -> None:
    withdraw_stage(period=StagePeriod.objects.get(), reason=WHY, by=by)


def withdraw_contact_of_the_file(by: User) -> None:
    withdraw_contact(contact=Contact.objects.get(), reason=WHY, by=by)


def withdraw_trajectory_of_the_file(by: User) -> None:
    withdraw_stage_of_the_file(by)
    withdraw_job_of_the_file(by)
    withdraw_trajectory(trajectory=Trajectory.objects.get(), reason=WHY, by=by)


def take_assignment_back(by: User) -> None:
    """Handed over on its first day; the next one has ended since."""
    given = Assignment.objects.get()
    member = TeamMembershipFactory(team=given.client.team, started_on=date(2024, 1, 1)).user
    hand_over(assignment=given, to=member, on=given.started_on, by=by)
    end_assignment(assignment=Assignment.objects.get(), on=date(2024, 2, 2), by=by)


KINDS = {
    "contact": (Contact, withdraw_contact_of_the_file, "contacts.csv: K1"),
    "job": (Job, withdraw_job_of_the_file, "jobs.csv: B1"),
    "job that did not come about": (Job, call_off_job_of_the_file, "jobs.csv: B1"),
    "stage": (StagePeriod, withdraw_stage_of_the_file, "stages.csv: T1 inloop 01-02-2024"),
    "trajectory": (Trajectory, withdraw_trajectory_of_the_file, "trajectories.csv: T1"),
    "assignment": (
        Assignment,
        take_assignment_back,
        "assignments.csv: C1 S1 ips_trajectbegeleider 01-02-2024",
    ),
}


@pytest.fixture
def folder(tmp_path):
    write_all(tmp_path)
    assert run_import(tmp_path).written
    return tmp_path


@pytest.fixture
def lead(folder) -> User:
    return UserFactory(teamleider=True, team=Client.objects.get().team)


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def withdrawn(request, folder, lead):
    """A row that the file names and somebody withdrew: its model, and what it is called."""
    model, withdraw, row = request.param
    withdraw(lead)
    return model, row


def answer(lead: User, row: str, said: ImportAnswer) -> None:
    import_run.answer_question(client=Client.objects.get(), row=row, answer=said, by=lead)


def asked(user: User) -> list[str]:
    return [one.row for one in questions_of_imports(user) if one.is_open]


def names_of(model) -> set:
    return {str(pk) for pk in model.objects.filter(**OF_THE_FILE.get(model, {})).values_list("pk", flat=True)}


OF_THE_FILE = {Assignment: {"user__staff_number": "S1"}}


def test_it_does_not_come_back_by_itself(folder, lead, withdrawn):
    model, row = withdrawn
    report = run_import(folder)
    assert report.written
    assert not names_of(model)
    assert asked(lead) == [row]
    (question,) = questions_of_imports(lead)
    assert question.because == ("" if model is Assignment else WHY)
    assert question.withdrawn.by == lead
    assert has_rows_that_do_not_fit(lead)
    assert rows_that_do_not_fit(lead) == []  # it is a question, no refusal


def test_it_comes_back_when_somebody_says_so(folder, lead, withdrawn):
    model, row = withdrawn
    run_import(folder)
    answer(lead, row, ImportAnswer.BACK)
    assert asked(lead) == []
    assert run_import(folder).written
    assert names_of(model)
    assert row not in asked(lead)


def test_it_stays_away_when_somebody_says_so(folder, lead, withdrawn):
    model, row = withdrawn
    run_import(folder)
    answer(lead, row, ImportAnswer.STAYS)
    before = all_rows()
    report = run_import(folder)
    assert not names_of(model)
    assert report.doubts == ()
    assert asked(lead) == []
    assert all_rows() == before  # nothing is left behind either, also no run


def test_another_answer_can_be_given(folder, lead, withdrawn):
    model, row = withdrawn
    run_import(folder)
    answer(lead, row, ImportAnswer.STAYS)
    answer(lead, row, ImportAnswer.BACK)
    run_import(folder)
    assert names_of(model)


def test_withdrawn_once_more_is_asked_once_more(folder, lead):
    withdraw_job_of_the_file(lead)
    run_import(folder)
    answer(lead, "jobs.csv: B1", ImportAnswer.BACK)
    run_import(folder)
    withdraw_job_of_the_file(lead)
    run_import(folder)
    assert not Job.objects.exists()
    assert asked(lead) == ["jobs.csv: B1"]


def test_what_hangs_on_a_withdrawn_trajectory_is_left_out_with_it(folder, lead):
    """Also by a file without the trajectory: it is no unknown number, and it is asked once."""
    withdraw_trajectory_of_the_file(lead)
    for name in ("trajectories", "contacts", "assignments", "clients", "staff", "teams"):
        (folder / f"{name}.csv").unlink()
    write_file(folder, "jobs", {"job_number": "B1"}, {"job_number": "B2"})
    report = run_import(folder)
    assert report.refusals == ()
    assert not Job.objects.exists()
    assert asked(lead) == ["trajectories.csv: T1"]


def test_a_row_that_is_there_again_asks_nothing(folder, lead):
    withdraw_job_of_the_file(lead)
    run_import(folder)
    Job.objects.create(
        job_number="B1",
        trajectory=Trajectory.objects.get(),
        employer=Employer.objects.get(),
        started_on=date(2024, 4, 1),
    )
    assert asked(lead) == []


def test_an_upload_tells_the_administrator_nothing(folder, lead, client):
    """Neither how many rows were left out, nor of whom (ADR 39)."""
    by = UserFactory(beheerder=True)
    withdraw_contact_of_the_file(lead)
    run = ask(folder, by)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert not Contact.objects.exists()
    assert run.report["doubts_total"] == 0
    client.force_login(by)
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert WHY not in page
    assert "K1" not in strip_tags(page)
    assert asked(lead) == ["contacts.csv: K1"]
    assert questions_of_imports(by) == []


def test_the_reason_is_stored_once(folder, lead):
    """In the log, where it goes with the file; not in the report of an import."""
    withdraw_contact_of_the_file(lead)
    run_import(folder)
    assert WHY not in str(ImportRun.objects.latest("pk").report)


def test_the_command_asks_too(folder, lead, capsys):
    withdraw_contact_of_the_file(lead)
    call_command("import_cases", folder)
    assert "contacts.csv" in capsys.readouterr().out.split("contacts.csv", 1)[1]


def test_only_who_sees_the_client_reads_it(folder, lead):
    withdraw_job_of_the_file(lead)
    run_import(folder)
    assert questions_of_imports(UserFactory(teamleider=True)) == []


# A contact that names no client: its author alone saw it

OWN = "contacts.csv: K2"


@pytest.fixture
def own(folder) -> User:
    """The author, who withdrew a talk with an employer that the file names again."""
    about_nobody = {"contact_number": "K2", "client_number": "", "kind": "werkgever", "employer": "Hotel Zon"}
    write_file(folder, "contacts", {}, about_nobody)
    assert run_import(folder).written
    User.objects.filter(staff_number="S1").update(is_active=True)
    author = User.objects.get(staff_number="S1")
    withdraw_contact(contact=Contact.objects.get(contact_number="K2"), reason=WHY, by=author)
    assert run_import(folder).written
    return author


def has_come_back() -> bool:
    return Contact.objects.filter(contact_number="K2").exists()


def test_a_contact_without_a_client_is_asked_of_its_author(own, lead):
    assert not has_come_back()
    assert asked(own) == [OWN]
    (question,) = questions_of_imports(own)
    assert (question.client, question.because, question.withdrawn.by) == (None, WHY, own)
    assert has_rows_that_do_not_fit(own)


@pytest.mark.parametrize("persona", ["teamleider", "ips_trajectbegeleider", "beheerder", "monitor"])
def test_nobody_else_reads_of_it(own, persona):
    role = {} if persona == "ips_trajectbegeleider" else {persona: True}
    other = UserFactory(**role, team=Client.objects.get().team)
    assert questions_of_imports(other) == []
    assert not has_rows_that_do_not_fit(other)
    with pytest.raises(RuleError):
        import_run.answer_question(client=None, row=OWN, answer=ImportAnswer.BACK, by=other)


@pytest.mark.parametrize("said", [ImportAnswer.BACK, ImportAnswer.STAYS])
def test_the_author_answers_on_the_page(own, folder, client, said):
    client.force_login(own)
    page = client.get(LIST).content.decode()
    assert WHY in page
    assert "Je eigen contact zonder cliënt" in page
    url = reverse("trajectories:import_own_row_answer")
    assert f'action="{url}"' in page
    assert client.post(url, {"row": OWN, "answer": said}).status_code == 302
    assert asked(own) == []
    before = all_rows()
    report = run_import(folder)
    assert has_come_back() == (said == ImportAnswer.BACK)
    assert report.doubts == ()
    assert (all_rows() == before) == (said == ImportAnswer.STAYS)


def test_the_author_can_answer_otherwise(own, folder):
    for said in (ImportAnswer.STAYS, ImportAnswer.BACK):
        import_run.answer_question(client=None, row=OWN, answer=said, by=own)
    run_import(folder)
    assert has_come_back()
    assert questions_of_imports(own) == []


def test_an_upload_tells_the_administrator_nothing_of_it_either(own, folder, client):
    by = UserFactory(beheerder=True)
    run = ask(folder, by)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert run.report["doubts_total"] == 0
    client.force_login(by)
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert WHY not in page
    assert OWN not in page
    assert questions_of_imports(by) == []


def test_who_lost_the_role_is_asked_nothing(own):
    User.objects.filter(pk=own.pk).update(role=Role.MONITOR)
    assert questions_of_imports(User.objects.get(pk=own.pk)) == []


# Two jobs that look like one


@pytest.fixture
def doubled(folder, lead):
    write_file(folder, "jobs", {}, {"job_number": "B2", "started_on": "2024-04-08"})
    assert run_import(folder).written
    return "jobs.csv: B2"


def test_a_job_beside_one_that_is_recorded_is_asked_about(doubled, lead):
    assert Job.objects.count() == 2
    assert asked(lead) == [doubled]


def test_a_correction_takes_the_reason_away(doubled, lead):
    withdraw_job(job=Job.objects.get(job_number="B1"), reason=WHY, by=lead)
    assert asked(lead) == []


def test_a_later_import_takes_the_reason_away(folder, doubled, lead):
    write_file(folder, "jobs", {"job_number": "B2", "started_on": "2024-08-08"})
    run_import(folder)
    assert asked(lead) == []


@pytest.mark.parametrize("said", [ImportAnswer.RIGHT, ImportAnswer.IGNORED])
def test_what_was_answered_is_not_asked_again(folder, doubled, lead, said):
    answer(lead, doubled, said)
    write_file(folder, "jobs", {}, {"job_number": "B2", "started_on": "2024-04-09"})
    assert run_import(folder).doubts == ()
    assert asked(lead) == []


def test_nothing_else_is_an_answer(doubled, lead):
    for row, said in ((doubled, ImportAnswer.BACK), ("jobs.csv: B9", ImportAnswer.RIGHT), (doubled, "")):
        with pytest.raises(RuleError):
            answer(lead, row, said)
    assert asked(lead) == [doubled]


# The page


def test_the_page_asks_and_takes_the_answer(client, folder, lead):
    withdraw_job_of_the_file(lead)
    run_import(folder)
    client.force_login(lead)
    page = client.get(LIST).content.decode()
    assert WHY in page
    assert "Klopt dit?" in page
    url = reverse("trajectories:import_row_answer", args=[Client.objects.get().public_id])
    assert client.post(url, {"row": "jobs.csv: B1", "answer": "stays"}).status_code == 302
    page = client.get(LIST).content.decode()
    assert "Klopt dit?" not in page
    assert "het blijft ingetrokken" in page
    overview = reverse("trajectories:client_overview", args=[Client.objects.get().public_id])
    assert "jobs.csv: B1" in client.get(overview).content.decode()  # who answered what, in the history


def test_who_may_not_write_there_reads_without_buttons(client, folder, lead):
    withdraw_job_of_the_file(lead)
    run_import(folder)
    colleague = TeamMembershipFactory(team=Client.objects.get().team).user
    client.force_login(colleague)
    page = client.get(LIST).content.decode()
    assert WHY in page
    assert 'name="answer"' not in page
    url = reverse("trajectories:import_row_answer", args=[Client.objects.get().public_id])
    assert client.post(url, {"row": "jobs.csv: B1", "answer": "stays"}).status_code == 403
