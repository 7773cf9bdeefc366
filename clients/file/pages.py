"""What stands around every page of a client's file: header, tabs and the ways to change it."""

from uuid import UUID

from clients.file.actions import actions_of
from clients.file.selectors import client_header
from clients.file.tabs import tabs_of
from clients.models import Client
from clients.permissions import can_write_client
from staff.models import User


def file_context(user: User, client: Client, tab: str, *, running: UUID | None) -> dict:
    """Header, tabs and what this person may do here; `running` identifies the running trajectory."""
    may_write = can_write_client(user, client)
    return {
        "client": client,
        "header": client_header(client),
        "tabs": tabs_of(client, tab),
        "may_write": may_write,
        "actions": actions_of(client, user, running=running) if may_write else [],
    }
