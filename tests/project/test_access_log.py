"""Every request of somebody who signed in leaves one line, and without the line there is no answer."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from ipsplatform.operations.database_roles import as_owner
from staff.access_log.partitions import MONTHS_AHEAD, make_log_partitions
from staff.access_log.tasks import make_log_partitions as make_log_partitions_task
from staff.models import AccessLine
from tests.factories import ContactFactory, TrajectoryFactory

pytestmark = [pytest.mark.shows(5), pytest.mark.django_db]


def overview(client) -> str:
    return reverse("trajectories:client_overview", args=[client.public_id])


def test_reading_a_file_is_logged_with_everything_that_was_checked(world, client):
    owner = world.sign_in(client, "owner")
    client.get(overview(world.client), REMOTE_ADDR="192.0.2.7")
    line = AccessLine.objects.get()
    assert (line.code, line.action, line.outcome) == ("trajectories:client_overview", "R", "done")
    assert (line.is_authorised, line.relation, line.consent, line.is_emergency) == (
        True,
        "caseload",
        "",
        False,
    )
    assert (line.actor, line.role, line.purpose) == (owner, owner.role, "zorg")
    assert (line.address, line.client_id, line.part) == ("192.0.2.7", world.client.public_id, "overview")
    assert (line.component, len(line.session_hash), line.request.version) == ("web", 64, 4)
    assert line.at.tzinfo is not None


@pytest.mark.parametrize(
    ("persona", "checked"),
    [
        ("teammate", ("team", "done", True)),
        ("team_lead", ("team", "done", True)),
        ("other_worker", ("none", "refused", False)),
        ("administrator", ("none", "refused", False)),
    ],
)
def test_relation_and_refusal(world, client, persona, checked):
    world.sign_in(client, persona)
    client.get(overview(world.client))
    line = AccessLine.objects.get()
    assert (line.relation, line.outcome, line.is_authorised) == checked
    assert line.client_id == world.client.public_id


def test_refused_change_is_logged(world, client):
    world.sign_in(client, "teammate")
    client.post(reverse("clients:client_correct", args=[world.client.public_id]))
    line = AccessLine.objects.get()
    assert (line.outcome, line.is_authorised, line.part) == ("refused", False, "person")


def test_page_about_a_part_leads_to_the_client(world, client):
    contact = ContactFactory(client=world.client, staff=world.people["owner"])
    trajectory = TrajectoryFactory(client=world.client)
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:contact_correct", args=[contact.public_id]))
    client.get(reverse("trajectories:stage_move", args=[trajectory.public_id]))
    client.get(reverse("trajectories:contact_write"), {"client": world.client.public_id})
    assert set(AccessLine.objects.values_list("client_id", "part")) == {
        (world.client.public_id, "contacts"),
        (world.client.public_id, "journey"),
    }


def test_list_says_how_many_rows_and_an_export_is_called_one(world, client):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:caseload_list"))
    client.get(reverse("trajectories:caseload_export", args=["csv"]))
    assert list(AccessLine.objects.order_by("pk").values_list("action", "row_count")) == [("R", 1), ("E", 1)]


def test_what_somebody_searched_for_is_not_in_the_log(world, client):
    world.sign_in(client, "owner")
    name = world.client.last_name
    client.get(reverse("trajectories:search"), {"q": name})
    client.get(reverse("trajectories:search"), {"q": name})
    client.get(reverse("trajectories:search"), {"q": "iemand anders"})
    first, second, other = AccessLine.objects.order_by("pk")
    assert first.query_hash == second.query_hash != other.query_hash
    assert (first.row_count, other.row_count) == (1, 0)
    everything = json.dumps(list(AccessLine.objects.values()), default=str)
    assert not any(word in everything for word in (name, world.client.client_number, world.client.first_name))


def test_unknown_file_leaves_a_line_without_a_client(world, client):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:client_overview", args=[uuid.uuid4()]))
    client.get("/no-such-page/")
    assert list(AccessLine.objects.order_by("pk").values_list("code", "outcome", "client_id")) == [
        ("trajectories:client_overview", "refused", None),
        ("not_found", "refused", None),
    ]


def test_one_statement_for_each_page(world, client):
    world.sign_in(client, "owner")
    counted = Counted()
    with connection.execute_wrapper(counted):
        client.get(overview(world.client))
    assert counted.lines == 1


def test_nobody_who_is_not_signed_in_leaves_a_line(world, client):
    client.get(overview(world.client))
    client.get(reverse("health_live"))
    assert not AccessLine.objects.exists()


def test_task_leaves_a_line():
    make_log_partitions_task.apply()
    line = AccessLine.objects.get()
    assert (line.code, line.action, line.component) == (
        "staff.access_log.tasks.make_log_partitions",
        "E",
        "worker",
    )
    assert (line.actor, line.purpose) == (None, "systeem")


def test_months_are_there_before_they_begin():
    assert make_log_partitions() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'staff_accessline'::regclass")
        assert cursor.fetchone() == (MONTHS_AHEAD + 1,)


@pytest.mark.django_db(transaction=True)
def test_application_makes_a_month_that_is_missing_but_no_table_of_its_own(world):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'staff_accessline'::regclass"
            " ORDER BY 1 DESC LIMIT 1"
        )
        cursor.execute(f"DROP TABLE {cursor.fetchone()[0]}")
    assert make_log_partitions() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('staff_accessline', 'INSERT, SELECT')")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_page_that_can_not_be_logged_is_not_shown(world):
    browser = Browser(raise_request_exception=False)
    world.sign_in(browser, "owner")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON staff_accessline FROM ips")
    try:
        response = browser.get(overview(world.client))
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("GRANT INSERT ON staff_accessline TO ips")
    assert response.status_code == 500
    assert world.client.last_name not in response.content.decode()
    assert "staff_accessline" not in response.content.decode()


class Counted:
    """Counts the lines that are written."""

    def __init__(self) -> None:
        self.lines = 0

    def __call__(self, execute, sql, params, many, context):
        self.lines += '"staff_accessline"' in sql
        return execute(sql, params, many, context)


@pytest.mark.parametrize(("address", "kept"), [("fe80::1%eth0", "fe80::1"), ("nonsense", None)])
def test_an_odd_address_does_not_cost_the_page(world, client, address, kept):
    world.sign_in(client, "owner")
    answer = client.get(reverse("trajectories:caseload_list"), REMOTE_ADDR=address)
    assert (answer.status_code, AccessLine.objects.latest("pk").address) == (200, kept)
