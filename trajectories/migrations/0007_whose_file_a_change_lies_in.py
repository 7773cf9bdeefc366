"""Write in each older line of the log of changes in whose file, and where in it, the change lies.

In batches that each stand by themselves: what was done stays done, a second run goes on where it stopped.
A row that was taken back is found in its history.
"""

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


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("clients", "0009_consent"),
        ("staff", "0009_changes_by_client"),
        ("trajectories", "0006_contact_named_valid"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
