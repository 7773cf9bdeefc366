"""The head of a client's file: who this is, and who stands around."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Assignment, Client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.durations import age_on


@dataclass(frozen=True, slots=True)
class PersonAround:
    """Somebody who follows the client; `role` is the title, with what is special about it."""

    name: str
    role: str
    assignment: Assignment

    @property
    def public_id(self) -> UUID:
        return self.assignment.public_id


@dataclass(frozen=True, slots=True)
class ClientHeader:
    name: str
    subtitle: str
    people: list[PersonAround]
    contact_url: str
    file_url: str


def client_header(client: Client) -> ClientHeader:
    """What stands above every tab of the file. One statement; `client.team` should be fetched."""
    return ClientHeader(
        name=client.list_name,
        subtitle=_subtitle(client),
        people=people_around(client),
        contact_url=f"{reverse('trajectories:contact_write')}?client={client.public_id}",
        file_url=reverse("trajectories:client_overview", args=[client.public_id]),
    )


def people_around(client: Client) -> list[PersonAround]:
    """Who follows the client today or from a later day, the fixed trajectbegeleider first."""
    today = timezone.localdate()
    assignments = _assignments(client=client.pk, day=today)
    return [PersonAround(str(a.user), _role_text(a, today), a) for a in assignments]


def _assignments(client: int, day: date) -> QuerySet:
    return (
        Assignment.objects.filter(client=client)
        .not_ended_before(day)
        .select_related("user")
        .order_by("-is_primary", "started_on", "pk")
    )


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
    if client.birth_date:
        parts.append(
            _("%(age)s years (%(day)s)")
            % {
                "age": age_on(timezone.localdate(), birth_date=client.birth_date),
                "day": day_text(client.birth_date),
            }
        )
    return " · ".join(parts)
