"""The two addresses by which a load balancer knows whether to send people here."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ipsplatform.operations import heartbeat
from ipsplatform.operations.database_roles import as_owner
from reports.runs.services import store_run
from tests.factories import TrajectoryFactory
from tests.ports import closed_port

pytestmark = pytest.mark.shows(20)


def test_live_asks_nothing_of_the_database():
    response = Client().get(reverse("health_live"))
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.fixture
def _alive():
    heartbeat.write()


@pytest.mark.django_db
@pytest.mark.usefixtures("_alive")
def test_ready_when_every_part_answers(client):
    response = client.get(reverse("health_ready"))
    assert response.status_code == 200
    parts = {"database": "ok", "broker": "ok", "beat": "ok", "monitoring": "ok", "reviews": "ok"}
    assert response.json() == {"status": "ok", "parts": parts}


@pytest.mark.django_db
@pytest.mark.usefixtures("_alive")
def test_a_stale_heartbeat_is_a_warning(client, settings, time_machine):
    time_machine.move_to(timezone.now() + timedelta(seconds=settings.BEAT_STALE_SECONDS + 1))
    url = reverse("health_ready")
    assert client.get(url).status_code == 200
    assert client.get(url).json()["status"] == client.get(url).json()["parts"]["beat"] == "warn"
    assert client.get(url, {"strict": "1"}).status_code == 503


@pytest.mark.django_db(transaction=True)  # it is asked on a connection of its own
@pytest.mark.usefixtures("_alive")
def test_a_missed_run_is_a_warning_from_the_third_day(client, time_machine):
    TrajectoryFactory(enrolled_on=date(2026, 3, 20))
    answers = []
    for day in ("2026-04-01", "2026-04-02", "2026-04-03"):
        time_machine.move_to(f"{day}T12:00:00+02:00", tick=False)
        heartbeat.write()
        answers.append(client.get(reverse("health_ready")).json()["parts"]["monitoring"])
    assert answers == ["ok", "ok", "warn"]
    for kind, first in (("month", date(2026, 3, 1)), ("quarter", date(2026, 1, 1))):
        store_run(period_kind=kind, period_from=first, period_to=date(2026, 3, 31))
    assert client.get(reverse("health_ready")).json()["parts"]["monitoring"] == "ok"


@pytest.mark.django_db
@pytest.mark.usefixtures("_alive")
def test_ready_names_the_broker_when_it_is_down(client, settings):
    settings.REDIS_URL = f"redis://:secret-word@127.0.0.1:{closed_port()}/0"
    response = client.get(reverse("health_ready"))
    assert response.status_code == 503
    assert response.json()["parts"] == {
        "database": "ok",
        "broker": "down",
        "beat": "ok",
        "monitoring": "ok",
        "reviews": "ok",
    }
    assert b"secret-word" not in response.content


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_alive")
def test_ready_waits_for_migrations(client):
    recorder = MigrationRecorder(connection)
    latest = recorder.migration_qs.filter(app="staff").latest("id").name
    with as_owner():
        recorder.record_unapplied("staff", latest)
    try:
        response = client.get(reverse("health_ready"))
    finally:
        with as_owner():
            recorder.record_applied("staff", latest)
    assert response.status_code == 503
    down = {"database": "down", "broker": "ok", "beat": "ok", "monitoring": "warn", "reviews": "warn"}
    assert response.json()["parts"] == down


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_alive")
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
    down = {"database": "down", "broker": "ok", "beat": "ok", "monitoring": "warn", "reviews": "warn"}
    assert response.json()["parts"] == down


def test_health_is_only_read(client):
    assert client.post(reverse("health_ready")).status_code == 405
