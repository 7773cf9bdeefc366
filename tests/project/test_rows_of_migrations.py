"""A test that empties the tables leaves what migrations wrote as it was (tests/conftest.py)."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from clients.models import ConsentText, RetentionRegime
from trajectories.models import SignalThresholds


def rows_of_every_table() -> dict[str, list[dict]]:
    there = set(connection.introspection.table_names())
    models = [model for model in apps.get_models() if model._meta.db_table in there]
    rows = {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}
    return {label: found for label, found in rows.items() if found}


@pytest.mark.django_db(transaction=True)
def test_rows_of_migrations_are_back_after_the_tables_were_emptied():
    before = rows_of_every_table()
    written = (RetentionRegime, ConsentText, SignalThresholds, ContentType, Permission)
    assert {model._meta.label for model in written} <= {*before}
    call_command("flush", interactive=False, verbosity=0)
    assert rows_of_every_table() == before
