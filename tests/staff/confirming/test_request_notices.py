"""Who is told of a request: by a page, by a mail, once."""

import pytest
from django.core import mail
from django.utils import timezone

from staff.asking import services as asking
from staff.confirming import services
from staff.models import AccessChange, Role, User
from staff.people.services import invite_staff_member
from tests.factories import TeamFactory, UserFactory
from tests.staff.confirming.desks import (
    PASSWORD,
    add_person,
    ask,
    judge,
    new_row,
    page_of,
    signed_in,
    told,
)
from tests.staff.mail.post import deliver

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]


def notices(change: AccessChange) -> dict[str, str]:
    """Who got which mail after the verdict, when the worker runs twice."""
    mail.outbox.clear()
    for _time in range(2):
        services.send_access_change_notices(change_pk=change.pk)
    assert len({tuple(message.recipients()) for message in mail.outbox}) == len(mail.outbox)
    return {message.recipients()[0]: message.body for message in mail.outbox}


@pytest.fixture
def noor() -> User:
    person = UserFactory(monitor=True, first_name="Noor", email="noor@example.org")
    person.set_password(PASSWORD)
    person.save()
    return person


def test_who_asked_is_mailed_once_that_it_was_confirmed(administrator, second, noor):
    change = ask(administrator, noor, role=Role.CASEMANAGER)
    services.confirm_access_change(change=change, by=second)
    got = notices(change)
    assert set(got) == {"beheerder@example.org", "noor@example.org"}
    assert page_of(change) in got["beheerder@example.org"]
    assert "odig" not in got["beheerder@example.org"]
    assert got["noor@example.org"].rstrip().endswith("Zeg het tegen je teamleider of de beheerder.")


def test_who_asked_is_mailed_once_where_to_read_why_it_was_refused(administrator, second, noor):
    """The reason is free text, and may be about anybody: it stays here."""
    change = ask(administrator, noor, role=Role.CASEMANAGER)
    judge(second, change, "refused", "Werkt hier niet.")
    mailed = notices(change)["beheerder@example.org"]
    assert page_of(change) in mailed
    assert "Werkt hier niet." not in mailed
    assert "Werkt hier niet." in signed_in(administrator).get(page_of(change)).content.decode()


def test_who_withdrew_gets_no_mail(administrator, noor):
    change = ask(administrator, noor, role=Role.CASEMANAGER)
    asking.withdraw_access_change(change=change, by=administrator)
    assert not notices(change)


@pytest.mark.parametrize("verdict", ["confirmed", "refused"])
def test_lost_notice_about_a_verdict_is_asked_again(administrator, second, noor, time_machine, verdict):
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    change = ask(administrator, noor, role=Role.CASEMANAGER)
    judge(second, change, verdict, "Werkt hier niet.")
    AccessChange.objects.filter(pk=change.pk).update(
        judges_told_at=timezone.now(), person_told_at=timezone.now(), asker_told_at=None
    )
    mail.outbox.clear()
    time_machine.move_to("2026-03-02T11:00:00+01:00", tick=False)
    services.send_waiting_notices()
    change.refresh_from_db()
    assert services.unsent_notices().filter(pk=change.pk).exists()


@pytest.mark.parametrize("who", ["second", "lead"])
def test_new_person_is_invited_now_says_the_page_and_the_mail(desk, second, who):
    team = TeamFactory()
    judge_of = {"second": second, "lead": UserFactory(teamleider=True, team=team)}[who]
    add_person(desk, **new_row(team))
    change = AccessChange.objects.get()
    (text,) = told(judge(judge_of, change))
    assert "odig Noor Bakker nu uit" in text
    got = notices(change)
    assert set(got) == {"beheerder@example.org"}, "the invitation is the first mail to a new colleague"
    assert "Nodig deze collega nu uit" in got["beheerder@example.org"]


def new_with_typed_password(desk, administrator) -> None:
    add_person(desk, password=PASSWORD)


def new_without_password(desk, administrator) -> None:
    """The invitation tells it."""
    add_person(desk)


def closed_with_old_password(desk, administrator) -> None:
    person = UserFactory(username="noor", email="noor@example.org", is_active=False)
    person.set_password(PASSWORD)
    person.save()
    ask(administrator, person, is_active=True)


def closed_that_signed_in_elsewhere(desk, administrator) -> None:
    person = UserFactory(username="noor", email="noor@example.org", is_active=False)
    person.set_unusable_password()
    person.last_login = timezone.now()
    person.save()
    ask(administrator, person, is_active=True)


@pytest.mark.parametrize(
    ("how", "is_invited"),
    [
        (new_with_typed_password, False),
        (new_without_password, True),
        (closed_with_old_password, False),
        (closed_that_signed_in_elsewhere, False),
    ],
)
def test_everybody_whose_account_opens_is_told(  # noqa: PLR0917
    desk, administrator, second, how, is_invited, time_machine
):
    """At once by a message, or by the invitation: never by neither."""
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    how(desk, administrator=administrator)
    change = AccessChange.objects.get()
    services.confirm_access_change(change=change, by=second)
    got = notices(change)
    change.refresh_from_db()
    assert ("noor@example.org" in got, change.person_told_at is None) == (not is_invited, is_invited)
    time_machine.move_to("2026-03-02T11:00:00+01:00", tick=False)
    assert change not in services.unsent_notices()
    if is_invited:
        invite_staff_member(user=change.person, by=administrator)
        assert [message.to for message in deliver()] == [["noor@example.org"]]
        change.refresh_from_db()
        assert change.person_told_at is not None
        assert not notices(change)
    else:
        assert "Je account noor op Reis naar werk is open" in got["noor@example.org"]
        assert ("eerste wachtwoord" in got["noor@example.org"]) == (how is new_with_typed_password)


def test_account_that_got_a_way_in_without_an_invitation_is_told_after_all(
    desk, administrator, second, time_machine
):
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    add_person(desk)
    change = AccessChange.objects.get()
    services.confirm_access_change(change=change, by=second)
    noor = User.objects.get(username="noor")
    noor.set_password(PASSWORD)
    noor.save()
    change.refresh_from_db()
    time_machine.move_to("2026-03-02T11:00:00+01:00", tick=False)
    assert change in services.unsent_notices()
    assert "noor@example.org" in notices(change)


def test_who_signs_in_without_a_password_is_told(administrator, second):
    person = UserFactory(monitor=True, email="noor@example.org", last_login=timezone.now())
    change = ask(administrator, person, role=Role.CASEMANAGER)
    services.confirm_access_change(change=change, by=second)
    assert "noor@example.org" in notices(change)
