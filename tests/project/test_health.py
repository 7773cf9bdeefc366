"""The two addresses by which a load balancer knows whether to send people here."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.ports import closed_port


def test_live_asks_nothing_of_the_database():
    response = Client().get(reverse("health_live"))
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_when_database_and_broker_answer(client):
    response = client.get(reverse("health_ready"))
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "parts": {"database": "ok", "broker": "ok"}}


@pytest.mark.django_db
def test_ready_names_the_broker_when_it_is_down(client, settings):
    settings.REDIS_URL = f"redis://:secret-word@127.0.0.1:{closed_port()}/0"
    response = client.get(reverse("health_ready"))
    assert response.status_code == 503
    assert response.json()["parts"] == {"database": "ok", "broker": "down"}
    assert b"secret-word" not in response.content


@pytest.mark.django_db
def test_ready_waits_for_migrations(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'staff'")
    response = client.get(reverse("health_ready"))
    assert response.status_code == 503
    assert response.json()["parts"] == {"database": "down", "broker": "ok"}


@pytest.mark.django_db(transaction=True)
def test_ready_names_the_database_when_it_is_down():
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = closed_port()
    try:
        response = Client().get(reverse("health_ready"))
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port
    assert response.status_code == 503
    assert response.json()["parts"] == {"database": "down", "broker": "ok"}


def test_health_is_only_read(client):
    assert client.post(reverse("health_ready")).status_code == 405
