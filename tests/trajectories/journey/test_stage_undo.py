"""A move to a stage is taken back in one press, right after it, and stays in the history."""

import re
from datetime import date, timedelta

import pghistory
import pytest
from django.urls import reverse

from staff.models import AccessLine, AuditEvent
from tests.factories import StagePeriodFactory, TrajectoryFactory
from tests.filled_forms import send
from trajectories.file.pages.history import history_lines
from trajectories.file.selectors.history import client_history
from trajectories.journey import services
from trajectories.models import Stage, StagePeriod, StagePeriodHistory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)
UNDO = re.compile(r'action="(/forms/[0-9a-f-]+/undo/)"')


@pytest.fixture
def before(trajectory) -> StagePeriod:
    return StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP)


def move(client, trajectory, stage="dagbesteding", on=TODAY) -> str:
    """Move on the page; the address of the undo in its message."""
    address = reverse("trajectories:stage_move", args=[trajectory.public_id])
    page = send(client, address, stage=stage, on=str(on)).content.decode()
    assert "Ongedaan maken" in page
    return UNDO.search(page).group(1)


def stages(trajectory) -> list[tuple]:
    return list(trajectory.stage_periods.values_list("stage", "started_on", "ended_on"))


def test_stage_before_it_is_open_again(client, trajectory, before):
    response = client.post(move(client, trajectory), follow=True)
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), None)]
    assert "ongedaan gemaakt" in response.content.decode()


def test_first_stage_of_all_leaves_none(client, trajectory):
    client.post(move(client, trajectory))
    assert stages(trajectory) == []


def test_stage_that_had_ended_before_the_move_stays_so(client, caseworker, trajectory, before):
    services.end_stage(period=before, on=TODAY - timedelta(days=1), by=caseworker)
    client.post(move(client, trajectory))
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), TODAY - timedelta(days=1))]


def test_what_was_taken_back_stays_in_the_history(client, caseworker, trajectory, before):
    client.post(move(client, trajectory))
    kept = StagePeriodHistory.objects.get(pgh_label="removed")
    assert (kept.stage, kept.recorded_by) == ("dagbesteding", caseworker)
    lines = history_lines(client_history(trajectory.client).changes)
    assert {line.sentence for line in lines} == {
        "Naar een fase gegaan: dagbesteding",
        "Ongedaan gemaakt: fase dagbesteding",
        "Ongedaan gemaakt: fase inloop",
    }
    assert [change.text for change in lines[-1].changes] == ["fase: inloop → dagbesteding"]


def test_second_press_takes_nothing_more_back(client, trajectory, before):
    """Two moves and a double click: only the last move goes."""
    move(client, trajectory, "begeleid_werk", on=date(2026, 2, 1))
    last = move(client, trajectory)
    client.post(last)
    assert "al ongedaan gemaakt" in client.post(last, follow=True).content.decode()
    assert [stage for stage, _start, _end in stages(trajectory)] == ["inloop", "begeleid_werk"]


def test_moves_are_taken_back_one_by_one(client, trajectory, before):
    first = move(client, trajectory, on=date(2026, 2, 1))
    second = move(client, trajectory, "inloop")
    client.post(first)
    assert len(stages(trajectory)) == 3  # something builds on it
    client.post(second)
    client.post(first)
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), None)]


def later_stage(trajectory, period, by):
    services.move_to_stage(trajectory=trajectory, stage=Stage.INLOOP, on=TODAY, by=by)


def stage_ended(trajectory, period, by):
    services.end_stage(period=period, on=TODAY, by=by)


def trajectory_ended(trajectory, period, by):
    services.end_trajectory(trajectory=trajectory, on=TODAY, reason="overig", by=by)


def stage_corrected(trajectory, period, by):
    services.correct_stage(period=period, reason="Toch anders.", by=by)


def stage_before_corrected(trajectory, period, by):
    earlier = trajectory.stage_periods.exclude(pk=period.pk).get()
    services.correct_stage(period=earlier, ended_on=date(2026, 1, 1), by=by)


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(
    "since", [later_stage, stage_ended, trajectory_ended, stage_corrected, stage_before_corrected]
)
def test_move_that_something_builds_on_stays(client, caseworker, trajectory, since):
    undo = move(client, trajectory, on=date(2026, 2, 1))
    with pghistory.context(request="another"):  # the test is one transaction, and that remembers the last one
        since(trajectory, trajectory.stage_periods.open().get(), caseworker)
    then = stages(trajectory)
    assert "is hiermee verdergegaan" in client.post(undo, follow=True).content.decode()
    assert stages(trajectory) == then
    assert not AuditEvent.objects.filter(action="undone").exists()


def test_access_log_knows_whose_stage_it_was(client, trajectory, before):
    undo = move(client, trajectory)
    client.post(undo)
    line = AccessLine.objects.filter(code="clients:form_undo", part="journey").get()
    assert (line.client_id, line.action) == (trajectory.client.public_id, "U")


@pytest.mark.parametrize("rows", [1, 12])
def test_undo_query_budget(client, count_queries, trajectory, rows):
    for month in range(rows):
        day = date(2025, month + 1, 1)
        StagePeriodFactory(trajectory=trajectory, started_on=day, ended_on=day)
    undo = move(client, trajectory)
    with count_queries(20):
        client.post(undo)


def test_colleague_who_only_reads_moves_nothing(client, caseworker):
    trajectory = TrajectoryFactory()
    trajectory.client.team = caseworker.memberships.get().team
    trajectory.client.save()
    address = reverse("trajectories:stage_move", args=[trajectory.public_id])
    assert client.post(address, {"stage": "inloop"}).status_code == 403
