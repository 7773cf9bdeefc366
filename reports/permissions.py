"""Who may read which figures."""

from staff.models import Team, User
from staff.permissions import Ability, can_read_all_figures, can_read_figures, has_ability


def can_read_reports(user: User) -> bool:
    """Whether there are figures at all that this person may read."""
    return can_read_figures(user)


def can_read_scope(user: User, team: Team | None) -> bool:
    """The scope of a team, or of the whole organisation (None): the own teams, or all."""
    if can_read_all_figures(user):
        return True
    if team is None or not can_read_figures(user):
        return False
    return Team.objects.of_member(user).filter(pk=team.pk).exists()


def can_start_run(user: User) -> bool:
    """Have the figures of a period computed again: who answers for figures, so monitors and team leads."""
    return can_read_all_figures(user) or has_ability(user, Ability.LEAD_TEAM)


def sees_small_numbers(user: User) -> bool:
    """Whether small numbers stay in sight: for the team itself, not for who reads all teams."""
    return not can_read_all_figures(user)
