"""Clients to choose from, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from ipsplatform.common.pickers import Group
from trajectories.choosing.selectors import ClientOptions

Choices = list[tuple[str, str] | Group]


def client_choices(options: ClientOptions, *, text: str = "", chosen: Client | None = None) -> Choices:
    """The choices of a list: nobody, then one's own clients and others; `chosen` is always among them."""
    others = list(options.others)
    if chosen is not None and chosen not in (*options.own, *others):
        others.append(chosen)
    groups = [(_("My caseload"), options.own), (_("Team"), others)]
    named = [(title, [(str(one.public_id), client_words(one)) for one in group]) for title, group in groups]
    return [("", _first_line(options, text)), *(group for group in named if group[1])]


def client_words(client: Client) -> str:
    """GROOT, Anna de · C0315."""
    return f"{client.list_name} · {client.client_number}"


def _first_line(options: ClientOptions, text: str) -> str:
    """What stands in the list while nobody is chosen."""
    if not text:
        return "–"
    number = len(options.own) + len(options.others)
    if not number:
        return _("nobody found: look at the spelling")
    if options.has_more:
        return _("the %(number)s likeliest: choose, or type more") % {"number": number}
    return ngettext("%(number)s client found: choose", "%(number)s clients found: choose", number) % {
        "number": number
    }
