from django.db import migrations

INDEX = "clients_accessreviewhistory_block_lifted_by_id"


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('clients', '0010_emergency_blocked_by_verdict'),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON clients_accessreviewhistory (block_lifted_by_id)",
            f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}",
        ),
    ]
