"""A process has a heavy library from the moment that it uses it; web and beat never have one (ADR 56)."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from reports.figures.links import people_url
from reports.indicators.figure import FigurePart
from reports.indicators.scope import ReportWindow, Scope
from reports.models import MonitoringRun, PeriodKind
from reports.runs.services import store_run
from tests.celery_process import environment_of_test_database
from tests.factories import JobFactory, TrajectoryFactory
from tests.waiting import comes_true
from tests.web_process import WebProcess

HEAVY = {"statsmodels", "scipy", "pandas", "numpy", "altair", "vl_convert"}
# A workbook brings numpy along (openpyxl looks for it); the others have no place in a web process at all.
NEVER = HEAVY - {"numpy"}
SETUP = "import django, importlib, sys; django.setup(); from django.conf import settings; "
STARTS = {
    "web": "importlib.import_module(settings.ROOT_URLCONF); ",
    "worker": "from ipsplatform.celery import app; app.loader.import_default_modules(); app.finalize(); ",
}
LOADED = f"print(sorted({HEAVY} & sys.modules.keys()), 'reports.runs.tasks' in sys.modules)"
AT_MOST = 150  # MB of the machine's memory, of which each process that shares a page has its part
YEAR = ("2025-01-01", "2025-12-31")


@pytest.mark.parametrize(("process", "has_tasks"), [("web", False), ("worker", True)])
def test_statistics_and_drawing_are_not_loaded_when_a_process_starts(process, has_tasks):
    program = SETUP + STARTS[process] + LOADED
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("] ") == ["[", f"{has_tasks}\n"]


def test_what_was_loaded_is_looked_through_no_more_and_threads_take_longer_turns():
    """What a worker inherits from the process that starts it."""
    program = SETUP + (
        "import gc; from ipsplatform.operations import gunicorn_config as config; config.when_ready(None); "
        "turn = round(sys.getswitchinterval(), 3); "
        "print(gc.get_freeze_count() > 100_000, turn == config.TURN_SECONDS > 0.01)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True True\n"


@pytest.fixture
def web(transactional_db):
    web = WebProcess(DATABASE_POOL_SIZE="2", WEB_CONCURRENCY="1")
    web.start()
    yield web
    web.stop()


def test_a_web_process_that_answered_every_page_of_figures_is_small(web, world):
    for month in range(1, 13):
        JobFactory(
            trajectory=TrajectoryFactory(in_team=world.team, enrolled_on=date(2024, month, 1)),
            started_on=date(2024, month, 20),
        )
    store_run(period_kind=PeriodKind.QUARTER, period_from=date(2025, 1, 1), period_to=date(2025, 3, 31))
    for persona in ("team_lead", "monitor"):
        browser = Browser()
        browser.force_login(world.people[persona])
        cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
        for path in _pages_of_figures(world, is_inside=persona == "team_lead"):
            assert web.ask(path, cookie=cookie).status == 200, path
    workers = psutil.Process(web.process.pid).children()
    assert workers
    for process in (web.process.pid, *(worker.pid for worker in workers)):
        assert _loaded(process) == set()
        assert _megabytes(process) <= AT_MOST


def test_beat_is_small(transactional_db, tmp_path):
    with (tmp_path / "beat.log").open("wb") as log:
        beat = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "ipsplatform", "beat", "--pidfile=", "--max-interval=1",
             "--loglevel=DEBUG"],
            cwd=settings.BASE_DIR,
            env={**environment_of_test_database(), "LOG_LEVEL": "DEBUG"},
            stdout=log,
            stderr=log,
        )  # fmt: skip
    try:
        assert comes_true(lambda: "Waking up" in (tmp_path / "beat.log").read_text(errors="replace"))
        assert (_loaded(beat.pid), _megabytes(beat.pid) <= AT_MOST) == (set(), True)
    finally:
        beat.kill()
        beat.wait()


def _pages_of_figures(world, *, is_inside: bool) -> list[str]:
    run = reverse("reports:run_detail", args=[MonitoringRun.objects.get().public_id])
    pages = [reverse("reports:run_list"), run]
    pages += [
        reverse("reports:run_export", args=[MonitoringRun.objects.get().public_id, name])
        for name in ("csv", "xlsx")
    ]
    if not is_inside:
        return pages
    days = f"period_from={YEAR[0]}&period_to={YEAR[1]}&as_of={YEAR[1]}"
    window = ReportWindow.of(*map(date.fromisoformat, YEAR))
    return [
        *pages,
        reverse("reports:team_dashboard"),
        f"{reverse('reports:report_now')}?{days}&team={world.team.public_id}",
        people_url("flow.running", FigurePart.DENOMINATOR, Scope(team=world.team), window),
    ]


def _loaded(pid: int) -> set[str]:
    """Which of the libraries have a file of theirs in the memory of a process."""
    mapped = Path(f"/proc/{pid}/maps").read_text()
    return {name for name in NEVER if f"{os.sep}{name}{os.sep}" in mapped or f"{os.sep}{name}." in mapped}


def _megabytes(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024
