"""The tabs of a client's file. A tab is one line here; its page lives in the room that owns its content."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.page_parts import Tab
from ipsplatform.common.texts import Text

FIRST = "overview"  # at the address of the file itself


@dataclass(frozen=True, slots=True)
class FileTab:
    """`name` follows `client_` in the name of the address; `count` is annotated on the client of a file.

    `part` is what the access log says of a tab about no noun: `name` is then the word after the client in
    its address. The address of the first tab has none.
    """

    name: str
    label: Text
    part: str = ""
    count: Callable[[Client], int | None] = lambda _client: None


TABS = (
    FileTab(FIRST, _("Overview"), Part.OVERVIEW),
    FileTab("journey", _("Journey to work"), Part.JOURNEY),
    FileTab("contacts", _("Contacts"), count=lambda client: vars(client)["contact_count"]),
    FileTab("work", _("Work"), count=lambda client: vars(client)["job_count"] or None),
)


def tab_parts() -> dict[str, str]:
    """The part of the file that a tab shows, by the word after the client in its address."""
    return {"" if tab.name == FIRST else tab.name: tab.part for tab in TABS if tab.part}


def tab_url(client: Client, name: str = FIRST) -> str:
    """The address of a page of the file, by the name that follows `client_`."""
    return reverse(f"trajectories:client_{name}", args=[client.public_id])


def tabs_of(client: Client, current: str) -> list[Tab]:
    """The tabs as `client` has them, `current` marked. A page of the file may belong to none of them."""
    return [Tab(t.label, tab_url(client, t.name), t.name == current, t.count(client)) for t in TABS]
