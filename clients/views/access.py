"""Who looked in a file, on paper for the client."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients import permissions
from clients.models import Client
from clients.selectors.file_access import emergency_lines, file_access
from ipsplatform.common.access import note_rows


@require_safe
def client_access(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The log of one file in plain words: role and team, names by decision. Reading it is remembered too."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("team"), public_id=public_id
    )
    if not permissions.can_write_client(request.user, client):
        raise PermissionDenied(permissions.who_may_write())
    lines = file_access(client)
    note_rows(request, len(lines))
    columns = (_("Day"), _("Who"), _("What"), _("Why"), _("Pages"))
    context = {
        "client": client,
        "today": timezone.localdate(),
        "lines": lines,
        "emergencies": emergency_lines(client),
        "shows_names": settings.FILE_ACCESS_SHOWS_NAMES,
        "columns": [{"label": label, "is_number": label == columns[-1]} for label in columns],
    }
    return render(request, "clients/client_access.html", context)
