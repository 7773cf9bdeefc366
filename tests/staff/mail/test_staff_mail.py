"""Mail to members of staff: sent by a worker, once, to whom it is meant for; no answer tells who is known."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staff.mail import services
from staff.models import MailKind, StaffMail
from tests.factories import UserFactory
from tests.ports import closed_port
from tests.staff.mail.post import deliver
from tests.waiting import wait_for
from tests.without_broker import without_broker

pytestmark = [pytest.mark.shows(16, 25), pytest.mark.django_db]

KNOWN, UNKNOWN, CLOSED = "noor@example.org", "niemand@example.org", "vroeger@example.org"


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()


@pytest.fixture
def noor():
    UserFactory(username="vroeger", email=CLOSED, is_active=False)
    return UserFactory(username="noor", first_name="Noor", email=KNOWN)


def work_for(address: str) -> tuple:
    """Everything that the page does and answers for an address, without the address itself."""
    browser = Client(headers={"User-Agent": "een browser"})
    with CaptureQueriesContext(connection) as queries:
        answer = browser.post("/password/forgot/", {"email": address})
    statements = [query["sql"].replace(address, "…") for query in queries.captured_queries]
    told = re.sub(r"\w{64}", "a token", browser.get(answer.url).content.decode())
    return answer.status_code, answer.url, told, [_shape(sql) for sql in statements]


def _shape(sql: str) -> str:
    """The statement without its values and without the number of the request."""
    return re.sub(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a number", sql.split(" VALUES ", maxsplit=1)[0]
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [UNKNOWN, CLOSED, KNOWN.upper()])
def test_page_does_the_same_work_for_a_stranger_as_for_a_colleague(noor, address):
    """One row and one message to the queue for every address: who it is, is found out by the worker."""
    with without_broker():
        assert work_for(address) == work_for(KNOWN)
    assert StaffMail.objects.count() == 2
    assert set(StaffMail.objects.values_list("user", "kind")) == {(None, MailKind.NEW_PASSWORD)}


def test_no_mail_server_is_asked_while_somebody_waits_for_the_page(client, noor, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    for address in (KNOWN, UNKNOWN):
        assert client.post("/password/forgot/", {"email": address}).url == "/password/forgot/sent/"


def test_nobody_keeps_a_colleague_from_a_new_password_by_asking_for_it(noor):
    """The refusal is for a network address, whatever e-mail addresses were typed there (ADR 37)."""
    asked = [Client().post("/password/forgot/", {"email": KNOWN}, REMOTE_ADDR="192.0.2.7") for _ in range(21)]
    assert [answer.status_code for answer in asked] == [302] * 20 + [429]
    at_home = Client().post("/password/forgot/", {"email": KNOWN}, REMOTE_ADDR="198.51.100.7")
    assert at_home.status_code == 302


def test_whoever_is_asked_for_often_gets_one_mail(noor):
    for _time in range(5):
        services.ask_mail(kind=MailKind.NEW_PASSWORD, address=KNOWN)
    assert [message.to for message in deliver()] == [[KNOWN]]
    assert not StaffMail.objects.exists()
    services.ask_mail(kind=MailKind.NEW_PASSWORD, address=KNOWN)
    assert deliver() == []
    services.ask_mail(kind=MailKind.NEW_PASSWORD, address=KNOWN, user=noor)
    assert len(deliver()) == 1, "an administrator asks for a reason"
    cache.clear()  # what ten minutes do
    services.ask_mail(kind=MailKind.NEW_PASSWORD, address=KNOWN)
    assert len(deliver()) == 1


def test_a_link_that_could_not_be_sent_does_not_count(noor, settings):
    services.ask_mail(kind=MailKind.NEW_PASSWORD, address=KNOWN)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    with pytest.raises(ConnectionRefusedError), transaction.atomic():
        services.send_staff_mail(mail_pk=StaffMail.objects.get().pk)
    settings.EMAIL_BACKEND = working
    assert len(deliver()) == 1


def test_a_mail_is_sent_once(noor):
    services.ask_mail(kind=MailKind.INVITATION, address=KNOWN, user=noor)
    waiting = StaffMail.objects.get()
    assert [services.send_staff_mail(mail_pk=waiting.pk) for _ in range(2)] == [True, False]
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_is_asked_again(noor, settings):
    services.ask_mail(kind=MailKind.INVITATION, address=KNOWN, user=noor)
    backend, settings.EMAIL_BACKEND = (
        django_settings.EMAIL_BACKEND,
        "django.core.mail.backends.smtp.EmailBackend",
    )
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    with pytest.raises(ConnectionRefusedError), transaction.atomic():
        services.send_staff_mail(mail_pk=StaffMail.objects.get().pk)
    settings.EMAIL_BACKEND = backend
    assert [message.to for message in deliver()] == [[KNOWN]]


def test_what_waits_for_a_day_is_dropped_and_told_in_the_log(noor, caplog):
    services.ask_mail(kind=MailKind.INVITATION, address=KNOWN, user=noor)
    StaffMail.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    services.send_waiting_mails()
    assert not StaffMail.objects.exists()
    assert "1 mails to members of staff could not be sent" in caplog.text
    assert KNOWN not in caplog.text


def test_a_warning_about_an_account_waits_for_a_mail_server_that_is_down_for_long(noor):
    for kind in MailKind:
        services.ask_mail(kind=kind, address=KNOWN, user=noor)
    StaffMail.objects.update(asked_at=timezone.now() - timedelta(days=3))
    services.send_waiting_mails()
    assert set(StaffMail.objects.values_list("kind", flat=True)) == set(MailKind) - services.WITH_LINK


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.ADDRESS_GIVEN, MailKind.FACTORS_FORGOTTEN])
@pytest.mark.parametrize("change", [{"email": "anders@example.org"}, {"is_active": False}])
def test_a_mail_that_waits_is_not_sent_to_whom_it_is_no_longer_meant_for(noor, kind, change):
    services.ask_mail(kind=kind, address=KNOWN, user=noor)
    type(noor).objects.filter(pk=noor.pk).update(**change)
    assert deliver() == []
    assert not StaffMail.objects.exists()


def test_every_kind_says_what_it_is_for_and_nothing_in_english(noor):
    for kind in MailKind:
        services.ask_mail(kind=kind, address=KNOWN, user=noor)
    sent = deliver()
    assert len({message.subject for message in sent}) == len(MailKind)
    assert not [message for message in sent if "Hello" in message.body or "Hallo" not in message.body]


def test_only_a_forgotten_password_is_asked_for_without_knowing_whose():
    with pytest.raises(IntegrityError):
        services.ask_mail(kind=MailKind.INVITATION, address=KNOWN)


@pytest.mark.django_db(transaction=True)
def test_a_mail_asked_for_without_a_queue_is_sent_when_the_queue_is_back(noor, worker):
    with without_broker():
        services.ask_mail(kind=MailKind.NEW_PASSWORD, address=KNOWN)
    services.send_waiting_mails()  # too soon
    assert StaffMail.objects.count() == 1
    StaffMail.objects.update(asked_at=timezone.now() - timedelta(seconds=3 * django_settings.OUTBOX_SECONDS))
    services.send_waiting_mails()
    wait_for(lambda: not StaffMail.objects.exists())
