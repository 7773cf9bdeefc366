"""Who opened a client's file, for the client: by day, with role and team.

Names stand there only when the organisation decided so (FILE_ACCESS_SHOWS_NAMES).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from ipsplatform.common.periods import runs_on
from staff.models import AccessAction, AccessLine, AccessOutcome, Purpose, Role, TeamMembership, User

DAYS_SHOWN = 365
PARTS = {
    "overview": gettext_lazy("the overview"),
    "journey": gettext_lazy("the journey to work"),
    "contacts": gettext_lazy("the contacts"),
    "work": gettext_lazy("the jobs"),
    "person": gettext_lazy("the personal details"),
    "bsn": gettext_lazy("the citizen service number"),
    "people": gettext_lazy("who helps"),
    "export": gettext_lazy("everything, to give you a copy"),
    "retention": gettext_lazy("how long the file is kept"),
    "sharing": gettext_lazy("what may be shared"),
    "log": gettext_lazy("this list"),
    "emergency": gettext_lazy("the emergency procedure"),
    "review": gettext_lazy("the control of who looked"),
}
AROUND_THE_FILE = ("emergency", "review")  # what is added there changes nothing in the file
REASONS = {
    Purpose.CARE: gettext_lazy("to support you"),
    Purpose.STEERING: gettext_lazy("to make figures"),
    Purpose.ADMINISTRATION: gettext_lazy("to manage the system"),
    Purpose.SYSTEM: gettext_lazy("automatic work"),
}


@dataclass(frozen=True, slots=True)
class FileAccess:
    """One person on one day. `who` is the role and the team; `times` counts pages."""

    day: date
    who: str
    what: str
    why: str
    times: int
    is_refused: bool


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """One emergency access: from when until when, by whom, and why."""

    started_at: datetime
    over_at: datetime
    who: str
    reason: str


def file_access(client: Client, *, days: int = DAYS_SHOWN) -> list[FileAccess]:
    """Who opened, changed or tried to open this file in the last `days`, latest first. Three statements."""
    since = timezone.now() - timedelta(days=days)
    changed = Q(action__in=(AccessAction.CREATE, AccessAction.UPDATE, AccessAction.DELETE))
    changed &= ~Q(part__in=AROUND_THE_FILE)
    rows = list(
        AccessLine.objects.filter(client_id=client.public_id, at__gte=since)
        .order_by()
        .annotate(day=TruncDate("at"), is_refused=~Q(outcome=AccessOutcome.DONE))
        .values("day", "actor", "role", "purpose", "is_emergency", "is_refused")
        .annotate(
            times=Count("pk"), parts=ArrayAgg("part", distinct=True, default=[]), has_changed=BoolOr(changed)
        )
        .order_by("-day", "role", "actor", "is_refused")
    )
    people = _people(row["actor"] for row in rows)
    return [_line(row, people) for row in rows]


def emergency_lines(client: Client) -> list[EmergencyLine]:
    """Each emergency access of the last year, the latest first. Three statements."""
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    accesses = client.emergency_accesses.filter(started_at__gte=since)
    people = _people(access.user_id for access in accesses)
    return [
        EmergencyLine(
            started_at=timezone.localtime(access.started_at),
            over_at=timezone.localtime(access.over_at),
            who=_who(
                people[access.user_id], people[access.user_id].role, timezone.localdate(access.started_at)
            ),
            reason=str(access.get_reason_display()),
        )
        for access in accesses
    ]


def _people(actors: Iterable[int]) -> dict[int, User]:
    """Who they are, with their teams. Two statements."""
    teams = Prefetch("memberships", TeamMembership.objects.select_related("team"))
    return User.objects.prefetch_related(teams).in_bulk(set(actors) - {None})


def _line(row: dict, people: dict[int, User]) -> FileAccess:
    return FileAccess(
        day=row["day"],
        who=_who(people.get(row["actor"]), row["role"], row["day"]),
        what=_what(row),
        why=_("emergency") if row["is_emergency"] else str(REASONS[Purpose(row["purpose"])]),
        times=row["times"],
        is_refused=row["is_refused"],
    )


def _who(user: User | None, role: str, day: date) -> str:
    """Role and teams of that day; the name only where the organisation decided so."""
    if user is None:
        return _("the system")
    teams = {
        membership.team.name
        for membership in user.memberships.all()
        if runs_on(day, started_on=membership.started_on, ended_on=membership.ended_on)
    }
    name = [str(user)] if settings.FILE_ACCESS_SHOWS_NAMES else []
    return ", ".join([*name, str(Role(role).label), *sorted(teams)])


def _what(row: dict) -> str:
    if row["is_refused"]:
        return _("tried to open the file and was refused")
    names = ", ".join(str(name) for part, name in PARTS.items() if part in row["parts"]) or _("the file")
    if row["has_changed"]:
        return _("looked at %(parts)s, and changed something") % {"parts": names}
    return _("looked at %(parts)s") % {"parts": names}
