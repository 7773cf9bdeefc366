"""Emergency access: who may, which file, how long, who is told, and that it is over afterwards."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clients.access_review.services import judge_review
from clients.emergency.selectors import running_access
from clients.emergency.services import end_emergency_access, send_emergency_notice, start_emergency_access
from clients.models import AccessReview, Client, EmergencyAccess, ReviewRule, Verdict
from ipsplatform.common.errors import RuleError
from staff.models import AccessLine, AccessOutcome, Relation, User
from tests.factories import ClientFactory, TrajectoryFactory
from trajectories.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.shows(4)]
START = reverse("clients:emergency_start")
WHY = {"reason": "hulpvraag", "explanation": "De cliënt belde in paniek.", "hours": "2"}


def start(world, persona: str = "other_worker", **changes) -> EmergencyAccess:
    facts = {"client": world.client, "by": world.people[persona], **WHY, "hours": 2, **changes}
    return start_emergency_access(**facts)


def typed(world, **changes) -> dict:
    number, name = world.client.client_number, world.client.last_name
    return {"client_number": number, "last_name": name, **WHY, **changes}


def file_url(client: Client, tab: str = "client_overview") -> str:
    return reverse(f"trajectories:{tab}", args=[client.public_id])


def last_line() -> AccessLine:
    return AccessLine.objects.order_by("-pk").first()


@pytest.mark.parametrize("persona", ["other_worker", "other_team_lead"])
def test_who_may_opens_the_file_and_reads_until_when(world, client, persona, on_monday):
    world.sign_in(client, persona)
    assert client.get(file_url(world.client)).status_code == 404
    response = client.post(START, typed(world), follow=True)
    assert response.redirect_chain[-1][0] == file_url(world.client)
    text = response.content.decode()
    assert "tot 11:00" in text
    assert "Noodtoegang beëindigen" in text


@pytest.mark.parametrize("tab", ["client_journey", "client_contacts", "client_work", "client_journey_print"])
def test_red_banner_on_every_page_of_that_file_and_on_no_other(world, client, tab):
    start(world)
    world.sign_in(client, "other_worker")
    assert "banner-danger" in client.get(file_url(world.client, tab)).content.decode()
    assert "banner-danger" not in client.get(reverse("trajectories:caseload_list")).content.decode()
    write = f"{reverse('trajectories:contact_write')}?client={world.client.public_id}"
    assert "banner-danger" in client.get(write).content.decode()


def test_reads_and_writes_contacts_and_changes_nothing_else(world, client):
    trajectory = TrajectoryFactory(client=world.client)
    start(world)
    world.sign_in(client, "other_worker")
    for name, row in (("clients:client_correct", world.client), ("trajectories:stage_move", trajectory)):
        assert client.get(reverse(name, args=[row.public_id])).status_code == 403
    facts = {
        "public_id": "0b8ba6a0-7b3e-4c43-9e65-0a4d44b1a001", "client": world.client.public_id,
        "kind": "steun", "location": "telefoon", "occurred_at": "2020-03-01T10:00", "face_to_face": "no",
    }  # fmt: skip
    client.post(reverse("trajectories:contact_write"), facts)
    assert Contact.objects.get().client == world.client


def test_file_stands_in_search_and_in_no_list_or_export(world, client):
    TrajectoryFactory(client=world.client)
    start(world)
    world.sign_in(client, "other_worker")
    name = world.client.last_name.upper()
    found = client.get(reverse("trajectories:search"), {"q": world.client.client_number})
    assert name in found.content.decode()
    listed = [
        client.get(reverse("trajectories:caseload_list"), {"scope": "team"}),
        client.get(reverse("trajectories:caseload_export", args=["csv"]), {"scope": "team"}),
        client.get(reverse("trajectories:employer_list")),
    ]
    assert not [page for page in listed if name in page.getvalue().decode()]


@pytest.mark.parametrize("hours", [1, 8])
def test_it_ends_by_itself(world, hours, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    access = start(world, hours=hours)
    for minutes, sees in ((-1, True), (0, False)):
        time_machine.move_to(access.ends_at + timedelta(minutes=minutes), tick=False)
        assert Client.objects.visible_to(access.user).filter(pk=world.client.pk).exists() is sees


@pytest.mark.parametrize(
    "case",
    [
        (timedelta(seconds=-1), None, False),
        (timedelta(0), None, True),
        (timedelta(hours=2, seconds=-1), None, True),
        (timedelta(hours=2), None, False),
        (timedelta(hours=1), timedelta(minutes=30), False),
    ],
)
def test_everybody_asks_whether_it_runs(world, client, time_machine, case):
    """An access of two hours, asked and perhaps ended so long after its start."""
    asked, ended, runs = case
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    access = start(world)
    if ended:
        EmergencyAccess.objects.update(ended_at=access.started_at + ended)
    time_machine.move_to(access.started_at + asked, tick=False)
    world.sign_in(client, "other_worker")
    status = client.get(file_url(world.client)).status_code
    answers = {
        "queryset": EmergencyAccess.objects.running().exists(),
        "who sees the client": Client.objects.visible_to(access.user).exists(),
        "banner": running_access(user=access.user, client_id=world.client.public_id) is not None,
        "page": status == 200,
        "access log": last_line().is_emergency,
    }
    assert answers == dict.fromkeys(answers, runs)
    end_emergency_access(access=access, by=access.user)
    assert EmergencyAccess.objects.filter(ended_at=timezone.now()).exists() is runs


def test_person_ends_it_earlier(world, client):
    access = start(world)
    world.sign_in(client, "other_worker")
    response = client.post(reverse("clients:emergency_end", args=[access.public_id]))
    assert response.status_code == 302
    assert client.get(file_url(world.client)).status_code == 404
    assert client.post(reverse("clients:emergency_end", args=[access.public_id])).status_code == 302


def test_nobody_ends_the_access_of_somebody_else(world, client):
    access = start(world)
    world.sign_in(client, "other_team_lead")
    assert client.post(reverse("clients:emergency_end", args=[access.public_id])).status_code == 404
    assert EmergencyAccess.objects.running().exists()


def test_verdict_not_in_order_ends_it(world):
    access = start(world)
    lead = world.people["team_lead"]
    judge_review(review=access.review, verdict=Verdict.NOT_IN_ORDER, note="Geen reden.", by=lead)
    assert not Client.objects.visible_to(access.user).exists()


def test_who_left_or_got_another_role_sees_nothing_more(world):
    access = start(world)
    User.objects.filter(pk=access.user.pk).update(role="monitor")
    assert not Client.objects.visible_to(User.objects.get(pk=access.user.pk)).exists()


def test_service_refuses_more_than_eight_hours_no_words_and_twice(world):
    for wrong in ({"hours": 9}, {"hours": 0}, {"explanation": " \n "}, {"reason": "zomaar"}):
        with pytest.raises(ValidationError):
            start(world, **wrong)
    start(world)
    with pytest.raises(ValidationError, match="al noodtoegang"):
        start(world)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": timedelta(hours=8, seconds=1)},
        {"ends_at": timedelta(0)},
        {"ended_at": timedelta(hours=-1)},
        {"explanation": "  "},
        {"reason": "x"},
    ],
)
def test_database_refuses_what_the_service_refuses(world, wrong):
    access = start(world)
    changes = {
        name: access.started_at + value if isinstance(value, timedelta) else value
        for name, value in wrong.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk).update(**changes)


def test_wrong_answers_are_one_message_and_a_refused_line(world, client):
    world.sign_in(client, "other_worker")
    texts = set()
    for wrong in ({"last_name": "Jansen"}, {"client_number": "C-none"}, {"birth_date": "1980-01-01"}):
        response = client.post(START, typed(world, **wrong))
        assert response.status_code == 200
        texts.add(str(response.context["form"].non_field_errors()))
        assert (last_line().outcome, last_line().is_authorised) == (AccessOutcome.REFUSED, False)
    assert len(texts) == 1
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("name", ["GROOT", "de groot", " Gróot "])
def test_name_is_compared_without_accents_and_capitals(world, client, name):
    Client.objects.filter(pk=world.client.pk).update(last_name="Groot", name_prefix="de")
    world.sign_in(client, "other_worker")
    client.post(START, typed(world, last_name=name))
    assert EmergencyAccess.objects.count() == 1


def test_birth_date_alone_is_enough_and_nothing_is_not(world, client):
    Client.objects.filter(pk=world.client.pk).update(birth_date="1980-05-06")
    world.sign_in(client, "other_worker")
    assert "last_name" in client.post(START, typed(world, last_name="")).context["form"].errors
    client.post(START, typed(world, last_name="", birth_date="1980-05-06"))
    assert EmergencyAccess.objects.count() == 1


def test_after_five_wrong_answers_a_right_one_waits_an_hour(world, client, settings):
    world.sign_in(client, "other_worker")
    for _ in range(settings.EMERGENCY_ATTEMPTS_PER_HOUR):
        client.post(START, typed(world, last_name="Jansen"))
    response = client.post(START, typed(world))
    assert "Te veel pogingen" in response.content.decode()
    assert not EmergencyAccess.objects.exists()


def test_who_sees_the_client_already_is_sent_to_the_file(world, client):
    world.sign_in(client, "teammate")
    response = client.post(START, typed(world, last_name="weet ik niet"))
    assert response.status_code == 200  # what was typed must fit, also for a colleague
    assert client.post(START, typed(world)).url == file_url(world.client)
    assert not EmergencyAccess.objects.exists()


def test_lines_of_the_log_say_emergency_and_keep_the_true_relation(world, client):
    world.sign_in(client, "other_worker")
    client.post(START, typed(world))
    client.get(file_url(world.client))
    lines = AccessLine.objects.filter(client_id=world.client.public_id, outcome=AccessOutcome.DONE)
    assert {(line.code, line.action) for line in lines} == {
        ("clients:emergency_start", "C"), ("trajectories:client_overview", "R"),
    }  # fmt: skip
    assert all(line.is_emergency and line.relation == Relation.NONE for line in lines)
    world.sign_in(client, "owner")
    client.get(file_url(world.client))
    assert not last_line().is_emergency


def test_review_waits_from_the_first_moment(world, on_monday):
    access = start(world)
    review = AccessReview.objects.get()
    assert (review.rule, review.subject, review.client_id) == (
        ReviewRule.EMERGENCY, access.user, world.client.public_id,
    )  # fmt: skip
    assert review.is_open
    assert review.due_on == timezone.localdate() + timedelta(days=14)


def test_notice_goes_to_team_lead_and_privacy_officer_once_and_names_nobody(world, settings):
    settings.PRIVACY_OFFICER_EMAIL = "fg@example.org"
    User.objects.filter(pk=world.people["team_lead"].pk).update(email="lead@example.org")
    User.objects.filter(pk=world.people["other_team_lead"].pk).update(email="other@example.org")
    access = start(world)
    assert [send_emergency_notice(access_pk=access.pk) for _ in range(2)] == [2, 0]
    [message] = mail.outbox
    assert sorted(message.recipients()) == ["fg@example.org", "lead@example.org"]
    assert f"http://testserver/access-reviews/{access.review.public_id}/" in message.body
    for secret in (world.client.last_name, world.client.client_number, world.client.team.name):
        assert secret not in message.body + message.subject


def test_history_of_the_file_tells_it(world, client):
    end_emergency_access(access=start(world), by=world.people["other_worker"])
    world.sign_in(client, "owner")
    text = client.get(file_url(world.client)).content.decode()
    assert "Noodtoegang begonnen: de cliënt vraagt nu hulp" in text
    assert "Noodtoegang beëindigd" in text


def test_way_in_from_empty_search_404_and_menu_for_who_may(world, client):
    world.sign_in(client, "other_worker")
    for url in (file_url(world.client), f"{reverse('trajectories:search')}?q=zzzzqqq"):
        assert f'href="{START}"' in client.get(url).content.decode()
    world.sign_in(client, "monitor")
    assert START not in client.get(file_url(world.client)).content.decode()
    assert START not in client.get(reverse("reports:run_list")).content.decode()


def test_judging_twice_or_oneself_is_refused(world):
    review = start(world, "other_team_lead").review
    with pytest.raises(RuleError):
        judge_review(review=review, verdict=Verdict.IN_ORDER, by=world.people["other_team_lead"])
    judge_review(review=review, verdict=Verdict.IN_ORDER, by=world.people["team_lead"])
    with pytest.raises(RuleError):
        judge_review(review=review, verdict=Verdict.IN_ORDER, by=world.people["team_lead"])


def test_client_of_no_team_at_all_needs_no_emergency_for_a_lead(world):
    client = ClientFactory(team=None)
    assert Client.objects.visible_to(world.people["other_team_lead"]).filter(pk=client.pk).exists()
