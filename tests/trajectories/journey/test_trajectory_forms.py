"""Start a trajectory, describe it, correct it and end it, through the pages."""

from datetime import date

import pytest
from django.urls import reverse

from staff.models import AuditEvent
from tests.factories import (
    ClientFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.personas import MAY_WRITE_IN_THE_FILE
from trajectories.jobs.services import becomes_name
from trajectories.journey import services
from trajectories.models import Trajectory, TrajectoryEndReason

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


def start_url(person) -> str:
    return reverse("trajectories:trajectory_start", args=[person.public_id])


def url(name, trajectory) -> str:
    return reverse(f"trajectories:trajectory_{name}", args=[trajectory.public_id])


def facts(**changes) -> dict:
    return {"kind": "ips", "enrolled_on": "2026-03-01", "hours_worked_at_enrolment": "0", **changes}


def test_start_form_begins_with_ips_and_today(client, caseworker):
    form = client.get(start_url(ClientFactory(followed_by=caseworker))).context["form"]
    assert (form["kind"].value(), form["enrolled_on"].value()) == ("ips", TODAY)
    assert 'value="02-03-2026"' in str(form["enrolled_on"])


def test_start_form_of_an_mss_team_begins_with_mss(client, caseworker):
    person = ClientFactory(followed_by=caseworker, team=TeamFactory(mss=True))
    assert client.get(start_url(person)).context["form"]["kind"].value() == "mss"


def test_trajectory_starts_with_the_words_of_the_client(client, caseworker):
    person = ClientFactory(followed_by=caseworker)
    response = client.post(start_url(person), facts(wish="Ik wil bakker worden.", funder="uwv"))
    assert response.url == reverse("trajectories:client_overview", args=[person.public_id])
    trajectory = Trajectory.objects.get()
    assert (trajectory.client, trajectory.team, trajectory.enrolled_on) == (
        person,
        person.team,
        date(2026, 3, 1),
    )
    assert (trajectory.wish, trajectory.funder) == ("Ik wil bakker worden.", "uwv")


def test_empty_hours_are_none_worked(client, caseworker):
    person = ClientFactory(followed_by=caseworker)
    client.post(start_url(person), facts(hours_worked_at_enrolment=""))
    assert Trajectory.objects.get().hours_worked_at_enrolment == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"enrolled_on": "2026-03-03"}, "enrolled_on"),
        ({"approved_on": "2026-03-03"}, "approved_on"),
        ({"referred_on": "2026-03-03"}, "referred_on"),
        ({"job_search_started_on": "2026-03-03"}, "job_search_started_on"),
        ({"referred_on": "2026-03-02"}, "referred_on"),
        ({"hours_worked_at_enrolment": "-1"}, "hours_worked_at_enrolment"),
        ({"hours_worked_at_enrolment": "169"}, "hours_worked_at_enrolment"),
        ({"kind": "onzin"}, "kind"),
        ({"enrolled_on": ""}, "enrolled_on"),
        ({"enrolled_on": "0001-01-01"}, "enrolled_on"),
        ({"enrolled_on": "9999-12-31"}, "enrolled_on"),
    ],
)
def test_start_is_refused_beside_the_field(client, caseworker, changes, field):
    response = client.post(start_url(ClientFactory(followed_by=caseworker)), facts(wish="blijft", **changes))
    assert list(response.context["form"].errors) == [field]
    assert "blijft" in response.content.decode()
    assert not Trajectory.objects.exists()


def test_second_open_trajectory_of_a_kind_is_refused_in_words(client, trajectory):
    response = client.post(start_url(trajectory.client), facts())
    assert "heeft al een lopend traject" in str(response.context["form"].non_field_errors())
    assert Trajectory.objects.count() == 1


def test_mss_may_run_beside_ips(client, trajectory):
    assert client.post(start_url(trajectory.client), facts(kind="mss")).status_code == 302
    assert Trajectory.objects.open().count() == 2


def test_plan_saves_wish_and_next_step(client, trajectory):
    response = client.post(url("plan", trajectory), {"wish": "Buiten werken.", "next_step": "Bellen."})
    assert response.url == reverse("trajectories:client_overview", args=[trajectory.client.public_id])
    trajectory.refresh_from_db()
    assert (trajectory.wish, trajectory.next_step, trajectory.funder) == ("Buiten werken.", "Bellen.", "uwv")


def test_correcting_keeps_what_stood_there(client, trajectory):
    client.post(url("correct", trajectory), facts(enrolled_on="2024-02-01", funder="gemeente"))
    trajectory.refresh_from_db()
    assert (trajectory.enrolled_on, trajectory.funder) == (date(2024, 2, 1), "gemeente")
    assert AuditEvent.objects.get().changes["funder"] == ["uwv", "gemeente"]


def test_saving_unchanged_facts_leaves_no_history(client, trajectory):
    form = client.get(url("correct", trajectory)).context["form"]
    client.post(url("correct", trajectory), {name: form[name].value() or "" for name in form.fields})
    assert not AuditEvent.objects.exists()


def test_running_trajectory_offers_no_end_among_the_facts(client, trajectory):
    assert "ended_on" not in client.get(url("correct", trajectory)).context["form"].fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ended_on": "2026-03-03"}, "ended_on"),
        ({"ended_on": "2023-01-01"}, "ended_on"),
        ({"ended_on": "2024-02-01"}, "ended_on"),
        ({"ended_on": ""}, "ended_on"),
        ({"end_reason": ""}, "end_reason"),
    ],
)
def test_end_is_corrected_by_the_same_rules(client, caseworker, changes, field):
    trajectory = TrajectoryFactory(followed_by=caseworker, ended=True)
    JobFactory(trajectory=trajectory)
    sent = facts(enrolled_on="2024-01-01", ended_on="2024-12-31", end_reason="overig") | changes
    response = client.post(url("correct", trajectory), sent)
    assert list(response.context["form"].errors) == [field]


def test_end_page_begins_today_and_asks_what_becomes_of_open_jobs(client, trajectory):
    job = JobFactory(trajectory=trajectory)
    JobFactory(trajectory=trajectory, ended_on=date(2025, 1, 1), employer__name="Voorbij BV")
    response = client.get(url("end", trajectory))
    assert response.context["form"]["on"].value() == TODAY
    assert f"Wat gebeurt er met de baan bij {job.employer.name}" in response.content.decode()
    assert "Voorbij BV" not in response.content.decode()


def test_not_ready_unknown_and_deceased_are_no_reasons(client, trajectory):
    reasons = {
        value for value, _label in client.get(url("end", trajectory)).context["form"].fields["reason"].choices
    }
    assert reasons == set(TrajectoryEndReason.values) - {"onbekend", "overleden"}


def test_ending_closes_the_stage_and_leaves_the_job(client, trajectory):
    period, job = StagePeriodFactory(trajectory=trajectory), JobFactory(trajectory=trajectory)
    sent = {"on": "2026-03-01", "reason": "doel_bereikt", "followers": "stay", becomes_name(job): "goes_on"}
    response = client.post(url("end", trajectory), sent)
    assert response.url == reverse("trajectories:client_overview", args=[trajectory.client.public_id])
    for row in (trajectory, period, job):
        row.refresh_from_db()
    assert (trajectory.ended_on, trajectory.end_reason) == (date(2026, 3, 1), "doel_bereikt")
    assert (period.ended_on, job.ended_on) == (date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        ("2026-03-03", "overig", "on"),
        ("2023-12-31", "overig", "on"),
        ("2024-02-29", "overig", "on"),
        ("2026-03-01", "onbekend", "reason"),
        ("2026-03-01", "", "reason"),
    ],
)
def test_end_is_refused_beside_the_field(client, trajectory, on, reason, field):
    job = JobFactory(trajectory=trajectory)  # starts on 1 March 2024
    sent = {"on": on, "reason": reason, "followers": "stop", becomes_name(job): "unknown"}
    response = client.post(url("end", trajectory), sent)
    assert list(response.context["form"].errors) == [field]
    trajectory.refresh_from_db()
    assert trajectory.is_open


def test_ending_twice_is_refused_in_words(client, caseworker):
    trajectory = TrajectoryFactory(followed_by=caseworker, ended=True)
    response = client.post(
        url("end", trajectory), {"on": "2026-03-01", "reason": "overig", "followers": "stop"}
    )
    assert "al geëindigd" in str(response.context["form"].non_field_errors())


@pytest.mark.parametrize("name", ["start", "plan", "correct", "end"])
@pytest.mark.parametrize(("persona", "status"), MAY_WRITE_IN_THE_FILE)
def test_who_changes_a_trajectory(client, world, name, persona, status):
    trajectory = TrajectoryFactory(client=world.client)
    world.sign_in(client, persona)
    address = start_url(world.client) if name == "start" else url(name, trajectory)
    assert client.get(address).status_code == status
    assert client.post(address, {}).status_code == status


@pytest.mark.parametrize("name", ["plan", "correct", "end"])
def test_trajectory_form_query_budget(client, count_queries, trajectory, name):
    JobFactory.create_batch(12, trajectory=trajectory)
    with count_queries(
        7
    ):  # session with user, trajectory, may I, stage and jobs that go on, who follows, draft
        client.get(url(name, trajectory))


def test_correcting_the_reason_records_no_death(client):
    worker = UserFactory(team=TeamFactory())
    trajectory = TrajectoryFactory(ended=True, followed_by=worker)
    client.force_login(worker)
    address = url("correct", trajectory)
    shown = client.get(address).context["form"]
    sent = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, "")}
    answer = client.post(address, sent | {"end_reason": "overleden"})
    assert answer.context["form"].errors["end_reason"] == [
        "Leg vast dat de cliënt is overleden: dit traject eindigt dan mee."
    ]
    trajectory.refresh_from_db()
    assert trajectory.end_reason == "wens_client"


def test_an_end_by_death_from_an_older_file_can_be_corrected(client):
    """Its death was never asked for; the day of the end may be wrong nevertheless."""
    worker = UserFactory(team=TeamFactory())
    ended = {"ended_on": "2025-05-05", "end_reason": "overleden"}
    trajectory = TrajectoryFactory(followed_by=worker, **ended)
    services.correct_trajectory(trajectory=trajectory, ended_on=date(2025, 5, 6), by=worker)
    trajectory.refresh_from_db()
    assert (str(trajectory.ended_on), trajectory.end_reason) == ("2025-05-06", "overleden")
