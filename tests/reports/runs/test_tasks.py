"""The periodic monitoring with a real worker, a real queue and kill -9."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from ipsplatform.celery import app
from reports.models import MonitoringRun, PeriodKind, RunState
from reports.runs.periods import missing_periods, previous_period, stored_quarters
from reports.runs.services import RunBusyError, ensure_run, request_run
from reports.runs.tasks import catch_up, make_previous_run, make_run, restate_quarters, restate_run
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.waiting import held_up, nobody_runs, somebody_waits, wait_for

# The worker lives in real time, so these dates can't be fixed.
QUARTER = previous_period(PeriodKind.QUARTER, timezone.localdate())
ASKED = (QUARTER.kind.value, QUARTER.period_from.isoformat(), QUARTER.period_to.isoformat())

pytestmark = [pytest.mark.shows(16), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def placed():
    trajectory = TrajectoryFactory(in_team=TeamFactory(), enrolled_on=QUARTER.period_from)
    return JobFactory(trajectory=trajectory, started_on=QUARTER.period_to)


def finished():
    return MonitoringRun.objects.done().filter(period_kind="quarter").exists()


def try_the_same_run():
    try:
        ensure_run(period_kind=QUARTER.kind, period_from=QUARTER.period_from, period_to=QUARTER.period_to)
    finally:
        connection.close()  # that of this thread


def assert_run_once():
    run = MonitoringRun.objects.get(period_kind="quarter")
    assert (run.state, run.revision) == (RunState.DONE, 1)
    assert run.scopes.count() == 8


def test_worker_makes_the_run(worker, placed):
    make_run.delay(*ASKED)
    wait_for(finished)
    assert_run_once()


def test_task_that_comes_twice_makes_one_run(worker, placed):
    for task in [make_run.delay(*ASKED) for _ in range(3)]:
        wait_for(lambda done=f"{task.id}] succeeded": done in worker.log())
    assert_run_once()


def test_killed_child_process_is_made_up_for_by_the_next(worker, placed):
    with held_up("reports_scopefigures"):
        make_run.delay(*ASKED)
        wait_for(somebody_waits)
        assert MonitoringRun.objects.get().state == RunState.RUNNING
        (child,) = psutil.Process(worker.pid).children()
        os.kill(child.pid, signal.SIGKILL)
    wait_for(finished)
    assert_run_once()


def test_killed_worker_is_made_up_for_by_the_next(worker, placed):
    with held_up("reports_scopefigures"):
        make_run.delay(*ASKED)
        wait_for(somebody_waits)
        worker.kill()
    assert MonitoringRun.objects.get().state == RunState.RUNNING
    worker.start()
    wait_for(nobody_runs)
    catch_up.delay()
    wait_for(finished)
    assert_run_once()


def test_second_process_leaves_a_run_to_the_first(worker, placed):
    with held_up("reports_scopefigures"):
        make_run.delay(*ASKED)
        wait_for(somebody_waits)
        with ThreadPoolExecutor(1) as thread, pytest.raises(RunBusyError):
            thread.submit(try_the_same_run).result()
    wait_for(finished)
    assert_run_once()


def test_every_scope_is_counted_over_the_same_rows(worker, placed):
    with held_up("trajectories_job"):
        make_run.delay(*ASKED)
        wait_for(somebody_waits)
        TrajectoryFactory(team=placed.trajectory.team, enrolled_on=QUARTER.period_from)
    wait_for(finished)
    figures = [row.figures["flow"]["running"] for row in MonitoringRun.objects.get().scopes.all()]
    assert figures == [1] * 8


def test_missed_runs_are_caught_up_once(worker, placed):
    missing = missing_periods(timezone.localdate())
    for _ in range(2):
        catch_up.delay()
    wait_for(lambda: not missing_periods(timezone.localdate()))
    made = MonitoringRun.objects.values_list("period_kind", "period_from", "revision")
    assert sorted(made) == sorted((period.kind, period.period_from, 1) for period in missing)
    assert len(missing) >= 4


def test_correction_is_a_revision_in_the_name_of_who_asked(worker, placed):
    make_run.delay(*ASKED)
    wait_for(finished)
    by = UserFactory(teamleider=True)
    TrajectoryFactory(enrolled_on=QUARTER.period_from)
    request_run(period_kind=QUARTER.kind, period_from=QUARTER.period_from, period_to=QUARTER.period_to, by=by)
    wait_for(lambda: MonitoringRun.objects.done().filter(revision=2).exists())
    assert MonitoringRun.objects.get(revision=2).started_by == by


def test_weekly_restating_makes_a_revision_when_figures_moved_and_none_when_not(worker, placed):
    make_run.delay(*ASKED)
    wait_for(finished)
    asked = [restate_run.delay(*ASKED)]
    wait_for(lambda: f"{asked[0].id}] succeeded" in worker.log())
    assert_run_once()
    TrajectoryFactory(enrolled_on=QUARTER.period_from)
    restate_quarters.delay()
    wait_for(lambda: MonitoringRun.objects.done().filter(revision=2).exists())
    assert MonitoringRun.objects.get(revision=2).started_by is None
    assert [period.kind for period in stored_quarters(timezone.localdate())] == [PeriodKind.QUARTER]


def test_previous_month_and_quarter_are_asked_for(worker, placed):
    for kind in ("month", "quarter"):
        make_previous_run.delay(kind)
    wait_for(lambda: MonitoringRun.objects.done().count() == 2)
    assert set(MonitoringRun.objects.values_list("period_kind", flat=True)) == {"month", "quarter"}


def test_schedule_reaches_the_database_once():
    for _ in range(2):
        DatabaseScheduler(app=app).setup_schedule()
    planned = PeriodicTask.objects.filter(name__in=settings.CELERY_BEAT_SCHEDULE, enabled=True)
    assert planned.count() == len(settings.CELERY_BEAT_SCHEDULE)
    app.loader.import_default_modules()  # as a worker does
    assert {task.task for task in planned} <= set(app.tasks)
