"""A test that empties the tables leaves what migrations wrote as it was (tests/conftest.py)."""

import pytest
from django.core.management import call_command

from clients.models import ConsentText, RetentionRegime


@pytest.mark.django_db(transaction=True)
def test_rows_of_migrations_are_back_after_the_tables_were_emptied():
    before = [list(model.objects.order_by("pk").values()) for model in (RetentionRegime, ConsentText)]
    assert all(before)
    call_command("flush", interactive=False, verbosity=0)
    assert [list(model.objects.order_by("pk").values()) for model in (RetentionRegime, ConsentText)] == before
