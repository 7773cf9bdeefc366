"""Who opened a client's file, for the client: by day, with role and team, without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from staff.models import AccessAction, AccessLine, AccessOutcome, Purpose, Role, TeamMembership

DAYS_SHOWN = 365
PARTS = {
    "overview": gettext_lazy("the overview"),
    "journey": gettext_lazy("the journey to work"),
    "contacts": gettext_lazy("the contacts"),
    "work": gettext_lazy("the jobs"),
    "person": gettext_lazy("the personal details"),
    "people": gettext_lazy("who helps"),
    "export": gettext_lazy("everything, to give you a copy"),
    "log": gettext_lazy("this list"),
}
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


def file_access(client: Client, *, days: int = DAYS_SHOWN) -> list[FileAccess]:
    """Who opened, changed or tried to open this file in the last `days`, the latest first. Two statements."""
    since = timezone.now() - timedelta(days=days)
    changed = Q(action__in=(AccessAction.CREATE, AccessAction.UPDATE, AccessAction.DELETE))
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
    teams = _teams_of(row["actor"] for row in rows)
    return [_line(row, teams) for row in rows]


def _teams_of(actors: Iterable[int]) -> dict[int, list[TeamMembership]]:
    memberships: dict[int, list[TeamMembership]] = {}
    for membership in TeamMembership.objects.filter(user__in=set(actors)).select_related("team"):
        memberships.setdefault(membership.user_id, []).append(membership)
    return memberships


def _line(row: dict, teams: dict[int, list[TeamMembership]]) -> FileAccess:
    return FileAccess(
        day=row["day"],
        who=_who(row, teams.get(row["actor"], [])),
        what=_what(row),
        why=_("emergency") if row["is_emergency"] else str(REASONS[Purpose(row["purpose"])]),
        times=row["times"],
        is_refused=row["is_refused"],
    )


def _who(row: dict, memberships: list[TeamMembership]) -> str:
    role = str(Role(row["role"]).label) if row["role"] else _("the system")
    on_that_day = [
        membership.team.name
        for membership in memberships
        if membership.started_on <= row["day"]
        and (membership.ended_on is None or membership.ended_on >= row["day"])
    ]
    return ", ".join([role, *sorted(set(on_that_day))])


def _what(row: dict) -> str:
    if row["is_refused"]:
        return _("tried to open the file and was refused")
    names = ", ".join(str(name) for part, name in PARTS.items() if part in row["parts"]) or _("the file")
    if row["has_changed"]:
        return _("looked at %(parts)s, and changed something") % {"parts": names}
    return _("looked at %(parts)s") % {"parts": names}
