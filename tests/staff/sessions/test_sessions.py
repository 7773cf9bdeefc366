"""How long a session lasts, where one is signed in, and that leaving ends everything."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import AuditEvent, StaffSession
from staff.people import services
from staff.sessions.tasks import clear_ended_sessions
from tests.factories import TeamFactory, UserFactory

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"
CASELOAD = "/caseload/"
MORNING = "2026-03-02T08:00:00+01:00"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/143.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _strict(settings, time_machine):
    cache.clear()
    settings.SESSION_IDLE_SECONDS = 15 * 60
    settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def worker():
    person = UserFactory(username="maaike", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(browser, **more):
    return browser.post("/login/", {"login": "maaike", "password": PASSWORD, **more})


def is_open(browser) -> bool:
    return browser.get(CASELOAD).status_code == 200


def test_fifteen_minutes_without_use_end_a_session(client, worker, time_machine):
    sign_in(client)
    time_machine.shift(timedelta(minutes=14, seconds=59))
    assert is_open(client)
    time_machine.shift(timedelta(minutes=15))
    assert client.get(CASELOAD).url == "/login/?next=/caseload/"
    assert "Je sessie is gestopt" in client.get("/login/").content.decode()
    assert sign_in(client, next=CASELOAD).url == CASELOAD
    assert is_open(client)


def test_twelve_hours_end_a_session_that_is_in_use(client, worker, time_machine):
    sign_in(client)
    for _turn in range(71):
        time_machine.shift(timedelta(minutes=10))
        assert client.post("/sessions/continue/").status_code == 204
    time_machine.shift(timedelta(minutes=10))
    assert not is_open(client)


def test_going_on_keeps_the_session(client, worker, time_machine):
    sign_in(client)
    for _turn in range(3):
        time_machine.shift(timedelta(minutes=14))
        assert client.post("/sessions/continue/").status_code == 204
    assert is_open(client)


def test_a_session_that_ended_can_not_be_continued(client, worker, time_machine):
    sign_in(client)
    time_machine.shift(timedelta(minutes=16))
    assert client.post("/sessions/continue/").status_code == 302
    assert not is_open(client)


def test_changing_the_password_does_not_lengthen_the_day(client, worker, time_machine):
    sign_in(client)
    began = StaffSession.objects.get(user=worker).began_at
    time_machine.shift(timedelta(minutes=5))
    other = "een heel andere zin daarna"
    client.post("/password/", {"oldpassword": PASSWORD, "password1": other, "password2": other})
    assert StaffSession.objects.get(user=worker).began_at == began


def test_signing_in_says_where(client, worker):
    client.post("/login/", {"login": "maaike", "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    session = StaffSession.objects.get(user=worker)
    assert (session.device, session.address) == (FIREFOX, "127.0.0.1")
    page = client.get("/sessions/").content.decode()
    assert "Firefox op Windows" in page
    assert "deze browser" in page


def test_only_own_sessions_are_listed(client, worker):
    colleague = Client(headers={"User-Agent": PHONE})
    colleague.force_login(UserFactory())
    sign_in(client)
    page = client.get("/sessions/")
    assert [row.user for row in page.context["rows"]] == [worker]


def test_one_other_session_is_ended(client, worker):
    lost = Client(headers={"User-Agent": PHONE})
    sign_in(lost)
    sign_in(client)
    public_id = StaffSession.objects.get(device=PHONE).public_id
    assert client.post("/sessions/end/", {"session": public_id}).url == reverse("session_list")
    assert not is_open(lost)
    assert is_open(client)
    assert AuditEvent.objects.filter(by=worker, action="session_ended").count() == 1


def test_somebody_elses_session_goes_on(client, worker):
    colleague = Client()
    colleague.force_login(UserFactory(team=TeamFactory()))
    foreign = StaffSession.objects.get()
    sign_in(client)
    client.post("/sessions/end/", {"session": foreign.public_id})
    assert is_open(colleague)


@pytest.mark.parametrize("nonsense", ["", "1", "x" * 500, "' OR 1=1"])
def test_nonsense_is_not_a_session(client, worker, nonsense):
    sign_in(client)
    assert client.post("/sessions/end/", {"session": nonsense}).status_code == 404


def test_all_others_are_ended(client, worker):
    others = [Client(), Client()]
    for browser in [*others, client]:
        sign_in(browser)
    client.post("/sessions/end-others/")
    assert [is_open(browser) for browser in [*others, client]] == [False, False, True]


def test_who_leaves_is_out_everywhere_at_the_next_request(client, worker):
    phone = Client()
    sign_in(phone)
    sign_in(client)
    services.deactivate_staff_member(user=worker, by=UserFactory(beheerder=True))
    assert not is_open(phone)
    assert not is_open(client)
    assert not StaffSession.objects.filter(user=worker).exists()


def test_rows_of_ended_sessions_are_cleared_twice_as_well_as_once(client, worker, time_machine):
    sign_in(client)
    time_machine.shift(timedelta(hours=13))
    fresh = Client()
    fresh.force_login(worker)
    for _time in range(2):
        clear_ended_sessions()
        assert StaffSession.objects.get().expire_date > timezone.now()


def test_the_page_is_not_dearer_for_it(client, worker, count_queries):
    sign_in(client)
    with count_queries(2):  # session, user
        client.get("/password/")
