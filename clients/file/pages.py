"""What stands around every page of a client's file: header, tabs and the ways to change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.actions import actions_of
from clients.file.selectors import people_around
from clients.file.tabs import tab_url, tabs_of
from clients.models import Assignment, Client
from clients.permissions import can_write_client
from ipsplatform.common.day_texts import day_text
from staff.models import User


@dataclass(frozen=True, slots=True)
class PersonAround:
    """Somebody who follows the client; `role` is the title, with what is special about it."""

    name: str
    role: str
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class ClientHeader:
    name: str
    subtitle: str
    people: list[PersonAround]
    contact_url: str
    file_url: str
    death: str
    take_back_url: str
    phone: str


def file_context(
    user: User,
    client: Client,
    tab: str,
    *,
    running: UUID | None,
    around: list[Assignment] | None = None,
) -> dict:
    """Header, tabs and what this person may do here; `running` identifies the running trajectory.

    `around` are the people around the client, when they were read already.
    """
    may_write = can_write_client(user, client)
    return {
        "client": client,
        "header": _header(client, people_around(client) if around is None else around),
        "tabs": tabs_of(client, tab),
        "may_write": may_write,
        "actions": actions_of(client, user, running=running) if may_write else [],
    }


def people_in_words(assignments: Iterable[Assignment]) -> list[PersonAround]:
    """The people around a client, each with the title of this assignment."""
    today = timezone.localdate()
    return [PersonAround(str(a.user), _role_text(a, today), a) for a in assignments]


def _header(client: Client, around: list[Assignment]) -> ClientHeader:
    """What stands above every tab of the file; `client.team` should be fetched."""
    return ClientHeader(
        name=client.list_name,
        subtitle=_subtitle(client),
        people=people_in_words(around),
        contact_url=f"{reverse('trajectories:contact_write')}?client={client.public_id}",
        file_url=tab_url(client),
        death=_death(client),
        take_back_url=reverse("trajectories:death_take_back", args=[client.public_id]),
        phone=client.phone,
    )


def _death(client: Client) -> str:
    if client.died_on is None:
        return ""
    facts = {"day": day_text(client.died_on, "j F Y"), "who": client.death_told_by}
    return _("Died on %(day)s. Told by: %(who)s.") % facts


def _role_text(assignment: Assignment, today: date) -> str:
    parts = [str(assignment.get_role_display())]
    if assignment.is_primary:
        parts.append(_("fixed person"))
    if assignment.started_on > today:
        parts.append(_("from %(day)s") % {"day": day_text(assignment.started_on)})
    if assignment.ended_on is not None:
        parts.append(_("until %(day)s") % {"day": day_text(assignment.ended_on)})
    return " · ".join(parts)


def _subtitle(client: Client) -> str:
    parts = [client.client_number, client.team.name if client.team else _("no team")]
    if client.other_birth_name:
        parts.insert(0, _("born %(name)s") % {"name": client.other_birth_name})
    if birth := client.birth:
        age = birth.age_text(client.died_on or timezone.localdate())
        parts.append(_("%(age)s years (%(day)s)") % {"age": age, "day": birth.in_words})
    return " · ".join(parts)
