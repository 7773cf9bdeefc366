"""A copy of the database opens no door: no key, code, link or secret that works is in any table."""

import re
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as product_settings
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser

from ipsplatform.common.classification import stored_models
from staff.models import StaffSession, User
from staff.people.services import invite_staff_member
from tests.factories import TeamFactory, UserFactory
from tests.staff.mail.post import deliver, path_in
from tests.staff.sign_on.test_second_factor import PASSWORD, set_up_app, sign_in, with_password

pytestmark = [pytest.mark.shows(2, 11, 24), pytest.mark.django_db]

LONG_ENOUGH = re.compile(r"[\w=-]{8,}")


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def worker() -> User:
    return with_password(UserFactory(username="maaike", email="m@example.org", team=TeamFactory()))


def tables() -> str:
    """Every row of every table as text, with what only looks unreadable unpacked."""
    rows = []
    with connection.cursor() as cursor:
        for model in stored_models():
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" AS t')
            rows += [row for (row,) in cursor.fetchall()]
    text = "\n".join(rows)
    return "\n".join([text, *(unpacked(piece) for piece in set(LONG_ENOUGH.findall(text)))])


def unpacked(piece: str) -> str:
    """What anybody can make of a signed value, whose text is packed and not sealed."""
    try:
        packed = signing.b64_decode(piece.encode())
    except ValueError:
        return ""
    with suppress(zlib.error):
        packed = zlib.decompress(packed)
    return packed.decode(errors="ignore")


def session_key(browser: Browser, _worker: User) -> list[str]:
    return [browser.cookies[product_settings.SESSION_COOKIE_NAME].value]


def secret_of_the_app(browser: Browser, _worker: User) -> list[str]:
    return [set_up_app(browser)]


def secret_that_is_shown_only(browser: Browser, _worker: User) -> list[str]:
    """Of an app that is not set up yet: it works as soon as the code is typed."""
    browser.post("/confirm/password/", {"password": PASSWORD})
    page = browser.get("/security/app/").content.decode()
    return re.findall(r'class="secret">(\w+)<', page)


def recovery_codes(browser: Browser, _worker: User) -> list[str]:
    set_up_app(browser)
    return re.findall(r"<code>(\d{8})</code>", browser.get("/security/codes/").content.decode())


def link_in_an_invitation(_browser: Browser, worker: User) -> list[str]:
    """Which is opened, without a password chosen yet."""
    invite_staff_member(user=worker, by=UserFactory(beheerder=True))
    path = path_in(deliver()[-1])
    visitor = Browser()
    assert visitor.get(path, follow=True).status_code == 200
    assert "_password_reset_key" in visitor.session
    return [path.strip("/").rsplit("/", 1)[-1].partition("-")[2]]


@pytest.mark.parametrize(
    "kind",
    [session_key, secret_of_the_app, secret_that_is_shown_only, recovery_codes, link_in_an_invitation],
)
def test_no_table_has_what_opens_a_door(client, worker, kind: Callable):
    sign_in(client, worker)
    secrets = kind(client, worker)
    assert all(secrets)
    found = tables()
    assert [one for one in secrets if one in found] == []


def test_what_is_signed_only_would_be_found(worker):
    """The search of the test above sees through packing, so what it does not find is sealed."""
    signed = signing.dumps({"code": "JBSWY3DPEHPK3PXP", "more": "x" * 200}, compress=True)
    assert "JBSWY3DPEHPK3PXP" not in signed
    Authenticator.objects.create(user=worker, type="totp", data={"secret": signed})
    assert "JBSWY3DPEHPK3PXP" in tables()


def test_nothing_that_the_table_of_sessions_holds_is_a_session(client, worker):
    sign_in(client, worker)
    assert client.get("/caseload/").status_code == 200
    values = {str(value) for row in StaffSession.objects.values_list() for value in row}
    for value in values | {part for one in values for part in one.split(":")}:
        thief = Browser()
        thief.cookies[product_settings.SESSION_COOKIE_NAME] = value
        assert thief.get("/caseload/").status_code == 302
    assert client.get("/caseload/").status_code == 200


@pytest.mark.parametrize(("keeps_the_old_one", "status"), [(True, 200), (False, 302)])
def test_a_session_outlives_a_new_secret_key_that_names_the_old_one(
    client, worker, settings, keeps_the_old_one, status
):
    sign_in(client, worker)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keeps_the_old_one else []
    settings.SECRET_KEY = "another key altogether"
    assert client.get("/caseload/").status_code == status
