"""What is typed is kept on the server until it is saved: per person, sealed, for fourteen days (ADR 43)."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from staff.models import AccessLine, Draft, SavedForm
from staff.typed import services
from staff.typed.selectors import draft_of
from tests.factories import UserFactory
from tests.harness import StrictClient

pytestmark = [pytest.mark.shows(17), pytest.mark.django_db]

PAGE = "/contacts/write/?client=1"
NOTE = "Koffie gedronken bij de kringloop."


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def kept(**changes) -> dict:
    entries = [["note", NOTE], ["kind", "werk"]]
    return {"page": PAGE, "number": str(uuid.uuid4()), "entries": json.dumps(entries)} | changes


def test_a_draft_is_there_on_another_device_of_the_same_person(client, person):
    assert client.post(reverse("staff:draft_keep"), kept()).json() == {"kept": True}
    other_device = StrictClient()
    other_device.force_login(person)
    page = other_device.get("/contacts/write/").content.decode()
    assert NOTE not in page  # another page
    draft = draft_of(person, page=PAGE)
    assert draft.entries == [["note", NOTE], ["kind", "werk"]]


def test_the_page_brings_it_back(client, person):
    client.post(reverse("staff:draft_keep"), kept(page="/contacts/write/"))
    assert NOTE in client.get("/contacts/write/").content.decode()
    stranger = StrictClient()
    stranger.force_login(UserFactory())
    assert NOTE not in stranger.get("/contacts/write/").content.decode()


def test_it_is_sealed_in_the_database(client, person):
    client.post(reverse("staff:draft_keep"), kept())
    with connection.cursor() as cursor:
        cursor.execute("SELECT convert_from(typed, 'UTF8') FROM staff_draft")
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")
    assert "Koffie" not in stored


def test_typing_on_keeps_one_draft_of_one_form(client, person):
    for text in ("K", "Ko", "Koffie"):
        client.post(reverse("staff:draft_keep"), kept(entries=json.dumps([["note", text]])))
    assert draft_of(person, page=PAGE).entries == [["note", "Koffie"]]
    assert Draft.objects.count() == 1


def test_what_was_saved_is_not_kept_again(client, person):
    number = uuid.uuid4()
    SavedForm.objects.create(user=person, number=number, typed=b"", led_to="/")
    assert client.post(reverse("staff:draft_keep"), kept(number=str(number))).json() == {"kept": False}
    assert not Draft.objects.exists()


def test_starting_empty_forgets_it(client, person):
    client.post(reverse("staff:draft_keep"), kept())
    assert client.post(reverse("staff:draft_forget"), {"page": PAGE}).status_code == 204
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"page": "https://elsewhere.example/"},
        {"page": "//elsewhere.example/"},
        {"page": ""},
        {"number": "nonsense"},
        {"entries": "nonsense"},
        {"entries": '{"a": 1}'},
        {"entries": '[["a"]]'},
        {"entries": '[["a", 1]]'},
    ],
)
def test_nonsense_is_refused(client, person, changes):
    assert client.post(reverse("staff:draft_keep"), kept(**changes)).status_code == 400
    assert not Draft.objects.exists()


def test_more_than_anybody_types_is_refused(client, person):
    entries = json.dumps([["note", "x" * services.MOST_CHARACTERS * 2]])
    assert client.post(reverse("staff:draft_keep"), kept(entries=entries)).status_code == 413
    assert not Draft.objects.exists()


def test_the_oldest_of_many_drafts_goes(person, monkeypatch):
    monkeypatch.setattr(services, "MOST_DRAFTS", 3)
    for number in range(5):
        services.keep_draft(user=person, page=f"/{number}/", number=uuid.uuid4(), entries=[["a", "b"]])
    assert sorted(Draft.objects.values_list("page", flat=True)) == ["/2/", "/3/", "/4/"]


def test_keeping_is_no_look_and_leaves_no_line(client, person):
    client.post(reverse("staff:draft_keep"), kept())
    assert not AccessLine.objects.exists()


def test_after_fourteen_days_what_was_typed_is_gone_and_the_number_stays(person):
    services.keep_draft(user=person, page=PAGE, number=uuid.uuid4(), entries=[["a", "b"]])
    saved, _is_new = services.hold_number(user=person, number=uuid.uuid4())
    services.note_saved(saved, typed={"note": [NOTE]}, led_to="/")
    old = timezone.now() - timedelta(days=services.DRAFT_DAYS, minutes=1)
    Draft.objects.update(kept_at=old)
    SavedForm.objects.update(saved_at=old)
    services.forget_old()
    services.forget_old()
    assert not Draft.objects.exists()
    assert bytes(SavedForm.objects.get().typed) == b""


def test_younger_drafts_stay(person):
    services.keep_draft(user=person, page=PAGE, number=uuid.uuid4(), entries=[["a", "b"]])
    services.forget_old()
    assert Draft.objects.count() == 1
