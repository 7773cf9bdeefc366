"""Signing in and out, as a person at the sign-in page meets it."""

import pytest
from django.conf import settings
from django.urls import reverse

from staff.models import Role
from tests.factories import TeamFactory, UserFactory

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]

LOGIN = "/login/"
PASSWORD = "een lange zin die ik onthoud"


@pytest.fixture
def worker():
    person = UserFactory(username="trajectbegeleider", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(browser, *, login="trajectbegeleider", password=PASSWORD, **more):
    return browser.post(LOGIN, {"login": login, "password": password, **more})


def is_signed_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def test_name_and_password_open_the_own_place(client, worker):
    response = sign_in(client)
    assert response.status_code == 302
    assert client.get(response.url).url == reverse("trajectories:caseload_list")


@pytest.mark.parametrize("wrong", [{"password": "iets anders helemaal"}, {"login": "niemand"}, {"login": ""}])
def test_wrong_name_or_password_get_the_same_answer(client, worker, wrong):
    response = sign_in(client, **wrong)
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert response.context["form"].errors


def test_unknown_name_is_not_told_from_a_wrong_password(client, worker):
    answers = [sign_in(client, **wrong) for wrong in ({"password": "verkeerd woord"}, {"login": "niemand"})]
    first, second = [response.context["form"].errors.as_text() for response in answers]
    assert first == second


def test_closed_account_is_told_so_and_stays_out(client, worker):
    worker.is_active = False
    worker.save()
    response = sign_in(client)
    assert response.url == reverse("account_inactive")
    assert client.get(response.url).status_code == 200
    assert not is_signed_in(client)


def test_closing_an_account_ends_its_session_at_once(client, worker):
    client.force_login(worker)
    worker.is_active = False
    worker.save()
    assert client.get(reverse("trajectories:caseload_list")).status_code == 302


def test_person_without_password_can_not_sign_in(client):
    person = UserFactory(username="nieuw")
    person.set_unusable_password()
    person.save()
    for password in ("", "!", person.password):
        sign_in(client, login="nieuw", password=password)
        assert not is_signed_in(client)


@pytest.mark.parametrize("place", ["/employers/", "/search/?q=anna"])
def test_after_signing_in_one_is_where_one_wanted_to_be(client, worker, place):
    asked = client.get(place)
    assert asked.url.startswith(f"{LOGIN}?next=")
    assert sign_in(client, next=place).url == place


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "https:evil.example",
        "/\\evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(client, worker, place):
    assert sign_in(client, next=place).url == reverse(settings.LOGIN_REDIRECT_URL)


def test_who_is_signed_in_needs_no_sign_in_page(client, worker):
    client.force_login(worker)
    assert client.get(LOGIN).status_code == 302


def test_sign_out_asks_first_and_then_ends_the_session(client, worker):
    client.force_login(worker)
    assert client.get("/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/logout/").url == LOGIN
    assert not is_signed_in(client)


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, worker):
    for _attempt in range(5):
        sign_in(client, password="verkeerd woord")
    response = sign_in(client)
    assert response.status_code == 200
    assert not is_signed_in(client)


def test_three_hundred_attempts_a_minute_from_one_address_are_too_many(client):
    statuses = [sign_in(client, login=f"iemand-{number}").status_code for number in range(301)]
    assert set(statuses[:300]) == {200}
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.IPS_TRAJECTBEGELEIDER, "trajectories:caseload_list"),
        (Role.ERVARINGSDESKUNDIGE, "trajectories:caseload_list"),
        (Role.KWARTIERMAKER, "trajectories:caseload_list"),
        (Role.CASEMANAGER, "trajectories:caseload_list"),
        (Role.TEAMLEIDER, "trajectories:caseload_list"),
        (Role.MONITOR, "reports:run_list"),
        (Role.FUNCTIONEEL_BEHEERDER, "admin:first_steps"),  # until everything is set up
    ],
)
def test_each_role_begins_where_its_work_is(client, role, place):
    client.force_login(UserFactory(role=role))
    assert client.get("/").url == reverse(place)


def test_own_password_is_changed_and_the_session_goes_on(client, worker):
    client.force_login(worker)
    url = reverse("account_change_password")
    assert client.get(url).status_code == 200
    other = "een heel andere zin daarna"
    values = {"oldpassword": PASSWORD, "password1": other, "password2": other}
    assert client.post(url, values | {"oldpassword": "verkeerd"}).status_code == 200
    assert client.post(url, values | {"password1": "kort", "password2": "kort"}).status_code == 200
    assert client.post(url, values).url == reverse("home")
    worker.refresh_from_db()
    assert worker.check_password(other)
    assert is_signed_in(client)


def test_who_has_no_password_has_none_to_change(client):
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    assert client.get(reverse("account_change_password")).status_code == 403


def test_dutch_unless_somebody_chooses_english(client):
    page = client.get(LOGIN, headers={"Accept-Language": "en"})
    assert "Inloggen" in page.content.decode()
    assert page.headers["Content-Language"] == "nl"
    assert client.post(reverse("set_language"), {"language": "en", "next": LOGIN}).url == LOGIN
    assert "Sign in" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("language", ["de", "xx", "", "../../etc"])
def test_unknown_language_changes_nothing(client, language):
    client.post(reverse("set_language"), {"language": language, "next": LOGIN})
    assert "Inloggen" in client.get(LOGIN).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert client.get(LOGIN).status_code == 200
