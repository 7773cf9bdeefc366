"""The team's page: its numbers, the people behind them, who may look, and its price in statements."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from reports.figures.display import change_title
from reports.figures.presentation import benchmark_text
from reports.indicators.proportion import Proportion
from reports.indicators.report import FIGURES, placement_report
from reports.indicators.scope import ReportWindow, Scope
from staff.models import TeamKind
from tests.factories import (
    JobFactory,
    TeamFactory,
    TeamMembershipFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.reports.pages import count_above, links, number_links
from tests.reports.team.teams import NOON, TODAY, make_team

pytestmark = pytest.mark.django_db
THIRD_QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
FOURTH_QUARTER = (date(2026, 10, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def example():
    return make_team()


def dashboard(client, user, **query):
    client.force_login(user)
    return client.get(reverse("reports:team_dashboard"), query)


def people(client, user, **query):
    client.force_login(user)
    return client.get(f"{reverse('reports:team_people')}?{urlencode(query)}")


def query_of(of_team, **changed):
    asked = {
        "figure": "period_employment_rate",
        "part": "numerator",
        "team": of_team.public_id,
        "from": "2026-07-01",
        "to": "2026-09-30",
    }
    return {**asked, **changed}


def shown(line):
    return (int(line.numerator.text), int(line.denominator.text))


def counted(proportion):
    return (proportion.numerator, proportion.denominator)


def test_numbers_are_those_of_the_report(client, example):
    context = dashboard(client, example.lead).context
    third, fourth = (
        placement_report(Scope(team=example.team), ReportWindow.of(*quarter))
        for quarter in (THIRD_QUARTER, FOURTH_QUARTER)
    )
    assert shown(context["quarter"]) == counted(third.rates["period_employment_rate"]) == (4, 9)
    assert shown(context["running_quarter"]) == counted(fourth.rates["period_employment_rate"])
    assert shown(context["point"]) == counted(fourth.rates["point_employment_rate"])
    flows = [(line.running.value, line.started.value, line.ended.value) for line in context["flows"][-2:]]
    assert flows == [
        (report.flow.running, report.flow.started, report.flow.ended) for report in (third, fourth)
    ]


def test_eight_complete_quarters_and_the_running_one(client, example):
    context = dashboard(client, example.lead).context
    labels = [line.label for line in context["trend_lines"]]
    assert (labels[0], labels[-1], len(labels)) == ("2024 Q4", "2026 Q3", 8)
    assert [line.label for line in context["flows"]] == [
        "2025 Q4",
        "2026 Q1",
        "2026 Q2",
        "2026 Q3",
        "2026 Q4",
    ]


@pytest.mark.parametrize("who", ["lead", "worker"])
def test_every_number_leads_to_as_many_people(client, example, who):
    response = dashboard(client, getattr(example, who))
    found = number_links(response)
    assert len(found) > 40
    for url, number in found:
        assert count_above(client.get(url)) == number, url


def test_stages_lead_to_as_many_people_and_add_up_to_the_team(client, example):
    context = dashboard(client, example.lead).context
    assert sum(bar.value for bar in context["stages"]) == context["board"].clients == 9
    for bar in context["stages"]:
        assert count_above(client.get(bar.url)) == bar.value, bar.stage


def test_moved_client_is_counted_without_a_name(client, example):
    response = people(client, example.lead, **query_of(example.team, part="denominator"))
    assert (count_above(response), len(response.context["rows"])) == (9, 8)
    assert example.moved.client.last_name.upper() not in response.content.decode()
    assert "1 van hen zit nu in een ander team" in response.content.decode()


def test_client_with_two_trajectories_is_one_person_and_two_trajectories(client):
    team = TeamFactory()
    lead = UserFactory(teamleider=True, team=team)
    first = TrajectoryFactory(in_team=team, enrolled_on=date(2026, 7, 2), ended_on=date(2026, 7, 20))
    TrajectoryFactory(client=first.client, enrolled_on=date(2026, 8, 1))
    both = people(client, lead, **query_of(team, part="denominator"))
    assert [row.enrolled_on for row in both.context["rows"]] == [date(2026, 8, 1)]
    started = people(client, lead, **query_of(team, figure="flow.started", part="denominator"))
    assert count_above(started) == len(started.context["rows"]) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"figure": "salary"},
        {"part": "left_out"},
        {"part": "nonsense"},
        {"from": "2026-10-01", "to": "2026-09-30"},
        {"from": "soon"},
        {"team": "not-a-uuid"},
    ],
)
def test_a_question_that_makes_no_sense_is_not_found(client, example, wrong):
    assert people(client, example.lead, **query_of(example.team, **wrong)).status_code == 404


def test_another_team_does_not_exist_here(client, example):
    stranger = UserFactory(teamleider=True, team=TeamFactory())
    assert dashboard(client, stranger, team=example.team.public_id).status_code == 404
    assert people(client, stranger, **query_of(example.team)).status_code == 404


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("anonymous", 302),
        ("owner", 200),
        ("peer_owner", 200),
        ("teammate", 200),
        ("team_lead", 200),
        ("monitor", 403),
        ("administrator", 403),
    ],
)
def test_who_may_see_the_team(client, world, persona, status):
    world.sign_in(client, persona)
    assert client.get(reverse("reports:team_dashboard")).status_code == status
    query = urlencode(query_of(world.team))
    assert client.get(f"{reverse('reports:team_people')}?{query}").status_code == status


def test_without_a_team_the_page_says_what_to_do(client):
    response = dashboard(client, UserFactory())
    assert response.status_code == 200
    assert "Je zit niet in een team" in response.content.decode()


def test_first_fact_team_opens_and_the_others_are_tabs(client):
    lead = UserFactory(teamleider=True, team=TeamFactory(name="Area", mss=True))
    fact = TeamMembershipFactory(user=lead, team=TeamFactory(name="FACT Oost")).team
    response = dashboard(client, lead)
    assert response.context["board"].team == fact
    assert fact.kind == TeamKind.FACT
    assert [(tab.label, tab.is_current) for tab in response.context["tabs"]] == [
        ("Area", False),
        ("FACT Oost", True),
    ]


def test_empty_team_has_no_percentage_and_no_chart(client):
    response = dashboard(client, UserFactory(team=TeamFactory()))
    context = response.context
    assert [context[name].value for name in ("quarter", "running_quarter", "point")] == [None, None, None]
    assert ">0%<" not in response.content.decode()
    assert "chart-wide" not in response.content.decode()


def test_team_with_one_client(client):
    worker = UserFactory(team=TeamFactory())
    trajectory = TrajectoryFactory(
        in_team=worker.memberships.get().team, enrolled_on=date(2026, 2, 1), followed_by=worker
    )
    JobFactory(trajectory=trajectory, started_on=date(2026, 5, 1))
    response = dashboard(client, worker)
    assert response.context["quarter"].value == "100%"
    for url, number in number_links(response):
        assert count_above(client.get(url)) == number, url


def test_caseload_per_fte_and_the_norm(client, example):
    workers = {line.user: line for line in dashboard(client, example.lead).context["board"].workers}
    worker, peer = workers[example.worker], workers[example.peer]
    assert (worker.clients, worker.clients_per_fte, worker.is_over_norm) == (6, 60, True)
    assert (peer.clients, peer.clients_per_fte, peer.is_over_norm, peer.is_trainee) == (3, None, False, True)
    assert (worker.not_seen, worker.in_work) == (3, 3)


def test_names_of_the_meeting(client, example):
    board = dashboard(client, example.lead).context["board"]
    assert board.unseen[0].days == (TODAY - date(2025, 1, 1)).days
    assert [job.started_on for job in board.starting] == [date(2026, 11, 26)]
    assert [job.ended_on for job in board.ended] == [date(2026, 11, 18)]
    assert [line.days for line in board.without_job] == []
    assert len(board.without_worker) == 3


def test_nine_months_without_work_count_from_the_last_job(client):
    worker = UserFactory(team=TeamFactory())
    team = worker.memberships.get().team
    never = TrajectoryFactory(in_team=team, enrolled_on=date(2025, 1, 1))
    JobFactory(
        trajectory=TrajectoryFactory(in_team=team, enrolled_on=date(2025, 1, 1)),
        started_on=date(2025, 3, 1),
        ended_on=date(2026, 6, 1),
    )
    lines = dashboard(client, worker).context["board"].without_job
    assert [line.client for line in lines] == [never.client]


def test_names_lead_to_files(client, example):
    found = dict(links(dashboard(client, example.lead)))
    for line in dashboard(client, example.lead).context["board"].unseen:
        assert found[f"/clients/{line.client.public_id}/"] == line.client.list_name


def test_the_two_figures_stand_under_their_own_names(client, example):
    html = dashboard(client, example.lead).content.decode()
    assert "Aan het werk in het derde kwartaal van 2026" in html
    assert "Aan het werk op zo 22 nov 2026" in html
    assert "plaatsingspercentage" not in html.lower()


def test_a_benchmark_stands_only_beside_the_same_definition():
    assert "36%" in benchmark_text(FIGURES["point_employment_rate"], is_quarter=False)
    assert "41%" in benchmark_text(FIGURES["period_employment_rate"], is_quarter=True)
    for other in ("period_employment_rate_new", "point_sustained_rate", "cohort_placement_rate.18"):
        assert benchmark_text(FIGURES[other], is_quarter=True) == ""


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (Proportion.of(30, 100), "8 procentpunt meer dan een jaar eerder"),
        (Proportion.of(40, 100), "2 procentpunt minder dan een jaar eerder"),
        (Proportion.of(19, 50), "evenveel als een jaar eerder"),
        (Proportion.of(0, 0), "38% van de cliënten werkte in Q3"),
        (None, "38% van de cliënten werkte in Q3"),
    ],
)
def test_chart_is_titled_with_its_message(before, message):
    assert change_title(Proportion.of(38, 100), before, "Q3").endswith(message)


@pytest.mark.parametrize("rows", [1, 12])
def test_dashboard_query_budget(client, count_queries, rows):
    worker = UserFactory(team=TeamFactory())
    for trajectory in TrajectoryFactory.create_batch(
        rows, in_team=worker.memberships.get().team, followed_by=worker
    ):
        JobFactory(trajectory=trajectory, started_on=date(2026, 11, 20), ended_on=date(2026, 11, 21))
    client.force_login(worker)
    # session, teams; fingerprint, nine quarters; clients, who follows them, who left, members, names, jobs;
    # who has a target, their contacts, their hours
    with count_queries(23):
        client.get(reverse("reports:team_dashboard"))
    with count_queries(14):
        client.get(reverse("reports:team_dashboard"))


@pytest.mark.parametrize("rows", [1, 12])
def test_people_query_budget(client, count_queries, rows):
    worker = UserFactory(team=TeamFactory())
    team = worker.memberships.get().team
    for trajectory in TrajectoryFactory.create_batch(rows, in_team=team):
        JobFactory(trajectory=trajectory)
    client.force_login(worker)
    # session with user, the team of the form twice, all who count, the visible ones, their rows, their jobs
    with count_queries(7):
        client.get(f"{reverse('reports:team_people')}?{urlencode(query_of(team))}")


def test_page_of_an_mss_team_says_nothing_of_work(client):
    """Its clients have no IPS trajectory: nobody "at work" of nobody "supported" is no figure."""
    lead = UserFactory(teamleider=True, team=TeamFactory(name="MSS Oost", kind="mss", inhabitants=60_000))
    team = lead.memberships.get().team
    worker = UserFactory(kwartiermaker=True, team=team)
    TrajectoryFactory(in_team=team, mss=True, enrolled_on=date(2026, 1, 5), followed_by=worker)
    client.force_login(lead)
    page = client.get(reverse("reports:team_dashboard"), {"team": team.public_id})
    text = page.content.decode()
    assert page.context["has_figures"] is False
    assert page.context["board"].clients == 1
    said = ["begeleid in", "Aan het werk", "Komen en gaan", "betaald werk", "negen maanden", "Kwartaal"]
    assert [words for words in said if words.lower() in text.lower()] == []
    assert "Waar cliënten zijn op de reis" in text or "Caseload" in text
