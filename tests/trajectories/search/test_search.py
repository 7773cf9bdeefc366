"""Search: what is found, in which order, by whom, and at what price."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from ipsplatform.operations.database_roles import as_owner
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    EmployerFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

URL = "trajectories:search"


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory())


@pytest.fixture
def team(worker):
    return worker.memberships.get().team


def person(team, name: str, **facts) -> Client:
    """`person(team, "Anna de Groot")`: first name, prefix, last name."""
    first, *prefix, last = name.split()
    return ClientFactory(team=team, first_name=first, name_prefix=" ".join(prefix), last_name=last, **facts)


def results(browser, text: str):
    return browser.get(reverse(URL), {"q": text}).context["results"]


def names(browser, text: str) -> list[str]:
    return [row.client.full_name for row in results(browser, text).clients]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("groot", "Anna de Groot"),
        ("GROOT", "Anna de Groot"),
        ("gro", "Anna de Groot"),
        ("groot anna", "Anna de Groot"),
        ("Anna de Groot", "Anna de Groot"),
        ("Groot, Anna de", "Anna de Groot"),
        ("grooot", "Anna de Groot"),
        ("grot", "Anna de Groot"),
        ("ana grot", "Anna de Groot"),
        ("renee", "Renée Çelik"),
        ("Renée", "Renée Çelik"),
        ("celik", "Renée Çelik"),
        ("dekker", "Bram Decker"),
        ("viser", "Joris Visser"),
    ],
)
def test_name_forgives_accents_capitals_and_typing_errors(client, worker, team, typed, found):
    for name in ("Anna de Groot", "Renée Çelik", "Bram Decker", "Joris Visser", "Mohammed Yılmaz"):
        person(team, name)
    client.force_login(worker)
    assert names(client, typed)[0] == found


def test_unlike_names_are_not_found(client, worker, team):
    person(team, "Anna de Groot")
    client.force_login(worker)
    assert results(client, "zwanenberg").count == 0


@pytest.mark.parametrize("typed", ["NH-0042", "nh-0042", "NH-00"])
def test_client_number_by_its_beginning(client, worker, team, typed):
    person(team, "Anna de Groot", client_number="NH-0042")
    person(team, "Piet Jansen", client_number="XX-0042")
    client.force_login(worker)
    assert names(client, typed) == ["Anna de Groot"]


def test_whole_number_before_longer_numbers(client, worker, team):
    person(team, "Anna Aalders", client_number="C42-1")
    person(team, "Piet Zwart", client_number="C42")
    client.force_login(worker)
    assert names(client, "c42") == ["Piet Zwart", "Anna Aalders"]


def test_exact_beginning_before_what_only_resembles(client, worker, team):
    person(team, "Ria Jansen")
    person(team, "Ab Janssen")
    person(team, "Els Jans")
    client.force_login(worker)
    assert names(client, "janss") == ["Ab Janssen", "Els Jans", "Ria Jansen"]


def test_only_visible_clients_are_found(client, worker, team):
    elsewhere = person(TeamFactory(), "Anna de Groot")
    client.force_login(worker)
    assert results(client, "groot").count == 0
    assert results(client, elsewhere.client_number).count == 0
    AssignmentFactory(client=elsewhere, user=worker)
    assert names(client, "groot") == ["Anna de Groot"]


def test_ended_trajectory_is_still_found(client, worker, team):
    TrajectoryFactory(in_team=team, ended=True, client__last_name="Zwanenberg")
    client.force_login(worker)
    assert results(client, "zwanenberg").client_count == 1


def test_row_shows_what_the_caseload_shows(client, worker, team):
    trajectory = TrajectoryFactory(in_team=team, client__last_name="Zwanenberg")
    StagePeriodFactory(trajectory=trajectory)
    ContactFactory(client=trajectory.client)
    client.force_login(worker)
    row = results(client, "zwanenberg").clients[0]
    assert (row.stage, row.days_since_seen is not None) == ("inloop", True)


@pytest.mark.parametrize("typed", ["korenschoof", "Bakkerij", "bakerij", "BÄKKERIJ"])
def test_employer_is_found(client, worker, typed):
    employer = EmployerFactory(name="Bakkerij De Korenschoof", is_shared=True)
    EmployerFactory(name="Timmerbedrijf Van Dam", is_shared=True)
    EmployerFactory(name="Bakkerij De Korenmolen")  # of another team, which shares it with nobody
    client.force_login(worker)
    assert [row.employer for row in results(client, typed).employers] == [employer]


def test_employer_row_counts_jobs_of_visible_clients_only(client, worker, team):
    employer = EmployerFactory(name="Korenschoof")
    JobFactory(trajectory=TrajectoryFactory(in_team=team), employer=employer)
    JobFactory(trajectory=TrajectoryFactory(in_team=team), employer=employer, ended_on=date(2024, 4, 1))
    JobFactory(employer=employer)
    client.force_login(worker)
    assert results(client, "korenschoof").employers[0].running_jobs == 1


def test_many_results_show_the_first_twenty_and_say_how_many(client, worker, team):
    ClientFactory.create_batch(23, team=team, last_name="Zwanenberg")
    client.force_login(worker)
    found = results(client, "zwanenberg")
    assert (len(found.clients), found.client_count) == (20, 23)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "client_number_hint"),
        ({"q": "   "}, "client_number_hint"),
        ({"q": "a"}, "too_short"),
        ({"q": "zwanenberg"}, "nothing"),
        ({"q": "x" * 101}, "client_number_hint"),
        ({"q": "%"}, "too_short"),
        ({"q": "100%_\\'"}, "nothing"),
    ],
)
def test_states_say_what_to_do_next(client, worker, query, words):
    texts = {
        "client_number_hint": "Who or what are you looking for?",
        "too_short": "Type at least two characters.",
        "nothing": "Nothing found for",
    }
    client.force_login(worker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(reverse(URL), query)
    assert texts[words] in response.content.decode()


def test_htmx_gets_the_results_alone(client, worker, team):
    person(team, "Anna de Groot")
    client.force_login(worker)
    response = client.get(reverse(URL), {"q": "groot"}, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "GROOT, Anna de" in response.content.decode()


@pytest.mark.parametrize("role", ["monitor", "beheerder"])
def test_who_opens_no_files_can_not_search(client, role):
    client.force_login(UserFactory(**{role: True}))
    assert client.get(reverse(URL), {"q": "groot"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 12])
def test_search_query_budget(client, count_queries, worker, team, rows):
    for _number in range(rows):
        trajectory = TrajectoryFactory(in_team=team, client__last_name="Zwanenberg", followed_by=worker)
        JobFactory(trajectory=trajectory, employer__name=f"Zwanenberg {trajectory.pk}")
    client.force_login(worker)
    # session with user, spelling, clients, the facts about them, employers
    with count_queries(6):
        client.get(reverse(URL), {"q": "zwanenberg"})


@pytest.mark.django_db(transaction=True)
def test_name_search_uses_the_trigram_index(client, worker, team):
    """On a table of some size, as the planner chooses by itself."""
    first = ["Anna", "Piet", "Renée", "Mohammed", "Joris", "Maaike", "Fatima", "Bram", "Els", "Kees"]
    last = ["Jansen", "Bakker", "Visser", "Smit", "Mulder", "Yılmaz", "Peters", "Dekker", "Brouwer", "Vos"]
    Client.objects.bulk_create(
        Client(
            client_number=f"N{number}",
            first_name=first[number % 10],
            last_name=f"{last[number // 10 % 10]}{chr(97 + number // 100)}",
            team=team,
        )
        for number in range(4000)
    )
    person(team, "Anna de Groot")
    with as_owner(), connection.cursor() as cursor:
        # What autovacuum does after a while: merge fresh rows into the index, count what there is.
        cursor.execute("SELECT gin_clean_pending_list('client_search_name')")
        cursor.execute("ANALYZE clients_client")
    client.force_login(worker)
    with CaptureQueriesContext(connection) as queries:
        assert names(client, "grooot") == ["Anna de Groot"]
    statements = [q["sql"] for q in queries if '"clients_client"."search_name" %>' in q["sql"]]
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.4', true)")
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "client_search_name" in plan, plan
    assert statements


@pytest.mark.parametrize(
    "typed",
    [
        "315", "0315", "C 0315", "c-315", "C0315",
        "T0042", "t 42", "T-0042",
        "06 1234 5678", "+31 6 12345678", "0612345678",
        "3-4-1990", "03-04-1990", "3/4/1990", "03041990", "1990-04-03",
    ],
)  # fmt: skip
def test_client_is_found_by_every_number_that_people_know(client, worker, team, typed):
    sought = person(
        team, "Anna de Groot", client_number="C0315", phone="06-12345678", birth_date=date(1990, 4, 3)
    )
    TrajectoryFactory(client=sought, trajectory_number="T0042")
    person(team, "Piet Jansen", client_number="C3150", phone="06-87654321", birth_date=date(1990, 3, 4))
    client.force_login(worker)
    assert names(client, typed)[0] == "Anna de Groot"
    assert results(client, typed).client_count == 1


def test_own_clients_with_running_support_come_before_others_of_that_name(client, worker, team):
    others = person(team, "Ab Jansen")
    ended = person(team, "Bo Jansen")
    TrajectoryFactory(client=ended, ended=True)
    own = person(team, "Cor Jansen")
    AssignmentFactory(client=own, user=worker)
    client.force_login(worker)
    found = [row.client for row in results(client, "jansen").clients]
    assert found == [own, others, ended]


def test_date_of_birth_stands_beside_the_number(client, worker, team):
    person(team, "Anna de Groot", birth_date=date(1990, 4, 3))
    client.force_login(worker)
    assert "03-04-1990" in client.get(reverse(URL), {"q": "groot"}).content.decode()
