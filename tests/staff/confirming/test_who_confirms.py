"""Who may confirm what an administrator asks, and what is told of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
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
from staff.models import AccessChange, AuditEvent, Role, TeamMembership, User
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory
from tests.staff.confirming.asked import (
    PASSWORD,
    WHY,
    ask,
    judge,
    make_new,
)
from tests.staff.mail.post import deliver

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]


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
    # session with user, number of rows, rows, teams, memberships
    with count_queries(5):
        page = browser.get(reverse("staff:access_change_list"))
    assert page.content.decode().count("FACT Noord") >= rows
