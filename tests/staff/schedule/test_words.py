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
from django.utils.translation import gettext

from tests.beat_rows import write_schedule
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


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
    assert gettext("{0} task{1} {2} successfully run").format(1, "", "was") == "Aan het werk gezet: 1."
