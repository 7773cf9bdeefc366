"""What was recorded by mistake is withdrawn with a reason, an end taken back, a forgotten stage put in."""

from datetime import date

import pytest
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import ContactFactory, JobFactory, StagePeriodFactory, TrajectoryFactory, UserFactory
from tests.filled_forms import open_form, send
from trajectories.file.pages.history import history_lines
from trajectories.file.selectors.history import client_history
from trajectories.journey import services
from trajectories.models import Contact, Job, Stage, StagePeriod, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)
WHY = "Bij de verkeerde cliënt gezet."


def address(name: str, row) -> str:
    return reverse(f"trajectories:{name}", args=[row.public_id])


def history(client_row) -> list[tuple[str, list[str]]]:
    lines = history_lines(client_history(client_row).changes)
    return [(line.sentence, [change.text for change in line.changes]) for line in lines]


def stages(trajectory) -> list[tuple]:
    return list(trajectory.stage_periods.values_list("stage", "started_on", "ended_on"))


def test_withdrawn_contact_is_gone_and_its_history_tells_why(client, caseworker, trajectory):
    contact = ContactFactory(client=trajectory.client, staff=caseworker, note="Ging goed.", kind="werk")
    page = send(client, address("contact_withdraw", contact), reason=WHY).content.decode()
    assert "Contact ingetrokken" in page
    assert not Contact.objects.exists()
    ((sentence, changes),) = history(trajectory.client)
    assert sentence == "Ingetrokken: contact"
    assert f"waarom: {WHY}" in changes
    assert "wat: Ging goed. → –" in changes


def test_team_lead_withdraws_the_contact_of_somebody_else(client, trajectory):
    contact = ContactFactory(client=trajectory.client, staff=UserFactory())
    assert client.get(address("contact_withdraw", contact)).status_code == 403
    client.force_login(UserFactory(teamleider=True, team=trajectory.client.team))
    send(client, address("contact_withdraw", contact), reason=WHY)
    assert not Contact.objects.exists()


def test_contact_with_an_employer_about_nobody_is_withdrawn_by_its_author(client, caseworker):
    contact = ContactFactory(client=None, staff=caseworker, kind="werkgever")
    send(client, address("contact_withdraw", contact), reason=WHY)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "name", ["contact_withdraw", "job_withdraw", "stage_withdraw", "trajectory_withdraw"]
)
def test_a_reason_is_asked(client, caseworker, trajectory, name):
    rows = {
        "contact_withdraw": ContactFactory(client=trajectory.client, staff=caseworker),
        "job_withdraw": JobFactory(trajectory=trajectory),
        "stage_withdraw": StagePeriodFactory(trajectory=trajectory),
        "trajectory_withdraw": trajectory,
    }
    form = open_form(client, address(name, rows[name]))
    answer = client.post(form.action, form.values)
    assert answer.status_code == 200
    assert "reason" in answer.context["form"].errors
    assert not AuditEvent.objects.filter(action="withdrawn").exists()


def test_withdrawn_job_leaves_its_name_in_the_history(client, trajectory):
    job = JobFactory(trajectory=trajectory, employer__name="Bakkerij Bloem")
    send(client, address("job_withdraw", job), reason=WHY)
    assert not Job.objects.exists()
    assert history(trajectory.client)[0][0] == "Ingetrokken: baan Bakkerij Bloem"


def test_withdrawn_stage_lets_the_one_before_it_go_on(client, trajectory):
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2025, 12, 31))
    wrong = StagePeriodFactory(
        trajectory=trajectory,
        stage=Stage.DAGBESTEDING,
        started_on=date(2026, 1, 1),
        ended_on=date(2026, 2, 1),
    )
    send(client, address("stage_withdraw", wrong), reason=WHY, before_goes_on="yes")
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), date(2026, 2, 1))]


def test_withdrawn_stage_leaves_the_one_before_it_alone_when_asked(client, trajectory):
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2025, 12, 31))
    wrong = StagePeriodFactory(trajectory=trajectory, stage=Stage.DAGBESTEDING, started_on=date(2026, 1, 1))
    send(client, address("stage_withdraw", wrong), reason=WHY, before_goes_on="no")
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), date(2025, 12, 31))]


def test_trajectory_that_was_started_by_mistake(client, trajectory):
    send(client, address("trajectory_withdraw", trajectory), reason=WHY)
    assert not Trajectory.objects.exists()
    assert history(trajectory.client)[0][0] == "Ingetrokken: traject"


@pytest.mark.parametrize("part", [StagePeriodFactory, JobFactory])
def test_trajectory_with_stages_or_jobs_is_not_withdrawn(caseworker, trajectory, part):
    part(trajectory=trajectory)
    with pytest.raises(RuleError, match="horen fasen of banen"):
        services.withdraw_trajectory(trajectory=trajectory, reason=WHY, by=caseworker)


def test_ended_trajectory_goes_on_with_the_stage_that_ended_with_it(client, caseworker, trajectory):
    StagePeriodFactory(trajectory=trajectory)
    services.end_trajectory(trajectory=trajectory, on=TODAY, reason="overig", by=caseworker)
    send(client, address("trajectory_reopen", trajectory), reason="Te vroeg.", stage_goes_on="yes")
    trajectory.refresh_from_db()
    assert (trajectory.is_open, trajectory.end_reason) == (True, "")
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), None)]
    assert "waarom: Te vroeg." in history(trajectory.client)[0][1]


def test_a_trajectory_beside_another_open_one_stays_ended(client, trajectory):
    ended = TrajectoryFactory(client=trajectory.client, ended=True)
    form = open_form(client, address("trajectory_reopen", ended))
    form.type_in("reason", "Te vroeg.")
    answer = client.post(form.action, form.values)
    assert "al een lopend traject" in answer.content.decode()
    ended.refresh_from_db()
    assert not ended.is_open


def test_running_trajectory_is_not_reopened(caseworker, trajectory):
    with pytest.raises(RuleError, match="loopt"):
        services.reopen_trajectory(trajectory=trajectory, reason="x", by=caseworker)


def add(client, trajectory, stage, first, last, **days):
    """Fill the form in; `days` moves what is there: the name of a stage, then its first and last day."""
    form = open_form(client, address("stage_add", trajectory))
    form.type_in("stage", stage)
    form.type_in("started_on", first)
    form.type_in("ended_on", last or "")
    for name, (begin, end) in days.items():
        number = trajectory.stage_periods.get(stage=name).public_id.hex
        form.type_in(f"from_{number}", begin)
        form.type_in(f"until_{number}", end or "")
    return client.post(form.action, form.values)


def test_forgotten_stage_between_two_others(client, trajectory):
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 12, 31))
    StagePeriodFactory(trajectory=trajectory, stage="begeleid_werk", started_on=date(2025, 1, 1))
    answer = add(
        client, trajectory, "dagbesteding", "2024-10-01", "2025-03-31",
        inloop=("2024-01-01", "2024-09-30"), begeleid_werk=("2025-04-01", None),
    )  # fmt: skip
    assert answer.status_code == 302
    assert stages(trajectory) == [
        ("inloop", date(2024, 1, 1), date(2024, 9, 30)),
        ("dagbesteding", date(2024, 10, 1), date(2025, 3, 31)),
        ("begeleid_werk", date(2025, 4, 1), None),
    ]
    assert StagePeriod.objects.get(stage="dagbesteding").recorded_by is not None


def test_neighbours_that_move_into_each_others_days(client, trajectory):
    """The order in which they are saved matters to the database, not to the person."""
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 12, 31))
    StagePeriodFactory(trajectory=trajectory, stage="begeleid_werk", started_on=date(2025, 1, 1))
    answer = add(
        client, trajectory, "dagbesteding", "2024-01-01", "2024-01-31",
        inloop=("2024-02-01", "2025-06-30"), begeleid_werk=("2025-07-01", None),
    )  # fmt: skip
    assert answer.status_code == 302
    assert [first for _stage, first, _last in stages(trajectory)] == [
        date(2024, 1, 1), date(2024, 2, 1), date(2025, 7, 1),
    ]  # fmt: skip


def test_overlap_is_named_and_nothing_is_written(client, trajectory):
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 12, 31))
    answer = add(client, trajectory, "dagbesteding", "2024-10-01", "2025-03-31")
    assert "inloop en dagbesteding zouden overlappen" in answer.content.decode()
    assert stages(trajectory) == [("inloop", date(2024, 1, 1), date(2024, 12, 31))]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2023-01-01", "2023-02-01"), ("2026-03-03", None), ("2024-02-02", "2024-02-01")],
)
def test_days_of_a_forgotten_stage_lie_in_the_trajectory(client, trajectory, first, last):
    answer = add(client, trajectory, "inloop", first, last)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert stages(trajectory) == []


def test_stage_of_an_ended_trajectory_ends_with_it(client, trajectory):
    Trajectory.objects.update(ended_on=date(2025, 1, 1), end_reason="overig")
    answer = add(client, trajectory, "inloop", "2024-02-01", None)
    assert "uiterlijk op die dag" in answer.content.decode()
    assert add(client, trajectory, "inloop", "2024-02-01", "2025-01-01").status_code == 302


def test_somebody_who_moved_a_stage_meanwhile_is_not_overwritten(client, caseworker, trajectory):
    there = StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 12, 31))
    form = open_form(client, address("stage_add", trajectory))
    services.correct_stage(period=there, ended_on=date(2024, 11, 30), by=caseworker)
    form.values |= {"stage": ["dagbesteding"], "started_on": ["2025-01-01"], "ended_on": ["2025-02-01"]}
    answer = client.post(form.action, form.values)
    assert answer.status_code == 200
    assert 'class="both-versions"' in answer.content.decode()
    assert len(stages(trajectory)) == 1
