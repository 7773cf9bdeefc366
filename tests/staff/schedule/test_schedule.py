"""Nobody switches off, by a click or by an edit, what the log, the reviews and the notices depend on."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from staff.models import AuditEvent, User
from staff.schedule.gaps import longest_gap
from staff.schedule.selectors import planned_tasks, weakened_tasks
from tests.beat_rows import write_schedule
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.shows(7, 8, 16, 23)]
NAMES = list(settings.CELERY_BEAT_SCHEDULE)
TASKS = reverse("admin:django_celery_beat_periodictask_changelist")


@pytest.fixture
def beheerder(client) -> User:
    administrator = UserFactory(beheerder=True)
    client.force_login(administrator)
    return administrator


@pytest.fixture
def _planned():
    """The rows as beat writes them when it starts."""
    write_schedule()


def row(name: str) -> PeriodicTask:
    return PeriodicTask.objects.select_related("crontab", "interval").get(name=name)


def own_row(**facts) -> PeriodicTask:
    interval, _is_new = IntervalSchedule.objects.get_or_create(every=5, period=IntervalSchedule.MINUTES)
    return PeriodicTask.objects.create(name="van de beheerder", task="x", interval=interval, **facts)


def page_of(found) -> str:
    return reverse(f"admin:{found._meta.label_lower.replace('.', '_')}_change", args=[found.pk])


def said(response) -> str:
    form = response.context["adminform"].form if response.context else None  # a refusal stands on the form
    errors = [str(error) for of_field in form.errors.values() for error in of_field] if form else []
    return " ".join([*errors, *(str(message) for message in get_messages(response.wsgi_request))])


def run_action(client, action: str, *rows: PeriodicTask):
    return client.post(TASKS, {"action": action, "_selected_action": [found.pk for found in rows]})


def far_apart() -> tuple[CrontabSchedule, IntervalSchedule]:
    crontab, _is_new = CrontabSchedule.objects.get_or_create(
        minute="0", hour="0", day_of_month="29", month_of_year="2", day_of_week="*"
    )
    interval, _is_new = IntervalSchedule.objects.get_or_create(every=200, period=IntervalSchedule.DAYS)
    return crontab, interval


def everything_off(found: PeriodicTask) -> dict:
    """What a form could send, also for fields that its page does not show."""
    crontab, _interval = far_apart()
    return {
        "name": "iets anders", "task": "x", "regtask": "", "crontab": crontab.pk, "interval": "",
        "description": "", "args": '["month", 1]', "kwargs": "{}", "one_off": "on", "expire_seconds": 1,
        "queue": "nobody", "start_time_0": "2099-01-01", "start_time_1": "00:00:00",
    }  # fmt: skip


def facts(found: PeriodicTask) -> dict:
    return PeriodicTask.objects.filter(pk=found.pk).values().get()


@pytest.mark.usefixtures("_planned")
def test_as_beat_writes_it_nothing_is_weak():
    assert weakened_tasks() == {}


@pytest.mark.usefixtures("_planned")
@pytest.mark.parametrize("name", NAMES)
def test_every_task_of_the_settings_declares_its_longest_gap(name):
    planned = planned_tasks()[name]
    assert timedelta(0) < longest_gap(row(name)) <= planned.longest_gap


@pytest.mark.usefixtures("_planned", "beheerder")
def test_action_switches_nothing_off_that_protects(client):
    own = own_row()
    for name in NAMES:
        protected = row(name)
        before = facts(protected), facts(own)
        answer = run_action(client, "disable_tasks", protected, own)
        assert (facts(protected), facts(own)) == before  # all or nothing
        assert "beschermt mensen" in said(answer)
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("_planned", "beheerder")
def test_no_action_of_the_list_weakens_anything(client):
    """Whatever actions the package brings: those that the page offers and those that it does not."""
    offered = {name for name in dir(admin.site.get_model_admin(PeriodicTask)) if name.endswith("_tasks")}
    assert offered >= {"disable_tasks", "toggle_tasks", "enable_tasks"}
    rows = [row(name) for name in NAMES]
    for action in (offered | {"delete_selected"}) - {"run_tasks"}:
        run_action(client, action, *rows)
        assert weakened_tasks() == {}, action


@pytest.mark.usefixtures("_planned", "beheerder")
@pytest.mark.parametrize("name", NAMES)
def test_form_can_not_switch_off_rename_or_empty_what_protects(client, name):
    before = facts(row(name))
    client.post(page_of(row(name)), everything_off(row(name)))
    assert facts(row(name)) == before
    assert (
        client.post(
            reverse("admin:django_celery_beat_periodictask_delete", args=[row(name).pk]), {"post": "yes"}
        ).status_code
        == 403
    )


@pytest.mark.usefixtures("_planned", "beheerder")
@pytest.mark.parametrize("name", NAMES)
def test_shared_moments_can_not_be_moved_apart_underneath(client, name):
    """The row of the schedule is edited, not that of the task."""
    found = row(name)
    schedule = found.crontab or found.interval
    values = {"every": 200, "period": "days"}
    if found.crontab:
        values = {
            "minute": "0", "hour": "0", "day_of_month": "29", "month_of_year": "2", "day_of_week": "*",
            "timezone": "Europe/Amsterdam",
        }  # fmt: skip
    answer = client.post(page_of(schedule), values)
    assert "minstens elke" in said(answer)
    assert weakened_tasks() == {}
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("_planned")
def test_moments_within_the_bound_can_be_changed_and_leave_a_line(client, beheerder):
    sealing = row("sealing of the access log")
    page = client.get(page_of(sealing)).content.decode()
    assert "Dit werk beschermt mensen." in page
    assert 'name="enabled"' not in page
    half, _is_new = CrontabSchedule.objects.get_or_create(minute="*/30")
    answer = client.post(page_of(sealing), {"crontab": half.pk, "interval": "", "description": ""})
    assert answer.status_code == 302
    assert row(sealing.name).crontab == half
    event = AuditEvent.objects.get()
    assert (event.by, event.action, event.target_type) == (
        beheerder,
        "schedule_changed",
        "django_celery_beat.periodictask",
    )
    assert list(event.changes) == ["crontab"]
    assert weakened_tasks() == {}
    changes = client.get(reverse("admin:staff_auditevent_changelist")).content.decode()
    assert "planning gewijzigd" in changes
    assert "*/30" in changes


def test_own_work_of_the_administrator_is_free_and_leaves_lines(client, beheerder):
    own = own_row()
    run_action(client, "disable_tasks", own)
    run_action(client, "disable_tasks", own)  # a second time changes nothing
    run_action(client, "enable_tasks", own)
    schedule = own.interval
    client.post(page_of(schedule), {"every": 6, "period": "minutes"})
    client.post(reverse("admin:django_celery_beat_intervalschedule_add"), {"every": 7, "period": "minutes"})
    lines = AuditEvent.objects.order_by("pk").values_list("by", "action", "changes")
    assert list(lines) == [
        (beheerder.pk, "schedule_changed", {"enabled": [True, False]}),
        (beheerder.pk, "schedule_changed", {"enabled": [False, True]}),
        (beheerder.pk, "schedule_changed", {"every": [5, 6]}),
        (beheerder.pk, "schedule_added", {"every": [None, 7], "period": [None, "minutes"]}),
    ]


@pytest.mark.usefixtures("_planned")
def test_what_was_switched_off_elsewhere_can_be_switched_on(client, beheerder):
    PeriodicTask.objects.filter(name=NAMES[0]).update(enabled=False)
    run_action(client, "enable_tasks", row(NAMES[0]))
    assert weakened_tasks() == {}
    assert AuditEvent.objects.get().changes == {"enabled": [False, True]}


def moved_apart(found: PeriodicTask) -> None:
    """The row of the schedule itself, by hand."""
    if found.crontab:
        CrontabSchedule.objects.filter(pk=found.crontab_id).update(day_of_month="31", month_of_year="2")
    else:
        IntervalSchedule.objects.filter(pk=found.interval_id).update(every=2, period="days")


def changed(**facts) -> Callable[[PeriodicTask], None]:
    return lambda found: PeriodicTask.objects.filter(pk=found.pk).update(**facts)


BEHIND_THE_BACK = {
    "deleted": (lambda found: PeriodicTask.objects.filter(pk=found.pk).delete(), "missing"),
    "schedule deleted": (lambda found: (found.crontab or found.interval).delete(), "missing"),
    "renamed": (lambda found: changed(name=f"x {found.pk}")(found), "missing"),
    "disabled": (changed(enabled=False), "off"),
    "only once": (changed(one_off=True), "off"),
    "expires": (changed(expires=timezone.now() + timedelta(days=365)), "off"),
    "starts later": (changed(start_time=timezone.now() + timedelta(days=365)), "off"),
    "queue that nobody reads": (changed(queue="nobody"), "off"),
    "other task": (changed(task="ipsplatform.operations.tasks.write_heartbeat2"), "altered"),
    "other arguments": (changed(args=json.dumps(["year"])), "altered"),
    "no arguments": (changed(kwargs="{"), "altered"),
    "gone before a worker comes": (changed(expire_seconds=0), "altered"),
    "without moments": (changed(crontab=None, interval=None), "too seldom"),
    "moved apart": (moved_apart, "too seldom"),
    "said to be done in the future": (changed(last_run_at=timezone.now() + timedelta(days=900)), "late"),
    "not asked for": (changed(last_run_at=timezone.now() - timedelta(days=900)), "late"),
}


@pytest.mark.django_db(transaction=True)  # health asks on a connection of its own
@pytest.mark.usefixtures("_planned")
@pytest.mark.parametrize("way", BEHIND_THE_BACK)
def test_a_change_behind_the_back_of_the_administration_is_named(client, way):
    """Done to every row that protects; each is named, with what is wrong."""
    attack, fault = BEHIND_THE_BACK[way]
    for found in list(PeriodicTask.objects.select_related("crontab", "interval").filter(name__in=NAMES)):
        attack(found)
    answer = client.get(reverse("health_ready"), {"strict": "1"})
    assert answer.status_code == 503
    assert answer.json()["parts"]["tasks"] == "warn"
    assert answer.json()["tasks"] == dict.fromkeys(NAMES, fault)


@pytest.mark.usefixtures("_planned")
def test_what_is_wrong_costs_one_statement(count_queries):
    with count_queries(1):
        weakened_tasks()
