"""The address for one's own calendar, attacked: it tells when somebody is busy, and nothing else."""

import hashlib
import re
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from staff.models import AccessLine, AuditEvent, StaffSession
from tests.factories import (
    AppointmentFactory,
    ClientFactory,
    EmployerFactory,
    OccurrenceFactory,
    TeamFactory,
    UserFactory,
)
from tests.harness import StrictClient
from trajectories.calendar_feed import services
from trajectories.models import CalendarFeed

pytestmark = [pytest.mark.shows(3, 24, 25), pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

MONDAY = date(2026, 3, 2)
PAGE = "/calendar/"


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory())


def make(user) -> str:
    """The path of a new address of this person."""
    return f"/calendar/{services.make_calendar_feed(user=user, by=user)}.ics"


def fetch(path: str, **options):
    """As a calendar does: without a session."""
    return StrictClient().get(path, **options)


def test_the_address_is_shown_once_and_works(client, worker):
    client.force_login(worker)
    page = client.post(reverse("trajectories:calendar_feed_make"), follow=True).content.decode()
    (path,) = re.findall(r"http://testserver(/calendar/[\w-]+\.ics)", page)
    assert fetch(path).status_code == 200
    assert path not in client.get(PAGE).content.decode()


def test_the_database_holds_no_address(worker):
    path = make(worker)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert CalendarFeed.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE position(%s IN t::text) > 0', [token])
            assert cursor.fetchone() == (0,), table


def test_no_client_employer_place_note_or_colleague_leaves(worker):
    person = ClientFactory(first_name="Xanthippe", last_name="Zonnebloem", followed_by=worker)
    colleague = UserFactory(first_name="Joris", last_name="Hagendoorn", team=person.team)
    visit = AppointmentFactory(
        client=person, employer=EmployerFactory(name="Bakkerij Geheim"), made_by=worker, weekly=True,
        attended_by=[worker, colleague], place="Kerkstraat 3", note="Over de medicatie.", location="thuis",
    )  # fmt: skip
    OccurrenceFactory(appointment=visit, original_on=MONDAY + timedelta(days=7), note="Ziek.")
    text = fetch(make(worker)).content.decode()
    assert "SUMMARY:Afspraak" in text
    assert "LOCATION:thuis" in text
    rows = (visit, person, worker, colleague)
    secret = ["Xanthippe", "Zonnebloem", person.client_number, "Geheim", "Joris", "Hagendoorn", "Kerkstraat"]
    secret += ["medicatie", "Ziek", *(str(row.public_id) for row in rows)]
    assert [word for word in secret if word in text] == []


def test_two_calendars_can_not_be_laid_beside_each_other(worker):
    colleague = UserFactory(team=worker.memberships.get().team)
    AppointmentFactory(client=None, made_by=worker, attended_by=[worker, colleague])
    uids = [re.findall(r"UID:(.*)", fetch(make(person)).content.decode()) for person in (worker, colleague)]
    assert len(uids[0]) == len(uids[1]) == 1
    assert uids[0] != uids[1]


def test_only_what_one_goes_to_and_may_see(worker):
    colleague = UserFactory(team=worker.memberships.get().team)
    AppointmentFactory(client=None, made_by=colleague)
    AppointmentFactory(client=ClientFactory(), made_by=worker)  # of another team by now
    assert "VEVENT" not in fetch(make(worker)).content.decode()


def unknown(_worker) -> str:
    return f"/calendar/{'x' * 43}.ics"


def revoked(worker) -> str:
    path = make(worker)
    services.revoke_calendar_feed(user=worker, by=worker)
    return path


def replaced(worker) -> str:
    path = make(worker)
    make(worker)
    return path


def of_a_closed_account(worker) -> str:
    path = make(worker)
    worker.is_active = False
    worker.save()
    return path


def of_another_role(worker) -> str:
    path = make(worker)
    worker.role = "monitor"
    worker.save()
    return path


def with_the_hash(worker) -> str:
    make(worker)
    return f"/calendar/{CalendarFeed.objects.get().token_hash}.ics"


def with_the_identifier(worker) -> str:
    make(worker)
    return f"/calendar/{CalendarFeed.objects.get().public_id}.ics"


def in_other_capitals(worker) -> str:
    return make(worker).swapcase().replace("/CALENDAR/", "/calendar/").replace(".ICS", ".ics")


CLOSED = [
    unknown,
    revoked,
    replaced,
    of_a_closed_account,
    of_another_role,
    with_the_hash,
    with_the_identifier,
]


@pytest.mark.parametrize("closed", [*CLOSED, in_other_capitals])
def test_what_opens_nothing_answers_alike(worker, closed):
    answer, other = fetch(closed(worker)), fetch(unknown(worker))
    assert answer.status_code == other.status_code == 404
    assert answer.content == other.content
    assert dict(answer.headers) == dict(other.headers)


def test_the_number_of_statements_tells_nothing(worker, count_queries):
    path = of_a_closed_account(worker)
    for closed in (path, unknown(worker)):
        with count_queries(1):
            fetch(closed)


def test_headers_keep_it_out_of_caches_and_search_engines(worker):
    answer = fetch(make(worker))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"no-store", "private", "no-cache"} <= {
        part.strip() for part in answer["Cache-Control"].split(",")
    }
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert not answer.cookies


def test_a_calendar_leaves_no_session_and_no_line_of_somebody(worker, client):
    path = make(worker)
    fetch(path)
    assert not AccessLine.objects.exists()
    assert not StaffSession.objects.exists()
    client.force_login(UserFactory())
    client.get(path)  # somebody who is signed in and was given the address
    assert not AccessLine.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_done_with_it(worker, method):
    assert getattr(StrictClient(), method)(make(worker)).status_code == 405


def test_it_opens_no_page(worker):
    browser = StrictClient()
    browser.get(make(worker))
    assert browser.get("/agenda/").status_code == 302


def test_one_address_is_fetched_so_often_only(worker, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"calendar_feed": "2/h/key"}
    path, other = make(worker), make(UserFactory(team=TeamFactory()))
    assert [fetch(path).status_code for _time in range(3)] == [200, 200, 429]
    assert fetch(path)["Retry-After"] == "3600"
    assert fetch(other).status_code == 200


def test_everybody_changes_their_own_address_only(client, worker):
    path = make(worker)
    client.force_login(UserFactory(team=worker.memberships.get().team))
    client.post(reverse("trajectories:calendar_feed_revoke"))
    client.post(reverse("trajectories:calendar_feed_make"))
    assert fetch(path).status_code == 200


def test_revoking_without_an_address_says_so(client, worker):
    client.force_login(worker)
    page = client.post(reverse("trajectories:calendar_feed_revoke"), follow=True).content.decode()
    assert "Er is geen adres" in page


def test_making_and_revoking_stand_in_the_log(client, worker):
    client.force_login(worker)
    for name in ("make", "make", "revoke"):
        client.post(reverse(f"trajectories:calendar_feed_{name}"))
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["calendar_feed_made", "calendar_feed_made", "calendar_feed_revoked"]


@pytest.mark.parametrize("rows", [1, 12])
def test_feed_query_budget(worker, count_queries, rows):
    for number in range(rows):
        visit = AppointmentFactory(
            client=ClientFactory(followed_by=worker), made_by=worker, weekly=True,
            starts_at=time(8, number), starts_on=MONDAY,
        )  # fmt: skip
        OccurrenceFactory(appointment=visit, original_on=MONDAY + timedelta(days=7))
    path = make(worker)
    with count_queries(5):  # whose it is, whose clients, appointments, who goes, what was said
        fetch(path)
