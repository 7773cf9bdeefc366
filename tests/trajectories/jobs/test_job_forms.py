"""Register, correct and end a job, with what comes next, through the pages."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from staff.models import AuditEvent
from tests.factories import JobFactory, StagePeriodFactory, TrajectoryFactory
from tests.personas import MAY_WRITE_IN_THE_FILE
from trajectories.models import Job, Stage, StagePeriod

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def job(trajectory):
    return JobFactory(trajectory=trajectory)


def register_url(trajectory) -> str:
    return reverse("trajectories:job_register", args=[trajectory.public_id])


def url(name, job) -> str:
    return reverse(f"trajectories:job_{name}", args=[job.public_id])


def typed(**changes) -> dict:
    return {
        "form_number": uuid.uuid4(),
        "employer_name": "Hotel De Kade",
        "occupation": "kok",
        "started_on": "2026-02-02",
        "hours_per_week": "16",
        "contract": "tijdelijk",
        "open_to_anyone": "yes",
        "regular_wage": "yes",
        "regular_employer": "yes",
        **changes,
    }


def ended(**changes) -> dict:
    return {"on": "2026-03-01", "reason": "contract_afgelopen", "what_next": "stay", **changes}


def test_job_is_registered_from_any_stage(client, trajectory):
    response = client.post(register_url(trajectory), typed())
    assert response.url == reverse("trajectories:client_work", args=[trajectory.client.public_id])
    job = Job.objects.get()
    assert (job.employer.name, job.occupation, job.hours_per_week, job.is_competitive) == (
        "Hotel De Kade",
        "kok",
        16,
        True,
    )


def test_questions_begin_unanswered_and_may_stay_so(client, trajectory):
    form = client.get(register_url(trajectory)).context["form"]
    assert form["regular_wage"].value() == "unknown"
    client.post(register_url(trajectory), typed(regular_wage="unknown", open_to_anyone="no"))
    job = Job.objects.get()
    assert (job.open_to_anyone, job.regular_wage, job.is_competitive) == (False, None, False)


def test_sending_twice_registers_once(client, trajectory):
    form = typed()
    assert [client.post(register_url(trajectory), form).status_code for _ in range(2)] == [302, 302]
    assert Job.objects.count() == 1


def test_job_that_has_been_agreed_may_start_later(client, trajectory):
    client.post(register_url(trajectory), typed(started_on="2026-04-01"))
    assert Job.objects.get().started_on == date(2026, 4, 1)


def test_without_open_stage_nothing_is_asked_about_it(client, trajectory):
    assert "stage_goes_on" not in client.get(register_url(trajectory)).context["form"].fields


@pytest.mark.parametrize(("answer", "ends_on"), [("goes_on", None), ("stops", date(2026, 2, 1))])
def test_open_stage_goes_on_or_stops(client, trajectory, answer, ends_on):
    period = StagePeriodFactory(trajectory=trajectory, stage=Stage.DAGBESTEDING)
    client.post(register_url(trajectory), typed(stage_goes_on=answer))
    period.refresh_from_db()
    assert period.ended_on == ends_on


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"employer_name": ""}, "employer_name"),
        ({"started_on": "2027-03-03"}, "started_on"),
        ({"started_on": ""}, "started_on"),
        ({"hours_per_week": "-1"}, "hours_per_week"),
        ({"hours_per_week": "169"}, "hours_per_week"),
        ({"contract": "onzin"}, "contract"),
        ({"open_to_anyone": ""}, "open_to_anyone"),
        ({"open_to_anyone": "misschien"}, "open_to_anyone"),
        ({"stage_goes_on": "stops", "started_on": "2024-01-01"}, "stage_goes_on"),
    ],
)
def test_registering_is_refused_beside_the_field(client, trajectory, changes, field):
    StagePeriodFactory(trajectory=trajectory)
    response = client.post(register_url(trajectory), typed(stage_goes_on="goes_on") | changes)
    assert list(response.context["form"].errors) == [field]
    assert not Job.objects.exists()


def test_job_after_the_end_of_the_trajectory_is_refused(client, caseworker):
    trajectory = TrajectoryFactory(followed_by=caseworker, ended=True)
    response = client.post(register_url(trajectory), typed())
    assert list(response.context["form"].errors) == ["started_on"]


def test_correcting_keeps_what_stood_there(client, job):
    form = client.get(url("correct", job)).context["form"]
    assert (form["open_to_anyone"].value(), form["employer_name"].value()) == ("yes", job.employer.name)
    client.post(url("correct", job), typed(started_on="2024-03-01", regular_wage="no"))
    job.refresh_from_db()
    assert (job.regular_wage, job.employer.name) == (False, "Hotel De Kade")
    assert AuditEvent.objects.get(action="job_corrected").changes["regular_wage"] == [True, False]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ended_on": "2026-03-03"}, "ended_on"),
        ({"ended_on": "2024-02-01"}, "ended_on"),
        ({"ended_on": ""}, "ended_on"),
        ({"end_reason": ""}, "end_reason"),
        ({"started_on": "2027-03-03"}, "started_on"),
    ],
)
def test_correction_is_refused_beside_the_field(client, trajectory, changes, field):
    job = JobFactory(trajectory=trajectory, ended_on=date(2024, 6, 1))
    sent = typed(started_on="2024-03-01", ended_on="2024-06-01", end_reason="overig") | changes
    assert list(client.post(url("correct", job), sent).context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("others", "label"),
    [
        ({}, "Dat is nog niet duidelijk"),
        ({"stage": True}, "Gaat door in inloop"),
        ({"stage": True, "job": True}, "De baan bij Tweede Baan BV gaat door"),
    ],
)
def test_what_stays_is_named(client, trajectory, job, others, label):
    if others.get("stage"):
        StagePeriodFactory(trajectory=trajectory)
    if others.get("job"):
        JobFactory(trajectory=trajectory, employer__name="Tweede Baan BV")
    choices = dict(client.get(url("end", job)).context["form"].fields["what_next"].choices)
    assert choices["stay"] == label


def test_job_ends_and_nothing_else(client, trajectory, job):
    period = StagePeriodFactory(trajectory=trajectory)
    response = client.post(url("end", job), ended())
    assert response.url == reverse("trajectories:client_work", args=[trajectory.client.public_id])
    job.refresh_from_db()
    period.refresh_from_db()
    assert (job.ended_on, job.end_reason, period.ended_on) == (date(2026, 3, 1), "contract_afgelopen", None)


@pytest.mark.parametrize(
    ("on", "begins"), [("2026-02-20", date(2026, 2, 21)), ("2026-03-02", date(2026, 3, 2))]
)
def test_after_the_job_a_stage_begins(client, job, on, begins):
    client.post(url("end", job), ended(on=on, what_next="stage", stage="begeleid_werk"))
    period = StagePeriod.objects.get()
    assert (period.stage, period.started_on) == ("begeleid_werk", begins)


def test_after_the_job_the_search_begins_again(client, trajectory, job):
    client.post(url("end", job), ended(what_next="search"))
    trajectory.refresh_from_db()
    assert trajectory.job_search_started_on == date(2026, 3, 2)


def test_after_the_job_another_one_is_registered(client, trajectory, job):
    assert client.post(url("end", job), ended(what_next="job")).url == register_url(trajectory)


def test_after_the_job_the_trajectory_ends(client, trajectory, job):
    client.post(url("end", job), ended(what_next="end", trajectory_reason="doel_bereikt", followers="stay"))
    trajectory.refresh_from_db()
    assert (trajectory.ended_on, trajectory.end_reason) == (date(2026, 3, 1), "doel_bereikt")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "2026-03-03"}, "on"),
        ({"on": "2024-02-29"}, "on"),
        ({"reason": "onbekend"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"what_next": ""}, "what_next"),
        ({"what_next": "stage"}, "stage"),
        ({"what_next": "end"}, "trajectory_reason"),
        ({"what_next": "stage", "stage": "inloop"}, "stage"),
    ],
)
def test_refused_end_undoes_everything(client, trajectory, job, changes, field):
    StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP)
    response = client.post(url("end", job), ended(**changes))
    assert list(response.context["form"].errors) == [field]
    job.refresh_from_db()
    assert job.ended_on is None
    assert StagePeriod.objects.open().count() == 1


def test_refused_next_step_leaves_the_job_running(client, trajectory, job):
    """A later job forbids to end the trajectory on this day: then the job goes on too."""
    JobFactory(trajectory=trajectory, started_on=date(2026, 3, 9))
    response = client.post(url("end", job), ended(what_next="end", trajectory_reason="overig"))
    assert response.status_code == 200
    job.refresh_from_db()
    assert job.ended_on is None


def test_ending_twice_is_refused_in_words(client, trajectory):
    job = JobFactory(trajectory=trajectory, ended_on=date(2025, 1, 1))
    response = client.post(url("end", job), ended())
    assert "al geëindigd" in str(response.context["form"].non_field_errors())


def test_after_the_trajectory_nothing_comes_next(client, caseworker):
    job = JobFactory(trajectory=TrajectoryFactory(followed_by=caseworker, ended=True))
    form = client.get(url("end", job)).context["form"]
    assert [value for value, _label in form.fields["what_next"].choices] == ["stay"]
    assert client.post(url("end", job), ended()).status_code == 302


@pytest.mark.parametrize("name", ["register", "end", "correct"])
@pytest.mark.parametrize(("persona", "status"), MAY_WRITE_IN_THE_FILE)
def test_who_changes_a_job(client, world, name, persona, status):
    job = JobFactory(trajectory__client=world.client)
    world.sign_in(client, persona)
    address = register_url(job.trajectory) if name == "register" else url(name, job)
    assert client.get(address).status_code == status
    assert client.post(address, {}).status_code == status


@pytest.mark.parametrize("rows", [1, 12])
def test_job_form_query_budget(client, count_queries, trajectory, rows):
    jobs = JobFactory.create_batch(rows, trajectory=trajectory)
    with count_queries(5):  # session with user, trajectory, may I, open stage, employers, draft
        client.get(register_url(trajectory))
    # session with user, whose clients, job, may I, open stage, other job, who follows, draft
    with count_queries(7):
        client.get(url("end", jobs[0]))
