"""Move to a stage, end one and correct one, through the pages."""

from datetime import date
from itertools import permutations

import pytest
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import StagePeriodFactory, TrajectoryFactory
from tests.personas import MAY_WRITE_IN_THE_FILE
from trajectories.journey import services
from trajectories.models import RECORDED_STAGES, Stage, StagePeriod

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def move_url(trajectory) -> str:
    return reverse("trajectories:stage_move", args=[trajectory.public_id])


def url(name, period) -> str:
    return reverse(f"trajectories:stage_{name}", args=[period.public_id])


@pytest.mark.parametrize(("first", "then"), list(permutations(RECORDED_STAGES, 2)))
def test_any_stage_may_follow_any_other(client, caseworker, trajectory, first, then):
    before = StagePeriodFactory(trajectory=trajectory, stage=first)
    client.post(move_url(trajectory), {"stage": then, "on": "2026-03-01", "client_words": "Ik wil dit."})
    before.refresh_from_db()
    now = StagePeriod.objects.open().get()
    assert before.ended_on == date(2026, 2, 28)
    assert (now.stage, now.started_on, now.client_words, now.recorded_by) == (
        then,
        date(2026, 3, 1),
        "Ik wil dit.",
        caseworker,
    )


def test_paid_job_is_not_offered_but_leads_to_registering_one(client, trajectory):
    response = client.get(move_url(trajectory))
    offered = [value for value, _label in response.context["form"].fields["stage"].choices]
    assert offered == [stage.value for stage in RECORDED_STAGES]
    assert reverse("trajectories:job_register", args=[trajectory.public_id]) in response.content.decode()


def test_present_stage_is_not_offered(client, trajectory):
    StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP)
    form = client.get(move_url(trajectory)).context["form"]
    assert Stage.INLOOP not in dict(form.fields["stage"].choices)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"stage": "dagbesteding", "on": "2026-03-03"}, "on"),
        ({"stage": "dagbesteding", "on": "2023-12-31"}, "on"),
        ({"stage": "dagbesteding", "on": "2024-01-01"}, "on"),
        ({"stage": "betaalde_baan", "on": "2026-03-01"}, "stage"),
        ({"stage": "", "on": "2026-03-01"}, "stage"),
        ({"stage": "dagbesteding", "on": ""}, "on"),
    ],
)
def test_move_is_refused_beside_the_field(client, trajectory, sent, field):
    StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP)
    response = client.post(move_url(trajectory), {**sent, "reason": "blijft staan"})
    assert list(response.context["form"].errors) == [field]
    assert "blijft staan" in response.content.decode()
    assert StagePeriod.objects.count() == 1


def test_move_in_an_ended_trajectory_is_refused_in_words(client, caseworker):
    trajectory = TrajectoryFactory(followed_by=caseworker, ended=True)
    response = client.post(move_url(trajectory), {"stage": "inloop", "on": "2024-06-01"})
    assert "Dit traject is geëindigd" in str(response.context["form"].non_field_errors())


def test_stage_ends_without_another_one(client, trajectory):
    period = StagePeriodFactory(trajectory=trajectory)
    response = client.post(url("end", period), {"on": "2026-02-28"})
    assert response.url == reverse("trajectories:client_journey", args=[trajectory.client.public_id])
    period.refresh_from_db()
    assert period.ended_on == date(2026, 2, 28)


@pytest.mark.parametrize("on", ["2026-03-03", "2023-12-31", ""])
def test_end_of_a_stage_is_refused_beside_the_day(client, trajectory, on):
    period = StagePeriodFactory(trajectory=trajectory)
    assert list(client.post(url("end", period), {"on": on}).context["form"].errors) == ["on"]


def test_ending_a_stage_twice_is_refused_in_words(client, trajectory):
    period = StagePeriodFactory(trajectory=trajectory, ended_on=date(2025, 1, 1))
    response = client.post(url("end", period), {"on": "2026-02-28"})
    assert "al geëindigd" in str(response.context["form"].non_field_errors())


def test_correcting_a_stage_keeps_what_stood_there(client, trajectory):
    period = StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP)
    client.post(url("correct", period), {"stage": "dagbesteding", "started_on": "2024-02-01", "ended_on": ""})
    period.refresh_from_db()
    assert (period.stage, period.started_on) == ("dagbesteding", date(2024, 2, 1))
    assert AuditEvent.objects.get().changes == {
        "stage": ["inloop", "dagbesteding"],
        "started_on": ["2024-01-01", "2024-02-01"],
    }


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"started_on": "2026-03-03"}, "started_on"),
        ({"ended_on": "2026-03-03"}, "ended_on"),
        ({"started_on": "2024-03-01", "ended_on": "2024-02-01"}, "ended_on"),
        ({"stage": "betaalde_baan"}, "stage"),
    ],
)
def test_correction_is_refused_beside_the_field(client, trajectory, sent, field):
    period = StagePeriodFactory(trajectory=trajectory)
    sent = {"stage": "inloop", "started_on": "2024-01-01", "ended_on": ""} | sent
    assert list(client.post(url("correct", period), sent).context["form"].errors) == [field]


def test_correction_that_overlaps_another_stage_is_refused_in_words(client, trajectory):
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 3, 1))
    period = StagePeriodFactory(trajectory=trajectory, started_on=date(2024, 3, 2))
    sent = {"stage": "inloop", "started_on": "2024-03-01", "ended_on": ""}
    response = client.post(url("correct", period), sent)
    assert "andere fase" in str(response.context["form"].non_field_errors())


def test_stage_of_an_ended_trajectory_keeps_an_end(client, caseworker):
    trajectory = TrajectoryFactory(followed_by=caseworker, ended=True)
    period = StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 12, 31))
    sent = {"stage": "inloop", "started_on": "2024-01-01", "ended_on": ""}
    assert list(client.post(url("correct", period), sent).context["form"].errors) == ["ended_on"]


@pytest.mark.parametrize("name", ["move", "end", "correct"])
@pytest.mark.parametrize(("persona", "status"), MAY_WRITE_IN_THE_FILE)
def test_who_changes_a_stage(client, world, name, persona, status):
    period = StagePeriodFactory(trajectory__client=world.client)
    world.sign_in(client, persona)
    address = move_url(period.trajectory) if name == "move" else url(name, period)
    assert client.get(address).status_code == status
    assert client.post(address, {}).status_code == status


@pytest.mark.parametrize("rows", [1, 12])
def test_move_form_query_budget(client, count_queries, trajectory, rows):
    for month in range(rows):
        day = date(2024, month + 1, 1)
        StagePeriodFactory(trajectory=trajectory, started_on=day, ended_on=day)
    with count_queries(5):  # session with user, trajectory, may I, present stage, draft
        client.get(move_url(trajectory))


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        (services.end_stage, {"on": date(2026, 3, 1)}),
        (services.correct_stage, {"started_on": date(2026, 2, 1)}),
    ],
)
def test_stage_that_somebody_undid_meanwhile_is_refused_in_words(caseworker, trajectory, change, facts):
    period = StagePeriodFactory(trajectory=trajectory)
    StagePeriod.objects.get(pk=period.pk).delete()
    with pytest.raises(RuleError, match="hetzelfde moment"):
        change(period=period, by=caseworker, **facts)
