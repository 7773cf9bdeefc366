"""Contacts with somebody who hires against six a full-time week, equal to a calculation in plain loops."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from staff.models import TeamMembership
from tests.factories import ContactFactory, EmployerFactory, TeamFactory, TeamMembershipFactory, UserFactory
from trajectories.employers.weekly import HiringWeek, hiring_weeks, mondays_until, together
from trajectories.models import Contact

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 4)  # a wednesday
MONDAY = date(2026, 3, 2)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def worker():
    return UserFactory()


@pytest.fixture
def employer():
    return EmployerFactory(is_shared=True)


def member(user, fte, first=date(2020, 1, 1), last=None):
    return TeamMembershipFactory(user=user, team=TeamFactory(), fte=fte, started_on=first, ended_on=last)


def spoke(staff, employer, at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC), **facts) -> Contact:
    return ContactFactory(
        employer_visit=True, employer=employer, staff=staff, client=None, occurred_at=at,
        **{"hiring_manager": True} | facts,
    )  # fmt: skip


def this_week(user) -> HiringWeek:
    return hiring_weeks(people=[user], day=TODAY)[user.pk][-1]


@pytest.mark.parametrize(
    ("facts", "counted"),
    [
        ({}, 1),
        ({"hiring_manager": False}, 0),
        ({"hiring_manager": None}, 0),
        ({"face_to_face": False}, 0),
        ({"face_to_face": None}, 0),
        ({"kind": "overleg"}, 0),
        ({"at": datetime(2026, 3, 1, 22, 59, tzinfo=UTC)}, 0),  # sunday, a minute before midnight here
        ({"at": datetime(2026, 3, 1, 23, 0, tzinfo=UTC)}, 1),  # monday
    ],
)
def test_what_counts(worker, employer, facts, counted):
    spoke(worker, employer, **facts)
    assert this_week(worker).contacts == counted


def test_the_target_follows_the_hours_of_all_teams(worker):
    member(worker, Decimal("0.5"))
    member(worker, Decimal("0.4"))
    assert this_week(worker) == HiringWeek(MONDAY, 0, Decimal("0.9"))
    assert this_week(worker).target == Decimal("5.4")


@pytest.mark.parametrize(
    ("first", "last", "fte"),
    [
        (date(2026, 3, 6), None, "0.2"),  # friday alone
        (date(2020, 1, 1), date(2026, 3, 3), "0.4"),  # until tuesday
        (date(2026, 3, 7), None, "0"),  # from saturday
        (date(2020, 1, 1), date(2026, 3, 1), "0"),
    ],
)
def test_a_week_in_which_somebody_comes_or_leaves_counts_by_day(worker, first, last, fte):
    member(worker, Decimal(1), first, last)
    found = this_week(worker)
    assert found.fte == Decimal(fte)
    assert (found.target is None) == (fte == "0")


def test_unknown_hours_have_no_target(worker):
    member(worker, Decimal("0.5"))
    member(worker, None)
    assert this_week(worker).target is None
    other = UserFactory()
    member(other, Decimal(1))
    weeks = hiring_weeks(people=[worker, other], day=TODAY)
    assert together([*weeks.values()])[-1].target is None


@pytest.mark.parametrize("seed", range(8))
def test_random_weeks_equal_a_calculation_in_plain_loops(employer, seed):
    rng = Random(seed)
    people = UserFactory.create_batch(3)
    for person in people:
        for _number in range(rng.randrange(3)):
            first = TODAY - timedelta(days=rng.randrange(60))
            last = rng.choice([None, first + timedelta(days=rng.randrange(40))])
            member(person, rng.choice([None, Decimal("0.8"), Decimal("0.667"), Decimal(1)]), first, last)
        for _number in range(rng.randrange(30)):
            at = datetime(2026, 3, 8, 23, 30, tzinfo=UTC) - timedelta(minutes=rng.randrange(60 * 24 * 50))
            facts = {"face_to_face": rng.choice([True, True, False, None])}
            spoke(person, employer, at, hiring_manager=rng.choice([True, True, False, None]), **facts)
    found = hiring_weeks(people=people, day=TODAY)
    assert found == {person.pk: plain(person) for person in people}
    all_of_them = together([*found.values()])
    assert [week.contacts for week in all_of_them] == [
        sum(week.contacts for week in of_all) for of_all in zip(*found.values(), strict=True)
    ]


def plain(person) -> list[HiringWeek]:
    """The same, contact by contact and day by day."""
    weeks = []
    for back in (4, 3, 2, 1, 0):
        monday = MONDAY - timedelta(days=7 * back)
        days = [monday + timedelta(days=number) for number in range(7)]
        contacts = 0
        for one in Contact.objects.all():
            is_counted = one.kind == "werkgever" and one.face_to_face is True and one.hiring_manager is True
            if (
                one.staff_id == person.pk
                and is_counted
                and one.occurred_at.astimezone(AMSTERDAM).date() in days
            ):
                contacts += 1
        fte, is_known = Decimal(0), True
        for day in days[:5]:
            for one in TeamMembership.objects.filter(user=person):
                if one.started_on <= day and (one.ended_on is None or one.ended_on >= day):
                    is_known = is_known and one.fte is not None
                    fte += one.fte or 0
        weeks.append(HiringWeek(monday, contacts, fte / 5 if is_known else None))
    return weeks


def test_the_shown_weeks_end_with_the_running_one():
    assert mondays_until(TODAY) == [
        date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23), MONDAY,
    ]  # fmt: skip


@pytest.mark.parametrize("people", [1, 12])
def test_two_statements_whoever_many(employer, count_queries, people):
    users = UserFactory.create_batch(people)
    for user in users:
        member(user, Decimal(1))
        spoke(user, employer)
    with count_queries(2):
        hiring_weeks(people=users, day=TODAY)


@pytest.mark.usefixtures("on_monday")
def test_own_weeks_stand_on_the_page_of_employers(client, employer):
    worker = UserFactory(team=TeamFactory())
    worker.memberships.update(fte=Decimal("0.5"))
    spoke(worker, employer, datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    client.force_login(worker)
    page = client.get(reverse("trajectories:employer_list"))
    assert page.context["weeks"][0].contacts == 1
    assert "1 van 3" in page.content.decode()


@pytest.mark.usefixtures("on_monday")
def test_who_has_no_target_sees_none(client):
    client.force_login(UserFactory(ervaringsdeskundige=True, team=TeamFactory()))
    assert client.get(reverse("trajectories:employer_list")).context["weeks"] == []


@pytest.mark.usefixtures("on_monday")
def test_team_page_shows_each_trajectbegeleider_and_the_team(client, employer):
    team = TeamFactory()
    worker, other = UserFactory(team=team), UserFactory(team=team)
    UserFactory(ervaringsdeskundige=True, team=team)
    TeamMembership.objects.update(fte=Decimal(1))
    for number in range(7):
        spoke(worker, employer, datetime(2026, 2, 23 + number % 5, 9, 0, tzinfo=UTC))
    spoke(other, employer, datetime(2026, 2, 24, 9, 0, tzinfo=UTC))
    client.force_login(worker)
    context = client.get(reverse("reports:team_dashboard")).context
    rows = context["hiring"].rows
    assert {row.user for row in rows} == {worker, other}
    assert {row.user: row.weeks[-2].contacts for row in rows} == {worker: 7, other: 1}
    assert context["hiring"].team[-2] == HiringWeek(date(2026, 2, 23), 8, Decimal(2))
