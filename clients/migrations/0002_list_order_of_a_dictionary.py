import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

import ipsplatform.common.search


class Migration(migrations.Migration):
    # Concurrently, so that nobody waits for it; PostgreSQL allows that outside a transaction only.
    atomic = False

    dependencies = [
        ("clients", "0001_initial"),
        ("staff", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="client",
            index=models.Index(
                ipsplatform.common.search.ImmutableUnaccent(
                    django.db.models.functions.text.Lower(models.F("last_name"))
                ),
                models.F("first_name"),
                models.F("id"),
                name="client_in_list_order",
            ),
        ),
        RemoveIndexConcurrently(model_name="client", name="client_list_order"),
    ]
