"""The weekly access review: what the rules find, who judges it, and the alarm when nobody does."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clients.access_review.selectors.review_rules import (
    many_clients,
    night,
    no_relation,
    own_surname,
    week_before,
)
from clients.access_review.selectors.reviews import lines_behind
from clients.access_review.services import judge_review, review_past_weeks
from clients.access_review.tasks import review_access
from clients.emergency.services import start_emergency_access
from clients.models import AccessReview, Client, EmergencyAccess, ReviewRule, Verdict
from ipsplatform.operations import heartbeat
from staff.models import AccessLine, AccessOutcome, TeamMembership, User
from tests.factories import ClientFactory, TeamFactory, TeamMembershipFactory, UserFactory
from tests.waiting import wait_for

pytestmark = [pytest.mark.django_db, pytest.mark.shows(8)]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LIST = reverse("clients:review_list")
# Of a coming month: the log has partitions from the month of installation on.
WEEK = week_before((timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=22))


def look(user: User, client: Client, *, hour: int = 11, day: int = 2, **facts) -> AccessLine:
    """A line of the log in that week; `day` counts from its Monday."""
    at = datetime.combine(WEEK.first + timedelta(days=day), datetime.min.time(), AMSTERDAM)
    standard = {
        "code": "trajectories:client_overview", "action": "R", "outcome": "done", "is_authorised": True,
        "relation": "team", "purpose": "zorg", "role": user.role, "instance": "x", "component": "web",
    }  # fmt: skip
    return AccessLine.objects.create(
        at=at + timedelta(hours=hour), actor=user, client_id=client.public_id, **standard | facts
    )


def review(subject: User, client: Client | None = None, **facts) -> AccessReview:
    standard = {
        "rule": ReviewRule.NO_RELATION, "period_from": WEEK.first, "period_to": WEEK.last,
        "due_on": timezone.localdate() + timedelta(days=14), "line_count": 1,
    }  # fmt: skip
    client_id = client.public_id if client else None
    return AccessReview.objects.create(subject=subject, client_id=client_id, **standard | facts)


def without_review(world) -> EmergencyAccess:
    """As left behind by something that went round the service."""
    now = timezone.now()
    return EmergencyAccess.objects.create(
        client=world.client, user=world.people["other_worker"], reason="overig", explanation="x",
        started_at=now, ends_at=now + timedelta(hours=1),
    )  # fmt: skip


def test_week_is_monday_up_to_and_with_sunday():
    week = week_before(date(2026, 3, 2))
    assert (week.first, week.last) == (date(2026, 2, 23), date(2026, 3, 1))
    assert [moment.isoformat() for moment in week_before(date(2026, 4, 1)).moments] == [
        "2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00",
    ]  # fmt: skip


def test_no_relation_is_found_and_relation_or_emergency_is_not(world):
    user = world.people["other_worker"]
    look(user, world.client, is_emergency=True, relation="none")
    look(user, world.client, relation="team")
    assert no_relation(WEEK) == []
    line = look(user, world.client, relation="none")
    [finding] = no_relation(WEEK)
    assert (finding.subject_pk, finding.client_id) == (user.pk, world.client.public_id)
    assert finding.line_ids == [line.pk]


def test_refused_attempts_count_from_the_third(world, settings):
    user = world.people["other_worker"]
    for number in (1, 2, 3):
        assert len(no_relation(WEEK)) == 0, number
        look(user, world.client, relation="none", outcome="refused", hour=8 + number)
    assert len(no_relation(WEEK)) == 1


def test_client_without_team_is_of_every_team_lead(world):
    client = ClientFactory(team=None)
    look(world.people["team_lead"], client, relation="none")
    assert no_relation(WEEK) == []
    look(world.people["other_worker"], client, relation="none")
    assert len(no_relation(WEEK)) == 1


@pytest.mark.parametrize(("last_name", "found"), [("Çelik", 1), ("CELIK", 1), ("Celikoglu", 0)])
def test_own_surname_without_accents_and_capitals(world, last_name, found):
    worker = UserFactory(last_name="Celik")
    look(worker, ClientFactory(last_name=last_name))
    assert len(own_surname(WEEK)) == found


def test_surname_that_was_explained_is_not_asked_again_for_a_year(world, time_machine):
    worker, client = UserFactory(last_name="Vries"), ClientFactory(last_name="Vries", team=world.team)
    look(worker, client)
    asked = review(worker, client, rule=ReviewRule.OWN_SURNAME, period_from=WEEK.first - timedelta(days=7))
    assert len(own_surname(WEEK)) == 1
    lead = world.people["team_lead"]
    judge_review(review=asked, verdict=Verdict.EXPLAINED, note="Geen familie.", by=lead)
    assert own_surname(WEEK) == []
    time_machine.move_to(timezone.now() + timedelta(days=366))
    assert len(own_surname(WEEK)) == 1


def test_many_clients_counts_files_of_one_day(world, settings):
    settings.REVIEW_FILES_A_DAY = 2
    user, clients = world.people["owner"], ClientFactory.create_batch(3)
    for client in clients[:2]:
        look(user, client)
        look(user, client)
    look(user, clients[2], day=3)
    assert many_clients(WEEK) == []
    look(user, clients[2])
    [finding] = many_clients(WEEK)
    assert (finding.client_id, finding.file_count, finding.line_count) == (None, 3, 5)


@pytest.mark.parametrize(("hour", "found"), [(21, 0), (22, 1), (23, 1), (2, 1), (5, 1), (6, 0)])
def test_night_is_from_ten_to_six_in_amsterdam(world, hour, found):
    look(world.people["owner"], world.client, hour=hour)
    assert len(night(WEEK)) == found


def test_lines_of_other_weeks_do_not_count(world):
    look(world.people["other_worker"], world.client, relation="none", day=7)
    assert no_relation(WEEK) == []


def test_weekly_work_twice_is_once_and_makes_up_for_a_missing_review(world):
    look(world.people["other_worker"], world.client, relation="none")
    access = without_review(world)
    assert [review_past_weeks(day=WEEK.last + timedelta(days=1)) for _ in range(2)] == [2, 0]
    assert set(AccessReview.objects.values_list("rule", flat=True)) == {"no_relation", "emergency"}
    assert access.review.is_open


@pytest.mark.django_db(transaction=True)
def test_worker_does_the_weekly_control(worker, world):
    access = without_review(world)
    review_access.delay()
    wait_for(AccessReview.objects.filter(emergency_access=access).exists)


@pytest.mark.parametrize(
    ("persona", "sees"),
    [("team_lead", True), ("other_team_lead", True), ("owner", False), ("monitor", False)],
)
def test_leads_of_the_client_and_of_the_person_see_it(world, persona, sees):
    found = review(world.people["other_worker"], world.client)
    assert AccessReview.objects.visible_to(world.people[persona]).filter(pk=found.pk).exists() is sees


def test_nobody_judges_oneself_also_for_the_database(world, client):
    lead = world.people["team_lead"]
    found = review(lead, world.client)
    world.sign_in(client, "team_lead")
    assert client.get(reverse("clients:review_detail", args=[found.public_id])).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessReview.objects.filter(pk=found.pk).update(
            verdict="in_order", judged_by=lead, judged_at=timezone.now()
        )


def test_what_no_other_lead_can_judge_is_there_for_every_lead(world):
    """The only lead of the team is the person, or the team has none."""
    lead, elsewhere = world.people["team_lead"], world.people["other_team_lead"]
    own = review(lead, world.client)
    leaderless = review(UserFactory(team=TeamFactory()), ClientFactory(team=TeamFactory()))
    assert set(AccessReview.objects.visible_to(elsewhere)) == {own, leaderless}
    successor = TeamMembershipFactory(user=UserFactory(teamleider=True), team=world.team).user
    assert set(AccessReview.objects.visible_to(elsewhere)) == {leaderless}
    TeamMembership.objects.filter(user=lead).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert set(AccessReview.objects.visible_to(elsewhere)) == {leaderless}
    assert set(AccessReview.objects.visible_to(successor)) == {own, leaderless}


def test_reviewer_who_may_not_open_the_file_reads_no_name(world, client):
    access = start_emergency_access(
        client=world.client,
        reason="overig",
        explanation="Zij belde.",
        hours=1,
        by=world.people["other_worker"],
    )
    url = reverse("clients:review_detail", args=[access.review.public_id])
    texts = {}
    for persona in ("team_lead", "other_team_lead"):
        world.sign_in(client, persona)
        texts[persona] = client.get(url).content.decode() + client.get(LIST).content.decode()
    assert all(word in texts["team_lead"] for word in (world.client.list_name, "Zij belde."))
    assert "een cliënt van FACT Noord" in texts["other_team_lead"]
    for secret in (world.client.last_name.upper(), world.client.client_number, "Zij belde."):
        assert secret not in texts["other_team_lead"]


def test_whoever_judges_an_emergency_reads_what_was_refused_around_it(world, client):
    helper = world.people["other_worker"]
    file = reverse("trajectories:client_overview", args=[world.client.public_id])
    world.sign_in(client, "other_worker")
    assert client.get(file).status_code == 404
    access = start_emergency_access(client=world.client, reason="gevaar", explanation="x", hours=1, by=helper)
    assert client.get(file).status_code == 200
    other = ClientFactory(team=world.team)
    assert client.get(reverse("trajectories:client_overview", args=[other.public_id])).status_code == 404
    assert [line.outcome == AccessOutcome.DONE for line in lines_behind(access.review)] == [False, True]


def test_verdict_closes_it_and_is_kept(world, client):
    found = review(world.people["other_worker"], world.client)
    url = reverse("clients:review_detail", args=[found.public_id])
    world.sign_in(client, "team_lead")
    refused = client.post(url, {"verdict": "not_in_order", "note": " "})
    assert "note" in refused.context["form"].errors
    assert client.post(url, {"verdict": "explained", "note": "Waarneming."}).url == LIST
    found.refresh_from_db()
    assert (found.verdict, found.judged_by) == (Verdict.EXPLAINED, world.people["team_lead"])
    assert "Er wacht niets" in client.get(LIST).content.decode()
    assert "Waarneming." in client.get(url).content.decode()


def test_verdict_without_words_is_refused_by_the_service(world):
    found = review(world.people["other_worker"], world.client)
    with pytest.raises(ValidationError):
        judge_review(review=found, verdict=Verdict.NOT_IN_ORDER, by=world.people["team_lead"])


def test_filters_stand_in_the_address(world, client):
    review(world.people["other_worker"], world.client, due_on=timezone.localdate() - timedelta(days=1))
    review(world.people["owner"], rule=ReviewRule.NIGHT)
    world.sign_in(client, "team_lead")
    counts = {
        query: client.get(f"{LIST}{query}").context["count"]
        for query in ("", "?state=overdue", "?state=closed", "?rule=night", "?rule=nonsense")
    }
    assert counts == {"": 2, "?state=overdue": 1, "?state=closed": 0, "?rule=night": 1, "?rule=nonsense": 2}
    assert AccessLine.objects.order_by("-pk").first().part == "review"


@pytest.mark.django_db(transaction=True)  # health asks on a connection of its own
def test_overdue_review_is_an_alarm_and_a_notice_to_the_lead(world, client, time_machine):
    review(world.people["other_worker"], world.client)
    world.sign_in(client, "team_lead")
    dashboard = reverse("reports:team_dashboard")
    assert "wacht op een oordeel" in client.get(dashboard).content.decode()
    heartbeat.write()
    assert client.get(reverse("health_ready")).json()["parts"]["reviews"] == "ok"
    time_machine.move_to(timezone.now() + timedelta(days=15))
    assert client.get(reverse("health_ready")).json()["parts"]["reviews"] == "warn"
    world.sign_in(client, "team_lead")
    assert "is te laat" in client.get(dashboard).content.decode()
    world.sign_in(client, "owner")
    assert "is te laat" not in client.get(dashboard).content.decode()


def test_administrator_sees_numbers_and_nobody(world, client):
    found = review(world.people["other_worker"], world.client)
    world.sign_in(client, "administrator")
    text = client.get(reverse("admin:clients_accessreview_changelist")).content.decode()
    assert "geen relatie met de cliënt" in text
    for secret in (found.subject.last_name, str(world.client.public_id), world.client.client_number):
        assert secret not in text


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budgets(world, client, count_queries, rows):
    found = [review(UserFactory(team=world.team), world.client) for _ in range(rows)]
    world.sign_in(client, "team_lead")
    with count_queries(6):  # session with user, number, rows, whose clients, clients that I may see, teams
        client.get(LIST)
    with count_queries(
        7
    ):  # session with user, whose clients, review, client, team, memberships, lines, draft
        client.get(reverse("clients:review_detail", args=[found[0].public_id]))
