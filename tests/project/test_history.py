"""What stood in a row is kept by the database, whoever changes it and however."""

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from clients.models import Client
from ipsplatform.celery import app
from staff.models import User
from tests.factories import ClientFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.shows(6)

REMEMBERED = {
    "Assignment",
    "CitizenServiceNumber",
    "Client",
    "Consent",
    "Contact",
    "DisclosureChoice",
    "Employer",
    "EmployerPerson",
    "Job",
    "SharingGround",
    "StagePeriod",
    "Team",
    "TeamMembership",
    "Trajectory",
    "User",
}


@app.task(name="tests.move_everybody")
def move_everybody(municipality: str) -> None:
    Client.objects.update(municipality=municipality)


def history_of(client: Client) -> list[tuple]:
    return list(client.history.order_by("pgh_id").values_list("pgh_label", "municipality"))


def test_every_row_about_people_and_work_has_history():
    kept = {
        model.pgh_tracked_model.__name__ for model in apps.get_models() if hasattr(model, "pgh_tracked_model")
    }
    assert kept >= REMEMBERED


@pytest.mark.django_db
def test_bulk_update_leaves_the_old_rows():
    clients = ClientFactory.create_batch(3, municipality="Assen")
    Client.objects.update(municipality="Zwolle")
    assert [history_of(client) for client in clients] == [[("changed", "Assen")]] * 3


@pytest.mark.django_db
def test_plain_sql_leaves_the_old_row():
    contact = ContactFactory(note="was hier")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trajectories_contact SET note = 'anders'")
        cursor.execute("DELETE FROM trajectories_contact")
    rows = contact.history
    assert list(rows.order_by("pgh_id").values_list("pgh_label", "note")) == [
        ("changed", "was hier"),
        ("removed", "anders"),
    ]


@pytest.mark.django_db
def test_update_that_changes_nothing_leaves_nothing():
    client = ClientFactory(municipality="Assen")
    Client.objects.update(municipality="Assen")
    assert history_of(client) == []


@pytest.mark.django_db
def test_password_and_sign_in_are_not_kept():
    user = UserFactory()
    user.set_password("een-lang-geheim-woord")
    user.save(update_fields=["password"])
    assert not user.history.exists()
    User.objects.filter(pk=user.pk).update(last_name="Anders")
    assert not {"password", "last_login"} & {field.name for field in user.history.get()._meta.fields}


@pytest.mark.django_db
def test_request_says_who_and_where(world, client):
    owner = world.sign_in(client, "owner")
    page = reverse("clients:client_correct", args=[world.client.public_id])
    values = client.get(page).context["form"].initial | {"municipality": "Emmen"}
    client.post(page, {name: value for name, value in values.items() if value is not None})
    context = world.client.history.get().pgh_context
    assert (context["user"], context["role"], context["path"]) == (owner.pk, owner.role, page)
    assert len(context["request"]) == 36


@pytest.mark.django_db
def test_task_says_its_name():
    client = ClientFactory(municipality="Assen")
    move_everybody.apply(args=["Meppel"])
    assert client.history.get().pgh_context["task"] == "tests.move_everybody"
