from datetime import date

import pytest
import time_machine

from reports.indicators.people import people_behind
from reports.indicators.report import FIGURES, placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.trend import month_of, quarter_label, quarter_of, quarters_until, trend
from tests.factories import JobFactory, TrajectoryFactory


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
    assert [point.rates["period_employment_rate"] for point in points] == [
        r.rates["period_employment_rate"] for r in reports
    ]
    assert [point.rates["point_employment_rate"] for point in points] == [
        r.rates["point_employment_rate"] for r in reports
    ]
    assert [point.flow for point in points] == [r.flow for r in reports]
    assert [point.rates["period_employment_rate"].rate for point in points] == [None, 0.0, 0.5, 0.5]


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
    known = {key: [b.rate for b in figure.benchmarks] for key, figure in FIGURES.items() if figure.benchmarks}
    assert known == {
        "point_employment_rate": [0.360968],
        "period_employment_rate": [0.31, 0.41, 0.50],
    }


def test_every_benchmark_names_its_source():
    benchmarks = [benchmark for figure in FIGURES.values() for benchmark in figure.benchmarks]
    assert len(benchmarks) == 4
    assert all(benchmark.source and benchmark.measured for benchmark in benchmarks)


@pytest.mark.django_db
def test_people_of_a_point_of_the_trend():
    JobFactory(trajectory=TrajectoryFactory(), started_on=date(2024, 5, 1))
    (point,) = trend(Scope(), until=date(2024, 6, 1), quarters=1)
    assert people_behind("period_employment_rate", Scope(), point.window).count() == 1
