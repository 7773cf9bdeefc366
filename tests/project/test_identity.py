"""Names and numbers have one form, whichever door they come in by, and are found in any script."""

import unicodedata

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from clients.people.services import register_client
from ipsplatform.common.identity import NameField, NumberField, plain_name, plain_number
from staff.models import User
from staff.models.user import plain_address
from staff.people.services import create_staff_member
from tests.factories import TeamFactory, UserFactory
from tests.trajectories.case_import.import_files import run_import, write_file
from trajectories.search.selectors import search

NAMES = ("first_name", "name_prefix", "last_name")
PASTED = {
    "accent on its own": ("Jose\u0301", "José"),
    "space that does not break": ("de\u00a0la  Cruz", "de la Cruz"),
    "sign without width": ("Gro\u200bot", "Groot"),
    "direction": ("\u202aGroot\u202c", "Groot"),
    "byte order mark": ("\ufeffGroot", "Groot"),
    "soft hyphen": ("Gro\u00adot", "Groot"),
    "line end": ("Groot\r\nJansen", "Groot Jansen"),
}
SCRIPTS = [
    "Мария Иванова",
    "محمد العلي",
    "王小明",
    "Νίκος Παππάς",
    "شهره‌ی تهرانی",
    "Çelik Şahin",
    "O’Brien-Ÿ",
]


def test_every_name_and_number_of_a_person_or_a_record_has_its_field():
    plain = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, NameField)
    }
    wanted = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ("staff", "clients", "trajectories") and "History" not in model.__name__
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField)
        and (field.name in NAMES or field.name in ("staff_number", "trajectory_number", "job_number",
                                                   "contact_number"))
    }  # fmt: skip
    assert wanted - plain - {"staff.AccessChange.first_name"} == set()


@given(st.text(max_size=40))
def test_the_plain_form_is_stable_and_shows_nothing_invisible(text):
    for plain in (plain_name, plain_number):
        once = plain(text)
        assert plain(once) == once
        assert once == once.strip()
        assert unicodedata.is_normalized("NFC", once)
        assert not {"\u200b", "\ufeff", "\u202e", "\x00", "\n"} & set(once)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_in_any_script_is_kept_as_it_is(script):
    assert plain_name(script) == unicodedata.normalize("NFC", script)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", PASTED)
def test_page_service_and_file_write_the_same_name(client, tmp_path, kind):
    typed, kept = PASTED[kind]
    team = TeamFactory(code="N")
    by = UserFactory(teamleider=True, team=team)
    register_client(last_name=typed, team=team, by=by)
    client.force_login(by)
    client.post("/clients/register/", {"last_name": typed, "team": str(team.public_id), "first_name": "Bob"})
    in_file = typed.replace("\r\n", " ")
    write_file(tmp_path, "clients", {"client_number": "C9", "last_name": in_file, "birth_date": ""})
    assert run_import(tmp_path).written
    Client.objects.bulk_create([Client(client_number="C10", last_name=typed)])
    assert set(Client.objects.values_list("last_name", flat=True)) == {kept}
    assert Client.objects.filter(last_name=typed).count() == Client.objects.count()


@pytest.mark.django_db
def test_numbers_addresses_and_user_names_of_staff(tmp_path):
    made = create_staff_member(
        username="noor\u200b", last_name="Vries", role="monitor", by=None,
        email="\u200bNoor@Example.org\u00a0", staff_number="S\uff11",
    )  # fmt: skip
    assert (made.username, made.email, made.staff_number) == ("noor", "noor@example.org", "S1")
    assert plain_address("NOOR@example.org\u200e") == "noor@example.org"
    write_file(tmp_path, "staff", {"staff_number": "\uff331", "role": "monitor", "team_code": "", "fte": "",
                                   "email": "noor@example.org", "started_on": ""})  # fmt: skip
    assert run_import(tmp_path).files[0].created == 0
    assert User.objects.filter(staff_number="S1").count() == 1


def test_number_field_is_a_name_field():
    assert plain_number("\uff34-1\u00a0") == "T-1"
    assert issubclass(NumberField, NameField)


@pytest.mark.django_db
@pytest.mark.usefixtures("on_monday")
@pytest.mark.parametrize("name", SCRIPTS)
def test_names_in_any_script_are_found(name):
    team = TeamFactory()
    worker = UserFactory(team=team)
    found = register_client(last_name=name, team=team, by=worker)
    for number in range(3):
        register_client(last_name=f"Ander{number}", team=team, by=worker)
    for asked in (name, name.split()[0], unicodedata.normalize("NFD", name), f"\u200f{name}"):
        results = search(text=asked, user=worker, day=timezone.localdate())
        assert [one.client for one in results.clients][:1] == [found], asked
