"""Every field has a class, and the classes decide what administration, log of changes and copies show."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from clients.models import Client, ClientAction
from ipsplatform.common.admin import ReadOnlyAdmin
from ipsplatform.common.classification import About, DataClass, class_of, unclassified
from staff.audit import services as audit
from staff.models import Role, StaffAction, User
from tests.declarations import classified_tables
from tests.factories import ClientFactory, UserFactory
from trajectories.models import Contact

pytestmark = pytest.mark.shows(11)


def test_every_field_has_a_class_and_every_class_a_field():
    assert unclassified() == [], "give each field a class in `declared` of its model, and remove what is gone"


def test_a_field_without_a_class_is_found(monkeypatch):
    table = classified_tables()["clients.Client"]
    without = {name: found for name, found in table.fields.items() if name != "phone"}
    monkeypatch.setattr(Client, "declared", replace(table, fields=without))
    # The history of a model inherits its classes, and so their absence.
    assert unclassified() == ["clients.Client.phone", "clients.ClientHistory.phone"]
    assert class_of(Client, "phone") is DataClass.FREE_TEXT  # unknown is treated as the worst


def test_rows_about_clients_say_which_client():
    for label, found in classified_tables().items():
        assert (found.about is About.CLIENT) == bool(found.client), label
        if found.client not in ("", "pk"):
            assert apps.get_model(label)._base_manager.values(found.client).query


def test_text_without_limits_is_free_text():
    for label, found in classified_tables().items():
        for field in apps.get_model(label)._meta.concrete_fields:
            if (
                field.get_internal_type() == "TextField"
                and not field.generated
                and found.about is About.CLIENT
            ):
                assert found.fields[field.name] is DataClass.FREE_TEXT, f"{label}.{field.name}"


@pytest.mark.parametrize(
    "careless",
    [
        {"list_display": ["client_number", "last_name"]},
        {"list_display": ["client_number"], "list_filter": ["municipality"]},
        {"list_display": ["client_number"], "search_fields": ["^client_number", "last_name"]},
        {"list_display": ["client_number"], "fields": ["birth_date"]},
        {"list_display": ["client_number"], "date_hierarchy": "birth_date"},
        {"list_display": ["client_number"], "ordering": ["-last_name"]},
        {"list_display": ["client_number"], "search_fields": ["trajectories__wish__startswith"]},
        {"list_display": ["client_number"], "list_filter": ["trajectories__end_reason"]},
        {"list_display": ["hidden"], "hidden": admin.display(ordering="-last_name")(lambda _row: "")},
    ],
)
def test_an_admin_page_with_content_is_refused(careless):
    page = type("Careless", (ReadOnlyAdmin,), {"unmasked": ("client_number",), **careless})(
        Client, admin.site
    )
    assert "ipsplatform.E001" in {error.id for error in page.check()}


def test_a_note_in_the_admin_is_refused():
    page = type("Careless", (ReadOnlyAdmin,), {"list_display": ["note"]})(Contact, admin.site)
    assert "ipsplatform.E001" in {error.id for error in page.check()}


@pytest.mark.django_db
def test_log_of_changes_shows_values_of_technical_fields_only(client):
    client.force_login(UserFactory(beheerder=True))
    somebody = ClientFactory()
    person = UserFactory()
    audit.record(
        by=None, action=StaffAction.CORRECTED, target=person,
        changes={"role": [Role.CASEMANAGER, Role.MONITOR], "last_name": ["Voorheen", "Daarna"]},
    )  # fmt: skip
    audit.record(
        by=None,
        action=ClientAction.CORRECTED,
        target=somebody,
        changes={"last_name": ["Geheim", "Verborgen"]},
    )
    page = client.get(reverse("admin:staff_auditevent_changelist")).content.decode()
    assert "casemanager → monitor" in page
    assert not [name for name in ("Voorheen", "Daarna", "Geheim", "Verborgen") if name in page]
    assert class_of(User, "role") is DataClass.TECHNICAL
