"""Every clock begins and ends with the present episode: a client who came back is as new as somebody new."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from clients.models import Client
from reports.team.selectors.dashboard import team_dashboard
from staff.models import Team
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    EmployerFactory,
    JobFactory,
    RetentionRegimeFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.caseload.pages import COLUMNS, CaseloadRow
from trajectories.caseload.selectors import CaseloadFacts, caseload_facts
from trajectories.file.pages.picture import draw_journey
from trajectories.journey.selectors import client_journey, for_the_client, trajectories_of
from trajectories.models import (
    AFTER_DEATH,
    ContactKind,
    Job,
    Stage,
    Trajectory,
    TrajectoryEndReason,
    TrajectoryKind,
)
from trajectories.retention.services.terms import in_use, record_terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)
DAYS_ON = [0, 1, 27, 28, 29, 30, 31, 40, 273, 274, 400]
KINDS = [kind for kind in ContactKind if kind != AFTER_DEATH]
BEFORE = datetime(2023, 5, 8, 9, tzinfo=UTC)


@pytest.fixture
def team() -> Team:
    return TeamFactory()


def earlier_episode(client: Client, *, kind: str = TrajectoryKind.IPS) -> Trajectory:
    """Support of years ago with everything that starts a clock."""
    gone = UserFactory(is_active=False)
    AssignmentFactory(client=client, user=gone, started_on=date(2023, 1, 2), ended_on=date(2023, 12, 29))
    ended = TrajectoryFactory(
        client=client, kind=kind, enrolled_on=date(2023, 1, 2), ended_on=date(2023, 12, 29),
        end_reason=TrajectoryEndReason.VERHUIZING,
    )  # fmt: skip
    StagePeriodFactory(trajectory=ended, started_on=date(2023, 1, 9), ended_on=date(2023, 12, 29))
    JobFactory(trajectory=ended, started_on=date(2023, 6, 1), ended_on=date(2023, 8, 31))
    for kind_of_contact in KINDS:
        employer = EmployerFactory() if kind_of_contact == ContactKind.WERKGEVER else None
        ContactFactory(client=client, staff=gone, kind=kind_of_contact, employer=employer, occurred_at=BEFORE)
    return ended


def enrolled(client: Client, on: date = TODAY, *, kind: str = TrajectoryKind.IPS) -> Client:
    TrajectoryFactory(client=client, kind=kind, enrolled_on=on)
    return client


def told(facts: CaseloadFacts) -> dict[str, object]:
    """Every fact of a client that is a day, a count, a word or a signal, and every column of the export."""
    names = [name for name, value in vars(CaseloadFacts).items() if isinstance(value, property)]
    values = {name: getattr(facts, name) for name in (*names, "last_contact_on", "last_seen_on")}
    # Which trajectory or job an action is about is each client's own.
    signals = [replace(one, subject="") for one in facts.signals]
    values |= {"first_employer_on": facts.first_employer_on, "signals": signals}
    values = {name: value for name, value in values.items() if not isinstance(value, Trajectory | Job)}
    row = CaseloadRow(facts, UserFactory.build(pk=0))
    own = {"Client number", "Name"}
    shown = {str(label): get(row) for label, get in COLUMNS if label._args[0] not in own}
    words = {name: getattr(row, name) for name in ("seen_text", "work_text", "stage_label")}
    return values | shown | words | {"attention": [(one.text, one.action) for one in row.attention]}


@pytest.mark.parametrize("kind", TrajectoryKind.values)
@pytest.mark.parametrize("days", DAYS_ON)
def test_who_came_back_is_told_as_somebody_new(team, days, kind):
    back, new = enrolled(ClientFactory(team=team), kind=kind), enrolled(ClientFactory(team=team), kind=kind)
    earlier_episode(back, kind=kind)
    one, other = caseload_facts([back, new], TODAY + timedelta(days=days))
    assert told(one) == told(other)


@pytest.mark.parametrize("days", [0, 31, 274, 400])
def test_no_list_of_the_team_counts_from_before(team, days):
    back, new = enrolled(ClientFactory(team=team)), enrolled(ClientFactory(team=team))
    earlier_episode(back)
    day = TODAY + timedelta(days=days)
    board = team_dashboard(team=team, user=UserFactory(teamleider=True, team=team), day=day)
    lists = {
        name: {line.client.pk: line.days for line in getattr(board, name)}
        for name in ("without_worker", "without_fixed", "unseen", "without_job")
    }
    assert all(found.get(back.pk) == found.get(new.pk) for found in lists.values()), lists


@pytest.mark.parametrize("days", [0, 40])
def test_picture_and_sheet_begin_with_the_enrolment(team, days, time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=days), tick=False)
    back, new = enrolled(ClientFactory(team=team)), enrolled(ClientFactory(team=team))
    earlier_episode(back)
    one, other = (client_journey(client, trajectories_of(client)) for client in (back, new))
    assert (one.stops, one.moments, one.clock) == (other.stops, other.moments, other.clock)
    assert draw_journey(for_the_client(one)) == draw_journey(for_the_client(other))


def test_earlier_support_is_named_in_words(client, team):
    back = enrolled(ClientFactory(team=team))
    earlier_episode(back)
    client.force_login(UserFactory(teamleider=True, team=team))
    page = client.get(reverse("trajectories:client_journey", args=[back.public_id])).content.decode()
    assert "Eerder begeleid: 2 januari 2023 tot en met 29 december 2023" in page
    assert "1030" not in strip_tags(page)


@pytest.mark.parametrize("days", DAYS_ON)
def test_no_clock_runs_after_the_end(team, days):
    gone = ClientFactory(team=team)
    earlier_episode(gone)
    (facts,) = caseload_facts([gone], TODAY + timedelta(days=days))
    row = CaseloadRow(facts, UserFactory.build(pk=0))
    counts = (facts.days_since_seen, facts.days_since_contact, facts.days_enrolled, facts.employer_after_days)
    assert (counts, facts.signals) == ((None, None, None, None), [])
    assert (row.seen_text, row.stage_label) == ("t/m 29 dec 2023", "geëindigd")


def test_picture_of_ended_support_ends_with_it(team):
    gone = ClientFactory(team=team)
    trajectory = earlier_episode(gone)
    ContactFactory(client=gone, occurred_at=datetime(2025, 3, 3, 9, tzinfo=UTC))
    JobFactory(trajectory=trajectory, started_on=date(2023, 9, 1))
    journey = client_journey(gone, trajectories_of(gone))
    ends = {span.last_day for span in (*journey.stages, *journey.jobs) if span.started_on.month in (1, 9)}
    assert (ends, len(journey.moments)) == ({date(2023, 12, 29)}, len(KINDS))
    assert journey.clock
    assert journey.clock.last_day <= date(2023, 12, 29)


def test_two_at_once_are_one_episode(team):
    client = ClientFactory(team=team)
    enrolled(client, date(2025, 1, 6), kind=TrajectoryKind.MSS)
    ContactFactory(client=client, occurred_at=datetime(2025, 6, 2, 9, tzinfo=UTC))
    enrolled(client, TODAY)
    (facts,) = caseload_facts([client], TODAY)
    assert (facts.last_seen_on, facts.days_since_seen) == (date(2025, 6, 2), 273)


def test_a_stage_that_an_import_left_open_ends_with_its_trajectory(team):
    client = ClientFactory(team=team)
    ended = TrajectoryFactory(
        client=client, enrolled_on=date(2023, 1, 2), ended_on=date(2023, 12, 29),
        end_reason=TrajectoryEndReason.VERHUIZING,
    )  # fmt: skip
    stage = StagePeriodFactory(trajectory=ended, started_on=date(2023, 11, 1), stage=Stage.BEGELEID_WERK)
    stage.refresh_from_db()
    assert stage.ended_on == ended.ended_on
    enrolled(client)
    (facts,) = caseload_facts([client], TODAY)
    assert facts.stage == ""


def test_file_comes_to_rest_although_somebody_forgot_to_end_an_assignment(team):
    RetentionRegimeFactory()
    gone, waiting, back = (ClientFactory(team=team) for _number in range(3))
    for client in (gone, back):
        earlier_episode(client)
        AssignmentFactory(client=client, started_on=date(2023, 2, 1))
    AssignmentFactory(client=waiting, started_on=TODAY)
    enrolled(back)
    assert set(in_use(TODAY).values_list("pk", flat=True)) == {waiting.pk, back.pk}
    record_terms()
    assert gone.retention_term.starts_on == date(2023, 12, 29)
