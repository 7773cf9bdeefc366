"""Nothing that an administrator asks for somebody holds before a second person confirms it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from ipsplatform.common.errors import RuleError
from staff.asking import services as asking
from staff.confirming import services
from staff.confirming.selectors import access_changes_for, judges_of
from staff.confirming.tasks import send_waiting_notices
from staff.models import AccessChange, AuditEvent, Role, StaffSession, TeamMembership, User
from staff.permissions import Ability, roles_with
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory
from tests.staff.confirming.asked import (
    OPENING_ROLES,
    OWN,
    PASSWORD,
    ROUTES,
    WHY,
    ask,
    confirm_all,
    judge,
    known_row,
    make_new,
    new_row,
    person_page,
    sees,
)
from tests.staff.mail.post import deliver
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


@pytest.mark.parametrize("who", ["asker", "person"])
def test_nobody_is_their_own_second_person(administrator, who):
    person = UserFactory(beheerder=True)
    change = ask(administrator, person)
    judge_of = {"asker": administrator, "person": person}[who]
    answer = judge(judge_of, change)
    assert answer.status_code == {"asker": 200, "person": 404}[who]
    change.refresh_from_db()
    assert change.is_open
    with pytest.raises(IntegrityError), transaction.atomic():  # nor by any other way to the row
        AccessChange.objects.filter(pk=change.pk).update(
            verdict="confirmed", judged_by=judge_of, judged_at=timezone.now()
        )


def test_administrator_who_waits_for_a_confirmation_confirms_nothing(desk, administrator):
    made = make_new(desk, TeamFactory(), None, Role.FUNCTIONEEL_BEHEERDER)
    assert made not in judges_of(ask(administrator, UserFactory()))
    visitor = Browser()
    visitor.post("/login/", {"login": "nieuw", "password": PASSWORD})
    assert visitor.get("/access-changes/").status_code == 302


def test_team_lead_of_the_asked_team_confirms_and_another_one_does_not(administrator, lead, team):
    other_lead = UserFactory(teamleider=True, team=TeamFactory())
    asked = TeamMembership(user=UserFactory(), team=team, started_on="2020-01-01")
    asked.started_on = timezone.localdate()
    change = asking.ask_for_access(
        person=asked.user, facts={}, memberships=[asked], reason=WHY, by=administrator
    )
    assert judge(other_lead, change).status_code == 404
    assert judge(lead, change).status_code == 302
    assert asked.user.memberships.get().team == team


def test_request_for_two_teams_is_for_who_leads_both(administrator, second, lead, team):
    """A lead of one of them would let somebody into a team that is not theirs."""
    of_others, of_nobody = TeamFactory(), TeamFactory()
    UserFactory(teamleider=True, team=of_others)
    today = timezone.localdate()
    for other in (of_others, of_nobody):
        person = UserFactory()
        asked = [TeamMembership(user=person, team=one, started_on=today) for one in (team, other)]
        change = asking.ask_for_access(
            person=person, facts={}, memberships=asked, reason=WHY, by=administrator
        )
        assert judges_of(change) == [second]
        assert judge(lead, change).status_code == 404
        TeamMembershipFactory(user=lead, team=other)
        assert set(judges_of(change)) == {second, lead}
    assert judge(lead, change).status_code == 302
    assert person.memberships.count() == 2


def test_person_without_a_team_is_there_for_every_team_lead(administrator, lead):
    change = ask(administrator, UserFactory())
    assert access_changes_for(lead).get() == change
    with_lead = UserFactory(teamleider=True, team=TeamFactory())
    colleague = UserFactory(team=with_lead.memberships.get().team)
    other = ask(administrator, colleague)
    assert other not in access_changes_for(lead)
    assert other in access_changes_for(with_lead)
    assert ask(administrator, with_lead, email="x@example.org") in access_changes_for(lead)


@pytest.mark.parametrize("trait", ["casemanager", "monitor"])
def test_other_roles_do_not_confirm(administrator, trait):
    change = ask(administrator, UserFactory())
    assert judge(UserFactory(**{trait: True}), change).status_code == 403
    assert AccessChange.objects.get().is_open


def test_refusal_needs_a_reason_and_changes_nothing(administrator, second):
    person = UserFactory()
    change = ask(administrator, person)
    assert judge(second, change, "refused").status_code == 200
    assert judge(second, change, "refused", "Werkt hier niet.").status_code == 302
    change.refresh_from_db()
    person.refresh_from_db()
    assert (change.verdict, person.role) == ("refused", Role.IPS_TRAJECTBEGELEIDER)
    services.send_access_change_notices(change_pk=change.pk)
    assert not [message for message in mail.outbox if "Werkt hier niet" in message.body], (
        "free text in a mail"
    )
    with pytest.raises(RuleError):
        services.confirm_access_change(change=change, by=second)


def test_request_lapses(administrator, second, time_machine, on_monday):
    change = ask(administrator, UserFactory())
    time_machine.shift(timedelta(days=7, minutes=1))
    with pytest.raises(RuleError):
        services.confirm_access_change(change=change, by=second)
    assert change in AccessChange.objects.closed()


def test_only_who_asked_withdraws(administrator, second):
    change = ask(administrator, UserFactory())
    url = reverse("staff:access_change_withdraw", args=[change.public_id])
    for user, verdict in ((second, ""), (administrator, "withdrawn")):
        desk = Browser()
        desk.force_login(user)
        desk.post(url)
        change.refresh_from_db()
        assert change.verdict == verdict


def test_person_who_changed_meanwhile_is_asked_again(administrator, second):
    person = UserFactory(casemanager=True)
    change = ask(administrator, person)
    User.objects.filter(pk=person.pk).update(role=Role.MONITOR)
    with pytest.raises(RuleError):
        services.confirm_access_change(change=change, by=second)
    change.refresh_from_db()
    assert change.is_open


def test_request_of_somebody_who_left_is_not_confirmed(administrator, second):
    change = ask(administrator, UserFactory())
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    with pytest.raises(RuleError):
        services.confirm_access_change(change=change, by=second)


def test_log_names_both(administrator, second):
    change = ask(administrator, UserFactory())
    services.confirm_access_change(change=change, by=second)
    lines = AuditEvent.objects.filter(target_id=change.public_id).order_by("pk")
    assert [(line.action, line.by) for line in lines] == [
        ("access_change_asked", administrator),
        ("access_change_confirmed", second),
    ]
    assert lines[1].changes["asked_by"] == [None, str(administrator.public_id)]
    assert AuditEvent.objects.filter(action="staff_member_corrected", by=second).exists()


def test_second_persons_are_mailed_and_the_person_is_told_once(administrator, second, lead, team):
    person = UserFactory(email="noor@example.org", team=team, role=Role.MONITOR)
    person.set_password(PASSWORD)
    person.save()
    change = ask(administrator, person, role=Role.CASEMANAGER)
    services.send_access_change_notices(change_pk=change.pk)
    services.confirm_access_change(change=change, by=second)
    for _time in range(2):
        services.send_access_change_notices(change_pk=change.pk)
    asked, told, answered = mail.outbox
    assert answered.recipients() == ["beheerder@example.org"]
    assert sorted(asked.recipients()) == ["lead@example.org", "tweede@example.org"]
    assert told.recipients() == ["noor@example.org"]
    assert reverse("staff:access_change_detail", args=[change.public_id]) in asked.body
    assert str(person) not in asked.body


def test_another_address_is_told_to_both_and_by_one_mail_each(administrator, second, team):
    person = UserFactory(email="oud@example.org", team=team)
    change = ask(administrator, person, email="nieuw@example.org")
    services.confirm_access_change(change=change, by=second)
    services.send_access_change_notices(change_pk=change.pk)
    change.refresh_from_db()
    assert sorted(message.to[0] for message in deliver()) == ["nieuw@example.org", "oud@example.org"]
    assert len(mail.outbox) == 3  # and one to who asked
    assert change.person_told_at is not None


def test_lone_administrator_reads_who_confirms_and_the_server_does(administrator, capsys):
    change = ask(administrator, UserFactory())
    desk = Browser()
    desk.force_login(administrator)
    page = desk.get(reverse("staff:access_change_detail", args=[change.public_id])).content.decode()
    assert "manage.py confirm_access_change" in page
    call_command("confirm_access_change")
    assert str(change.public_id) in capsys.readouterr().out
    call_command("confirm_access_change", str(change.public_id))
    change.refresh_from_db()
    assert (change.verdict, change.judged_by, change.is_judged_on_server) == ("confirmed", None, True)
    with pytest.raises(CommandError):
        call_command("confirm_access_change", str(change.public_id))


@pytest.mark.parametrize("page", ["staff:access_change_list", "admin:index", "trajectories:caseload_list"])
def test_queue_is_reached_from_the_menu(page, administrator, lead):
    desk = Browser()
    desk.force_login(lead if page.startswith("traj") else administrator)
    assert reverse("staff:access_change_list") in desk.get(reverse(page)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_the_same_moment_do_it_once(administrator, second):
    third = UserFactory(beheerder=True)
    person = UserFactory(casemanager=True)
    asked = TeamMembership(user=person, team=TeamFactory(), started_on=timezone.localdate())
    change = asking.ask_for_access(person=person, facts={}, memberships=[asked], reason=WHY, by=administrator)

    def confirm(by: User) -> str:
        try:
            services.confirm_access_change(change=change, by=by)
        except RuleError:
            return "refused"
        finally:
            connection.close()
        return "confirmed"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(confirm, [second, third, second, third]))
    assert sorted(answers) == ["confirmed", "refused", "refused", "refused"]
    assert person.memberships.count() == 1
    assert AuditEvent.objects.filter(action="access_change_confirmed").count() == 1


@pytest.mark.parametrize("rows", [1, 12])
def test_queue_query_budget(team, administrator, second, count_queries, rows):
    for number in range(rows):
        person = UserFactory(role=Role.CASEMANAGER, last_name=f"Nummer {number}")
        membership = TeamMembership(user=person, team=team, started_on=timezone.localdate())
        asking.ask_for_access(person=person, facts={}, memberships=[membership], reason=WHY, by=administrator)
    browser = Browser()
    browser.force_login(second)
    # session, user, number of rows, rows, teams, memberships
    with count_queries(6):
        page = browser.get(reverse("staff:access_change_list"))
    assert page.content.decode().count("FACT Noord") >= rows
