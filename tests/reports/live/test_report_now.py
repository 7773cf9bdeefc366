"""A report over any days: the same function, the same rules of who may see what."""

from datetime import date

import pytest
from django.urls import reverse

from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from tests.reports.pages import count_above, number_links
from tests.reports.runs.test_run_pages import expected, numbers
from tests.reports.team.teams import NOON, make_team

pytestmark = pytest.mark.django_db
DAYS = {"period_from": "2026-05-12", "period_to": "2026-11-03"}


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def example():
    return make_team()


def ask(client, user, **query):
    client.force_login(user)
    return client.get(reverse("reports:report_now"), query)


def test_figures_are_those_of_the_report(client, example):
    response = ask(client, example.lead, team=example.team.public_id, as_of="2026-10-01", **DAYS)
    window = ReportWindow.of(date(2026, 5, 12), date(2026, 11, 3), as_of=date(2026, 10, 1))
    figures = to_json(placement_report(Scope(team=example.team), window))
    assert numbers(response.context["report"]) == expected(figures)


def test_every_number_leads_to_as_many_people(client, example):
    response = ask(client, example.lead, team=example.team.public_id, as_of="2026-10-01", **DAYS)
    found = number_links(response)
    assert len(found) > 20
    for url, number in found:
        assert count_above(client.get(url)) == number, url


def test_nothing_is_computed_before_it_is_asked(client, example):
    assert ask(client, example.lead).context["report"] is None


def test_another_team_can_not_be_asked(client, example):
    stranger = UserFactory(teamleider=True, team=TeamFactory())
    response = ask(client, stranger, team=example.team.public_id, **DAYS)
    assert response.context["report"] is None
    assert "team" in response.context["form"].errors


def test_the_whole_organisation_is_not_asked_over_any_days(client, example):
    assert "team" in ask(client, example.lead, **DAYS).context["form"].errors


@pytest.mark.parametrize("query", [{}, {"period_from": "2026-07-01", "period_to": "2026-09-30"}, DAYS])
def test_a_reader_outside_the_team_gets_stored_quarters_only(client, example, query):
    monitor = UserFactory(monitor=True)
    assert ask(client, monitor, **query).status_code == 403
    listed = client.get(reverse("reports:run_list")).content.decode()
    assert reverse("reports:report_now") not in listed


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"period_to": "2026-01-01"}, "period_to"),
        ({"as_of": "2026-11-23"}, "as_of"),
        ({"period_from": "yesterday"}, "period_from"),
        ({"period_to": ""}, "period_to"),
    ],
)
def test_wrong_days_are_explained_at_their_field(client, example, wrong, field):
    query = {"team": example.team.public_id, **DAYS, **wrong}
    response = ask(client, example.lead, **query)
    assert field in response.context["form"].errors
    assert response.context["report"] is None


@pytest.mark.parametrize("rows", [1, 12])
def test_report_query_budget(client, count_queries, rows):
    lead = UserFactory(teamleider=True, team=TeamFactory())
    team = lead.memberships.get().team
    TrajectoryFactory.create_batch(rows, in_team=team)
    client.force_login(lead)
    # session, user, the team of the form: checked, offered and offered again; the report
    with count_queries(6):
        client.get(reverse("reports:report_now"), {"team": team.public_id, **DAYS})
