"""The copy of a client's data for the client: read the texts first, then on paper and as a file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clients.access_review.pages import file_access_columns, file_access_lines, list_lines
from clients.file.look_up import client_or_404, visible_or_404
from clients.models import ClientExport
from clients.permissions import can_give_data
from ipsplatform.common.access import AccessAction, exports, form_to, notes_of
from staff.models import User
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action
from trajectories.client_data.forms import ClientExportForm
from trajectories.client_data.machine_copy import as_machine_copy
from trajectories.client_data.paper import paper_sections
from trajectories.client_data.selectors import ClientData, client_data, key_of, texts_of
from trajectories.client_data.services import make_client_export
from trajectories.file.pages.history import history_lines


@form_to(AccessAction.CREATE)
def client_export_prepare(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Every text, to see whether it names somebody else; each may be left out with a reason."""
    client = client_or_404(request, public_id, may=can_give_data)
    texts = texts_of(client)
    notes_of(request).rows = len(texts)
    form = ClientExportForm(request.POST or None, texts=texts)

    def make_ready(*, by: User, **_typed: object) -> ClientExport:
        return make_client_export(client=client, texts_key=key_of(texts), left_out=form.left_out(), by=by)

    if done := form_action(request, form, make_ready, said="", then=_paper_url, can_undo=False):
        return done
    context = {"form": form, "client": client}
    return render(request, "trajectories/client_data/client_export_prepare.html", context)


@exports
def client_paper_export(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Everything in plain words, to print and give away."""
    export = _export(request, public_id)
    if _has_new_texts(request, export):
        return redirect("trajectories:client_export_prepare", export.client.public_id)
    data = _data(request, export)
    context = {
        "export": export,
        "client": export.client,
        "today": timezone.localdate(),
        "sections": paper_sections(data),
        "access": [*file_access_lines(data.access), *list_lines(data.lists)],
        "access_columns": file_access_columns(),
        "changes": history_lines(data.changes),
    }
    return render(request, "trajectories/client_data/client_export_paper.html", context)


@exports
def client_json_export(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The same content as a file that another system can read."""
    export = _export(request, public_id)
    if _has_new_texts(request, export):
        return redirect("trajectories:client_export_prepare", export.client.public_id)
    content = as_machine_copy(_data(request, export), export)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = slugify(f"{export.client.client_number} {export.made_at:%Y-%m-%d}")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _paper_url(export: ClientExport) -> str:
    return reverse("trajectories:client_paper_export", args=[export.public_id])


def _export(request: AuthenticatedHttpRequest, public_id: UUID) -> ClientExport:
    return visible_or_404(request, ClientExport, public_id, may_client=can_give_data)


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
    notes_of(request).rows = data.row_count
    return data
