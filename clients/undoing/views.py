"""The button beside a message about what somebody just did."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.access import AccessAction, button_to, notes_of
from ipsplatform.common.declared import nouns_of_clients
from ipsplatform.common.form_actions import button_action
from staff.models import SavedForm
from staff.requests import AuthenticatedHttpRequest
from staff.typed.undoing import undo_form


@button_to(AccessAction.UPDATE)
def form_undo(request: AuthenticatedHttpRequest, number: UUID) -> HttpResponse:
    """Put back what I did today with this form or button, and go where that led."""
    form = get_object_or_404(SavedForm.objects.of(request.user, number))
    clients = _clients_of(request, form)
    names = ", ".join(sorted(client.list_name for client in clients))
    said = _("%(name)s: undone. It is as it was before.") % {"name": names} if names else _("Undone.")
    return button_action(request, partial(undo_form, form=form), said=said, then=form.led_to or "/")


def _clients_of(request: AuthenticatedHttpRequest, form: SavedForm) -> list[Client]:
    """Whom it was about, each still in sight. Raises Http404 when one is not, or nothing can be undone."""
    kinds = {client: kind for kind, _key, _is_new, client in form.touched if client}
    nouns = {model._meta.label_lower: declared for model, declared in nouns_of_clients().items()}
    parts = {client: nouns[kind].part for client, kind in kinds.items()}
    found = list(Client.objects.visible_to(request.user).filter(public_id__in=parts))
    if len(found) < len(parts) or not form.touched:
        raise Http404
    for client, part in parts.items():
        notes_of(request).shows([UUID(client)], part=part)
    return found
