"""The caseload page: rows, filters, tabs, export and its price in statements."""

import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.caseload.pages import CaseloadRow
from trajectories.caseload.selectors import MINE, TEAM, caseload_facts
from trajectories.models import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory(name="FACT Noord"))


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC)


def row_of(user, client):
    return CaseloadRow(caseload_facts([client], TODAY)[0], user)


def test_stage_is_the_open_period(worker):
    trajectory = TrajectoryFactory(followed_by=worker)
    StagePeriodFactory(trajectory=trajectory, stage=Stage.INLOOP, ended_on=date(2025, 1, 1))
    StagePeriodFactory(trajectory=trajectory, stage=Stage.DAGBESTEDING, started_on=date(2025, 1, 2))
    assert row_of(worker, trajectory.client).stage == Stage.DAGBESTEDING


def test_running_regular_job_is_the_last_stage_beside_an_open_period(worker):
    trajectory = TrajectoryFactory(followed_by=worker)
    StagePeriodFactory(trajectory=trajectory, stage=Stage.DAGBESTEDING)
    JobFactory(trajectory=trajectory)
    assert row_of(worker, trajectory.client).stage == Stage.BETAALDE_BAAN


@pytest.mark.parametrize(
    "unlike", [{"sheltered": True}, {"ended_on": date(2026, 3, 1)}, {"regular_wage": None}]
)
def test_other_jobs_are_not_the_last_stage(worker, unlike):
    trajectory = TrajectoryFactory(followed_by=worker)
    JobFactory(trajectory=trajectory, **unlike)
    assert row_of(worker, trajectory.client).stage == ""


def test_seen_counts_only_face_to_face_with_the_client(worker):
    client = TrajectoryFactory(followed_by=worker).client
    ContactFactory(client=client, occurred_at=at("2026-02-20"))
    ContactFactory(client=client, occurred_at=at("2026-02-27"), face_to_face=False)
    ContactFactory(client=client, occurred_at=at("2026-02-28"), employer_visit=True)
    facts = row_of(worker, client).facts
    assert (facts.days_since_seen, facts.days_since_contact) == (10, 3)


def test_employer_clock_runs_from_the_enrolment_until_the_first_visit(worker):
    waiting = TrajectoryFactory(followed_by=worker, enrolled_on=date(2026, 1, 20)).client
    visited = TrajectoryFactory(followed_by=worker, enrolled_on=date(2026, 1, 20)).client
    ContactFactory(client=visited, occurred_at=at("2026-01-19"), employer_visit=True)
    ContactFactory(client=visited, occurred_at=at("2026-02-01"), employer_visit=True, face_to_face=False)
    ContactFactory(client=visited, occurred_at=at("2026-02-07"), employer_visit=True)
    assert row_of(worker, waiting).facts.employer_after_days is None
    assert row_of(worker, waiting).facts.days_enrolled == 41
    assert row_of(worker, visited).facts.employer_after_days == 18


@pytest.mark.parametrize(("seen", "flagged"), [("2026-02-02", False), ("2026-02-01", True)])
def test_attention_after_28_days_without_seeing(worker, seen, flagged):
    client = TrajectoryFactory(followed_by=worker, enrolled_on=date(2026, 2, 1)).client
    ContactFactory(client=client, occurred_at=at(seen))
    assert bool(row_of(worker, client).attention) is flagged


@pytest.mark.parametrize(("enrolled", "flagged"), [("2026-01-31", False), ("2026-01-30", True)])
def test_attention_after_30_days_without_employer_contact(worker, enrolled, flagged):
    client = TrajectoryFactory(followed_by=worker, enrolled_on=date.fromisoformat(enrolled)).client
    ContactFactory(client=client, occurred_at=at("2026-03-01"))
    assert bool(row_of(worker, client).attention) is flagged


def test_who_needs_me_most_comes_first(client, worker):
    fresh = TrajectoryFactory(followed_by=worker, enrolled_on=date(2026, 2, 20)).client
    seen = TrajectoryFactory(followed_by=worker).client
    ContactFactory(client=seen, occurred_at=at("2025-11-01"))
    unseen = TrajectoryFactory(followed_by=worker, enrolled_on=date(2025, 6, 1)).client
    client.force_login(worker)
    response = client.get(reverse("trajectories:caseload_list"))
    assert [row.client for row in response.context["rows"]] == [unseen, seen, fresh]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"inloop", "job"}),
        ("stage=inloop", {"inloop"}),
        ("stage=betaalde_baan", {"job"}),
        ("funder=gemeente", {"inloop"}),
        ("attention=no_employer", {"inloop"}),
        ("state=ended", {"ended"}),
        ("state=all", {"inloop", "job", "ended"}),
        ("stage=nonsense", {"inloop", "job"}),
    ],
)
def test_filters_live_in_the_url(client, worker, query, found):
    inloop = TrajectoryFactory(followed_by=worker, funder="gemeente", client__last_name="inloop")
    StagePeriodFactory(trajectory=inloop)
    JobFactory(trajectory=TrajectoryFactory(followed_by=worker, client__last_name="job"))
    TrajectoryFactory(followed_by=worker, ended=True, client__last_name="ended")
    client.force_login(worker)
    response = client.get(f"{reverse('trajectories:caseload_list')}?{query}")
    assert {row.client.last_name for row in response.context["rows"]} == found


def test_tabs_count_and_separate_mine_from_the_team(client, worker):
    team = worker.memberships.get().team
    mine = TrajectoryFactory(followed_by=worker, in_team=team).client
    ours = TrajectoryFactory(in_team=team).client
    TrajectoryFactory()
    client.force_login(worker)
    response = client.get(reverse("trajectories:caseload_list"), {"scope": TEAM})
    assert {row.client for row in response.context["rows"]} == {mine, ours}
    assert [tab.count for tab in response.context["tabs"]] == [1, 2]
    response = client.get(reverse("trajectories:caseload_list"), {"scope": MINE})
    assert [row.client for row in response.context["rows"]] == [mine]


def test_without_own_caseload_the_team_opens(client):
    lead = UserFactory(teamleider=True, team=TeamFactory())
    ours = TrajectoryFactory(in_team=lead.memberships.get().team).client
    client.force_login(lead)
    assert [row.client for row in client.get(reverse("trajectories:caseload_list")).context["rows"]] == [ours]


def test_htmx_gets_the_rows_alone(client, worker):
    TrajectoryFactory(followed_by=worker)
    client.force_login(worker)
    response = client.get(reverse("trajectories:caseload_list"), headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert len(response.context["rows"]) == 1


def test_fifty_rows_a_page(client, worker):
    for _number in range(51):
        AssignmentFactory(user=worker, client=ClientFactory(team=None))
    client.force_login(worker)
    first = client.get(reverse("trajectories:caseload_list"))
    second = client.get(reverse("trajectories:caseload_list"), {"page": 2})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
    assert first.context["count"] == 51


def test_export_holds_what_the_page_shows_and_no_formulas(client, worker):
    TrajectoryFactory(followed_by=worker, client__last_name="=1+1", client__name_prefix="")
    TrajectoryFactory(followed_by=worker, ended=True)
    client.force_login(worker)
    response = client.get(reverse("trajectories:caseload_export", args=["csv"]))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ";'=1+1, Anna;" in lines[1]


def test_export_as_workbook_holds_the_words_of_the_stage(client, worker):
    JobFactory(trajectory=TrajectoryFactory(followed_by=worker))
    client.force_login(worker)
    response = client.get(reverse("trajectories:caseload_export", args=["xlsx"]))
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet["D2"].value == "betaalde baan"


def test_another_export_format_does_not_exist(client, worker):
    client.force_login(worker)
    assert client.get(reverse("trajectories:caseload_export", args=["pdf"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 12])
def test_caseload_query_budget(client, count_queries, worker, rows):
    for trajectory in TrajectoryFactory.create_batch(rows, followed_by=worker):
        AssignmentFactory(client=trajectory.client, user=UserFactory(ervaringsdeskundige=True))
    client.force_login(worker)
    # session, whose clients, the counts of both tabs, clients, the facts about them, imports
    with count_queries(6):
        client.get(reverse("trajectories:caseload_list"))
    # and how many there are by name
    with count_queries(7):
        client.get(reverse("trajectories:caseload_list"), {"order": "name"})


def test_plus_contact_of_a_file_fills_in_that_client(client, worker):
    asked = TrajectoryFactory(followed_by=worker).client
    client.force_login(worker)
    response = client.get(reverse("trajectories:client_work", args=[asked.public_id]))
    assert (
        f'href="{reverse("trajectories:contact_write")}?client={asked.public_id}"'
        in response.content.decode()
    )


def test_own_caseload_has_no_filter_for_the_team(client, worker):
    """What the page doesn't offer doesn't filter either."""
    TrajectoryFactory(followed_by=worker)
    client.force_login(worker)
    page = client.get(
        reverse("trajectories:caseload_list"), {"scope": MINE, "worker": UserFactory().public_id}
    )
    assert page.context["count"] == 1
