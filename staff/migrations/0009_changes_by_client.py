from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that nobody waits for it; PostgreSQL allows that outside a transaction only.
    atomic = False

    dependencies = [
        ("staff", "0008_whose_file_a_change_lies_in"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="auditevent",
            index=models.Index(fields=["client_id", "-at"], name="audit_by_client"),
        ),
    ]
