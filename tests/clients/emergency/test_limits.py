"""Limits of emergency access: one verdict, one ceiling, one count of attempts, whoever comes at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from clients.access_review.services import judge_review, lift_block
from clients.emergency.services import end_emergency_access, start_emergency_access, weigh_answer
from clients.models import AccessReview, Client, EmergencyAccess, Verdict
from ipsplatform.common.errors import RuleError
from staff.models import AccessLine, AuditEvent, StaffAction
from tests.factories import ClientFactory

pytestmark = [pytest.mark.shows(4)]

START = reverse("clients:emergency_start")
AT_ONCE = 8


def start(world, persona: str = "other_worker", hours: int = 2, client: Client | None = None):
    return start_emergency_access(
        client=client or world.client,
        reason="hulpvraag",
        explanation="Belde in paniek.",
        hours=hours,
        by=world.people[persona],
    )


def forbid(world, review: AccessReview) -> AccessReview:
    return judge_review(
        review=review, verdict=Verdict.NOT_IN_ORDER, note="Niet nodig.", by=world.people["team_lead"]
    )


def typed(world) -> dict:
    return {
        "client_number": world.client.client_number, "last_name": world.client.last_name,
        "reason": "hulpvraag", "explanation": "Belde.", "hours": "2",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_verdict_that_is_not_in_order_ends_and_blocks_until_a_lead_lifts_it(world, client):
    review = forbid(world, start(world).review)
    user = world.sign_in(client, "other_worker")
    assert not EmergencyAccess.objects.running().exists()
    assert not Client.objects.visible_to(user).exists()
    answer = client.post(START, typed(world))
    assert "niet in orde" in answer.content.decode()
    line = AccessLine.objects.latest("pk")
    assert (line.outcome, line.client_id, line.is_emergency) == ("refused", world.client.public_id, True)
    start(world, "other_team_lead")  # somebody else
    start(world, client=ClientFactory())  # another file
    world.sign_in(client, "team_lead")
    assert client.post(reverse("clients:review_lift", args=[review.public_id])).status_code == 302
    world.sign_in(client, "other_worker")
    assert client.post(START, typed(world)).status_code == 302


@pytest.mark.django_db
def test_a_verdict_about_an_earlier_access_ends_the_later_one(world):
    first = end_emergency_access(access=start(world), by=world.people["other_worker"])
    start(world)
    forbid(world, first.review)
    assert not EmergencyAccess.objects.running().exists()


@pytest.mark.django_db
def test_nobody_lifts_a_block_of_their_own_or_one_that_is_not_there(world):
    review = start(world, "other_team_lead").review
    with pytest.raises(RuleError):
        lift_block(review=review, by=world.people["team_lead"])
    forbid(world, review)
    with pytest.raises(RuleError):
        lift_block(review=review, by=world.people["other_team_lead"])
    lift_block(review=review, by=world.people["team_lead"])
    with pytest.raises(RuleError):
        lift_block(review=review, by=world.people["team_lead"])


@pytest.mark.django_db
def test_the_database_lets_nobody_lift_a_block_of_their_own(world):
    review = forbid(world, start(world).review)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessReview.objects.filter(pk=review.pk).update(
            block_lifted_by=F("subject"), block_lifted_at=timezone.now()
        )


@pytest.mark.django_db
def test_the_page_of_a_review_offers_to_lift_what_is_blocked_and_says_who_did(world, client):
    review = forbid(world, start(world).review)
    world.sign_in(client, "team_lead")
    page, lift = (reverse(f"clients:review_{name}", args=[review.public_id]) for name in ("detail", "lift"))
    assert f'action="{lift}"' in client.get(page).content.decode()
    client.post(lift)
    after = client.get(page).content.decode()
    assert f'action="{lift}"' not in after
    assert f"{world.people['team_lead']} heeft de blokkade" in after


@pytest.mark.django_db
def test_ending_and_starting_again_counts_towards_one_ceiling(world, time_machine):
    time_machine.move_to("2026-03-02T08:00:00+01:00", tick=False)
    access = start(world, hours=8)
    time_machine.shift(timedelta(hours=5, minutes=30))
    end_emergency_access(access=access, by=world.people["other_worker"])
    time_machine.shift(timedelta(minutes=1))
    with pytest.raises(RuleError, match="nog 2"):
        start(world, hours=4)
    start(world, hours=2)
    with pytest.raises(ValidationError, match="al noodtoegang"):
        start(world, hours=1)
    time_machine.shift(timedelta(hours=3))
    with pytest.raises(RuleError, match="nog 0"):
        start(world, hours=1)
    start(world, "other_team_lead", hours=8)
    time_machine.shift(timedelta(hours=24))
    assert start(world, hours=8).over_at > timezone.now()


def at_once(*calls) -> list[object]:
    """What each call gives, refusals too, when all begin at the same moment on connections of their own."""
    ready = Barrier(len(calls))

    def in_a_thread(call):
        try:
            connection.ensure_connection()
            ready.wait(timeout=20)
            return call()
        except (RuleError, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(in_a_thread, calls))


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_are_counted_one_by_one(world, settings):
    user = world.people["other_worker"]

    def guess():
        return weigh_answer(client_number=world.client.client_number, last_name="Jansen", by=user)

    results = at_once(*[guess] * (settings.EMERGENCY_ATTEMPTS_PER_HOUR + AT_ONCE))
    refused = [result for result in results if isinstance(result, RuleError)]
    assert len(refused) == AT_ONCE
    tried = AuditEvent.objects.filter(target_id=user.public_id, action=StaffAction.EMERGENCY_TRIED)
    assert tried.count() == settings.EMERGENCY_ATTEMPTS_PER_HOUR
    with pytest.raises(RuleError):
        weigh_answer(client_number=world.client.client_number, last_name=world.client.last_name, by=user)


@pytest.mark.django_db(transaction=True)
def test_starts_at_the_same_moment_open_the_file_once(world):
    results = at_once(*[lambda: start(world, hours=8)] * AT_ONCE)
    assert len([result for result in results if isinstance(result, EmergencyAccess)]) == 1
    assert EmergencyAccess.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_start_at_the_moment_of_the_verdict_leaves_nothing_open(world):
    left_open = []
    for _round in range(5):
        access = end_emergency_access(access=start(world, hours=1), by=world.people["other_worker"])
        review = access.review
        at_once(lambda: start(world, hours=1), lambda review=review: forbid(world, review))
        left_open += EmergencyAccess.objects.running()
        lift_block(review=review, by=world.people["team_lead"])
    assert left_open == []
