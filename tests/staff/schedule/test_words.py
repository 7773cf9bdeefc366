"""What Django and its packages say in the administration and about passwords, as a colleague says it."""

import pytest
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    password_validators_help_texts,
)
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from staff.schedule.forms import TaskForm
from tests.beat_rows import write_schedule
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
KNOWN = "ipsplatform.operations.tasks.write_heartbeat"


def test_a_password_is_refused_in_words_of_ours():
    with pytest.raises(ValidationError) as refused:
        MinimumLengthValidator(12).validate("kort")
    assert refused.value.messages == ["Dit wachtwoord is te kort: gebruik minstens 12 tekens."]
    assert "Kies geen wachtwoord dat veel mensen gebruiken." in password_validators_help_texts(
        [CommonPasswordValidator()]
    )


def test_a_wrong_password_is_told_in_plain_words():
    page = Client().post("/login/", {"login": "niemand", "password": "niet deze zin"}).content.decode()
    assert "Je gebruikersnaam of wachtwoord klopt niet." in page


def test_what_was_saved_is_told_without_an_article():
    browser = Client()
    browser.force_login(UserFactory(beheerder=True))
    facts = {"code": "zonnebloem", "name": "Team Zonnebloem", "kind": "fact"}
    page = browser.post(reverse("admin:staff_team_add"), facts, follow=True).content.decode()
    assert "is toegevoegd." in page
    assert "met succes" not in page


def test_schedule_is_told_without_english():
    write_schedule()
    browser = Client()
    browser.force_login(UserFactory(beheerder=True))
    page = browser.get(reverse("admin:django_celery_beat_crontabschedule_changelist")).content.decode()
    assert "At " not in page


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        ({"minute": "0", "hour": "4", "day_of_week": "mon"}, "maandag om 04:00 uur"),
        ({"minute": "20", "hour": "4", "day_of_week": "7"}, "zondag om 04:20 uur"),
        ({"minute": "30", "hour": "3"}, "elke dag om 03:30 uur"),
        ({"minute": "*/10"}, "elke 10 minuten"),
        ({}, "elke minuut"),
        ({"minute": "5", "hour": "1", "day_of_month": "1", "month_of_year": "1,7"},
         "dag 1 van de maand, januari, juli om 01:05 uur"),
        ({"minute": "0,30", "hour": "8-17", "day_of_week": "1-5"},
         "dagen van de week 1-5 uur 8-17, minuut 0,30"),
        ({"minute": "0", "hour": "4", "month_of_year": "*/2", "timezone": "UTC"},
         "maanden */2 om 04:00 uur (UTC)"),
    ],
)  # fmt: skip
def test_moments_in_words(moments, words):
    assert str(CrontabSchedule(**{"timezone": "Europe/Amsterdam", **moments})) == words


@pytest.mark.parametrize(("number", "words"), [(1, "elk uur"), (3, "elke 3 uur")])
def test_intervals_in_words(number, words):
    assert str(IntervalSchedule(every=number, period="hours")) == words


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Kies een tijdschema of een interval."),
        ({"crontab": 1, "interval": 1}, "Kies een tijdschema of een interval, niet allebei."),
        ({"task": ""}, "Kies een taak, of typ de naam van een taak."),
        ({"args": "{}"}, "Dit is geen lijst in JSON."),
        ({"kwargs": "[]"}, "Dit zijn geen namen met waarden in JSON."),
    ],
)
def test_a_task_that_is_refused_is_told_in_dutch(typed, told):
    moments = {
        "crontab": CrontabSchedule.objects.create().pk,
        "interval": IntervalSchedule.objects.create(every=1, period="hours").pk,
    }
    chosen = {name: moments[name] for name in moments if name in typed}
    form = TaskForm({"name": "n", "task": "x", "args": "[]", "kwargs": "{}", **typed, **chosen})
    assert any(told in problem for problems in form.errors.values() for problem in problems)


def test_a_task_with_one_kind_of_moment_is_fine_and_its_name_stays_unique():
    interval = IntervalSchedule.objects.create(every=1, period="hours")
    facts = {"name": "n", "task": "x", "args": "", "kwargs": "", "interval": interval.pk}
    form = TaskForm(facts)
    assert form.is_valid(), form.errors
    assert (form.save().args, form.instance.kwargs) == ("[]", "{}")
    assert list(TaskForm(facts).errors) == ["name"]


def test_work_is_done_now_or_said_to_be_unknown():
    administrator, browser = UserFactory(beheerder=True), Client()
    browser.force_login(administrator)
    interval = IntervalSchedule.objects.create(every=1, period="hours")
    known = PeriodicTask.objects.create(name="a", task=KNOWN, interval=interval)
    unknown = PeriodicTask.objects.create(name="b", task="nobody.knows", interval=interval)
    told = []
    for rows in ([known], [known, unknown]):
        sent = {"action": "run_tasks", "_selected_action": [row.pk for row in rows]}
        page = browser.post(reverse("admin:django_celery_beat_periodictask_changelist"), sent, follow=True)
        told.append(page.content.decode())
    assert "1 taak is onderweg." in told[0]
    assert "‘b’ is hier niet bekend. Er is niets gedaan." in told[1]
