"""An import that was asked for in the administration: stored, checked, released, finished once.

Where a second person is needed the worker goes round twice: it checks the files and waits, and it writes
them after the release. Both rounds read the same bytes.
"""

import hashlib
import uuid
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, ClientAction
from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from ipsplatform.common.notices import send_notice
from ipsplatform.common.queue import ask_worker, overdue_since
from staff.audit import services as audit
from staff.models import User
from trajectories.case_import.selectors.asked import questions_of_imports
from trajectories.case_import.selectors.runs import (
    PROGRESS_SECONDS,
    names_key,
    progress_key,
    who_may_release,
)
from trajectories.case_import.tables.report import ImportReport
from trajectories.case_import.tables.running import ImportBusyError, Progress, import_cases
from trajectories.case_import.tables.source import ZipSource
from trajectories.case_import.tables.withdrawn import ANSWER, ROW, contact_as_it_was
from trajectories.models import ContactAction, ImportAction, ImportRun, ImportState

TASK = "trajectories.case_import.tasks.run_import"  # by name: tasks stand above services
NOTICE_TASK = "trajectories.case_import.tasks.send_release_notice"
MAX_ATTEMPTS = 3
# A process that was killed may hold its lock until PostgreSQL sees that the connection is gone.
WAIT_FOR_A_DEAD_PROCESS = 5
UNFINISHED = (ImportState.WAITING, ImportState.RUNNING)
KEEPS_ITS_FILE = (*UNFINISHED, ImportState.CHECKED)
COUNTED_OVER = timedelta(hours=1)
RELEASED_WITHIN = timedelta(days=7)  # a zip file with files of clients does not wait for ever


@transaction.atomic
def request_import(
    *, upload: File, dry_run: bool, skip_invalid: bool, allow_emptying: bool = False, by: User
) -> ImportRun:
    """Keep a zip file or workbook under a random name and ask the worker to import it.

    Raises RuleError when the file does not hold the files of an import, and for more imports
    within an hour than IMPORTS_PER_HOUR: each report tells a little of what is recorded.
    """
    _refuse_too_many(by)
    ZipSource(upload)
    upload.seek(0)
    needs_release = settings.IMPORT_NEEDS_SECOND_PERSON and not dry_run
    run = ImportRun(
        dry_run=dry_run,
        skip_invalid=skip_invalid,
        allow_emptying=allow_emptying,
        needs_release=needs_release,
        started_by=by,
    )
    run.upload_hash = digest_of(upload)
    upload.seek(0)
    run.upload.save(f"{uuid.uuid4()}.zip", upload, save=False)
    run.save()
    audit.record(by=by, action=ImportAction.REQUESTED, target=run)
    ask_worker(TASK, run.pk)
    return run


@transaction.atomic
def release_import(*, run: ImportRun, by: User) -> ImportRun:
    """Let the worker write files that were checked. Once: the second release is refused.

    Raises RuleError for the person who uploaded them, and when they do not wait for a release.
    """
    run = _waiting_for_release(run)
    if run.started_by_id == by.pk:
        raise RuleError(_("You uploaded these files. Another administrator releases them."))
    run.released_by, run.released_at = by, timezone.now()
    run.state, run.attempts, run.started_at = ImportState.WAITING, 0, None
    audit.save(
        run,
        by=by,
        action=ImportAction.RELEASED,
        fields=["released_by", "released_at", "state", "attempts", "started_at"],
    )
    ask_worker(TASK, run.pk)
    return run


@transaction.atomic
def turn_down_import(*, run: ImportRun, reason: str = "", by: User) -> ImportRun:
    """Throw away files that wait for a release; whoever uploaded them may do so too.

    Raises RuleError when they do not wait for a release, and for somebody else without a reason:
    whoever uploaded them reads it.
    """
    run = _waiting_for_release(run)
    if run.started_by_id != by.pk and not reason.strip():
        raise RuleError(_("Say why you turn this import down: your colleague reads it."), field="reason")
    run.turned_down_by, run.turned_down_reason = by, reason.strip().rstrip(".")
    run.state, run.finished_at = ImportState.REFUSED, timezone.now()
    fields = ["state", "finished_at", "turned_down_by", "turned_down_reason"]
    audit.save(run, by=by, action=ImportAction.TURNED_DOWN, fields=fields)
    transaction.on_commit(partial(_discard_upload, run))
    return run


def digest_of(file: File) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


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
        if finished and run.state != ImportState.CHECKED:
            _discard_upload(run)


def take_up_imports() -> None:
    """Request again imports whose message or worker was lost, and notices that were not sent; give up
    imports that nobody released in time; delete files that are done.
    """
    overdue = ImportRun.objects.filter(state__in=UNFINISHED).filter(
        Q(started_at=None, created_at__lt=overdue_since(), released_at=None)
        | Q(started_at=None, released_at__lt=overdue_since())
        | Q(started_at__lt=overdue_since())
    )
    for run in overdue:
        ask_worker(TASK, run.pk)
    waiting = ImportRun.objects.filter(state=ImportState.CHECKED, noticed_at=None)
    for pk in waiting.filter(finished_at__lt=overdue_since()).values_list("pk", flat=True):
        ask_worker(NOTICE_TASK, pk)
    forgotten = ImportRun.objects.filter(
        state=ImportState.CHECKED, finished_at__lt=timezone.now() - RELEASED_WITHIN
    )
    for run in forgotten:
        _give_up(run)
    for run in ImportRun.objects.exclude(state__in=KEEPS_ITS_FILE).exclude(upload=""):
        _discard_upload(run)


@transaction.atomic
def send_release_notice(*, run_pk: int) -> int:
    """Mail the administrators who can release this import, once; returns how many people were mailed.

    The mail says that an import waits and where: nothing of its files. Raises OSError or SMTPException
    when the mail server does not take it: the notice keeps waiting then.
    """
    waiting = ImportRun.objects.select_for_update(of=("self",)).filter(state=ImportState.CHECKED)
    run = waiting.filter(pk=run_pk, noticed_at=None).first()
    if run is None:
        return 0
    recipients = [person.email for person in who_may_release(run) if person.email]
    facts = {
        "name": run.started_by,
        "link": settings.SITE_URL + reverse("admin:trajectories_importrun_change", args=[run.pk]),
        "days": RELEASED_WITHIN.days,
    }
    sent = send_notice(
        recipients,
        subject=gettext_lazy("An import waits for you"),
        template="trajectories/case_import/email/release_notice.txt",
        **facts,
    )
    run.noticed_at = timezone.now()
    run.save(update_fields=["noticed_at"])
    return sent


def _refuse_too_many(by: User) -> None:
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two at once are counted one by one
    asked = ImportRun.objects.filter(started_by=by, created_at__gte=timezone.now() - COUNTED_OVER)
    if asked.count() >= settings.IMPORTS_PER_HOUR:
        raise RuleError(
            _("You uploaded %(limit)s imports within an hour. Try again later.")
            % {"limit": settings.IMPORTS_PER_HOUR},
            field="upload",
        )


def _waiting_for_release(run: ImportRun) -> ImportRun:
    run = audit.locked(run)
    if run.state != ImportState.CHECKED:
        raise RuleError(_("This import does not wait for a release any more."))
    return run


@transaction.atomic
def answer_question(*, client: Client | None, row: str, answer: str, by: User) -> None:
    """Answer what an import asked about a row of `client`, or about a contact of `by` that named none; the
    next import goes by it.

    Raises RuleError when nothing is asked any more, and for what is no answer to it.
    """
    asked = next((one for one in questions_of_imports(by) if (one.client, one.row) == (client, row)), None)
    if asked is None or answer not in asked.answers:
        raise RuleError(_("This question is not there any more."))
    changes = {ROW: ["", row], ANSWER: ["", answer]}
    if client is not None:
        audit.record(by=by, action=ClientAction.IMPORT_ANSWERED, target=client, changes=changes)
    elif asked.withdrawn is not None:
        contact = contact_as_it_was(asked.withdrawn.target_id)
        audit.record(by=by, action=ContactAction.IMPORT_ANSWERED, target=contact, changes=changes)


@transaction.atomic
def _give_up(run: ImportRun) -> None:
    run = audit.locked(run)
    if run.state != ImportState.CHECKED:
        return
    error = _("Nobody released this import within %(days)s days.") % {"days": RELEASED_WITHIN.days}
    run.report = {**run.report, "error": error}
    run.state = ImportState.REFUSED
    audit.save(run, by=None, action=ImportAction.TURNED_DOWN, fields=["state", "report"])


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
        if digest_of(file) != run.upload_hash:
            raise RuleError(_("The zip file is not the one that was uploaded. Nothing was written."))
        file.seek(0)
        report = import_cases(
            source=ZipSource(file),
            dry_run=run.only_checks,
            skip_invalid=run.skip_invalid,
            allow_emptying=run.allow_emptying,
            by=run.started_by,
            on_progress=partial(_tell, run),
            run=run,
        )
    _finish(run, report)
    return True


def _finish(run: ImportRun, report: ImportReport) -> None:
    run.state = _state_after(run, report)
    run.finished_at = timezone.now()
    run.rows_total = report.rows_read
    run.rows_done = report.rows_read - report.rows_refused
    run.report = report.as_json()
    _keep_names(run, report)
    run.save(update_fields=["state", "finished_at", "rows_total", "rows_done", "report"])
    if run.state == ImportState.CHECKED:
        ask_worker(NOTICE_TASK, run.pk)


def _keep_names(run: ImportRun, report: ImportReport) -> None:
    """The words to look at, for as long as the import can be released: the stored report holds no names."""
    names = {one.file: one.names for one in report.read_as if one.names}
    cache.set(names_key(run), names, RELEASED_WITHIN.total_seconds())


def _state_after(run: ImportRun, report: ImportReport) -> ImportState:
    if run.dry_run or report.written:
        return ImportState.DONE
    would_write = run.skip_invalid or not report.is_refused
    return ImportState.CHECKED if run.only_checks and would_write else ImportState.REFUSED


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
