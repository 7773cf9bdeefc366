"""What was refused stands in the access log as refused, whichever way the refusal is told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from staff.asking import services as asking
from staff.models import AccessLine, AuditEvent, User
from tests.beat_rows import write_schedule
from tests.factories import TeamFactory, UserFactory
from tests.trajectories.case_import.import_files import write_all
from tests.trajectories.case_import.test_import_uploads import ask
from trajectories.case_import import services as import_run

pytestmark = [pytest.mark.shows(5, 7), pytest.mark.django_db]

TASKS = "admin:django_celery_beat_periodictask"


@pytest.fixture
def administrator() -> User:
    return UserFactory(beheerder=True)


@pytest.fixture
def browser(administrator) -> Browser:
    made = Browser()
    made.force_login(administrator)
    return made


def _protected() -> PeriodicTask:
    write_schedule()
    return PeriodicTask.objects.get(name="sealing of the access log")


def seldom(browser, administrator, tmp_path):
    far, _is_new = IntervalSchedule.objects.get_or_create(every=200, period=IntervalSchedule.DAYS)
    values = {"crontab": "", "interval": far.pk, "description": ""}
    return browser.post(reverse(f"{TASKS}_change", args=[_protected().pk]), values)


def switched_off(browser, administrator, tmp_path):
    chosen = {"action": "disable_tasks", "_selected_action": [_protected().pk]}
    return browser.post(reverse(f"{TASKS}_changelist"), chosen)


def own_import(browser, administrator, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, administrator)
    import_run.perform_import(run_pk=run.pk)
    return browser.post(reverse("admin:trajectories_importrun_release", args=[run.pk]))


def own_request(browser, administrator, tmp_path):
    person = UserFactory(team=TeamFactory())
    change = asking.ask_to_forget_factors(person=person, reason="Telefoon kwijt.", by=administrator)
    url = reverse("staff:access_change_detail", args=[change.public_id])
    return browser.post(url, {"verdict": "confirmed"})


def invited_without_an_address(browser, administrator, tmp_path):
    chosen = {"action": "invite", "_selected_action": [UserFactory(email="").pk]}
    return browser.post(reverse("admin:staff_user_changelist"), chosen)


@pytest.mark.parametrize(
    "refused", [seldom, switched_off, own_import, own_request, invited_without_an_address]
)
def test_what_is_refused_in_the_administration_is_a_refused_line(browser, administrator, tmp_path, refused):
    answer = refused(browser, administrator, tmp_path)
    assert answer.status_code in (200, 302)
    line = AccessLine.objects.filter(component="web").latest("pk")
    assert (line.action, line.outcome, line.is_authorised) == ("R", "refused", False)
    assert not AuditEvent.objects.filter(at__gt=line.at - timedelta(seconds=1), action__endswith="changed")


def test_no_page_tells_a_refusal_past_the_log():
    """Messages at the level of an error go through `tell_nothing_done`, which notes the refusal."""
    root = Path(settings.BASE_DIR)
    parts = ("ipsplatform", "staff", "clients", "trajectories", "reports")
    files = [file for part in parts for file in (root / part).rglob("*.py")]
    past = re.compile(r"messages\.error\(|(add_message|message_user)\([^)]*messages\.ERROR")
    assert len(files) > 300
    assert [str(file) for file in files if past.search(file.read_text())] == []


def test_the_list_of_what_an_import_refused_is_an_export_with_its_rows(browser, administrator, tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    run = ask(tmp_path, administrator)
    import_run.perform_import(run_pk=run.pk)
    answer = browser.get(reverse("admin:trajectories_importrun_refusals", args=[run.pk]))
    rows = len(answer.content.decode().splitlines()) - 1
    line = AccessLine.objects.filter(component="web").latest("pk")
    assert rows == 1
    assert (line.action, line.outcome, line.row_count) == ("E", "done", rows)
