"""Whose installation this is: one row, changed in the administration, shown where people look."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from staff.models import AuditEvent, Organisation, OrganisationAction
from staff.organisation.services import name_organisation
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FACTS = {"name": "GGZ Voorbeeldstad", "questions_to": "privacy@voorbeeld.example"}
LIST = "admin:staff_organisation_changelist"


@pytest.fixture
def beheerder(client):
    administrator = UserFactory(beheerder=True)
    client.force_login(administrator)
    return administrator


def test_there_is_one_organisation(client, beheerder):
    client.post(client.get(reverse(LIST)).url, FACTS)
    with pytest.raises(ValidationError, match="organisatie"):
        name_organisation(name="Een tweede", questions_to="niemand", by=beheerder)
    assert "change" in client.get(reverse("admin:staff_organisation_add")).url
    assert [row.name for row in Organisation.objects.all()] == ["GGZ Voorbeeldstad"]


def test_a_correction_keeps_what_stood_there(client, beheerder):
    name_organisation(**FACTS, by=beheerder)
    client.post(client.get(reverse(LIST)).url, FACTS | {"name": "GGZ Voorbeelddorp"})
    line = AuditEvent.objects.get(action=OrganisationAction.CORRECTED)
    assert line.changes == {"name": ["GGZ Voorbeeldstad", "GGZ Voorbeelddorp"]}
    assert Organisation.objects.get().history.get().name == "GGZ Voorbeeldstad"


def test_the_sign_in_page_names_it(client, beheerder):
    client.logout()
    before = client.get(reverse("account_login")).content.decode()
    name_organisation(**FACTS, by=beheerder)
    assert "GGZ Voorbeeldstad" not in before
    assert "GGZ Voorbeeldstad" in client.get(reverse("account_login")).content.decode()
