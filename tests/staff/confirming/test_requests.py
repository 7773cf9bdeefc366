"""What happens to a request between asking and the verdict, and what people are told about it."""

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from ipsplatform.common.errors import RuleError
from staff.asking import services as asking
from staff.asking.selectors import IDENTITY
from staff.confirming import services
from staff.confirming.selectors import access_changes_for, judges_of
from staff.models import AccessChange, AuditEvent, Role, TeamMembership, User
from staff.people.services import correct_staff_member, correct_team, invite_staff_member, leave_team
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory
from tests.staff.mail.post import deliver

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"
WHY = "Noor begint maandag in dit team."
FACTS = ["username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role"]
OVERTAKEN = "Deze aanvraag past niet meer. Intussen gewijzigd: {}. Weiger hem."


@pytest.fixture
def administrator() -> User:
    return UserFactory(beheerder=True, username="beheerder", email="beheerder@example.org")


@pytest.fixture
def second() -> User:
    return UserFactory(beheerder=True, username="tweede", email="tweede@example.org")


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def desk(administrator) -> Browser:
    return signed_in(administrator)


def page_of(change: AccessChange) -> str:
    return reverse("staff:access_change_detail", args=[change.public_id])


def judge(user: User, change: AccessChange, verdict: str = "confirmed", note: str = ""):
    return signed_in(user).post(page_of(change), {"verdict": verdict, "note": note}, follow=True)


def ask(by: User, person: User, memberships=(), **facts) -> AccessChange:
    return asking.ask_for_access(person=person, facts=facts, memberships=list(memberships), reason=WHY, by=by)


def new_membership(person: User, team) -> TeamMembership:
    return TeamMembership(user=person, team=team, started_on=timezone.localdate())


def save_person(desk: Browser, user: User, rows: dict | None = None, **differences):
    facts = {name: getattr(user, name) or "" for name in FACTS} | {"why": WHY, "is_active": "on"}
    facts |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0} | (rows or {}) | differences
    return desk.post(reverse("admin:staff_user_change", args=[user.pk]), facts, follow=True)


def add_person(desk: Browser, **differences):
    facts = {"username": "noor", "first_name": "Noor", "last_name": "Bakker", "email": "noor@example.org"}
    facts |= {"role": Role.TEAMLEIDER, "why": WHY, "memberships-INITIAL_FORMS": 0}
    facts |= {"memberships-TOTAL_FORMS": 0} | differences
    return desk.post(reverse("admin:staff_user_add"), facts, follow=True)


def new_row(team) -> dict:
    row = {"memberships-0-team": team.pk, "memberships-0-started_on": "2020-01-01"}
    return row | {"memberships-TOTAL_FORMS": 1}


def told(page) -> list[str]:
    form = getattr(page.context.get("adminform"), "form", None)  # a refusal stands on the form
    errors = [str(error) for of_field in form.errors.values() for error in of_field] if form else []
    return [*errors, *(str(message) for message in page.context["messages"])]


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


def test_who_signs_in_without_a_password_is_told(administrator, second):
    person = UserFactory(monitor=True, email="noor@example.org", last_login=timezone.now())
    change = ask(administrator, person, role=Role.CASEMANAGER)
    services.confirm_access_change(change=change, by=second)
    assert "noor@example.org" in notices(change)


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
