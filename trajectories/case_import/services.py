"""An import that was asked for in the administration: stored, claimed by a worker, finished once."""

import uuid
from functools import partial

from django.core.cache import cache
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from ipsplatform.common.queue import ask_worker, overdue_since
from staff.audit import services as audit
from staff.models import User
from trajectories.case_import.selectors import PROGRESS_SECONDS, progress_key
from trajectories.case_import.tables.report import ImportReport
from trajectories.case_import.tables.running import ImportBusyError, Progress, import_cases
from trajectories.case_import.tables.source import ZipSource
from trajectories.models import ImportAction, ImportRun, ImportState

TASK = "trajectories.case_import.tasks.run_import"  # by name: tasks stand above services
MAX_ATTEMPTS = 3
# A process that was killed may hold its lock until PostgreSQL sees that the connection is gone.
WAIT_FOR_A_DEAD_PROCESS = 5
UNFINISHED = (ImportState.WAITING, ImportState.RUNNING)


@transaction.atomic
def request_import(*, upload: File, dry_run: bool, skip_invalid: bool, by: User) -> ImportRun:
    """Keep a zip file under a random name and ask the worker to import it.

    Raises RuleError when the file is not a zip file with the files of an import.
    """
    ZipSource(upload)
    upload.seek(0)
    run = ImportRun(dry_run=dry_run, skip_invalid=skip_invalid, started_by=by)
    run.upload.save(f"{uuid.uuid4()}.zip", upload, save=False)
    run.save()
    audit.record(by=by, action=ImportAction.REQUESTED, target=run)
    ask_worker(TASK, run.pk)
    return run


def perform_import(*, run_pk: int) -> None:
    """Import the file of a run, unless it was done already or another process does it now.

    The rows and the state of the run are written in one transaction: a worker that dies half-way
    leaves nothing behind, and the next one begins again.
    """
    run = _claim(run_pk)
    if run is None:
        return
    try:
        finished = _import_once(run)
    except ImportBusyError:  # take_up_imports asks again
        ImportRun.objects.filter(pk=run_pk).update(state=ImportState.WAITING, attempts=F("attempts") - 1)
    except RuleError as error:
        _end(run, ImportState.REFUSED, str(error))
    except Exception:
        _end(run, ImportState.FAILED, _("An error stopped the import. Nothing was written."))
        raise
    else:
        if finished:
            _discard_upload(run)


def take_up_imports() -> None:
    """Request again imports whose message or worker was lost; delete files that are done."""
    overdue = ImportRun.objects.filter(state__in=UNFINISHED).filter(
        Q(started_at=None, created_at__lt=overdue_since()) | Q(started_at__lt=overdue_since())
    )
    for run in overdue:
        ask_worker(TASK, run.pk)
    for run in ImportRun.objects.exclude(state__in=UNFINISHED).exclude(upload=""):
        _discard_upload(run)


@transaction.atomic
def _claim(run_pk: int) -> ImportRun | None:
    """The run, marked as running; None when there is nothing to do."""
    if not _hold(run_pk, wait_seconds=WAIT_FOR_A_DEAD_PROCESS):
        return None
    run = ImportRun.objects.filter(pk=run_pk, state__in=UNFINISHED).select_related("started_by").first()
    if run is None:
        return None
    if run.attempts >= MAX_ATTEMPTS:
        _end(
            run,
            ImportState.FAILED,
            _("The worker stopped several times during this import. Nothing was written."),
        )
        return None
    ImportRun.objects.filter(pk=run_pk).update(
        state=ImportState.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1
    )
    return run


@transaction.atomic
def _import_once(run: ImportRun) -> bool:
    if not _hold(run.pk, wait_seconds=0):
        return False
    if not ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING).exists():
        return False
    with run.upload.open("rb") as file:
        report = import_cases(
            source=ZipSource(file),
            dry_run=run.dry_run,
            skip_invalid=run.skip_invalid,
            by=run.started_by,
            on_progress=partial(_tell, run),
            run=run,
        )
    _finish(run, report)
    return True


def _finish(run: ImportRun, report: ImportReport) -> None:
    run.state = ImportState.DONE if report.written or run.dry_run else ImportState.REFUSED
    run.finished_at = timezone.now()
    run.rows_total = report.rows_read
    run.rows_done = report.rows_read - report.rows_refused
    run.report = report.as_json()
    run.save(update_fields=["state", "finished_at", "rows_total", "rows_done", "report"])


def _end(run: ImportRun, state: ImportState, error: str) -> None:
    ImportRun.objects.filter(pk=run.pk, state__in=UNFINISHED).update(
        state=state, finished_at=timezone.now(), report={"error": error}
    )
    transaction.on_commit(partial(_discard_upload, run))


def _discard_upload(run: ImportRun) -> None:
    """The file holds files of clients: it does not stay a minute longer than needed."""
    if run.upload.name:
        run.upload.storage.delete(run.upload.name)
    ImportRun.objects.filter(pk=run.pk).update(upload="")


def _hold(run_pk: int, *, wait_seconds: int) -> bool:
    return lock_for_transaction(f"import run {run_pk}", wait_seconds=wait_seconds)


def _tell(run: ImportRun, progress: Progress) -> None:
    # In the cache, because the transaction of the import shows nothing before its end.
    told = {"file": progress.file, "done": progress.done, "total": progress.total}
    cache.set(progress_key(run), told, PROGRESS_SECONDS)
