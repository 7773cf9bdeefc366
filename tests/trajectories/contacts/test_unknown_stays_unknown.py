"""Correcting one word of an imported contact answers nothing that nobody knows."""

import pytest
from django.urls import reverse

from tests.factories import ContactFactory, EmployerFactory, TeamFactory, UserFactory
from tests.filled_forms import send
from trajectories.models import ContactKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

UNKNOWN = {
    "location": "", "face_to_face": None, "minutes": None, "hiring_manager": None, "client_is_named": None
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in ContactKind if kind != ContactKind.NAZORG])
def test_every_unknown_of_a_contact_survives_a_correction_of_its_note(client, kind):
    team = TeamFactory()
    worker = UserFactory(team=team)
    employer = EmployerFactory() if kind == ContactKind.WERKGEVER else None
    contact = ContactFactory(client__team=team, staff=worker, kind=kind, employer=employer, **UNKNOWN)
    client.force_login(worker)
    send(client, reverse("trajectories:contact_correct", args=[contact.public_id]), note="Verbeterd.")
    contact.refresh_from_db()
    assert contact.note == "Verbeterd."
    assert {name: getattr(contact, name) for name in UNKNOWN} == UNKNOWN


def test_what_was_known_is_still_asked(client):
    team = TeamFactory()
    worker = UserFactory(team=team)
    contact = ContactFactory(client__team=team, staff=worker, location="thuis", face_to_face=True)
    client.force_login(worker)
    url = reverse("trajectories:contact_correct", args=[contact.public_id])
    errors = client.post(url, {"kind": "werk", "occurred_at": "2024-02-01T10:00"}).context["form"].errors
    assert {"location", "face_to_face"} <= set(errors)
