from django.db import migrations

# Of people who may sign in with one address, the one who signed in last keeps it; the others ask the
# administrator. The history keeps the earlier values.
SMALL_LETTERS = "UPDATE staff_user SET email = lower(email) WHERE email <> lower(email)"
ONE_PERSON = """
    UPDATE staff_user SET email = '' WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY email ORDER BY last_login DESC NULLS LAST, id
            ) AS place
            FROM staff_user WHERE is_active AND email <> ''
        ) AS people WHERE place > 1
    )
"""
# Neither of two such people could sign in: sign-in compares without case, and took neither.
ONE_NAME = """
    UPDATE staff_user SET username = left(username, 130) || '-' || id WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY lower(username) ORDER BY last_login DESC NULLS LAST, id
            ) AS place
            FROM staff_user
        ) AS people WHERE place > 1
    )
"""
# Written by "forgot your password" for whoever had no row yet; the address of a person is in staff_user.
NO_SECOND_TABLE = """
    DELETE FROM account_emailconfirmation;
    DELETE FROM account_emailaddress;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0014_list_by_client"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunSQL([SMALL_LETTERS, ONE_PERSON, ONE_NAME], migrations.RunSQL.noop),
        migrations.RunSQL(NO_SECOND_TABLE, migrations.RunSQL.noop),
    ]
