"""What happens to a request between asking and the verdict, and what people are told about it."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from ipsplatform.common.errors import RuleError
from staff.asking import services as asking
from staff.asking.selectors import IDENTITY
from staff.confirming import services
from staff.confirming.selectors import access_changes_for, judges_of
from staff.models import AccessChange, AuditEvent, Role, TeamMembership, User
from staff.people.services import correct_staff_member, correct_team, leave_team
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory
from tests.staff.confirming.desks import (
    PASSWORD,
    WHY,
    add_person,
    ask,
    judge,
    new_membership,
    new_row,
    page_of,
    save_person,
    signed_in,
    told,
)

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]

OVERTAKEN = "Deze aanvraag past niet meer. Intussen gewijzigd: {}. Weiger hem."


def test_who_asked_withdraws_by_the_button_on_the_page(administrator):
    """With the token of the page, as a browser does."""
    change = ask(administrator, UserFactory(), role=Role.TEAMLEIDER)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(administrator)
    page = browser.get(page_of(change)).content.decode()
    form = page[page.index(f'action="{page_of(change)}withdraw/"') :]
    token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert browser.post(f"{page_of(change)}withdraw/", {"csrfmiddlewaretoken": token}).status_code == 302
    change.refresh_from_db()
    assert change.verdict == "withdrawn"


def test_who_asks_for_oneself_sees_it_and_withdraws_it_and_judges_nothing(desk, administrator, second):
    change = ask(administrator, administrator, email="anders@example.org")
    page = desk.get(page_of(change))
    assert page.status_code == 200
    assert 'name="verdict"' not in page.content.decode()
    assert page_of(change) in desk.get(reverse("staff:access_change_list")).content.decode()
    assert judges_of(change) == [second]
    assert judge(administrator, change).status_code == 200
    change.refresh_from_db()
    assert change.is_open
    assert desk.post(f"{page_of(change)}withdraw/").status_code == 302
    change.refresh_from_db()
    assert change.verdict == "withdrawn"


def test_person_does_not_see_what_somebody_else_asked_for_them(administrator, second):
    change = ask(administrator, second, email="anders@example.org")
    assert change not in access_changes_for(second)
    assert signed_in(second).get(page_of(change)).status_code == 404


SAME_FACT = {
    "role": lambda by, person, _team: ask(by, person, role=Role.TEAMLEIDER),
    "email": lambda by, person, _team: ask(by, person, email="noor@example.org"),
    "team": lambda by, person, team: ask(by, person, [new_membership(person, team)]),
    "password": lambda by, person, _team: asking.ask_for_password(
        person=person, password=PASSWORD, reason=WHY, by=by
    ),
    "factors": lambda by, person, _team: asking.ask_to_forget_factors(person=person, reason=WHY, by=by),
}


@pytest.mark.parametrize("fact", SAME_FACT)
def test_new_request_takes_the_place_of_ones_own_about_the_same(administrator, fact):
    person, team = UserFactory(), TeamFactory()
    first, later = (SAME_FACT[fact](administrator, person, team) for _time in range(2))
    assert list(AccessChange.objects.open()) == [later]
    first.refresh_from_db()
    assert (first.verdict, first.judged_by, first.new_password) == ("withdrawn", administrator, "")
    line = AuditEvent.objects.get(action="access_change_withdrawn")
    assert (line.target_id, line.by) == (first.public_id, administrator)


@pytest.mark.parametrize("fact", SAME_FACT)
def test_request_about_what_somebody_else_asked_is_refused_in_words(administrator, second, fact):
    person, team = UserFactory(), TeamFactory()
    SAME_FACT[fact](second, person, team)
    with pytest.raises(RuleError, match=r"nog wacht \(.+\)") as refusal:
        SAME_FACT[fact](administrator, person, team)
    assert str(second) in str(refusal.value)
    assert AccessChange.objects.get().is_open


def test_requests_about_different_facts_stand_beside_each_other(administrator, second):
    person = UserFactory()
    for fact, by in zip(SAME_FACT, (administrator, second) * 3, strict=False):
        SAME_FACT[fact](by, person, TeamFactory())
    assert AccessChange.objects.open().count() == len(SAME_FACT)


def test_what_else_was_asked_goes_along_and_is_confirmed_with_it(desk, administrator, second):
    """A new colleague with a team, whose role is corrected before anybody confirmed it."""
    team = TeamFactory()
    add_person(desk, **new_row(team))
    noor = User.objects.get(username="noor")
    later = ask(administrator, noor, role=Role.CASEMANAGER)
    assert AccessChange.objects.open().get() == later
    services.confirm_access_change(change=later, by=second)
    noor.refresh_from_db()
    assert (noor.is_active, noor.role, noor.memberships.get().team) == (True, Role.CASEMANAGER, team)


def overtake_role(person: User, _team) -> None:
    User.objects.filter(pk=person.pk).update(role=Role.MONITOR)


def overtake_membership(person: User, team) -> None:
    TeamMembershipFactory(user=person, team=team, started_on="2020-01-01")


def overtake_name(person: User, _team) -> None:
    User.objects.filter(pk=person.pk).update(username="j.jansen")


def overtake_team(_person: User, team) -> None:
    correct_team(team=team, by=UserFactory(beheerder=True), name="Oefenteam")


OVERTAKES = {
    overtake_role: "rol was casemanager en is nu monitor",
    overtake_membership: "de teams van deze persoon",
    overtake_name: "gebruikersnaam was test en is nu j.jansen",
    overtake_team: "team was FACT Noord (n) en is nu Oefenteam (n)",
}


@pytest.mark.parametrize("overtake", OVERTAKES)
def test_request_that_was_overtaken_is_shown_so_and_only_refused(desk, administrator, second, overtake):
    person, team = UserFactory(casemanager=True, username="test"), TeamFactory(code="n", name="FACT Noord")
    change = ask(administrator, person, [new_membership(person, team)], role=Role.TEAMLEIDER)
    overtake(person, team)
    words = OVERTAKEN.format(OVERTAKES[overtake])
    page = signed_in(second).get(page_of(change)).content.decode()
    assert words in page
    assert 'value="confirmed"' not in page
    assert "past niet meer" in signed_in(second).get(reverse("staff:access_change_list")).content.decode()
    assert "Trek hem in" in desk.get(page_of(change)).content.decode()
    assert judge(second, change).status_code == 200
    with pytest.raises(RuleError, match="past niet meer"):
        services.confirm_access_change(change=change, by=second)
    judge(second, change, "refused", "Ingehaald.")
    change.refresh_from_db()
    assert change.verdict == "refused"


def test_membership_that_ended_meanwhile_is_not_made_longer(administrator, second):
    membership = TeamMembershipFactory(started_on="2024-01-01")
    longer = TeamMembership.objects.get(pk=membership.pk)
    longer.started_on = timezone.localdate().replace(year=2020)
    change = ask(administrator, membership.user, [longer])
    leave_team(membership=membership, on=timezone.localdate(), by=second)
    with pytest.raises(RuleError, match="past niet meer"):
        services.confirm_access_change(change=change, by=second)
    membership.refresh_from_db()
    assert membership.ended_on == timezone.localdate()


def test_what_only_waits_is_not_called_changed(desk):
    person = UserFactory(monitor=True, first_name="Noor", last_name="Bakker")
    assert told(save_person(desk, person, role=Role.TEAMLEIDER)) == [
        "De wijziging voor Noor Bakker is aangevraagd. Die gaat in als een tweede persoon het bevestigt: een "
        "andere beheerder of de teamleider."
    ]
    assert told(save_person(desk, person, new_row(TeamFactory())))[0].startswith("De wijziging voor Noor")
    some_at_once = told(save_person(desk, person, first_name="Noortje", email="noor@example.org"))
    assert [("is aangevraagd" in text, "is gewijzigd" in text) for text in some_at_once] == [
        (True, False),
        (False, True),
    ]
    assert "is gewijzigd" in told(save_person(desk, person, first_name="Noor"))[0]


@pytest.mark.parametrize(("password", "invites"), [("", True), (PASSWORD, False)])
def test_new_person_who_waits_is_not_called_added(desk, password, invites):
    (text,) = told(add_person(desk, password=password))
    assert text.endswith("Nodig Noor Bakker daarna uit.") == invites
    assert "is aangevraagd" in text


def test_page_of_a_person_says_what_was_asked(administrator, time_machine):
    time_machine.move_to("2026-11-29T23:30:00+01:00", tick=False)
    person = UserFactory(casemanager=True)
    ask(administrator, person, [new_membership(person, TeamFactory(name="FACT Noord"))], role=Role.TEAMLEIDER)
    asking.ask_to_forget_factors(person=person, reason=WHY, by=administrator)
    url = reverse("admin:staff_user_change", args=[person.pk])
    page = signed_in(administrator).get(url).content.decode()
    assert ">Rol: teamleider · Team: FACT Noord · aangevraagd op 29 nov</a>" in page
    assert ">tweede stap verwijderd · aangevraagd op 29 nov</a>" in page


@pytest.mark.parametrize("name", IDENTITY)
@pytest.mark.parametrize("kind", ["role", "password", "factors"])
def test_request_of_any_kind_is_about_who_the_person_was_when_it_was_asked(administrator, second, kind, name):
    """Else the name is given to another account between the look and the click."""
    person = UserFactory(monitor=True, email="test@example.org")
    change = SAME_FACT[kind](administrator, person, None)
    after = "ander@example.org" if name == "email" else "anders"
    correct_staff_member(user=person, by=administrator, **{name: after})
    with pytest.raises(RuleError, match=after):
        services.confirm_access_change(change=change, by=second)
    page = signed_in(second).get(page_of(change)).content.decode()
    assert "en is nu" in page
    assert 'value="confirmed"' not in page


def test_closed_request_still_says_who_it_was_about(administrator, second):
    person = UserFactory(username="toen", email="toen@example.org")
    change = ask(administrator, person, role=Role.TEAMLEIDER)
    services.confirm_access_change(change=change, by=second)
    correct_staff_member(user=person, by=administrator, username="later")
    page = signed_in(second).get(page_of(change)).content.decode()
    assert "<dd>toen</dd>" in page


def test_note_of_a_verdict_is_not_marked_as_one_may_leave_it(second, administrator):
    change = ask(administrator, UserFactory(), role=Role.TEAMLEIDER)
    page = signed_in(second).get(page_of(change)).content.decode()
    assert "Verplicht als je weigert" in page
    assert "(niet verplicht)" not in page


def test_forms_of_the_administration_say_what_happens(desk):
    add = desk.get(reverse("admin:staff_user_add")).content.decode()
    assert "Laat leeg en nodig deze persoon daarna uit per e-mail." in add
    assert "&quot;addText&quot;: &quot;Team toevoegen&quot;" in add
    for person in (UserFactory(), UserFactory(last_login=timezone.now())):
        if person.last_login:
            person.set_password(PASSWORD)
            person.save()
        page = desk.get(reverse("admin:auth_user_password_change", args=[person.pk])).content.decode()
        assert 'value="Vraag een tweede persoon"' in page
        assert "Wachtwoord, nog een keer" in page
        assert "gebaseerde authenticatie" not in page
        assert ("Wachtwoord weghalen" in page) == person.has_usable_password()
