"""The number of a destroyed file stays away, however it is spelled; a number that only looks like one too."""

from itertools import permutations

import pytest
from django.conf import settings
from django.utils.crypto import salted_hmac

from clients.models import Client
from clients.people.erased_numbers import SALT, destroyed_on, number_hash
from clients.people.given_numbers import NumberRefusedError, refuse_number
from clients.people.services import correct_client, register_client
from ipsplatform.common.errors import RuleError
from tests.factories import CertificateFactory, ClientFactory, UserFactory
from tests.trajectories.case_import.import_files import run_import, write_file
from trajectories.case_import.tables.running import ImportReport

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db]

SPELLINGS = ("ZZ-1", "zz-1", "Zz-1", "zZ-1")
LOOK_ALIKES = {
    "Cyrillic letter": "\u0410-1",
    "accent on its own": "Z\u0323Z-1",
    "filler": "ZZ\u31641",
}


def old_hash(number: str, *, secret: str | None = None) -> str:
    """As it was made before: of the number as it was typed."""
    return salted_hmac(SALT, number, secret=secret, algorithm="sha256").hexdigest()


@pytest.mark.parametrize("destroyed", SPELLINGS)
@pytest.mark.parametrize("asked", SPELLINGS)
def test_destroyed_number_is_known_in_every_spelling(destroyed, asked):
    CertificateFactory(number_hash=number_hash(destroyed))
    with pytest.raises(NumberRefusedError):
        refuse_number(asked)


@pytest.mark.parametrize("order", list(permutations(SPELLINGS, 2)))
def test_two_spellings_that_are_asked_together_are_both_known(order):
    CertificateFactory(number_hash=number_hash("ZZ-1"))
    assert set(destroyed_on(order)) == set(order)


@pytest.mark.parametrize(
    ("destroyed", "asked"),
    [("ZZ-1", "zz-1"), ("zz-1", "ZZ-1"), ("Zz-9", "zz-9"), ("zz-9", "Zz-9"), ("zZ-9", "zZ-9")],
)
def test_digest_of_before_is_still_known(destroyed, asked):
    CertificateFactory(number_hash=old_hash(destroyed))
    with pytest.raises(NumberRefusedError):
        refuse_number(asked)


def test_digest_of_before_another_secret_is_still_known(settings):
    CertificateFactory(number_hash=old_hash("zz-1"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret than the one of the certificate"
    with pytest.raises(NumberRefusedError):
        refuse_number("ZZ-1")


@pytest.mark.parametrize("number", ["C-1", "c1", "É-12", "ö 7", "A/1.2_#x"])
def test_ordinary_number_is_given(number):
    made = register_client(last_name="Groot", client_number=number, by=UserFactory())
    assert made.client_number == number.upper()


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_look_alike_is_refused_at_registering_and_correcting(kind):
    by = UserFactory(teamleider=True)
    with pytest.raises(RuleError, match=r"gewone letters|ordinary letters"):
        register_client(last_name="Groot", client_number=LOOK_ALIKES[kind], by=by)
    client = ClientFactory(client_number="C-1")
    with pytest.raises(RuleError, match=r"gewone letters|ordinary letters"):
        correct_client(client=client, client_number=LOOK_ALIKES[kind], by=by)


def imported(folder, *numbers: str) -> ImportReport:
    write_file(folder, "clients", *({"client_number": number, "team_code": ""} for number in numbers))
    return run_import(folder, skip_invalid=True)


@pytest.mark.parametrize("order", list(permutations(SPELLINGS, 2)))
def test_no_file_brings_a_destroyed_number_back(tmp_path, order):
    CertificateFactory(number_hash=number_hash("ZZ-1"))
    assert imported(tmp_path, *order).rows_refused == 2
    assert not Client.objects.exists()


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_no_file_brings_a_look_alike(tmp_path, kind):
    report = imported(tmp_path, LOOK_ALIKES[kind], "ZZ-2")
    assert report.rows_refused == 1
    assert list(Client.objects.values_list("client_number", flat=True)) == ["ZZ-2"]


def test_digest_depends_on_the_secret():
    assert number_hash("ZZ-1") != old_hash("zz-1", secret="x" + settings.SECRET_KEY)
