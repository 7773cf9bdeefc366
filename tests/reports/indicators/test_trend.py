from datetime import date

import pytest
import time_machine

from reports.indicators.benchmarks import BENCHMARKS, benchmarks_for
from reports.indicators.people import people_behind
from reports.indicators.report import all_figures, placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.trend import month_of, quarter_label, quarter_of, quarters_until, trend
from tests.factories import JobFactory, TrajectoryFactory
from tests.reports.cases import window


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 31)),
        (date(2024, 6, 30), date(2024, 4, 1), date(2024, 6, 30)),
        (date(2024, 12, 31), date(2024, 10, 1), date(2024, 12, 31)),
    ],
)
def test_quarter_of_a_day(day, first, last):
    assert quarter_of(day) == (first, last)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2025, 2, 28), date(2025, 2, 28)),
        (date(2025, 12, 9), date(2025, 12, 31)),
    ],
)
def test_month_of_a_day(day, last):
    assert month_of(day) == (day.replace(day=1), last)


def test_quarters_are_named_and_ordered():
    labels = [quarter_label(quarter.period_from) for quarter in quarters_until(date(2025, 2, 3), 4)]
    assert labels == ["2024 Q2", "2024 Q3", "2024 Q4", "2025 Q1"]


@pytest.mark.django_db
def test_each_point_of_the_trend_is_the_figure_of_its_quarter():
    JobFactory(
        trajectory=TrajectoryFactory(enrolled_on=date(2025, 1, 1)),
        started_on=date(2025, 5, 1),
        ended_on=date(2025, 7, 2),
    )
    TrajectoryFactory(enrolled_on=date(2025, 4, 1), ended_on=date(2025, 8, 1))
    points = trend(Scope(), until=date(2025, 9, 30), quarters=4)
    reports = [placement_report(Scope(), point.window) for point in points]
    assert [point.period_employment_rate for point in points] == [r.period_employment_rate for r in reports]
    assert [point.point_employment_rate for point in points] == [r.point_employment_rate for r in reports]
    assert [point.flow for point in points] == [r.flow for r in reports]
    assert [point.period_employment_rate.rate for point in points] == [None, 0.0, 0.5, 0.5]


@pytest.mark.django_db
def test_trend_takes_one_statement_a_quarter(count_queries):
    TrajectoryFactory()
    with count_queries(8):
        trend(Scope(), until=date(2025, 9, 30), quarters=8)


@time_machine.travel(date(2025, 8, 12))
def test_running_quarter_counts_until_today():
    *_, last = quarters_until(date(2025, 8, 12), 2)
    assert (last.period_to, last.as_of, last.last_day) == (
        date(2025, 9, 30),
        date(2025, 8, 12),
        date(2025, 8, 12),
    )


def test_as_of_day_may_lie_after_the_period():
    assert ReportWindow.of(date(2025, 7, 1), date(2025, 9, 30), as_of=date(2026, 1, 1)).last_day == date(
        2025, 9, 30
    )


def test_benchmark_stands_only_beside_the_figure_of_its_definition():
    assert [b.rate for b in benchmarks_for("point_employment_rate")] == [0.360968]
    assert [b.rate for b in benchmarks_for("period_employment_rate")] == [0.31, 0.41, 0.50]
    for key in ("period_employment_rate_new", "point_sustained_rate", "cohort_placement_rate.18"):
        assert benchmarks_for(key) == ()


def test_every_benchmark_belongs_to_a_figure_and_names_its_source():
    keys = {figure.key for figure in all_figures(window())}
    assert {benchmark.figure for benchmark in BENCHMARKS} <= keys
    assert all(benchmark.source and benchmark.measured for benchmark in BENCHMARKS)


@pytest.mark.django_db
def test_people_of_a_point_of_the_trend():
    JobFactory(trajectory=TrajectoryFactory(), started_on=date(2024, 5, 1))
    (point,) = trend(Scope(), until=date(2024, 6, 1), quarters=1)
    assert people_behind("period_employment_rate", Scope(), point.window).count() == 1
