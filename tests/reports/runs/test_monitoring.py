"""Stored runs: which scopes, once only, revised after corrections, taken over from the dead."""

from datetime import date, timedelta

import pytest
import time_machine

from ipsplatform.common.errors import RuleError
from reports.indicators.contract import to_json
from reports.indicators.report import DEFINITION_VERSION, placement_report
from reports.indicators.scope import Scope
from reports.models import MonitoringRun, PeriodKind, RunState, ScopeFigures
from reports.runs.periods import missing_periods, previous_period
from reports.runs.selectors import stored_trend
from reports.runs.services import ensure_run, store_run
from staff.models import AuditEvent
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.reports.cases import window

pytestmark = pytest.mark.django_db
QUARTER = {"period_kind": "quarter", "period_from": date(2025, 7, 1), "period_to": date(2025, 9, 30)}
MONTH = {"period_kind": "month", "period_from": date(2025, 8, 1), "period_to": date(2025, 8, 31)}


@pytest.fixture
def noord():
    return TeamFactory(code="noord")


@pytest.fixture
def placed(noord):
    """Somebody of team noord who found a job."""
    trajectory = TrajectoryFactory(in_team=noord, funder="uwv", target_group="epa")
    return JobFactory(trajectory=trajectory, started_on=date(2024, 3, 1))


def scopes(run):
    rows = run.scopes.select_related("team")
    return {(row.team and row.team.code, row.funder, row.target_group): row.figures for row in rows}


def test_run_holds_the_figures_of_the_one_function(placed, noord):
    run = store_run(**QUARTER)
    found = scopes(run)
    for scope in (Scope(), Scope(team=noord, funder="uwv", target_group="epa")):
        key = (scope.team and scope.team.code, scope.funder, scope.target_group)
        assert found[key] == to_json(placement_report(scope, window()))
    assert (run.state, run.revision, run.as_of, run.changes) == (RunState.DONE, 1, date(2025, 9, 30), [])
    assert run.definition_version == DEFINITION_VERSION


def test_run_has_each_combination_with_data_and_each_margin(placed):
    TrajectoryFactory(in_team=TeamFactory(code="zuid"), funder="geen", target_group="")
    assert set(scopes(store_run(**QUARTER))) == {
        (None, "", ""),
        ("noord", "", ""),
        (None, "uwv", ""),
        (None, "", "epa"),
        ("noord", "uwv", ""),
        ("noord", "", "epa"),
        (None, "uwv", "epa"),
        ("noord", "uwv", "epa"),
        ("zuid", "", ""),
        (None, "geen", ""),
        ("zuid", "geen", ""),
    }


def test_scope_that_comes_after_the_period_is_not_in_the_run(placed):
    TrajectoryFactory(enrolled_on=date(2025, 10, 1), funder="gemeente")
    assert not any(funder == "gemeente" for _, funder, _ in scopes(store_run(**QUARTER)))


def test_month_and_quarter_are_two_runs(placed):
    assert store_run(**QUARTER) != store_run(**MONTH)


def test_same_run_twice_gives_one_result(placed):
    first = store_run(**QUARTER)
    assert store_run(**QUARTER) == first
    assert MonitoringRun.objects.count() == 1
    assert AuditEvent.objects.filter(action="monitoring_run_finished").count() == 1


def test_correction_makes_a_revision_that_says_what_moved(placed, noord):
    store_run(**QUARTER)
    placed.ended_on, placed.end_reason = date(2025, 9, 29), "ontslagen"
    placed.save()
    by = UserFactory(monitor=True)
    revised = store_run(**QUARTER, by=by)
    assert (revised.revision, revised.started_by) == (2, by)
    moved = [change for change in revised.changes if change["scope"]["team"] is None]
    whole = {"team": None, "funder": None, "target_group": None}
    (change,) = [
        change for change in moved if change["scope"] == whole and change["figure"] == "point_employment_rate"
    ]
    assert (change["before"]["numerator"], change["after"]["numerator"]) == (1, 0)
    assert (change["before"]["rate"], change["after"]["rate"]) == (1.0, 0.0)
    figures = {change["figure"] for change in revised.changes}
    assert figures == {"point_employment_rate", "point_sustained_rate"}


def test_scope_that_came_with_a_correction_had_nothing_before(placed):
    store_run(**QUARTER)
    TrajectoryFactory(funder="gemeente", target_group="", team=None)
    revised = store_run(**QUARTER)
    came = [c for c in revised.changes if c["scope"]["funder"] == "gemeente" and c["figure"] == "flow"]
    assert [(c["before"], c["after"]["running"]) for c in came] == [(None, 1)]
    assert any(c["figure"] == "cohort_placement_rate.6" for c in revised.changes)


def test_figures_of_an_older_revision_stay(placed):
    first = store_run(**QUARTER)
    before = scopes(first)
    TrajectoryFactory()
    second = store_run(**QUARTER)
    assert scopes(MonitoringRun.objects.get(pk=first.pk)) == before
    assert list(MonitoringRun.objects.latest_revisions()) == [second]


def test_finished_run_is_not_computed_again_unasked(placed):
    first = ensure_run(**QUARTER)
    TrajectoryFactory()
    assert ensure_run(**QUARTER) == first
    assert MonitoringRun.objects.count() == 1


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.FAILED])
def test_run_that_stopped_half_way_is_taken_over(placed, state):
    stopped = MonitoringRun.objects.create(
        **QUARTER, as_of=date(2025, 9, 30), definition_version="2025-0", state=state
    )
    run = store_run(**QUARTER)
    assert (run.pk, run.state, run.revision) == (stopped.pk, RunState.DONE, 1)
    assert run.definition_version == DEFINITION_VERSION
    assert run.scopes.count() == 8


def test_new_definition_is_a_new_revision(placed):
    first = store_run(**QUARTER)
    MonitoringRun.objects.filter(pk=first.pk).update(definition_version="2025-0")
    assert store_run(**QUARTER).revision == 2


def test_run_without_any_data_says_so_with_zeros():
    run = store_run(**QUARTER)
    assert run.scopes.get().figures["period_employment_rate"]["rate"] is None


# -- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({**QUARTER, "period_kind": "year"}, "period_kind"),
        ({**QUARTER, "period_kind": "month"}, "period_from"),
        ({**QUARTER, "period_from": date(2025, 7, 2)}, "period_from"),
        ({**QUARTER, "period_to": date(2025, 9, 29)}, "period_from"),
        ({**MONTH, "period_to": date(2025, 9, 30)}, "period_from"),
    ],
)
def test_only_whole_months_and_quarters(period, field):
    with pytest.raises(RuleError) as refusal:
        store_run(**period)
    assert refusal.value.field == field
    assert not MonitoringRun.objects.exists()


@time_machine.travel(date(2025, 9, 30))
def test_period_that_has_not_ended_is_refused():
    with pytest.raises(RuleError) as refusal:
        store_run(**QUARTER)
    assert refusal.value.field == "period_to"


@time_machine.travel(date(2025, 10, 1))
def test_period_can_be_run_from_the_day_after():
    assert store_run(**QUARTER).state == RunState.DONE


# -- which runs are missing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        (PeriodKind.MONTH, date(2025, 3, 1), date(2025, 2, 1), date(2025, 2, 28)),
        (PeriodKind.MONTH, date(2025, 1, 31), date(2024, 12, 1), date(2024, 12, 31)),
        (PeriodKind.QUARTER, date(2025, 1, 1), date(2024, 10, 1), date(2024, 12, 31)),
        (PeriodKind.QUARTER, date(2024, 6, 30), date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_previous_period(kind, today, first, last):
    period = previous_period(kind, today)
    assert (period.period_from, period.period_to) == (first, last)


def named(periods):
    return [f"{period.kind} {period.period_from:%Y-%m}" for period in periods]


def test_every_ended_period_since_the_first_enrolment_is_missing():
    TrajectoryFactory(enrolled_on=date(2025, 6, 15))
    assert named(missing_periods(date(2025, 10, 1))) == [
        "month 2025-06",
        "quarter 2025-04",
        "month 2025-07",
        "month 2025-08",
        "month 2025-09",
        "quarter 2025-07",
    ]


def test_finished_period_is_not_missing_but_a_stopped_one_is():
    TrajectoryFactory(enrolled_on=date(2025, 9, 15))
    ensure_run(**QUARTER)
    MonitoringRun.objects.create(
        period_kind="month",
        period_from=date(2025, 9, 1),
        period_to=date(2025, 9, 30),
        as_of=date(2025, 9, 30),
        definition_version="2026-1",
    )
    assert named(missing_periods(date(2025, 10, 1))) == ["month 2025-09"]


def test_nothing_is_missing_without_data():
    TrajectoryFactory(mss=True)
    assert missing_periods(date(2025, 10, 1)) == []


def test_catching_up_does_not_go_back_for_ever():
    TrajectoryFactory(enrolled_on=date(2010, 1, 1))
    periods = missing_periods(date(2025, 10, 1))
    assert len(periods) == 24 + 8
    assert min(period.period_from for period in periods) == date(2023, 10, 1)


# -- one snapshot ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_a_run_is_made_too(placed):
    run = store_run(**QUARTER)
    assert ScopeFigures.objects.filter(run=run).count() == 8
    assert run.finished_at - run.started_at < timedelta(minutes=1)


def test_trend_of_a_scope_has_the_last_revision_of_each_quarter(placed, noord):
    lead = UserFactory(teamleider=True, team=noord)
    store_run(period_kind="quarter", period_from=date(2025, 4, 1), period_to=date(2025, 6, 30))
    store_run(**QUARTER)
    store_run(**MONTH)
    TrajectoryFactory(in_team=noord)
    row = store_run(**QUARTER).scopes.get(team=noord, funder="", target_group="")
    points = stored_trend(row, lead)
    assert [report.period_to for _, report in points] == [date(2025, 6, 30), date(2025, 9, 30)]
    assert [report.flow.running for _, report in points] == [1, 2]


def test_trend_of_a_scope_is_empty_for_who_may_not_read_it_and_where_it_is_withheld(placed, noord):
    row = store_run(**QUARTER).scopes.get(team=noord, funder="", target_group="")
    assert stored_trend(row, UserFactory(teamleider=True, team=TeamFactory())) == []
    assert stored_trend(row, UserFactory(monitor=True)) == []
