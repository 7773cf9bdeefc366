"""The upgrade to one address of one person, on rows as earlier versions kept them."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

from ipsplatform.operations.database_roles import as_owner
from staff.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

MIGRATION = import_module("staff.migrations.0015_addresses_without_case")
RULES = """
    ALTER TABLE staff_user DROP CONSTRAINT user_email_in_small_letters;
    DROP INDEX user_email_of_one_person;
    DROP INDEX user_name_of_one_person;
"""
LATELY, LONG_AGO = datetime(2026, 3, 2, tzinfo=UTC), datetime(2021, 3, 2, tzinfo=UTC)


@pytest.fixture
def upgraded():
    """Rows of an earlier version, upgraded in a transaction that is undone at the end."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RULES)
        UserFactory(username="first", email="Team@Example.org", last_login=LONG_AGO)
        UserFactory(username="latest", email="team@example.org", last_login=LATELY)
        UserFactory(username="never", email="TEAM@example.org")
        UserFactory(username="left", email="team@example.ORG", is_active=False)
        UserFactory(username="alone", email="Alone@example.org")
        UserFactory(username="without", email="")
        UserFactory(username="Jan", last_login=LATELY)
        twin = UserFactory(username="JAN")
        EmailAddress.objects.create(user=twin, email="jan@example.org")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for operation in MIGRATION.Migration.operations:
            statements = operation.sql if isinstance(operation.sql, list) else [operation.sql]
            for statement in statements:
                cursor.execute(statement)
        yield twin
        transaction.set_rollback(True)


def test_the_one_who_signed_in_last_keeps_the_address_and_the_name(upgraded):
    kept = dict(User.objects.exclude(email="").values_list("username", "email"))
    assert kept == {
        "latest": "team@example.org",
        "left": "team@example.org",
        "alone": "alone@example.org",
    }
    names = set(User.objects.filter(username__istartswith="jan").values_list("username", flat=True))
    assert names == {"Jan", f"JAN-{upgraded.pk}"}
    assert not EmailAddress.objects.exists()
    assert User.history.rel.related_model.objects.filter(email="Team@Example.org").exists()
