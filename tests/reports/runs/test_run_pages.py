"""Stored runs on the screen: the right figures, for the right people, with their changes and their price."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reports.figures.display import percent
from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.models import MonitoringRun, PeriodKind, RunState, ScopeFigures
from reports.runs.services import store_run
from tests.factories import JobFactory, TeamFactory, TeamMembershipFactory, TrajectoryFactory, UserFactory
from tests.reports.pages import count_above, number_links
from tests.reports.team.teams import NOON, make_team
from trajectories.models import Job

pytestmark = pytest.mark.django_db
PERIOD = {"period_from": date(2026, 7, 1), "period_to": date(2026, 9, 30)}
BLOCKS = ("flow", "period", "point", "cohort", "sustainment")


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def example():
    return make_team()


@pytest.fixture
def run(example):
    return store_run(period_kind=PeriodKind.QUARTER, **PERIOD)


def detail(client, user, run, **query):
    client.force_login(user)
    return client.get(reverse("reports:run_detail", args=[run.public_id]), query)


def numbers(report):
    """{key: (numerator, denominator)} of every line of the page, as texts."""
    lines = [line for block in BLOCKS for line in getattr(report, block)]
    return {line.key: (line.numerator and line.numerator.text, line.denominator.text) for line in lines}


def expected(figures):
    found = {f"flow.{name}": (None, str(count)) for name, count in figures["flow"].items()}
    for key, rate in figures.items():
        if isinstance(rate, dict) and "denominator" in rate:
            found[key] = (str(rate["numerator"]), str(rate["denominator"]))
    for name, horizon in (("cohort_placement_rate", "months"), ("job_sustainment", "weeks")):
        for rate in figures[name]:
            found[f"{name}.{rate[horizon]}"] = (str(rate["numerator"]), str(rate["denominator"]))
    return found


def test_every_figure_is_that_of_the_report(client, example, run):
    report = detail(client, example.lead, run).context["report"]
    figures = to_json(placement_report(Scope(team=example.team), ReportWindow.of(*PERIOD.values())))
    assert numbers(report) == expected(figures)
    assert report.period[0].value == percent(figures["period_employment_rate"]["rate"], decimals=1)
    left_out = [line.left_out.text for line in report.cohort]
    assert left_out == [str(rate["not_yet_mature"]) for rate in figures["cohort_placement_rate"]]
    first_job = figures["time_to_first_job"]
    shown = report.first_job
    assert (shown.n.text, shown.events.text) == (str(first_job["n"]), str(first_job["events"]))
    points = first_job["cumulative_incidence"]
    rates = [percent(point["value"], decimals=1) or "nog niet te zeggen" for point in points]
    assert [point.rate for point in shown.points] == rates
    assert [point.followed for point in shown.points] == [str(point["followed"]) for point in points]
    assert [point.waiting for point in shown.points] == [str(point["waiting"]) for point in points]


def test_every_number_leads_to_as_many_people(client, example, run):
    found = number_links(detail(client, example.lead, run))
    assert len(found) > 20
    for url, number in found:
        assert count_above(client.get(url)) == number, url


def test_scope_is_chosen_by_team_funder_and_target_group(client, example):
    uwv = TrajectoryFactory(in_team=example.team, funder="gemeente", enrolled_on=date(2026, 1, 5))
    run = store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    response = detail(client, example.lead, run, funder=uwv.funder)
    assert response.context["report"].flow[0].denominator.text == "1"
    assert response.context["scope_text"] == "FACT Noord · gemeente"
    nothing = detail(client, example.lead, run, funder="gemeente", target_group="cmd")
    assert "Geen cijfers voor deze groep" in nothing.content.decode()


def test_team_reads_only_its_own_scopes(client, example, run):
    response = detail(client, example.worker, run)
    assert [label for _value, label in response.context["form"].fields["team"].choices] == ["FACT Noord"]
    other = UserFactory(teamleider=True, team=TeamFactory())
    assert "Geen cijfers voor deze groep" in detail(client, other, run).content.decode()
    peeked = detail(client, other, run, team=example.team.public_id)
    assert peeked.context["row"] is None


def test_monitor_sees_the_organisation_with_small_numbers_hidden(client, run):
    response = detail(client, UserFactory(monitor=True), run)
    assert response.context["scope_text"] == "hele organisatie"
    report = response.context["report"]
    assert report.period[0].is_hidden
    assert (report.period[0].value, report.period[0].numerator.text) == (None, "verborgen")
    counts = [text for pair in numbers(report).values() for text in pair if text]
    assert not {"1", "2", "3", "4"} & set(counts)
    assert number_links(response) == []
    assert "Aantallen onder de 5 zijn verborgen" in response.content.decode()


def test_hidden_period_gives_no_point_in_the_trend(client, example, run):
    store_run(period_kind=PeriodKind.QUARTER, period_from=date(2026, 4, 1), period_to=date(2026, 6, 30))
    monitor = detail(client, UserFactory(monitor=True), run).context["trend"]
    assert [row[1] for row in monitor["rows"]] == ["verborgen", "verborgen"]
    assert monitor["svg"] == ""
    team = detail(client, example.lead, run).context["trend"]
    assert [row[3] for row in team["rows"]] == ["3 van 6", "4 van 9"]
    assert "chart-wide" in team["svg"]


def test_one_run_has_no_trend(client, example, run):
    assert detail(client, example.lead, run).context["trend"] is None


def test_correction_makes_a_revision_that_says_what_changed(client, example, run):
    job = Job.objects.filter(started_on=date(2025, 6, 1)).get()
    job.regular_wage = False
    job.save()
    second = store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    changes = {
        line.label: (line.before, line.after)
        for line in detail(client, example.lead, second).context["changes"]
    }
    assert changes["Aan het werk in de periode"] == ("4 van 9 (44,4%)", "3 van 9 (33,3%)")
    monitor = detail(client, UserFactory(monitor=True), second)
    assert monitor.context["changes"] == []
    assert "Gecorrigeerd: deze cijfers vervangen" in monitor.content.decode()


def test_list_counts_the_changes_of_the_own_teams_only(client, example, run):
    Job.objects.filter(started_on=date(2025, 6, 1)).update(regular_wage=False)
    store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    client.force_login(example.lead)
    rows = client.get(reverse("reports:run_list")).context["rows"]
    assert [(row.run.revision, row.is_replaced) for _name, _text, row in rows] == [(2, False), (1, True)]
    assert rows[0][-1].changes > 0
    client.force_login(UserFactory(team=TeamFactory()))
    assert client.get(reverse("reports:run_list")).context["rows"][0][-1].changes == 0


def test_months_and_quarters_are_apart(client, example, run):
    store_run(period_kind=PeriodKind.MONTH, period_from=date(2026, 10, 1), period_to=date(2026, 10, 31))
    client.force_login(example.lead)
    assert [row.run for _name, _text, row in client.get(reverse("reports:run_list")).context["rows"]] == [run]
    months = client.get(reverse("reports:run_list"), {"kind": "month"}).context["rows"]
    assert [name for name, _text, _row in months] == ["Oktober 2026"]


def test_a_month_is_not_set_beside_a_benchmark_of_quarters(client, example, run):
    month = store_run(period_kind=PeriodKind.MONTH, period_from=date(2026, 9, 1), period_to=date(2026, 9, 30))
    for found, period_is_compared in ((run, True), (month, False)):
        report = detail(client, example.lead, found).context["report"]
        assert bool(report.period[0].benchmark) is period_is_compared
        assert report.point[0].benchmark


def test_without_runs_the_list_says_what_to_do(client, example):
    client.force_login(example.lead)
    assert "Nog geen bewaarde cijfers" in client.get(reverse("reports:run_list")).content.decode()


PERSONAS = {  # list, one run, export, report now, start
    "anonymous": (302, 302, 302, 302, 302),
    "owner": (200, 200, 200, 200, 403),
    "peer_owner": (200, 200, 200, 200, 403),
    "teammate": (200, 200, 200, 200, 403),
    "team_lead": (200, 200, 200, 200, 302),
    "other_team_lead": (200, 200, 404, 200, 302),
    "monitor": (200, 200, 200, 403, 302),
    "administrator": (403, 403, 403, 403, 403),
}


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_may_do_what(client, world, persona):
    TrajectoryFactory(client=world.client, enrolled_on=date(2026, 1, 5))
    run = store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    world.sign_in(client, persona)
    answers = (
        client.get(reverse("reports:run_list")),
        client.get(reverse("reports:run_detail", args=[run.public_id])),
        client.get(reverse("reports:run_export", args=[run.public_id, "csv"])),
        client.get(reverse("reports:report_now")),
        client.post(reverse("reports:run_start"), {"period": "nothing"}),
    )
    assert tuple(answer.status_code for answer in answers) == PERSONAS[persona]


def test_unfinished_run_is_not_shown_as_figures(client, example, run):
    MonitoringRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    assert detail(client, example.lead, run).status_code == 404
    listed = client.get(reverse("reports:run_list")).content.decode()
    assert "worden berekend" in listed


def test_only_who_may_start_sees_the_button(client, example, run):
    client.force_login(example.worker)
    assert client.get(reverse("reports:run_list")).context["start_form"] is None
    client.force_login(example.lead)
    assert client.get(reverse("reports:run_list")).context["start_form"] is not None


def test_unknown_period_is_refused(client, example):
    client.force_login(example.lead)
    answer = client.post(reverse("reports:run_start"), {"period": "quarter-2031-01-01"}, follow=True)
    assert "Kies een periode uit de lijst" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_list_query_budget(client, count_queries, rows):
    lead = UserFactory(teamleider=True, team=TeamFactory())
    for year in range(2014, 2014 + rows):
        MonitoringRun.objects.create(
            period_kind=PeriodKind.QUARTER,
            period_from=date(year, 1, 1),
            period_to=date(year, 3, 31),
            as_of=date(year, 3, 31),
            definition_version="2026-1",
            state=RunState.DONE,
            finished_at=timezone.now(),
            started_by=lead,
        )
    client.force_login(lead)
    # session with its person, count, runs, last revisions, leading figures, own teams, unfinished; what
    # changed: four, of which the fifth would read the jobs of trajectories of which something was recorded
    with count_queries(11):
        client.get(reverse("reports:run_list"))


def test_list_counts_what_moved_without_reading_it(client, example, run):
    """Every figure of every scope that moved is a long list, and the page says one number."""
    moved = {"figure": "flow.running", "before": None, "after": None}
    teams = [example.team.code, example.team.code, "van een ander", None]
    MonitoringRun.objects.update(changes=[{"scope": {"team": code}, **moved} for code in teams])
    client.force_login(example.lead)
    with CaptureQueriesContext(connection) as queries:
        rows = client.get(reverse("reports:run_list")).context["rows"]
    assert {row.changes for _name, _leading, row in rows} == {2}
    assert not [sql for sql in queries.captured_queries if '"reports_monitoringrun"."changes",' in sql["sql"]]


@pytest.mark.parametrize("rows", [1, 12])
def test_detail_query_budget(client, count_queries, rows):
    lead = UserFactory(teamleider=True, team=TeamFactory())
    for number in range(rows):
        team = TeamMembershipFactory(user=lead).team
        JobFactory(trajectory=TrajectoryFactory(in_team=team, enrolled_on=date(2026, 1, 1 + number)))
    run = store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    assert ScopeFigures.objects.visible_to(lead).count() == 4 * rows
    client.force_login(lead)
    with count_queries(9):  # session with its person, run, scopes, figures, trend; what changed: four
        client.get(reverse("reports:run_detail", args=[run.public_id]))


@pytest.mark.parametrize(("rate", "shown"), [(0.589, "59%"), (0.115, "12%"), (0.0, "0%"), (None, None)])
def test_percentages_are_rounded(rate, shown):
    assert percent(rate) == shown
