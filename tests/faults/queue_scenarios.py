"""The worker, the broker and beat are killed, or there are two of them: work is done once."""

import io
import shutil
import time
import zipfile
from datetime import date
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from ipsplatform.demo.running import children_on
from reports.indicators.contract import to_json
from reports.indicators.report import placement_reports
from reports.indicators.scope import ReportWindow
from reports.models import MonitoringRun, PeriodKind, RunState
from reports.runs.periods import Period, last_periods, missing_periods
from staff.models import AuditEvent
from tests.faults.installation import FaultError, Installation, kill_child, kill_workers_of, wait_until
from tests.faults.load import Load
from tests.faults.scenarios import CALM, Outcome, settle
from tests.faults.seed import ADMINISTRATOR, LATECOMER, LEAD
from tests.oracle.folders import write_folder
from trajectories.case_import.tables.running import import_cases
from trajectories.case_import.tables.source import FolderSource
from trajectories.models import Contact, ImportRun, ImportState

IMPORTED_CLIENTS = 300
OUTAGE = 10  # seconds without a broker
TWO_BEATS = 6  # seconds with two of them


def worker(installation: Installation) -> Outcome:
    """The processes of the worker, and then the whole worker, in the middle of an import and of runs."""
    outcome, folder = Outcome(), _folder(installation)
    _import_with_two_deaths(installation, folder, outcome)
    _runs_with_two_deaths(installation, outcome)
    return outcome


def broker(installation: Installation, load: Load) -> Outcome:
    """Valkey is away for a while, under load and with an import in the hands of the worker.

    Somebody signs in, uploads and asks for figures meanwhile.
    """
    outcome, before = Outcome(), len(load.ledger.writes)
    period = last_periods(PeriodKind.QUARTER, 6, timezone.localdate())[-1]
    with load.running():
        time.sleep(CALM)
        in_hand = _upload(installation, _folder(installation))
        _wait_for_attempt(in_hand, 1)
        with installation.without_broker():
            began = time.monotonic()
            installation.signed_in(LATECOMER)
            upload = _upload(installation, _folder(installation))
            _ask_for(installation, period, outcome)
            asked_in = time.monotonic() - began
            time.sleep(max(0, OUTAGE - asked_in))
            ended = time.monotonic()
        waited = wait_until(lambda: _is_done(upload) and _is_computed(period), what="asked work is done")
        outcome.check(_is_done(in_hand), "the import that the worker had in hand is not done")
        outcome.check(not installation.worker.has_ended(), "the worker ended with the broker")
        time.sleep(CALM)
    settle(load, outcome, since=before)
    during = [w for w in load.ledger.acknowledged() if began <= w.sent_at and w.acknowledged_at <= ended]
    outcome.check(during, "nobody could save without a broker")
    outcome.facts |= {
        "saved without a broker": len(during),
        "slowest": f"{max((w.acknowledged_at - w.sent_at for w in during), default=0):.1f} s",
        "signed in, import and run asked within": f"{asked_in:.1f} s",
        "done after its return in": f"{waited:.1f} s",
    }
    return outcome


def two_beats(installation: Installation) -> Outcome:
    """Two beats that plan the same work every second: every period has one run."""
    outcome = Outcome()
    MonitoringRun.objects.all().delete()
    every_second, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    for name, arguments in (("catch_up", "[]"), ("make_previous_run", '["quarter"]')):
        PeriodicTask.objects.create(
            name=f"faults {name}", task=f"reports.runs.tasks.{name}", args=arguments, interval=every_second
        )
    PeriodicTasks.update_changed()
    second = children_on(installation.port)[2]
    second.log = installation.folder / "second-beat.log"
    second.start()
    try:
        time.sleep(TWO_BEATS)
    finally:
        second.ask_to_stop()
        second.wait_or_kill(30)
        PeriodicTask.objects.filter(name__startswith="faults ").delete()
        PeriodicTasks.update_changed()
    wait_until(lambda: not missing_periods(timezone.localdate()), what="every period has its run")
    wait_until(lambda: not _unfinished(), what="all runs are finished")
    made = list(MonitoringRun.objects.values_list("period_kind", "period_from", "revision"))
    outcome.check(all(revision == 1 for *_, revision in made), "a run was made twice")
    outcome.check(len(made) == len({row[:2] for row in made}), "a period has two runs")
    _compare_figures(outcome, MonitoringRun.objects.latest_revisions())
    outcome.facts["runs, one for each period"] = len(made)
    return outcome


def _import_with_two_deaths(installation: Installation, folder: Path, outcome: Outcome) -> None:
    others = Contact.objects.count()
    began, run = time.monotonic(), _upload(installation, folder)
    _wait_for_attempt(run, 1)
    kill_workers_of(installation.worker, 2)
    _wait_for_attempt(run, 2)
    outcome.check(Contact.objects.count() == others, "half an import was visible")
    kill_child(installation.worker)
    installation.worker.start()
    wait_until(lambda: _is_done(run), what="the import is done")
    outcome.facts["import, killed twice, done in"] = f"{time.monotonic() - began:.1f} s"
    run.refresh_from_db()
    again = import_cases(source=FolderSource(folder), dry_run=True, skip_invalid=False, by=None)
    tables = again.as_json()["files"]
    moved = sum(table["created"] + table["changed"] for table in tables)
    lines = AuditEvent.objects.filter(action="cases_imported", target_id=run.public_id).count()
    outcome.check(run.attempts == 3, f"the import was begun {run.attempts} times")
    outcome.check(lines == 1, f"the import left {lines} lines in the log of changes")
    outcome.check(not moved and not again.rows_refused, f"an undisturbed import would still change {moved}")
    outcome.facts["rows imported once"] = run.rows_done


def _runs_with_two_deaths(installation: Installation, outcome: Outcome) -> None:
    periods = last_periods(PeriodKind.QUARTER, 4, timezone.localdate())
    began, asked_at = time.monotonic(), timezone.now()
    for period in periods:
        _ask_for(installation, period, outcome)
    _kill_while_computing(lambda: kill_workers_of(installation.worker, 2))
    _kill_while_computing(lambda: kill_child(installation.worker))
    installation.worker.start()
    wait_until(lambda: all(map(_is_computed, periods)) and not _unfinished(), what="all runs are done")
    outcome.facts["4 runs, killed twice, done in"] = f"{time.monotonic() - began:.1f} s"
    lines = AuditEvent.objects.filter(action="monitoring_run_finished", at__gte=asked_at).count()
    made = MonitoringRun.objects.filter(started_by__username=LEAD, finished_at__gte=asked_at).count()
    outcome.check(made == len(periods) <= lines, f"{made} runs and {lines} lines for {len(periods)} periods")
    _compare_figures(outcome, MonitoringRun.objects.latest_revisions().filter(finished_at__gte=asked_at))


def _kill_while_computing(strike) -> None:
    if _unfinished():
        wait_until(MonitoringRun.objects.filter(state=RunState.RUNNING).exists, what="a run is computed")
    strike()


def _compare_figures(outcome: Outcome, runs: QuerySet[MonitoringRun]) -> None:
    """What is stored is what an undisturbed computation gives now.

    Of `runs` that were computed from what is there now: the schedule may have made others before an import.
    """
    for run in runs:
        window = ReportWindow.of(run.period_from, run.period_to, as_of=run.as_of)
        expected = [to_json(report) for report in placement_reports(window).values()]
        stored = list(run.scopes.order_by("pk").values_list("figures", flat=True))
        outcome.check(stored == expected, f"the figures of {run} are not those of an undisturbed run")


def _folder(installation: Installation) -> Path:
    """The same files each time: imported once, a second time changes nothing.

    The people in them are there already: in an upload a new colleague waits for a second person (ADR 35).
    """
    folder, people = installation.folder / "import", installation.folder / "people"
    write_folder(folder, seed=16, clients=IMPORTED_CLIENTS)
    people.mkdir(exist_ok=True)
    for name in ("teams.csv", "staff.csv"):
        shutil.copy(folder / name, people / name)
    import_cases(source=FolderSource(people), dry_run=False, skip_invalid=False, by=None)
    return folder


def _upload(installation: Installation, folder: Path) -> ImportRun:
    browser = installation.signed_in(ADMINISTRATOR)
    form = browser.form("/admin/trajectories/importrun/add/", having="upload")
    form.values.pop("dry_run", None)
    answer = browser.upload(form, field="upload", content=_zipped(folder))
    if not answer.is_accepted:
        raise FaultError(f"the upload is refused: {answer.status}")
    return ImportRun.objects.latest("created_at")


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.write(path, path.name)
    return content.getvalue()


def _ask_for(installation: Installation, period: Period, outcome: Outcome) -> None:
    browser = installation.signed_in(LEAD)
    form = browser.form("/reports/", having="period")
    form.type_in("period", f"{period.kind.value}-{period.period_from}")
    outcome.check(browser.post(form).is_accepted, "asking for figures is refused")
    outcome.check("aangevraagd" in browser.get("/reports/").text, "the page does not say that it was asked")


def _wait_for_attempt(run: ImportRun, attempt: int) -> None:
    """The import is being done for the so manieth time, and has been for a moment."""
    began = ImportRun.objects.filter(pk=run.pk, attempts=attempt, state=ImportState.RUNNING)
    wait_until(began.exists, what=f"attempt {attempt} of the import begins")
    time.sleep(0.3)


def _is_done(run: ImportRun) -> bool:
    return ImportRun.objects.filter(pk=run.pk, state=ImportState.DONE).exists()


def _is_computed(period: Period) -> bool:
    first: date = period.period_from
    return MonitoringRun.objects.done().filter(period_kind=period.kind, period_from=first).exists()


def _unfinished() -> bool:
    return MonitoringRun.objects.unfinished().exists()
