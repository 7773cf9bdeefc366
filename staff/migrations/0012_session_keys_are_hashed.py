from django.db import migrations


class Migration(migrations.Migration):
    """Everybody signs in again, once.

    The rows hold the keys themselves, and so do backups and copies of them, where they would go on working.
    In production the cookie has a new name too, so that no browser would have sent its old key again.
    """

    dependencies = [
        ("staff", "0011_the_month_of_a_seal"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM staff_staffsession", reverse_sql=migrations.RunSQL.noop),
    ]
