"""Write in each older line of the log of changes in whose file, and where in it, the change lies.

In independent batches: what was done stays done, a second run continues where the first stopped.
A row that was taken back is found in its history. From then on a file takes along every line about it,
also of a contact that was moved to another client afterwards.
"""

from importlib import import_module

from django.db import migrations

BATCH = 2000
KINDS = {  # kind of object: path to the client, part of the file
    "clients.client": ("", "person"),
    "clients.assignment": ("client__", "people"),
    "clients.emergencyaccess": ("client__", "emergency"),
    "clients.clientexport": ("client__", "export"),
    "clients.legalhold": ("client__", "retention"),
    "clients.destructionproposal": ("client__", "retention"),
    "clients.consent": ("client__", "sharing"),
    "clients.sharingground": ("client__", "sharing"),
    "trajectories.disclosurechoice": ("client__", "sharing"),
    "trajectories.contact": ("client__", "contacts"),
    "trajectories.trajectory": ("client__", "journey"),
    "trajectories.stageperiod": ("trajectory__client__", "journey"),
    "trajectories.job": ("trajectory__client__", "work"),
}


def fill(apps, schema_editor):
    AuditEvent = apps.get_model("staff", "AuditEvent")
    for kind, (path, part) in KINDS.items():
        rows, last = AuditEvent.objects.filter(target_type=kind, client_id=None).order_by("pk"), 0
        while batch := list(rows.filter(pk__gt=last)[:BATCH]):
            clients = _clients(apps, kind, f"{path}public_id", {event.target_id for event in batch})
            for event in batch:
                event.client_id = clients.get(event.target_id)
                event.part = part if event.client_id else ""
            AuditEvent.objects.bulk_update(batch, ["client_id", "part"])
            last = batch[-1].pk


def _clients(apps, kind, path, ids):
    mine = apps.get_model(kind).objects.filter(public_id__in=ids)
    gone = apps.get_model(f"{kind}history").objects.filter(public_id__in=ids, pgh_label="removed")
    return dict(gone.values_list("public_id", path)) | dict(mine.values_list("public_id", path))


EARLIER = import_module("trajectories.migrations.0004_destroy_files").REMOVE_FILE
REMOVE_FILE = """
    CREATE OR REPLACE FUNCTION ips_remove_file(file bigint) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        removed jsonb;
        client text := (SELECT client_number FROM clients_client WHERE id = file);
        identifier uuid := (SELECT public_id FROM clients_client WHERE id = file);
        reviews bigint[] := (SELECT COALESCE(array_agg(r.id), '{}') FROM clients_accessreview r
            WHERE r.client_id = identifier);
        number bigint;
    BEGIN
        PERFORM set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger
            WHERE tgname ~ '^pgtrigger_(append_only|removed_delete)_';
        UPDATE trajectories_importrun SET report = jsonb_set(report, '{refusals}', '[]')
            WHERE report ? 'refusals' AND position(client IN (report -> 'refusals')::text) > 0;
        GET DIAGNOSTICS number = ROW_COUNT;
        removed := jsonb_build_object('trajectories_importrun', number);
        DELETE FROM staff_auditevent WHERE client_id = identifier;
        GET DIAGNOSTICS number = ROW_COUNT;
        removed := ips_add_counts(removed, jsonb_build_object('staff_auditevent', number));
        -- these know the client by identifier
        removed := ips_add_counts(removed, ips_remove_rows('clients_accessreview', reviews));
        removed := ips_add_counts(removed, ips_remove_rows('clients_client', ARRAY[file]));
        PERFORM set_config('pgtrigger.ignore', '', true);
        SET CONSTRAINTS ALL IMMEDIATE;  -- a row that still points here refuses now, not after the certificate
        RETURN removed;
    END $$
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("clients", "0009_consent"),
        ("staff", "0009_changes_by_client"),
        ("trajectories", "0006_contact_named_valid"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL(REMOVE_FILE, reverse_sql=EARLIER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
