"""A report over any days: the same function, the same rules of who may see what."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.live.services import live_report
from reports.live.tasks import estimate_first_job
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from tests.reports.pages import count_above, number_links
from tests.reports.runs.test_run_pages import expected, numbers
from tests.reports.team.teams import NOON, make_team
from tests.waiting import wait_for
from tests.without_broker import without_broker

pytestmark = pytest.mark.django_db
DAYS = {"period_from": "2026-05-12", "period_to": "2026-11-03"}


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture(autouse=True)
def _nothing_is_estimated_yet():
    cache.clear()


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
    # session with its person, the team of the form: checked, offered and offered again; the report
    with count_queries(5):
        client.get(reverse("reports:report_now"), {"team": team.public_id, **DAYS})


def test_the_time_until_a_first_job_comes_when_the_worker_has_estimated_it(client, example):
    """The page is whole without it, says so, and asks once by itself."""
    asked = {"team": example.team.public_id, "as_of": "2026-10-01", **DAYS}
    with without_broker():
        waiting = ask(client, example.lead, **asked)
    assert waiting.context["report"].first_job is None
    assert "Laad de pagina over een minuut opnieuw" in waiting.content.decode()
    assert 'hx-trigger="load' in waiting.content.decode()
    again = client.get(reverse("reports:report_now"), asked, headers={"HX-Request": "true"})
    assert 'hx-trigger="load' not in again.content.decode()
    estimate_first_job(example.team.pk, ["", ""], [*DAYS.values(), asked["as_of"]])
    found = ask(client, example.lead, **asked)
    window = ReportWindow.of(date(2026, 5, 12), date(2026, 11, 3), as_of=date(2026, 10, 1))
    expected = placement_report(Scope(team=example.team), window).first_job
    assert found.context["report"].first_job.n.text == str(expected.n)
    assert "Laad de pagina over een minuut opnieuw" not in found.content.decode()


def test_an_estimate_is_only_shown_of_the_files_that_it_was_made_of(client, example):
    asked = {"team": example.team.public_id, "as_of": "2026-10-01", **DAYS}
    estimate_first_job(example.team.pk, ["", ""], [*DAYS.values(), asked["as_of"]])
    assert ask(client, example.lead, **asked).context["report"].first_job
    TrajectoryFactory(in_team=example.team, enrolled_on=date(2026, 2, 1))
    assert ask(client, example.lead, **asked).context["report"].first_job is None


def test_report_of_a_page_is_that_of_the_worker(example):
    window = ReportWindow.of(date(2026, 5, 12), date(2026, 11, 3), as_of=date(2026, 10, 1))
    scope = Scope(team=example.team)
    estimate_first_job(example.team.pk, ["", ""], [*DAYS.values(), "2026-10-01"])
    assert live_report(scope, window) == placement_report(scope, window)


def test_worker_gets_what_the_page_asks(worker, client, example):
    asked = {"team": example.team.public_id, "as_of": "2026-10-01", **DAYS}
    ask(client, example.lead, **asked)
    wait_for(lambda: ask(client, example.lead, **asked).context["report"].first_job is not None)
