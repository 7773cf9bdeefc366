"""Who opened a client's file, for the client: by day, with role and team."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Count, Max, Min, Prefetch, Q, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from clients.models import AROUND_THE_FILE, Client, EmergencyAccess
from ipsplatform.common.access import AccessAction
from ipsplatform.common.periods import runs_on
from staff.models import AccessLine, AccessOutcome, TeamMembership, User

DAYS_SHOWN = 365


@dataclass(frozen=True, slots=True)
class FileAccess:
    """One person on one day; without `user` it was the system.

    `role` is the role in which they looked, `teams` are their teams of that day; `times` counts pages.
    """

    day: date
    user: User | None
    role: str
    teams: list[str]
    parts: list[str]
    purpose: str
    times: int
    is_emergency: bool
    is_refused: bool
    has_changed: bool


@dataclass(frozen=True, slots=True)
class ListSighting:
    """One person to whom lists showed the name of the client: from the `first` to the `last` day, on `days`
    days. `times` counts pages; `was_exported` when one of the lists left the system as a file.
    """

    user: User | None
    role: str
    teams: list[str]
    purpose: str
    first: date
    last: date
    days: int
    times: int
    was_exported: bool


@dataclass(frozen=True, slots=True)
class EmergencyOpening:
    """One emergency access with the teams that the person who opened the file had on that day.

    `verdict` is that of the review; empty while there is none.
    """

    access: EmergencyAccess
    user: User
    teams: list[str]
    verdict: str


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
    return [_line(dict(row), people) for row in rows]


def list_sightings(client: Client, *, days: int = DAYS_SHOWN) -> list[ListSighting]:
    """Who saw the name of this client in a list in the last `days`, whoever saw it last first. Three
    statements.

    A list is no look into the file (ADR 42): it is told once for each person and not for each day.
    """
    since = timezone.now() - timedelta(days=days)
    rows = list(
        AccessLine.objects.filter(
            listed__contains=[client.public_id], at__gte=since, outcome=AccessOutcome.DONE
        )
        .order_by()
        .annotate(day=TruncDate("at"))
        .values("actor", "role", "purpose")
        .annotate(
            first=Min("day"),
            last=Max("day"),
            days=Count("day", distinct=True),
            times=Count("pk"),
            was_exported=BoolOr(Q(action=AccessAction.EXECUTE)),
        )
        .order_by("-last", "role", "actor")
    )
    people = _people(row["actor"] for row in rows)
    return [_sighting(dict(row), people) for row in rows]


def emergency_openings(client: Client) -> list[EmergencyOpening]:
    """Each emergency access of the last year, the latest first. Three statements."""
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    accesses = client.emergency_accesses.filter(started_at__gte=since).annotate(
        judged=Coalesce("review__verdict", Value(""))
    )
    people = _people(access.user_id for access in accesses)
    return [
        EmergencyOpening(
            access=access,
            user=people[access.user_id],
            teams=_teams(people[access.user_id], timezone.localdate(access.started_at)),
            verdict=access.judged,
        )
        for access in accesses
    ]


def _people(actors: Iterable[int]) -> dict[int, User]:
    """Who they are, with their teams. Two statements."""
    teams = Prefetch("memberships", TeamMembership.objects.select_related("team"))
    return User.objects.prefetch_related(teams).in_bulk(set(actors) - {None})


def _line(row: dict[str, Any], people: dict[int, User]) -> FileAccess:
    user = people.get(row.pop("actor"))
    return FileAccess(user=user, teams=_teams(user, row["day"]) if user else [], **row)


def _sighting(row: dict[str, Any], people: dict[int, User]) -> ListSighting:
    user = people.get(row.pop("actor"))
    return ListSighting(user=user, teams=_teams(user, row["last"]) if user else [], **row)


def _teams(user: User, day: date) -> list[str]:
    """The names of the teams of that day, sorted."""
    names = {
        membership.team.name
        for membership in user.memberships.all()
        if runs_on(day, started_on=membership.started_on, ended_on=membership.ended_on)
    }
    return sorted(names)
