"""A move to a stage is taken back in one press, right after it, and stays in the history."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AccessLine, AuditEvent
from tests.factories import JobFactory, StagePeriodFactory, TrajectoryFactory, UserFactory
from tests.filled_forms import send
from trajectories.file.pages.history import history_lines
from trajectories.file.selectors.history import client_history
from trajectories.journey import services
from trajectories.models import Stage, StagePeriod, StagePeriodHistory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


@pytest.fixture
def before(trajectory) -> StagePeriod:
    return StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP)


def move(trajectory, by, on=TODAY) -> StagePeriod:
    return services.move_to_stage(trajectory=trajectory, stage=Stage.DAGBESTEDING, on=on, by=by)


def undo_url(period) -> str:
    return reverse("trajectories:stage_undo", args=[period.trajectory.public_id, period.public_id])


def stages(trajectory) -> list[tuple]:
    return list(trajectory.stage_periods.values_list("stage", "started_on", "ended_on"))


def test_message_of_a_move_has_the_button(client, trajectory, before):
    page = send(
        client,
        reverse("trajectories:stage_move", args=[trajectory.public_id]),
        stage="begeleid_werk",
        on="2026-03-01",
    )
    period = StagePeriod.objects.open().get()
    assert f'action="{undo_url(period)}"' in page.content.decode()
    assert "Ongedaan maken" in page.content.decode()


def test_stage_before_it_is_open_again(client, caseworker, trajectory, before):
    response = client.post(undo_url(move(trajectory, caseworker)), follow=True)
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), None)]
    assert "Ongedaan gemaakt" in response.content.decode()


def test_first_stage_of_all_leaves_none(client, caseworker, trajectory):
    client.post(undo_url(move(trajectory, caseworker)))
    assert stages(trajectory) == []


def test_stage_that_had_ended_before_the_move_stays_so(client, caseworker, trajectory, before):
    services.end_stage(period=before, on=TODAY - timedelta(days=1), by=caseworker)
    client.post(undo_url(move(trajectory, caseworker)))
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), TODAY - timedelta(days=1))]


def test_what_was_taken_back_stays_in_the_history(client, caseworker, trajectory, before):
    period = move(trajectory, caseworker)
    client.post(undo_url(period))
    kept = StagePeriodHistory.objects.get(public_id=period.public_id)
    assert (kept.pgh_label, kept.stage, kept.recorded_by) == ("removed", "dagbesteding", caseworker)
    lines = history_lines(client_history(trajectory.client).changes)
    assert [line.sentence for line in lines] == [
        "Overgang naar een fase ongedaan gemaakt: dagbesteding",
        "Naar een fase gegaan: dagbesteding",
    ]
    assert [change.text for change in lines[1].changes] == ["fase: inloop → dagbesteding"]


def test_second_press_takes_nothing_more_back(client, caseworker, trajectory, before):
    """Two moves and a double click: only the last move goes."""
    services.move_to_stage(
        trajectory=trajectory, stage=Stage.BEGELEID_WERK, on=date(2026, 2, 1), by=caseworker
    )
    last = move(trajectory, caseworker)
    client.post(undo_url(last))
    response = client.post(undo_url(last), follow=True)
    assert "al ongedaan gemaakt" in response.content.decode()
    assert [stage for stage, _start, _end in stages(trajectory)] == ["inloop", "begeleid_werk"]
    with pytest.raises(RuleError):
        services.undo_stage_move(period=last, by=caseworker)


def test_moves_are_taken_back_one_by_one(caseworker, trajectory, before):
    first = move(trajectory, caseworker, on=date(2026, 2, 1))
    second = services.move_to_stage(trajectory=trajectory, stage=Stage.INLOOP, on=TODAY, by=caseworker)
    again = services.undo_stage_move(period=second, by=caseworker)
    assert again == first
    assert services.undo_stage_move(period=first, by=caseworker) == before
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), None)]


def job_since(trajectory, period, by):
    JobFactory(trajectory=trajectory, started_on=TODAY)


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


REFUSALS = {
    job_since: "sindsdien een baan geregistreerd",
    later_stage: "Deze fase is sindsdien geëindigd",
    stage_ended: "Deze fase is sindsdien geëindigd",
    trajectory_ended: "Het traject is sindsdien geëindigd",
    stage_corrected: "Deze fase is sindsdien verbeterd",
    stage_before_corrected: "De fase daarvoor is sindsdien verbeterd",
}


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("since", REFUSALS)
def test_move_that_something_builds_on_stays(client, caseworker, trajectory, time_machine, since):
    period = move(trajectory, caseworker, on=date(2026, 2, 1))
    time_machine.shift(timedelta(minutes=1))
    since(trajectory, period, caseworker)
    then = stages(trajectory)
    response = client.post(undo_url(period), follow=True)
    assert REFUSALS[since] in response.content.decode()
    assert stages(trajectory) == then
    assert not AuditEvent.objects.filter(action="stage_move_undone").exists()


def test_from_the_day_after_a_stage_is_corrected_instead(
    client, caseworker, trajectory, before, time_machine
):
    period = move(trajectory, caseworker)
    time_machine.shift(timedelta(days=1))
    client.force_login(caseworker)
    response = client.post(undo_url(period), follow=True)
    assert "op de dag zelf" in response.content.decode()
    assert trajectory.stage_periods.count() == 2


def test_stage_that_no_move_made_stays(client, trajectory, before):
    assert "op de dag zelf" in client.post(undo_url(before), follow=True).content.decode()
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), None)]


def test_stage_of_another_trajectory_is_not_there(client, caseworker, trajectory):
    other = StagePeriodFactory()
    address = reverse("trajectories:stage_undo", args=[trajectory.public_id, other.public_id])
    assert client.post(address).status_code == 404


def test_access_log_knows_whose_stage_it_was(client, caseworker, trajectory, before):
    client.post(undo_url(move(trajectory, caseworker)))
    line = AccessLine.objects.get()
    assert (line.client_id, line.part, line.action) == (trajectory.client.public_id, "journey", "D")


@pytest.mark.parametrize("rows", [1, 12])
def test_undo_query_budget(client, count_queries, caseworker, trajectory, rows):
    for month in range(rows):
        day = date(2025, month + 1, 1)
        StagePeriodFactory(trajectory=trajectory, started_on=day, ended_on=day)
    period = move(trajectory, caseworker)
    # session (2: what it says next), user, may I (2), lock and look (6), line, removal, stage before
    with count_queries(14):
        client.post(undo_url(period))


def test_team_lead_takes_it_back_too(client, caseworker, trajectory, before):
    lead = UserFactory(teamleider=True, team=trajectory.client.team)
    client.force_login(lead)
    client.post(undo_url(move(trajectory, caseworker)))
    assert AuditEvent.objects.get(action="stage_move_undone").by == lead


def test_colleague_who_only_reads_does_not(client, caseworker):
    trajectory = TrajectoryFactory(followed_by=UserFactory())
    trajectory.client.team = caseworker.memberships.get().team
    trajectory.client.save()
    period = move(trajectory, caseworker)
    assert client.post(undo_url(period)).status_code == 403
    assert StagePeriod.objects.count() == 1
