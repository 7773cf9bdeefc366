"""What the requests to let somebody see more ask, and whether that still fits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from staff.models import AccessChange, Role, Team, TeamMembership


@dataclass(frozen=True, slots=True)
class AskedMembership:
    """A membership as it will be, and as it is now; None for a new one. `fits` is False when it can't be."""

    team: str
    started_on: date
    ended_on: date | None
    before: TeamMembership | None
    fits: bool


def asked_memberships(changes: Iterable[AccessChange]) -> dict[AccessChange, list[AskedMembership]]:
    """The memberships of each request, in its own order. Two statements, however many requests."""
    changes = list(changes)
    teams = {str(team.public_id): team.name for team in Team.objects.filter(public_id__in=_teams_of(changes))}
    people = {change.person_id for change in changes if change.memberships}
    of_person = defaultdict(list)
    for membership in TeamMembership.objects.filter(user__in=people).select_related("team"):
        of_person[membership.user_id].append(membership)
    return {
        change: [_asked(facts, teams, of_person[change.person_id]) for facts in change.memberships]
        for change in changes
    }


def still_fits(change: AccessChange, memberships: list[AskedMembership]) -> bool:
    """Whether the person is still as when this was asked. `memberships` are those of `change`."""
    is_same = all(getattr(change.person, name) == before for name, (before, _) in change.changes.items())
    return is_same and all(asked.fits for asked in memberships)


def role_label(code: str) -> str:
    """The words of a role."""
    return str(Role(code).label)


def days_in_team(membership: TeamMembership) -> list[str | None]:
    """Which team, from when until when, in values that JSON can hold: what a request compares."""
    last = membership.ended_on
    started_on = membership.started_on.isoformat()
    return [str(membership.team.public_id), started_on, last.isoformat() if last else None]


def _asked(facts: dict[str, Any], teams: dict[str, str], known: list[TeamMembership]) -> AskedMembership:
    """One membership of a request; `known` are those that the person has now."""
    first = date.fromisoformat(facts["started_on"])
    last = date.fromisoformat(facts["ended_on"]) if facts["ended_on"] else None
    before = next((one for one in known if str(one.public_id) == facts["membership"]), None)
    others = [one for one in known if one != before and str(one.team.public_id) == facts["team"]]
    is_same = facts.get("was") == (days_in_team(before) if before else None)
    return AskedMembership(
        team=teams.get(facts["team"], ""),
        started_on=first,
        ended_on=last,
        before=before,
        fits=is_same and not any(_overlaps(one, first, last) for one in others),
    )


def _overlaps(membership: TeamMembership, first: date, last: date | None) -> bool:
    starts_before_end = last is None or membership.started_on <= last
    return starts_before_end and (membership.ended_on is None or membership.ended_on >= first)


def _teams_of(changes: list[AccessChange]) -> set[UUID]:
    return {team for change in changes for team in change.teams}
