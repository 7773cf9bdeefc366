from django.db import migrations

from ipsplatform.common.identity import plain_client_number


def write_in_one_form(apps, schema_editor):
    """In capitals, with ordinary dashes: the form in which they are looked up from now on."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, client_number FROM clients_client"
            " WHERE client_number <> upper(client_number) OR client_number ~ '[^ -~]'"
        )
        changed = {pk: plain_client_number(number) for pk, number in cursor.fetchall()}
        cursor.execute("SELECT id, client_number FROM clients_client WHERE client_number = ANY(%s)", [[*changed.values()]])
        held = {number: pk for pk, number in cursor.fetchall()}
        doubles = [pk for pk, number in changed.items() if held.get(number, pk) != pk]
        if doubles or len({*changed.values()}) < len(changed):
            raise RuntimeError(
                "Client numbers differ in their dashes or the width of their signs only (CHANGELOG.md): "
                f"correct them, then migrate again. Their keys: {doubles}."
            )
        cursor.executemany(
            "UPDATE clients_client SET client_number = %s WHERE id = %s",
            [(number, pk) for pk, number in changed.items()],
        )


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0016_search_by_birth_name'),
    ]

    operations = [migrations.RunPython(write_in_one_form, migrations.RunPython.noop, elidable=True)]
