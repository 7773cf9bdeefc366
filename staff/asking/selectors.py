"""What the requests to let somebody see more ask, and whether that still fits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from staff.models import AccessChange, Role, Team, TeamMembership, User

# What says who a person is: the second person judges these, and none of them waits for anybody.
IDENTITY = ("first_name", "name_prefix", "last_name", "username", "staff_number", "email")


@dataclass(frozen=True, slots=True)
class AskedMembership:
    """A membership as it will be, and as it is now; None for a new one. `fits` is False when it can't be."""

    team: str
    started_on: date
    ended_on: date | None
    before: TeamMembership | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed since it was asked: a field of the person, or "team" for the name and code of a team."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Asked:
    """The memberships of a request, in its own order, and what changed since it was asked."""

    memberships: list[AskedMembership]
    differences: list[Difference]

    @property
    def fits(self) -> bool:
        """Whether the person and the teams are still as when this was asked."""
        return not self.differences and all(asked.fits for asked in self.memberships)


def asked_of(changes: Iterable[AccessChange]) -> dict[AccessChange, Asked]:
    """What each request asks, compared with today. Two statements, however many requests."""
    changes = list(changes)
    teams = {
        str(team.public_id): [team.name, team.code]
        for team in Team.objects.filter(public_id__in={team for one in changes for team in _teams_of(one)})
    }
    people = {change.person_id for change in changes if change.memberships}
    of_person = defaultdict(list)
    for membership in TeamMembership.objects.filter(user__in=people).select_related("team"):
        of_person[membership.user_id].append(membership)
    return {
        change: Asked(
            [_asked(facts, change, teams, of_person[change.person_id]) for facts in change.memberships],
            _differences(change, teams),
        )
        for change in changes
    }


def snapshot_of(person: User, *, teams: Iterable[UUID]) -> dict[str, dict[str, Any]]:
    """Who `person` is, and how these teams and those of today are called, in values that JSON can hold."""
    today = TeamMembership.objects.current().filter(user=person)
    shown = Team.objects.filter(Q(public_id__in=list(teams)) | Q(pk__in=today.order_by().values("team")))
    return {
        "person": {name: getattr(person, name) for name in IDENTITY},
        "teams": {str(team.public_id): [team.name, team.code] for team in shown},
    }


def person_as_asked(change: AccessChange) -> User:
    """Who the person was when this was asked, not for saving; of before snapshots, who that is now."""
    return User(**change.snapshot["person"]) if change.snapshot else change.person


def role_label(code: str) -> str:
    """The words of a role."""
    return str(Role(code).label)


def days_in_team(membership: TeamMembership) -> list[str | None]:
    """Which team, from when until when, in values that JSON can hold: what a request compares."""
    last = membership.ended_on
    started_on = membership.started_on.isoformat()
    return [str(membership.team.public_id), started_on, last.isoformat() if last else None]


def _differences(change: AccessChange, teams: dict[str, list[str]]) -> list[Difference]:
    """Of the facts that are asked, of who the person is, and of what the teams are called."""
    asked = {name: before for name, (before, _after) in change.changes.items()}
    known = dict.fromkeys(IDENTITY) | change.snapshot.get("person", {}) | asked
    of_person = [Difference(name, before, getattr(change.person, name)) for name, before in known.items()]
    named = change.snapshot.get("teams", {})
    of_teams = [Difference("team", before, teams.get(team)) for team, before in named.items()]
    return [one for one in of_person + of_teams if one.before != one.after]


def _asked(
    facts: dict[str, Any], change: AccessChange, teams: dict[str, list[str]], known: list[TeamMembership]
) -> AskedMembership:
    """One membership of a request, its team as it was called then; `known` are those of the person now."""
    first = date.fromisoformat(facts["started_on"])
    last = date.fromisoformat(facts["ended_on"]) if facts["ended_on"] else None
    before = next((one for one in known if str(one.public_id) == facts["membership"]), None)
    others = [one for one in known if one != before and str(one.team.public_id) == facts["team"]]
    is_same = facts.get("was") == (days_in_team(before) if before else None)
    named = teams | change.snapshot.get("teams", {})
    return AskedMembership(
        team=named.get(facts["team"], [""])[0],
        started_on=first,
        ended_on=last,
        before=before,
        fits=is_same and not any(_overlaps(one, first, last) for one in others),
    )


def _overlaps(membership: TeamMembership, first: date, last: date | None) -> bool:
    starts_before_end = last is None or membership.started_on <= last
    return starts_before_end and (membership.ended_on is None or membership.ended_on >= first)


def _teams_of(change: AccessChange) -> set[str]:
    return {str(team) for team in change.teams} | set(change.snapshot.get("teams", {}))
