"""The copy of the own data for the client: read the texts first, then on paper and as a file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access_review.pages import file_access_lines
from clients.file.form_page import refuse_unless
from clients.models import Client, ClientExport
from clients.permissions import can_give_data
from ipsplatform.common.access import note_rows
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest
from trajectories.client_data.file import as_file
from trajectories.client_data.forms import ClientExportForm
from trajectories.client_data.paper import paper_sections
from trajectories.client_data.selectors import ClientData, client_data, key_of, texts_of
from trajectories.client_data.services import make_client_export
from trajectories.file.pages.history import history_lines


@require_http_methods(["GET", "POST"])
def client_export_prepare(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Every text, to see whether it names somebody else; each may be left out with a reason."""
    clients = Client.objects.visible_to(request.user).select_related("team")
    client = get_object_or_404(clients, public_id=public_id)
    refuse_unless(can_give_data(request.user, client))
    texts = texts_of(client)
    note_rows(request, len(texts))
    form = ClientExportForm(request.POST or None, texts=texts)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            export = make_client_export(
                client=client, texts_key=key_of(texts), left_out=form.left_out(), by=request.user
            )
        if form.is_valid():
            return redirect("trajectories:client_paper_export", export.public_id)
    return render(
        request, "trajectories/client_data/client_export_prepare.html", {"form": form, "client": client}
    )


@require_safe
def client_paper_export(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Everything in plain words, to print and give away."""
    export = _export(request, public_id)
    if _has_new_texts(request, export):
        return redirect("trajectories:client_export_prepare", export.client.public_id)
    data = _data(request, export)
    columns = (_("Day"), _("Who"), _("What"), _("Why"), _("Pages"))
    context = {
        "export": export,
        "client": export.client,
        "today": timezone.localdate(),
        "sections": paper_sections(data),
        "access": file_access_lines(data.access),
        "access_columns": [{"label": label, "is_number": label == columns[-1]} for label in columns],
        "changes": history_lines(data.changes),
    }
    return render(request, "trajectories/client_data/client_export_paper.html", context)


@require_safe
def client_json_export(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The same content as a file that another system can read."""
    export = _export(request, public_id)
    if _has_new_texts(request, export):
        return redirect("trajectories:client_export_prepare", export.client.public_id)
    content = as_file(_data(request, export), export)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = slugify(f"{export.client.client_number} {export.made_at:%Y-%m-%d}")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _export(request: AuthenticatedHttpRequest, public_id: UUID) -> ClientExport:
    exports = ClientExport.objects.visible_to(request.user).select_related("client__team")
    export = get_object_or_404(exports, public_id=public_id)
    refuse_unless(can_give_data(request.user, export.client))
    return export


def _has_new_texts(request: AuthenticatedHttpRequest, export: ClientExport) -> bool:
    """Whether a text came or changed that nobody has looked at; the person is told."""
    if export.texts_key == key_of(texts_of(export.client)):
        return False
    messages.warning(
        request, _("Something was written since these data were made ready. Look at the texts again.")
    )
    return True


def _data(request: AuthenticatedHttpRequest, export: ClientExport) -> ClientData:
    data = client_data(export)
    note_rows(request, data.row_count)
    return data
