"""Employer pages: only what the reader may know, and at what price."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.factories import (
    ContactFactory,
    EmployerFactory,
    JobFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory())


@pytest.fixture
def team(worker):
    return worker.memberships.get().team


def page_of(browser, employer):
    return browser.get(reverse("trajectories:employer_detail", args=[employer.public_id]))


def test_jobs_of_visible_clients_the_running_first(client, worker, team):
    employer = EmployerFactory()
    ended = JobFactory(
        trajectory=TrajectoryFactory(in_team=team), employer=employer, ended_on=date(2025, 1, 1)
    )
    running = JobFactory(trajectory=TrajectoryFactory(in_team=team), employer=employer)
    JobFactory(employer=employer)
    JobFactory(trajectory=TrajectoryFactory(in_team=team))
    client.force_login(worker)
    context = page_of(client, employer).context
    assert list(context["jobs"]) == [running, ended]
    assert context["job_count"] == 2


def test_contacts_of_visible_clients_and_own_ones_without_client(client, worker, team):
    employer = EmployerFactory()
    trajectory = TrajectoryFactory(in_team=team)
    about = ContactFactory(employer_visit=True, employer=employer, client=trajectory.client)
    own = ContactFactory(employer_visit=True, employer=employer, client=None, staff=worker)
    ContactFactory(employer_visit=True, employer=employer)
    ContactFactory(employer_visit=True, employer=employer, client=None)
    client.force_login(worker)
    context = page_of(client, employer).context
    assert set(context["page"]) == {about, own}
    assert context["contact_count"] == 2


def test_contact_form_knows_the_employer_of_the_link(client, worker):
    employer = EmployerFactory(name="Korenschoof", is_shared=True)
    client.force_login(worker)
    response = client.get(page_of(client, employer).context["write_url"])
    assert response.context["form"].initial["employer_name"] == "Korenschoof"
    assert response.context["form"].initial["kind"] == "werkgever"


@pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_contact_form_refuses_an_unknown_employer(client, worker, asked):
    client.force_login(worker)
    assert client.get(reverse("trajectories:contact_write"), {"employer": asked}).status_code == 404


def test_row_without_contact_shows_nothing_of_the_row_above(client, worker):
    visited = EmployerFactory(name="Bakkerij De Korenaar")
    EmployerFactory(name="Hotel De Kade", is_shared=True)
    ContactFactory(employer_visit=True, employer=visited, client=None, staff=worker)
    client.force_login(worker)
    html = client.get(reverse("trajectories:employer_list")).content.decode()
    assert len(re.findall(r"contact \w\w \d", html)) == 1


def test_list_shows_fifty_and_counts_all(client, worker):
    EmployerFactory.create_batch(51, is_shared=True)
    client.force_login(worker)
    context = client.get(reverse("trajectories:employer_list")).context
    assert (len(context["rows"]), context["count"]) == (50, 51)


@pytest.mark.parametrize("role", ["monitor", "beheerder"])
def test_who_opens_no_files_sees_no_employers(client, role):
    client.force_login(UserFactory(**{role: True}))
    assert page_of(client, EmployerFactory()).status_code == 403
    assert client.get(reverse("trajectories:employer_list")).status_code == 403


@pytest.mark.parametrize("rows", [1, 12])
def test_employer_query_budget(client, count_queries, worker, team, rows):
    employer = EmployerFactory()
    for trajectory in TrajectoryFactory.create_batch(rows, in_team=team):
        JobFactory(trajectory=trajectory, employer=employer)
        ContactFactory(employer_visit=True, employer=employer, client=trajectory.client)
    client.force_login(worker)
    with count_queries(10):  # session, clients, employer, jobs, contacts twice, people, rungs, visitors twice
        page_of(client, employer)


@pytest.mark.parametrize("rows", [1, 12])
def test_employer_list_query_budget(client, count_queries, worker, rows):
    EmployerFactory.create_batch(rows, is_shared=True)
    client.force_login(worker)
    with count_queries(6):  # session with user, clients, number, rows, own weeks
        client.get(reverse("trajectories:employer_list"))
