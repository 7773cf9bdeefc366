"""Record what clients are given of their own file."""

from django.db import transaction

from clients.models import Client, ClientExport, ExportAction, LeftOutText
from staff.audit import services as audit
from staff.models import User


@transaction.atomic
def make_client_export(
    *, client: Client, texts_key: str, left_out: list[LeftOutText], by: User
) -> ClientExport:
    """Record that somebody read the texts, and which of them stay out. The data stay where they are."""
    export = ClientExport(client=client, made_by=by, texts_key=texts_key)
    export.full_clean()
    export.save()
    for text in left_out:
        text.export = export
        text.full_clean()
        text.save()
    audit.record(by=by, action=ExportAction.GIVEN, target=export)
    return export
