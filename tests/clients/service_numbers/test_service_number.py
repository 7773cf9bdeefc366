"""Citizen service numbers: off by default, encrypted, of one client, and each look is logged."""

import logging
import re
from base64 import urlsafe_b64encode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from clients.models import CitizenServiceNumber, Client, ClientExport
from clients.service_numbers import seal as number_seal
from clients.service_numbers import services
from clients.service_numbers.checks import service_number_keys
from ipsplatform.common.errors import RuleError
from ipsplatform.operations.database_roles import as_owner
from staff.models import AccessLine, AuditEvent
from tests.factories import ClientFactory, UserFactory
from tests.harness import StrictClient
from tests.personas import MAY_WRITE_IN_THE_FILE
from trajectories.client_data.selectors import key_of, texts_of

pytestmark = [pytest.mark.shows(12), pytest.mark.django_db]

NUMBER, OTHER, WITH_ZERO = "111222333", "123456782", "010464554"
OLD_KEY, NEW_KEY = (urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))
PAGES = ("service_number", "service_number_record", "service_number_remove")
MENU_ENTRY = 'href="/clients/{}/service-number/"'


@pytest.fixture
def keys(settings):
    """Numbers are kept here."""
    settings.BSN_ENABLED, settings.BSN_KEYS = True, [OLD_KEY]
    settings.BSN_INDEX_KEY = "an index key of more than thirty-two characters"


@pytest.fixture
def on(keys, world, client) -> StrictClient:
    """The owner of the client is signed in, where numbers are kept."""
    world.sign_in(client, "owner")
    return client


def url(name: str, client: Client) -> str:
    return reverse(f"clients:{name}", args=[client.public_id])


def record(client: Client, number: str = NUMBER) -> CitizenServiceNumber:
    return services.record_service_number(client=client, number=number, by=UserFactory())


def every_table() -> str:
    """Every column of every row that the application can read."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("typed", "number"),
    [(NUMBER, NUMBER), ("1112.22.333", NUMBER), (" 111 222 333 ", NUMBER), ("10464554", WITH_ZERO)],
)
def test_number_is_padded_and_cleaned(typed, number):
    assert number_seal.cleaned(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "000000000",
        "00000000",
        "111222334",
        "1112223330",
        "12",
        "11122233x",
        "-11222333",
        "１１１２２２３３４",
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(RuleError) as refusal:
        number_seal.cleaned(typed)
    assert not re.search(r"\d", str(refusal.value))


def test_mask_shows_two_digits():
    assert number_seal.masked(OTHER) == "•••••••82"


def test_off_there_is_no_page_no_link_and_no_row(world, client, settings):
    assert settings.BSN_ENABLED is False
    world.sign_in(client, "owner")
    assert [client.get(url(name, world.client)).status_code for name in PAGES] == [404] * 3
    for name in ("service_number_record", "service_number_reveal", "service_number_remove"):
        assert client.post(url(name, world.client), {"number": NUMBER, "reason": "uwv"}).status_code == 404
    overview = client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    assert "service-number" not in overview.content.decode()
    assert not CitizenServiceNumber.objects.exists()


def test_off_the_command_refuses():
    with pytest.raises(CommandError, match="BSN_ENABLED"):
        call_command("rotate_bsn_keys")


@pytest.mark.parametrize(
    ("given", "index_key", "found"),
    [
        ([OLD_KEY], "x" * 32, []),
        ([], "x" * 32, ["clients.E001"]),
        (["no key"], "x" * 32, ["clients.E001"]),
        ([OLD_KEY], "short", ["clients.E002"]),
        ([OLD_KEY], OLD_KEY, ["clients.E002"]),
        ([], "", ["clients.E001", "clients.E002"]),
    ],
)
def test_on_without_good_keys_does_not_start(settings, given, index_key, found):
    settings.BSN_ENABLED, settings.BSN_KEYS, settings.BSN_INDEX_KEY = True, given, index_key
    assert [error.id for error in service_number_keys()] == found
    settings.BSN_ENABLED = False
    assert service_number_keys() == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("persona", "status"), MAY_WRITE_IN_THE_FILE)
@pytest.mark.usefixtures("keys")
def test_who_may_write_the_file_may(world, client, persona, status, name):
    record(world.client)
    world.sign_in(client, persona)
    assert client.get(url(name, world.client)).status_code == status


@pytest.mark.parametrize(("persona", "status"), MAY_WRITE_IN_THE_FILE)
def test_who_may_not_reveals_nothing(world, client, keys, persona, status):
    record(world.client)
    world.sign_in(client, persona)
    answer = client.post(url("service_number_reveal", world.client), {"reason": "uwv"})
    assert answer.status_code == status
    assert (NUMBER in answer.content.decode()) == (status == 200)


def test_number_is_recorded_and_shown_behind_dots(on, world):
    answer = on.post(url("service_number_record", world.client), {"number": "1112 22 333"})
    assert answer.status_code == 302
    page = on.get(answer.url).content.decode()
    assert "•••••••33" in page
    assert NUMBER not in page
    assert AuditEvent.objects.filter(action="service_number_recorded", changes={}).count() == 1
    overview = on.get(reverse("trajectories:client_overview", args=[world.client.public_id])).content.decode()
    assert MENU_ENTRY.format(world.client.public_id) in overview


def test_form_keeps_no_draft_and_says_what_is_wrong(on, world):
    page = on.get(url("service_number_record", world.client)).content.decode()
    assert "data-draft>" not in page
    assert 'autocomplete="off"' in page
    answer = on.post(url("service_number_record", world.client), {"number": "111222334"})
    assert answer.context["form"].errors["number"]
    assert not CitizenServiceNumber.objects.exists()


def test_reveal_needs_a_reason_and_is_logged_twice(on, world):
    record(world.client)
    refused = on.post(url("service_number_reveal", world.client), {"reason": "nieuwsgierig"})
    assert refused.context["form"].errors["reason"]
    assert NUMBER not in refused.content.decode()
    assert not AuditEvent.objects.filter(action="service_number_revealed").exists()
    shown = on.post(url("service_number_reveal", world.client), {"reason": "uwv"})
    assert NUMBER in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    event = AuditEvent.objects.get(action="service_number_revealed")
    assert (event.by, event.target_id, event.changes) == (
        world.people["owner"],
        world.client.public_id,
        {"reveal_reason": ["", "uwv"]},
    )
    line = AccessLine.objects.order_by("pk").last()
    assert (line.code, line.client_id, line.part, line.actor) == (
        "clients:service_number_reveal",
        world.client.public_id,
        "bsn",
        world.people["owner"],
    )


def test_history_of_the_file_tells_it_in_words(on, world):
    services.record_service_number(client=world.client, number=NUMBER, by=world.people["owner"])
    on.post(url("service_number_reveal", world.client), {"reason": "uwv"})
    on.post(url("service_number_remove", world.client))
    page = on.get(reverse("trajectories:client_overview", args=[world.client.public_id])).content.decode()
    for words in (
        "Burgerservicenummer vastgelegd", "Burgerservicenummer getoond",
        "reden: – → voor een aanvraag of melding bij UWV", "Burgerservicenummer verwijderd",
    ):  # fmt: skip
        assert words in page, words


def test_number_is_in_no_address_and_can_not_be_fetched_by_one(on, world):
    record(world.client)
    assert on.get(url("service_number_reveal", world.client)).status_code == 405
    assert NUMBER not in on.get(url("service_number", world.client) + "?reason=uwv").content.decode()


def test_another_number_takes_its_place_and_history_does_not_know_it(on, world):
    record(world.client)
    record(world.client, OTHER)
    row = CitizenServiceNumber.objects.get(client=world.client)
    assert number_seal.opened(row.ciphertext) == OTHER
    assert row.history.count() == 1
    assert not {"ciphertext", "number_hash"} & {field.name for field in row.history.model._meta.fields}


def test_removed_is_gone_and_logged(on, world):
    row = record(world.client)
    assert on.post(url("service_number_remove", world.client)).status_code == 302
    assert not CitizenServiceNumber.objects.exists()
    assert list(row.history.values_list("pgh_label", flat=True)) == ["removed"]
    assert AuditEvent.objects.filter(action="service_number_removed").exists()
    assert on.post(url("service_number_remove", world.client)).status_code == 302, "twice is once"


def test_nothing_recorded_can_not_be_revealed(on, world):
    page = on.post(url("service_number_reveal", world.client), {"reason": "uwv"})
    assert page.context["form"].non_field_errors()


def test_number_of_somebody_else_is_refused_without_a_word_about_that_person(on, world):
    other = ClientFactory(last_name="Zonnebloem", client_number="C-GEHEIM")
    record(other)
    answer = on.post(url("service_number_record", world.client), {"number": NUMBER})
    assert list(answer.context["form"].errors) == ["number"]
    page = answer.content.decode()
    assert not [
        word for word in ("Zonnebloem", "C-GEHEIM", str(other.public_id)) if word.lower() in page.lower()
    ]
    with pytest.raises(services.NumberHeldError):
        record(world.client)


def test_refused_number_is_logged_and_there_is_an_end_to_trying(on, world, settings):
    settings.EMERGENCY_ATTEMPTS_PER_HOUR = 2
    record(ClientFactory())
    page = url("service_number_record", world.client)
    for _ in range(2):
        on.post(page, {"number": NUMBER})
        line = AccessLine.objects.order_by("-pk").first()
        assert (line.outcome, line.code) == ("refused", "clients:service_number_record")
    stopped = on.post(page, {"number": NUMBER}).context["form"].errors["number"]
    assert stopped == on.post(page, {"number": OTHER}).context["form"].errors["number"], "free or not"
    assert not CitizenServiceNumber.objects.filter(client=world.client).exists()


def test_typing_error_is_no_attempt(on, world, settings):
    settings.EMERGENCY_ATTEMPTS_PER_HOUR = 2
    for _ in range(3):
        on.post(url("service_number_record", world.client), {"number": "12"})
    assert on.post(url("service_number_record", world.client), {"number": OTHER}).status_code == 302


def test_same_number_again_for_the_same_client_is_fine(on, world):
    record(world.client)
    record(world.client)
    assert CitizenServiceNumber.objects.get().client == world.client


@pytest.mark.django_db(transaction=True)
def test_number_is_readable_in_no_table_and_in_no_log(on, world, caplog):
    caplog.set_level(logging.DEBUG)
    on.post(url("service_number_record", world.client), {"number": NUMBER})
    on.get(url("service_number", world.client))
    on.post(url("service_number_reveal", world.client), {"reason": "zorg"})
    on.post(url("service_number_record", world.client), {"number": OTHER})
    on.post(url("service_number_record", world.client), {"number": "111222334"})
    with as_owner():
        text = every_table()
    assert str(world.client.public_id) in text
    assert [number for number in (NUMBER, OTHER, "111222334") if number in text + caplog.text] == []


def test_copy_for_the_client_tells_that_it_is_kept_and_not_which(on, world):
    record(world.client)
    export = ClientExport.objects.create(
        client=world.client, made_by=world.people["owner"], texts_key=key_of(texts_of(world.client))
    )
    for name, words in (
        ("paper", "Sinds wanneer we je burgerservicenummer bewaren"),
        ("json", '"recorded_at"'),
    ):
        copy = on.get(reverse(f"trajectories:client_{name}_export", args=[export.public_id])).content.decode()
        assert words in copy
        assert NUMBER not in copy
        assert CitizenServiceNumber.objects.get().ciphertext not in copy


def test_search_does_not_find_by_number(on, world):
    record(world.client)
    page = on.get(reverse("trajectories:search"), {"q": NUMBER})
    assert page.context["results"].client_count == 0


def test_rotation_seals_everything_again_in_batches_and_twice_is_once(keys, settings):
    clients = ClientFactory.create_batch(3)
    numbers = [NUMBER, OTHER, WITH_ZERO]
    for client, number in zip(clients, numbers, strict=True):
        record(client, number)
    settings.BSN_KEYS, settings.BSN_INDEX_KEY = [NEW_KEY, OLD_KEY], "y" * 40
    assert services.seal_again(batch=2).sealed == 3
    assert services.seal_again(batch=2).sealed == 0
    settings.BSN_KEYS = [NEW_KEY]
    rows = CitizenServiceNumber.objects.order_by("client_id")
    assert [number_seal.opened(row.ciphertext) for row in rows] == numbers
    assert [row.number_hash for row in rows] == [number_seal.hash_of(number) for number in numbers]
    assert {row.key_id for row in rows} == {number_seal.current_key_id()}


def test_broken_off_rotation_leaves_every_number_readable_and_goes_on(keys, settings):
    for number in (NUMBER, OTHER):
        record(ClientFactory(), number)
    settings.BSN_KEYS = [NEW_KEY, OLD_KEY]
    first, second = CitizenServiceNumber.objects.order_by("pk")
    first.ciphertext, first.key_id = number_seal.sealed(NUMBER), number_seal.current_key_id()
    first.save()
    assert [number_seal.opened(row.ciphertext) for row in (first, second)] == [NUMBER, OTHER]
    assert services.seal_again().sealed == 1


def test_lost_key_is_told_on_the_page_and_by_the_command(on, world, settings):
    record(world.client)
    settings.BSN_KEYS = [NEW_KEY]
    page = on.get(url("service_number", world.client))
    assert not page.context["number"].is_readable
    refused = on.post(url("service_number_reveal", world.client), {"reason": "uwv"})
    assert refused.context["form"].non_field_errors()
    row = CitizenServiceNumber.objects.get()
    with pytest.raises(CommandError, match=str(row.pk)):
        call_command("rotate_bsn_keys")
    record(world.client)
    assert on.get(url("service_number", world.client)).context["number"].text == "•••••••33"
