"""Look something of a client up and ask for the right to it, in one call."""

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.shortcuts import get_object_or_404

from clients.models import Client
from clients.permissions import who_may_write
from staff.models import User
from staff.requests import AuthenticatedHttpRequest

Row = TypeVar("Row", bound=Model)


def visible_or_404(
    request: AuthenticatedHttpRequest,
    model: type[Row],
    public_id: UUID,
    *also: str,
    may: Callable[[User, Row], bool] | None = None,
    may_client: Callable[[User, Client], bool] | None = None,
    or_else: Callable[[], str] = who_may_write,
) -> Row:
    """The row with this number, its client and the client's team, and what `also` names, in one statement.

    Raises Http404 for what this person does not see, and PermissionDenied with the words of `or_else` for
    what they may only read: `may` asks about the row, `may_client` about its client.
    """
    to_client = model.declared.client  # type: ignore[attr-defined]  # every noun has it
    team = "team" if model is Client else f"{to_client}__team"
    rows = model.objects.visible_to(request.user).select_related(team, *also)  # type: ignore[attr-defined]  # every noun has it
    row = get_object_or_404(rows, public_id=public_id)
    client = row if model is Client else attrgetter(to_client.replace("__", "."))(row)
    if (may and not may(request.user, row)) or (may_client and not may_client(request.user, client)):
        raise PermissionDenied(or_else())
    return row


def client_or_404(
    request: AuthenticatedHttpRequest,
    public_id: UUID,
    *,
    may: Callable[[User, Client], bool],
    or_else: Callable[[], str] = who_may_write,
) -> Client:
    """As visible_or_404, for a client."""
    return visible_or_404(request, Client, public_id, may=may, or_else=or_else)
