"""Contacts of the trajectbegeleiders of a team with somebody who hires, week by week."""

from dataclasses import dataclass
from datetime import date

from staff.models import Role, Team, User
from trajectories.employers.weekly import HiringWeek, hiring_weeks, together


@dataclass(frozen=True, slots=True)
class HiringRow:
    """One trajectbegeleider with the weeks that are shown, the latest last."""

    user: User
    weeks: list[HiringWeek]


@dataclass(frozen=True, slots=True)
class TeamHiring:
    """The trajectbegeleiders of a team, and their weeks together."""

    rows: list[HiringRow]
    team: list[HiringWeek]


def team_hiring(*, team: Team, day: date) -> TeamHiring:
    """Who is a trajectbegeleider of `team` on `day`, by name, with all their contacts. Three statements."""
    people = User.objects.in_teams([team.pk], day).filter(role=Role.IPS_TRAJECTBEGELEIDER)
    found = list(people.order_by("last_name", "first_name", "pk"))
    weeks = hiring_weeks(people=found, day=day)
    return TeamHiring([HiringRow(user, weeks[user.pk]) for user in found], together([*weeks.values()]))
