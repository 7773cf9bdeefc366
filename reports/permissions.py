"""Who may read which figures."""

from staff.models import User
from staff.permissions import Ability, can_read_all_figures, can_read_figures, has_ability


def can_read_reports(user: User) -> bool:
    """Whether there are figures at all that this person may read."""
    return can_read_figures(user)


def can_choose_days(user: User) -> bool:
    """Report over any days: of one's own team only. Subtracted from each other they leave one person."""
    return can_read_figures(user) and sees_small_numbers(user)


def can_start_run(user: User) -> bool:
    """Have the figures of a period computed again: monitors and team leads, who answer for them."""
    return can_read_all_figures(user) or has_ability(user, Ability.LEAD_TEAM)


def sees_small_numbers(user: User) -> bool:
    """Whether small numbers stay visible: to the team itself, not to readers of all teams."""
    return not can_read_all_figures(user)
