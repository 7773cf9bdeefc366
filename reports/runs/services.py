"""Make, renew and compare stored runs."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from ipsplatform.common.queue import ask_worker, overdue_since
from reports.indicators.contract import from_json, in_terms_of, part_json, to_json
from reports.indicators.report import DEFINITION_VERSION, placement_reports
from reports.indicators.scope import ReportWindow
from reports.models import MonitoringRun, PeriodKind, RunAction, RunState, ScopeFigures
from reports.runs.periods import PERIOD_OF
from staff.audit import services as audit
from staff.models import User


def changes_between(before: MonitoringRun, after: Iterable[ScopeFigures]) -> list[dict[str, object]]:
    """Each figure of each scope that moved: `{scope, figure, before, after}`.

    A scope that came or went has None on the other side. Scopes are as in the report contract.
    """
    old = {_key(row): row.figures for row in before.scopes.select_related("team")}
    new = {_key(row): row.figures for row in after}
    return [
        {
            "scope": (new.get(key) or old[key])["scope"],
            "figure": figure,
            "before": part_json(figure, was),
            "after": part_json(figure, becomes),
        }
        for key in sorted(old.keys() | new.keys(), key=lambda key: (key[0] or 0, *key[1:]))
        for figure, was, becomes in _moved(_parts(old.get(key)), _parts(new.get(key)))
    ]


def _parts(figures: Mapping[str, object] | None) -> Mapping:
    return from_json(figures).parts() if figures else {}


def _moved(before: Mapping, after: Mapping) -> list[tuple]:
    names = list(dict.fromkeys([*before, *after]))
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return [(name, was, becomes) for name, was, becomes in pairs if was != in_terms_of(was, becomes)]


def _key(row: ScopeFigures) -> tuple[int | None, str, str]:
    return (row.team_id, row.funder, row.target_group)


logger = logging.getLogger(__name__)
TASK = "reports.runs.tasks.renew_run"

# A process that was killed may hold its lock until PostgreSQL sees that the connection is gone.
WAIT_FOR_A_DEAD_PROCESS = 5


class RunBusyError(RuleError):
    """Another process computes this run at this moment."""


@transaction.atomic
def request_run(*, period_kind: str, period_from: date, period_to: date, by: User) -> MonitoringRun:
    """Record that somebody wants a period computed again, and ask the worker. Idempotent.

    Raises RunBusyError while the period is being computed.
    """
    _refuse_wrong_period(period_kind, period_from, period_to)
    wanted = MonitoringRun(period_kind=period_kind, period_from=period_from, period_to=period_to)
    _lock(wanted, wait_seconds=0)
    run = _write_state(wanted, RunState.WAITING, by)
    if run is wanted:
        audit.record(by=by, action=RunAction.REQUESTED, target=run)
    ask_worker(TASK, run.pk)
    return run


def store_requested_run(*, run_pk: int) -> None:
    """Compute a run that was asked for, unless that has been done."""
    run = MonitoringRun.objects.unfinished().select_related("started_by").filter(pk=run_pk).first()
    if run is not None:
        store_run(
            period_kind=run.period_kind,
            period_from=run.period_from,
            period_to=run.period_to,
            by=run.started_by,
        )


def take_up_runs() -> None:
    """Request again runs whose message or worker was lost."""
    for run in MonitoringRun.objects.not_taken_up_since(overdue_since()):
        ask_worker(TASK, run.pk)


def store_run(
    *, period_kind: str, period_from: date, period_to: date, by: User | None = None
) -> MonitoringRun:
    """Compute and store the figures of a period that has ended; return the run that holds them.

    When a finished run has the same figures, that one is returned and nothing is stored. When figures
    have changed since, a new revision says which. A run that stopped half-way is taken over.
    """
    _refuse_wrong_period(period_kind, period_from, period_to)
    run = _claim(MonitoringRun(period_kind=period_kind, period_from=period_from, period_to=period_to), by)
    try:
        return _compute(run)
    except RunBusyError:
        raise
    except Exception:
        MonitoringRun.objects.filter(pk=run.pk).unfinished().update(
            state=RunState.FAILED, finished_at=timezone.now()
        )
        raise


def ensure_run(*, period_kind: str, period_from: date, period_to: date) -> MonitoringRun:
    """The last finished run of a period, made now if there is none."""
    finished = MonitoringRun.objects.of_period(period_kind, period_from, period_to).done().first()
    return finished or store_run(period_kind=period_kind, period_from=period_from, period_to=period_to)


def _refuse_wrong_period(period_kind: str, period_from: date, period_to: date) -> None:
    if period_kind not in PeriodKind.values:
        raise RuleError(_("A run is about a month or a quarter."), field="period_kind")
    if (period_from, period_to) != PERIOD_OF[period_kind](period_from):
        raise RuleError(
            _("A run covers a whole calendar month or a whole calendar quarter."), field="period_from"
        )
    if period_to >= timezone.localdate():
        raise RuleError(
            _("This period has not ended yet; its run can be made from the day after."), field="period_to"
        )


@transaction.atomic
def _claim(wanted: MonitoringRun, by: User | None) -> MonitoringRun:
    """Create the row that says that this run is being computed, or claim the row of a dead process."""
    _lock(wanted, wait_seconds=WAIT_FOR_A_DEAD_PROCESS)
    return _write_state(wanted, RunState.RUNNING, by)


def _write_state(wanted: MonitoringRun, state: RunState, by: User | None) -> MonitoringRun:
    """The unfinished row of this period, or a new one, in this state. Who asked first stays its author."""
    runs = MonitoringRun.objects.of_period(wanted.period_kind, wanted.period_from, wanted.period_to)
    run = runs.unfinished().first() or wanted
    if run is wanted:
        run.revision = 1 + (runs.aggregate(last=Max("revision"))["last"] or 0)
    run.state, run.started_at, run.finished_at = state, timezone.now(), None
    run.as_of, run.definition_version = run.period_to, DEFINITION_VERSION
    run.started_by = run.started_by or by
    run.full_clean(exclude=["changes"])  # none yet
    run.save()
    return run


def _compute(run: MonitoringRun) -> MonitoringRun:
    with _one_snapshot():
        _lock(run, wait_seconds=0)
        claimed = MonitoringRun.objects.unfinished().select_for_update().filter(pk=run.pk).first()
        finished = _finished(run)
        if claimed is None:  # another process took the row over and finished it
            return finished.latest("revision")
        previous = finished.order_by("-revision").first()
        rows = _figures_of_every_scope(claimed)
        changes = changes_between(previous, rows) if previous else []
        if previous and not changes and previous.definition_version == DEFINITION_VERSION:
            claimed.delete()
            return previous
        ScopeFigures.objects.bulk_create(rows)
        return _finish(claimed, changes)


def _lock(run: MonitoringRun, *, wait_seconds: int) -> None:
    name = f"monitoring run {run.period_kind} {run.period_from}"
    if not lock_for_transaction(name, wait_seconds=wait_seconds):
        raise RunBusyError(_("The figures of this period are being computed already."))


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """A transaction in which every scope is counted over the same rows, whatever is recorded meanwhile.

    Within another transaction the isolation can't be chosen any more; then that one decides.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _finished(run: MonitoringRun) -> QuerySet[MonitoringRun]:
    return MonitoringRun.objects.of_period(run.period_kind, run.period_from, run.period_to).done()


def _figures_of_every_scope(run: MonitoringRun) -> list[ScopeFigures]:
    window = ReportWindow.of(run.period_from, run.period_to, as_of=run.as_of)
    return [
        ScopeFigures(
            run=run,
            team=scope.team,
            funder=scope.funder,
            target_group=scope.target_group,
            figures=to_json(report),
        )
        for scope, report in placement_reports(window).items()
    ]


def _finish(run: MonitoringRun, changes: list[dict]) -> MonitoringRun:
    run.state, run.finished_at, run.changes = RunState.DONE, timezone.now(), changes
    run.save(update_fields=["state", "finished_at", "changes"])
    audit.record(by=run.started_by, action=RunAction.FINISHED, target=run)
    logger.info("Monitoring run %s is done, with %s changes.", run, len(changes))
    return run
