"""Every page of the administration that edits a row: two people open it, and neither overwrites the other."""

import threading

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from staff.models import Organisation, Team, TeamMembership, User
from tests.factories import (
    EmployerFactory,
    SignalThresholdsFactory,
    TeamFactory,
    TeamMembershipFactory,
    UserFactory,
)
from tests.filled_forms import PageForm, forms_on
from tests.harness import StrictClient
from trajectories.models import Employer, SignalThresholds

pytestmark = [pytest.mark.shows(17), pytest.mark.django_db]


def make_organisation() -> Organisation:
    return Organisation.objects.create(name="GGZ Oost", questions_to="beheer@example.org")


def make_task() -> PeriodicTask:
    hourly, _is_new = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    return PeriodicTask.objects.create(name="eigen taak", task="staff.send_mail", interval=hourly)


def make_person() -> User:
    return TeamMembershipFactory(fte="1.000", user__first_name="Noor").user


# A row to edit, a field of it, and what the first and the second person type there.
PAGES = {
    Organisation: (make_organisation, "name", "GGZ Noord", "GGZ Zuid"),
    Team: (lambda: TeamFactory(name="FACT Noord"), "name", "FACT Noordoost", "FACT Noordwest"),
    User: (make_person, "first_name", "Nora", "Noortje"),
    Employer: (EmployerFactory, "municipality", "Veldhoven", "Eersel"),
    SignalThresholds: (lambda: SignalThresholdsFactory(team=TeamFactory()), "not_seen_days", "20", "25"),
    PeriodicTask: (make_task, "description", "Elk uur.", "Ieder uur."),
    CrontabSchedule: (lambda: CrontabSchedule.objects.create(minute="7"), "minute", "8", "9"),
    IntervalSchedule: (
        lambda: IntervalSchedule.objects.create(every=50, period="hours"),
        "every",
        "51",
        "52",
    ),
}


@pytest.fixture
def first() -> StrictClient:
    return browser_of(UserFactory(beheerder=True, first_name="Els", last_name="Eerst"))


@pytest.fixture
def second() -> StrictClient:
    return browser_of(UserFactory(beheerder=True, first_name="Tom", last_name="Tweede"))


def browser_of(person: User) -> StrictClient:
    browser = StrictClient()
    browser.force_login(person)
    return browser


def page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(answer) -> PageForm:
    assert answer.status_code == 200
    (form,) = (one for one in forms_on(answer.content.decode()) if "_save" in one.names)
    return form


def saved(browser: StrictClient, url: str, form: PageForm, **typed: str):
    """What comes back; a redirect when it was saved."""
    for name, value in typed.items():
        form.type_in(name, value)
    return browser.post(url, form.values)


def is_shown(answer, *texts: str) -> bool:
    told = answer.content.decode().partition('class="both-versions"')[2].partition("</section>")[0]
    return all(text in told for text in texts)


def test_every_page_that_edits_stands_here():
    request = RequestFactory().get("/")
    request.user = UserFactory(beheerder=True)
    edits = {model for model, page in admin.site._registry.items() if page.has_change_permission(request)}
    assert edits == {*PAGES}


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model.__name__)
def test_an_older_page_is_not_saved_over_a_newer_one(first, second, model):
    make, name, by_first, by_second = PAGES[model]
    row = make()
    url = page_of(row)
    theirs, older = opened(first.get(url)), opened(second.get(url))
    assert saved(first, url, theirs, **{name: by_first}).status_code == 302
    answer = saved(second, url, older, **{name: by_second})
    assert is_shown(answer, by_first, by_second)
    row.refresh_from_db()
    assert str(getattr(row, name)) == by_first
    both = opened(answer)
    assert both.values[name] == [by_second]  # what was typed is still there
    assert saved(second, url, both).status_code == 302  # both were seen: it is a choice now
    row.refresh_from_db()
    assert str(getattr(row, name)) == by_second


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model.__name__)
def test_a_page_that_nobody_overtook_is_saved(first, model):
    make, name, by_first, by_second = PAGES[model]
    row = make()
    url = page_of(row)
    for value in (by_first, by_second):
        assert saved(first, url, opened(first.get(url)), **{name: value}).status_code == 302
    row.refresh_from_db()
    assert str(getattr(row, name)) == by_second


def test_it_tells_who_was_first(first, second):
    url = page_of(TeamFactory(name="FACT Noord"))
    older = opened(second.get(url))
    saved(first, url, opened(first.get(url)), name="FACT Oost")
    assert is_shown(saved(second, url, older, name="FACT West"), "Els Eerst heeft dit veranderd")


def test_a_page_that_came_back_with_an_error_is_not_newer_by_that(first, second):
    row = TeamFactory(name="FACT Noord", code="n")
    url = page_of(row)
    older = opened(second.get(url))
    saved(first, url, opened(first.get(url)), name="FACT Oost")
    refused = saved(second, url, older, code="")
    assert refused.status_code == 200
    assert is_shown(saved(second, url, opened(refused), code="n", name="FACT West"), "FACT Oost", "FACT West")
    row.refresh_from_db()
    assert row.name == "FACT Oost"


def test_what_nobody_typed_in_is_taken_over(first, second):
    row = TeamFactory(name="FACT Noord", code="n")
    url = page_of(row)
    older = opened(second.get(url))
    saved(first, url, opened(first.get(url)), name="FACT Oost")
    answer = saved(second, url, older, code="nw")
    assert saved(second, url, opened(answer)).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.code) == ("FACT Oost", "nw")


def test_a_row_below_is_compared(first, second):
    """The hours of a membership, while somebody else changes the name of the person, or the hours."""
    person = make_person()
    url = page_of(person)
    by_name, by_hours = opened(second.get(url)), opened(second.get(url))
    assert saved(first, url, opened(first.get(url)), **{"memberships-0-fte": "0,6"}).status_code == 302
    answer = saved(second, url, by_hours, **{"memberships-0-fte": "0,8"})
    assert is_shown(answer, person.memberships.get().team.name, "0,6", "0,8", "Els Eerst")
    answer = saved(second, url, by_name, first_name="Nora")
    assert is_shown(answer, "0,6")
    assert saved(second, url, opened(answer)).status_code == 302
    assert str(person.memberships.get().fte) == "0.600"
    person.refresh_from_db()
    assert person.first_name == "Nora"


def test_a_row_that_came_in_below_is_told(first, second):
    person = make_person()
    url = page_of(person)
    older = opened(second.get(url))
    TeamMembershipFactory(user=person, team__name="FACT Nieuw")
    answer = saved(second, url, older, first_name="Nora")
    assert is_shown(answer, "FACT Nieuw")
    assert saved(second, url, opened(answer)).status_code == 302
    assert TeamMembership.objects.filter(user=person).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_sees_both(first, second):
    row = TeamFactory(name="FACT Noord")
    url = page_of(row)
    answers: dict[str, int] = {}
    forms = {name: opened(browser.get(url)) for name, browser in (("Oost", first), ("West", second))}
    start = threading.Barrier(2)

    def save(name: str, browser: StrictClient) -> None:
        start.wait()
        answers[name] = saved(browser, url, forms[name], name=f"FACT {name}").status_code
        connection.close()

    threads = [threading.Thread(target=save, args=pair) for pair in (("Oost", first), ("West", second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [200, 302]
    row.refresh_from_db()
    assert answers[row.name.removeprefix("FACT ")] == 302
