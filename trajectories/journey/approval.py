"""How long a funder's approval lasts (domain.md, section 6)."""

from calendar import monthrange
from datetime import date

from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import in_digits
from trajectories.models import TargetGroup, Trajectory

# Calendar months from the approval: for how long one is given, and with an extension at most.
# Source: domain.md, section 6: EPA 36 months; CMD 24, at most 12 more. The other target groups have no rule.
APPROVED_MONTHS = {TargetGroup.EPA: 36, TargetGroup.CMD: 24}
MOST_MONTHS = {TargetGroup.EPA: 36, TargetGroup.CMD: 36}


def approval_ends_on(trajectory: Trajectory) -> date | None:
    """The day on which the approval ends by the rule of the target group; None where there is no rule."""
    return _after(APPROVED_MONTHS, trajectory)


def refuse_wrong_approval(trajectory: Trajectory) -> None:
    """Raise RuleError for a last day without an approval, before it, or later than the group allows."""
    until = trajectory.approved_until
    if until is None:
        return
    if trajectory.approved_on is None:
        raise RuleError(_("Fill in as well on which day it was approved."), field="approved_until")
    if until < trajectory.approved_on:
        text = _("An approval can't end before the day on which it was given.")
        raise RuleError(text, field="approved_until")
    latest = _after(MOST_MONTHS, trajectory)
    if latest is not None and until > latest:
        text = _("For this target group an approval ends on %(day)s at the latest.")
        raise RuleError(text % {"day": in_digits(latest)}, field="approved_until")


def _after(months_of: dict[TargetGroup, int], trajectory: Trajectory) -> date | None:
    """The same day so many months later, or the last day of that month when it is shorter."""
    months = {group.value: months for group, months in months_of.items()}.get(trajectory.target_group)
    day = trajectory.approved_on
    if months is None or day is None:
        return None
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
