"""The schedule in the database is that of the settings and of the administrator, and nothing older."""

from collections.abc import Callable
from functools import partial

import pytest
from celery.signals import beat_init
from django.conf import settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from ipsplatform.celery import app
from ipsplatform.operations.retired_tasks import RETIRED

pytestmark = [pytest.mark.django_db, pytest.mark.shows(16)]

OLD, TASK = "imports that were left lying", "trajectories.case_import.tasks.take_up_imports"
# Every name under which beat ever wrote a row. A name that changes stays here, and goes into RETIRED.
WRITTEN = {
    "assignments that outlived a role or a team",
    "corrections in the last four quarters",
    "daily mails about signals",
    "drafts that are too old",
    "sign of life",
    "heartbeat",
    "monitoring of the previous month",
    "monitoring of the previous quarter",
    "months of the access log, made ahead",
    "sealing of the access log",
    "notices of emergency access that were not sent",
    "control of access",
    "access review",
    "files whose retention period has passed",
    "destruction that was approved",
    "imports that nobody took up",
    "imports that were left lying",
    "monitoring that nobody took up",
    "sessions that have ended",
    "monitoring that was missed",
    "mails to members of staff that were not sent",
    "notices about who may see more that were not sent",
    "warnings about wrong passwords that were not sent",
}


@pytest.fixture
def begin_beat() -> Callable[[], None]:
    """What beat does before it plans anything: it loads the tasks, then says that it begins."""
    app.loader.import_default_modules()
    return partial(beat_init.send, sender=None)


def row(name: str, task: str = TASK) -> PeriodicTask:
    interval, _is_new = IntervalSchedule.objects.get_or_create(every=5, period=IntervalSchedule.MINUTES)
    return PeriodicTask.objects.create(name=name, task=task, interval=interval)


def test_a_name_that_left_the_settings_is_retired():
    assert settings.CELERY_BEAT_SCHEDULE.keys() | RETIRED.keys() == WRITTEN
    assert not settings.CELERY_BEAT_SCHEDULE.keys() & RETIRED.keys()


def test_beat_removes_what_an_earlier_version_wrote(begin_beat):
    row(OLD)
    kept = [row("imports that nobody took up"), row("elke vijf minuten, van de beheerder")]
    PeriodicTasks.objects.all().delete()
    begin_beat()
    assert set(PeriodicTask.objects.filter(task=TASK)) == set(kept)
    assert PeriodicTasks.last_change() is not None  # beat reads its schedule again


def test_a_row_of_the_administrator_under_an_old_name_stays(begin_beat):
    own = row(OLD, task="reports.runs.tasks.catch_up")
    begin_beat()
    assert PeriodicTask.objects.filter(pk=own.pk).exists()
