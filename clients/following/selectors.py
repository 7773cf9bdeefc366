"""Which assignments rest on nothing any more."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from clients.models import Assignment
from staff.models import TeamMembership, User


def outlived_assignments(day: date) -> QuerySet[Assignment]:
    """Assignments that go on although the role or the team that they rest on has ended (ADR 47).

    `last_team_day` is the last day of the person in the team of the client, None for those who are in it
    without an end or never were: following a client of another team rests on no membership. Whose only
    membership was corrected to another team since then has left as well.
    """
    in_team = TeamMembership.objects.filter(user=OuterRef("user"), team=OuterRef("client__team"))
    was_in_team = apps.get_model("staff.TeamMembershipHistory")._base_manager.filter(
        user=OuterRef("user"), team=OuterRef("client__team"), pgh_created_at__date__gte=OuterRef("started_on")
    )
    latest = in_team.order_by(F("ended_on").desc(nulls_first=True)).values("ended_on")[:1]
    outlives_team = Q(last_team_day__gte=F("started_on")) & _goes_on_after(F("last_team_day"))
    outlives_role = ~Q(role=F("user__role")) & _goes_on_after(day - timedelta(days=1))
    was_moved = Exists(was_in_team) & ~Exists(in_team) & _goes_on_after(day)
    rows = Assignment.objects.annotate(last_team_day=Subquery(latest))
    return rows.filter(outlives_team | outlives_role | was_moved).select_related("user").order_by("pk")


def follows_in_team(user: User, teams: list[int]) -> bool:
    """Whether `user` follows a client of one of these teams, today or later."""
    return Assignment.objects.filter(user=user, client__team__in=teams).open().exists()


def last_days_in_teams(users: Iterable[int]) -> dict[tuple[int, int], date]:
    """Of each person and team, by primary keys, the last day; nothing of a membership without an end."""
    rows = TeamMembership.objects.filter(user__in=list(users)).order_by("ended_on")  # without an end is last
    latest = {(user, team): day for user, team, day in rows.values_list("user", "team", "ended_on")}
    return {pair: day for pair, day in latest.items() if day is not None}


def trajectbegeleider_remains(assignment: Assignment, on: date) -> bool:
    """Whether somebody else in the same profession follows the client on that day and goes on."""
    others = Assignment.objects.filter(client=assignment.client_id, role=assignment.role).exclude(
        user=assignment.user_id
    )
    return others.open().filter(started_on__lte=on, user__is_active=True, user__role=assignment.role).exists()


def _goes_on_after(day: date | F) -> Q:
    return Q(ended_on=None) | Q(ended_on__gt=day)
