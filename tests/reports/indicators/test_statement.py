"""The statement behind the figures: what it reads once, what is kept of it, and what it refuses."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from reports.indicators import trend as trends
from reports.indicators.facts import FACTS, Reading, observed
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.statement import StatementWriter
from tests.bench.scan import scan
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory
from tests.oracle.folders import write_folder
from tests.reports.folders import load_folder

pytestmark = pytest.mark.django_db

WINDOW = ReportWindow.of(date(2025, 1, 1), date(2025, 3, 31))


def written_by(ask):
    with CaptureQueriesContext(connection) as queries:
        ask()
    (statement,) = [query["sql"] for query in queries.captured_queries]
    return statement


def test_a_fact_is_computed_once_however_many_figures_name_it():
    """In the conditions of each figure it would be the costliest part of a whole organisation."""
    statement = written_by(lambda: placement_report(Scope(), WINDOW))
    assert statement.count("RANGE_AGG(") == len(Reading)
    assert statement.count("hours_worked_at_enrolment") == 1
    assert [statement.count(f'AS "{name}"') for name in FACTS] == [1] * len(FACTS)
    assert statement.count('JOIN "trajectories_job"') == 1


def test_a_statement_that_is_kept_counts_what_is_there_now():
    first, second = TeamFactory(), TeamFactory()
    for team in (first, second, second):
        running = [placement_report(scope, WINDOW).flow.running for scope in _scopes(first, second)]
        TrajectoryFactory(in_team=team, enrolled_on=date(2025, 1, 6))
    assert running == [2, 1, 1]
    assert [placement_report(scope, WINDOW).flow.running for scope in _scopes(first, second)] == [3, 1, 2]


def test_the_statement_of_a_quarter_is_written_once_for_a_process():
    for _ in range(2):
        JobFactory(trajectory=TrajectoryFactory(enrolled_on=date(2025, 1, 6)), started_on=date(2025, 2, 3))
        points = trends.trend(Scope(), until=date(2025, 3, 31), quarters=1)
    assert points[0].flow.started == 2
    before = trends._statement.cache_info()
    trends.trend(Scope(), until=date(2025, 3, 31), quarters=1)
    after = trends._statement.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 1)


@pytest.mark.parametrize(
    "condition", [~Q(ended_on__lte=date(2025, 1, 1)), Q(without_work=True) & ~Q(ended_on=None)]
)
def test_what_does_not_hold_is_refused_as_a_condition(condition):
    writer = StatementWriter(observed(Scope(), WINDOW))
    with pytest.raises(ValueError, match="Say what holds"):
        writer.count("some", "*", condition)


def test_the_scan_of_the_benchmark_finds_the_same_facts(tmp_path):
    """What figures are measured against reads all that they read: no fact, no job and no reading less."""
    write_folder(tmp_path, seed=9, clients=80)
    load_folder(tmp_path)
    window = ReportWindow.of(date(2025, 7, 1), date(2025, 9, 30))
    writer = StatementWriter(observed(Scope(), window))
    writer.count("all", "*", Q(enrolled_on__isnull=False))
    writer.count("clients", "client_id", Q(enrolled_on__isnull=False))
    for name in FACTS:
        is_there = Q(without_work=True) if name == "without_work" else Q(**{f"{name}__isnull": False})
        writer.count(name, "*", is_there)
    ((_group, found),) = writer.written().run()
    assert scan(window.as_of) == tuple(found.values())
    assert 0 < found["certainly_work_spells"] < found["work_spells"] < found["possibly_worked_until"]


def _scopes(*teams):
    return [Scope(), *(Scope(team=team) for team in teams)]
