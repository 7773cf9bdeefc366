from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

INDEX = "access_by_listed"
COLUMN = "USING gin (listed) WHERE listed IS NOT NULL"


def index_every_month(apps, schema_editor):
    """Without stopping whoever writes: a partitioned table can't be indexed CONCURRENTLY, its months can."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON ONLY staff_accessline {COLUMN}")
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'staff_accessline'::regclass ORDER BY 1"
        )
        for (month,) in cursor.fetchall():
            name = f"{month}_listed_idx"
            cursor.execute("SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(%s)", [name])
            known = cursor.fetchone()
            if known == (False,):  # an attempt that was interrupted leaves one that is never used
                cursor.execute(f"DROP INDEX {name}")
            if known != (True,):
                cursor.execute(f"CREATE INDEX CONCURRENTLY {name} ON {month} {COLUMN}")
            cursor.execute(f"ALTER INDEX {INDEX} ATTACH PARTITION {name}")


def drop_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('staff', '0013_clients_in_a_list'),
    ]

    operations = [
        migrations.RunPython(index_every_month, drop_index),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddIndex(
                    model_name='accessline',
                    index=GinIndex(
                        fields=['listed'], name=INDEX, condition=models.Q(('listed__isnull', False)),
                    ),
                ),
            ],
        ),
    ]
