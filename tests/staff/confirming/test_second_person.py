"""Nothing that an administrator asks for somebody holds before a second person confirms it."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from ipsplatform.common.errors import RuleError
from staff.asking import services as asking
from staff.confirming import services
from staff.confirming.tasks import send_waiting_notices
from staff.models import AccessChange, AuditEvent, Role, StaffSession, TeamMembership, User
from staff.permissions import Ability, roles_with
from tests.factories import TeamMembershipFactory, UserFactory
from tests.staff.confirming.asked import (
    OPENING_ROLES,
    OWN,
    PASSWORD,
    ROUTES,
    WHY,
    confirm_all,
    judge,
    known_row,
    new_row,
    person_page,
    sees,
)
from tests.staff.sign_on.second_factors import give_app

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]


@pytest.mark.parametrize("role", OPENING_ROLES)
@pytest.mark.parametrize("route", ROUTES)
def test_no_route_opens_a_file_before_a_second_person_confirms(  # noqa: PLR0917
    desk, team, secret, administrator, second, route, role
):
    person = ROUTES[route](desk, team, secret, role)
    assert AccessChange.objects.open().filter(person=person, asked_by=administrator).exists()
    assert not sees(person, secret)
    for change in AccessChange.objects.open():
        with pytest.raises(RuleError):
            services.confirm_access_change(change=change, by=administrator)
        if person.role in roles_with(Ability.CONFIRM_ACCESS):
            with pytest.raises(RuleError):
                services.confirm_access_change(change=change, by=person)
    assert not sees(person, secret)
    confirm_all(second)
    person.refresh_from_db()
    if not person.is_active:
        assert not sees(person, secret)
        person_page(desk, person, is_active="on")
        confirm_all(second)
    assert sees(person, secret)


@pytest.mark.parametrize("role", Role.values)
def test_every_page_of_the_admin_about_a_person_is_a_route_that_is_walked(desk, role):
    """A page or an action that is added to the admin of people has to be thought about here."""
    people = admin.site._registry[User]
    request = desk.get(reverse("admin:index")).wsgi_request
    assert set(people.get_actions(request)) == {"invite", "forget_second_factors"}
    assert not people.list_editable
    assert [inline.model for inline in people.inlines] == [TeamMembership]
    registered = {model.__name__ for model in admin.site._registry}
    ways_in = {"Authenticator", "EmailAddress", "Group", "Permission", "SocialAccount", "TeamMembership"}
    assert not registered & ways_in
    user = UserFactory(role=role)
    form = people.get_form(request, user, change=True)
    assert set(form.base_fields) == {
        "username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role", "is_active",
        "why", "park_caseload",
    }  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
def test_password_waits_and_is_changed_at_the_first_sign_in(desk, second, team, role, settings):
    person = UserFactory(role=role, team=team, username="nieuw")
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    typed = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "why": WHY}
    assert desk.post(url, typed).status_code == 302
    change = AccessChange.objects.get()
    person.refresh_from_db()
    assert not person.check_password(PASSWORD)
    assert PASSWORD not in str(AccessChange.objects.values())
    assert judge(second, change).status_code == 302
    change.refresh_from_db()
    person.refresh_from_db()
    assert (person.check_password(PASSWORD), change.new_password) == (True, "")
    settings.SECOND_FACTOR_REQUIRED = True
    visitor = Browser()
    visitor.post("/login/", {"login": "nieuw", "password": PASSWORD})
    for place in ("/", "/security/", "/security/app/", "/caseload/", "/admin/", "/sessions/"):
        assert visitor.get(place).url == "/password/", place
    assert visitor.get("/password/").status_code == 200
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert visitor.post("/password/", same).status_code == 200
    assert visitor.post("/password/", same | {"password1": OWN, "password2": OWN}).status_code == 302
    assert visitor.get("/caseload/").url == "/security/"
    person.refresh_from_db()
    assert (person.must_change_password, person.check_password(OWN)) == (False, True)
    assert AuditEvent.objects.filter(action="password_chosen", by=person).exists()


def test_password_that_nobody_confirmed_in_time_is_not_kept(administrator):
    lapses, waits = [
        asking.ask_for_password(person=UserFactory(), password=PASSWORD, reason=WHY, by=administrator)
        for _time in range(2)
    ]
    AccessChange.objects.filter(pk=lapses.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    for _time in range(2):
        send_waiting_notices()
    lapses.refresh_from_db()
    waits.refresh_from_db()
    assert (lapses.new_password, bool(waits.new_password)) == ("", True)


def test_who_has_a_second_factor_shows_it_before_choosing_a_password(second, administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    person = UserFactory(username="nieuw")
    give_app(person)
    change = asking.ask_for_password(person=person, password=PASSWORD, reason=WHY, by=administrator)
    services.confirm_access_change(change=change, by=second)
    visitor = Browser()
    visitor.force_login(User.objects.get(pk=person.pk))
    assert visitor.get("/password/").url.startswith("/confirm/code/")


def test_confirmed_password_ends_every_session(second, administrator):
    person = UserFactory()
    elsewhere = Browser()
    elsewhere.force_login(person)
    change = asking.ask_for_password(person=person, password=PASSWORD, reason=WHY, by=administrator)
    assert StaffSession.objects.filter(user=person).exists()
    services.confirm_access_change(change=change, by=second)
    assert not StaffSession.objects.filter(user=person).exists()


def test_a_password_for_somebody_who_never_signed_in_is_told_too(second, administrator):
    """Else the two who know it sign in first, unseen."""
    person = UserFactory(email="noor@example.org")
    person.set_unusable_password()
    person.save()
    change = asking.ask_for_password(person=person, password=PASSWORD, reason=WHY, by=administrator)
    services.confirm_access_change(change=change, by=second)
    services.send_access_change_notices(change_pk=change.pk)
    assert ["noor@example.org"] in [message.to for message in mail.outbox]


def test_second_factor_stays_until_a_second_person_confirms(desk, second):
    person = UserFactory()
    give_app(person)
    chosen = {"action": "forget_second_factors", "_selected_action": [person.pk]}
    asked = desk.post(reverse("admin:staff_user_changelist"), chosen)
    assert 'name="why"' in asked.content.decode()
    assert not AccessChange.objects.exists()
    desk.post(reverse("admin:staff_user_changelist"), chosen | {"why": "Telefoon kwijt."})
    assert Authenticator.objects.filter(user=person).exists()
    judge(second, AccessChange.objects.get())
    assert not Authenticator.objects.filter(user=person).exists()


def test_mail_address_waits_because_a_forgotten_password_goes_there(desk, second):
    person = UserFactory(email="noor@example.org")
    person_page(desk, person, email="noor.nieuw@example.org")
    person.refresh_from_db()
    assert person.email == "noor@example.org"
    confirm_all(second)
    person.refresh_from_db()
    assert person.email == "noor.nieuw@example.org"


def test_giving_administration_waits_too(desk, second):
    person = UserFactory(monitor=True)
    person_page(desk, person, role=Role.FUNCTIONEEL_BEHEERDER)
    person.refresh_from_db()
    assert not person.is_staff
    confirm_all(second)
    person.refresh_from_db()
    assert person.is_staff


@pytest.mark.parametrize(
    "difference",
    [{"is_active": None}, {"first_name": "Anders"}, {"role": Role.CASEMANAGER}],
)
def test_what_opens_nothing_holds_at_once(desk, team, difference):
    person = UserFactory(team=team)
    person_page(desk, person, why="", **difference)
    assert not AccessChange.objects.exists()
    name, value = next(iter(difference.items()))
    person.refresh_from_db()
    assert getattr(person, name) == (False if value is None else value)


def test_leaving_a_team_holds_at_once(desk):
    membership = TeamMembershipFactory()
    person_page(desk, membership.user, known_row(membership, ended_on="2026-01-31"), why="")
    membership.refresh_from_db()
    assert (str(membership.ended_on), AccessChange.objects.count()) == ("2026-01-31", 0)


@pytest.mark.parametrize("rows", [False, True])
def test_without_a_reason_nothing_is_asked(desk, team, rows):
    person = UserFactory(monitor=True)
    page = person_page(desk, person, new_row(team) if rows else None, role=Role.TEAMLEIDER, why=" ")
    assert page.status_code == 200
    assert "tweede persoon" in page.content.decode()
    assert not AccessChange.objects.exists()
