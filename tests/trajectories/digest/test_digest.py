"""The daily mail: numbers and links, at the chosen hour, once, and to nobody who left."""

import email
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from email import policy
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.urls import reverse

from staff.models import User
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    SignalDigestFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.digest.services import choose_digest, send_digest, send_due_digests
from trajectories.models import SignalDigest

TODAY = date(2026, 3, 2)
NAME = "Zonnebloem"


@pytest.fixture
def worker() -> User:
    """Somebody who follows two clients, who were not seen for long."""
    user = UserFactory(team=TeamFactory(), email="maaike@example.org")
    for number in range(2):
        trajectory = TrajectoryFactory(
            enrolled_on=TODAY - timedelta(days=45), client__last_name=f"{NAME}{number}"
        )
        AssignmentFactory(client=trajectory.client, user=user, is_primary=True)
    return user


@pytest.fixture
def nine(time_machine) -> None:
    time_machine.move_to("2026-03-02T09:05:00+01:00", tick=False)


@pytest.fixture
def mailbox(tmp_path: Path, settings) -> Iterator[Path]:
    """The folder of a mail server in a process of its own."""
    command = [sys.executable, "-m", "tests.mail_server", str(tmp_path), "0.3"]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=django_settings.BASE_DIR
    )
    assert server.stdout is not None
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(server.stdout.readline())
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield tmp_path
    assert server.stdin is not None
    server.stdin.close()
    server.wait(timeout=10)


def received(mailbox: Path) -> list[email.message.EmailMessage]:
    found = sorted(mailbox.glob("*.eml"))
    return [email.message_from_bytes(one.read_bytes(), policy=policy.default) for one in found]


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
def test_the_mail_holds_numbers_and_links_and_no_name(worker, mailbox):
    assert send_digest(digest_pk=SignalDigestFactory(user=worker, hour=9).pk)
    (message,) = received(mailbox)
    text = message.get_content()
    assert message["X-To"] == worker.email
    assert message["Subject"] == "2 cliënten vragen aandacht"
    assert "2 × lang niet gezien" in text
    assert "http://testserver/caseload/?scope=mine&attention=not_seen" in text
    assert "http://testserver/signals/mail/" in text
    for secret in (
        NAME,
        "Anna",
        worker.last_name,
        *worker.assignments.values_list("client__client_number", flat=True),
    ):
        assert secret not in text + message["Subject"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nine")
def test_two_at_once_and_a_third_time_send_one_mail(worker, mailbox):
    pk, sent = SignalDigestFactory(user=worker, hour=9).pk, []

    def send() -> None:
        sent.append(send_digest(digest_pk=pk))
        connection.close()

    both = [threading.Thread(target=send) for _number in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(sent) == [False, True]
    assert send_digest(digest_pk=pk) is False
    assert len(received(mailbox)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nine")
def test_a_mail_server_that_is_down_is_asked_again(worker, settings):
    digest = SignalDigestFactory(user=worker, hour=9)
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(ConnectionRefusedError):
        send_digest(digest_pk=digest.pk)
    settings.EMAIL_BACKEND = backend
    assert send_digest(digest_pk=digest.pk)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
@pytest.mark.parametrize(
    "facts",
    [{"hour": None}, {"hour": 10}, {"told_on": TODAY}, {"user__is_active": False}, {"user__role": "monitor"}],
)
def test_who_gets_nothing(worker, facts):
    for name in ("is_active", "role"):
        if (value := facts.pop(f"user__{name}", None)) is not None:
            setattr(worker, name, value)
            worker.save(update_fields=[name])
    digest = SignalDigestFactory(user=worker, **({"hour": 9} | facts))
    assert send_digest(digest_pk=digest.pk) is False
    assert mail.outbox == []


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
def test_nothing_to_tell_is_no_mail_and_the_day_is_done():
    worker = UserFactory(team=TeamFactory())
    ClientFactory(followed_by=worker)
    digest = SignalDigestFactory(user=worker, hour=9)
    assert send_digest(digest_pk=digest.pk) is False
    digest.refresh_from_db()
    assert (mail.outbox, digest.told_on) == ([], TODAY)


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
def test_who_follows_nobody_reads_of_the_team():
    team = TeamFactory()
    TrajectoryFactory(enrolled_on=TODAY - timedelta(days=45), in_team=team)
    lead = UserFactory(teamleider=True, team=team, email="lead@example.org")
    assert send_digest(digest_pk=SignalDigestFactory(user=lead, hour=9).pk)
    assert "scope=team&attention=not_seen" in mail.outbox[0].body


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
def test_everybody_whose_hour_has_come_is_asked_for(worker):
    SignalDigestFactory(user=worker, hour=9)
    SignalDigestFactory(hour=7)  # missed earlier today
    SignalDigestFactory(hour=10)
    SignalDigestFactory(hour=7, told_on=TODAY)
    assert send_due_digests() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
@pytest.mark.parametrize(("hour", "told_on"), [(8, TODAY), (9, TODAY), (10, None), (None, None)])
def test_an_hour_that_has_passed_begins_tomorrow(worker, hour, told_on):
    digest = choose_digest(user=worker, hour=hour, by=worker)
    assert (digest.hour, digest.told_on) == (hour, told_on)


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
def test_page_in_the_menu_of_the_person(client, worker):
    client.force_login(worker)
    url = reverse("trajectories:signal_digest")
    assert url in client.get(reverse("trajectories:caseload_list")).content.decode()
    client.post(url, {"hour": "7"})
    assert SignalDigest.objects.get(user=worker).hour == 7
    assert '<option value="7" selected>07:00</option>' in client.get(url).content.decode()
    client.post(url, {"hour": ""})
    assert SignalDigest.objects.get(user=worker).hour is None


@pytest.mark.django_db
@pytest.mark.usefixtures("nine")
@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget_of_page_and_mail(client, worker, count_queries, rows):
    for _number in range(rows):
        trajectory = TrajectoryFactory(enrolled_on=TODAY - timedelta(days=45))
        AssignmentFactory(client=trajectory.client, user=worker)
    client.force_login(worker)
    with count_queries(5):  # session, choice, draft
        client.get(reverse("trajectories:signal_digest"))
    digest = SignalDigestFactory(user=worker, hour=9)
    with count_queries(5):  # the row, the day, whose clients, all their signals
        assert send_digest(digest_pk=digest.pk)
