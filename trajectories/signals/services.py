"""After how many days a signal is given: for the organisation, and for a team where that differs."""

from django.db import transaction

from staff.audit import services as audit
from staff.models import Team, User
from trajectories.models import SignalThresholds, SignalThresholdsAction


@transaction.atomic
def set_thresholds(*, team: Team | None, by: User, **days: int | None) -> SignalThresholds:
    """Give a team thresholds of its own; None is as the organisation has it.

    Raises ValidationError when the team has some already, and for a number of days that makes no sense.
    """
    thresholds = SignalThresholds(team=team, **days)
    return audit.save(thresholds, by=by, action=SignalThresholdsAction.SET)


def correct_thresholds(*, thresholds: SignalThresholds, by: User, **days: int | None) -> SignalThresholds:
    """Change thresholds; the earlier ones are kept. Raises ValidationError as `set_thresholds` does."""
    return audit.correct(target=thresholds, action=SignalThresholdsAction.CORRECTED, by=by, facts=days)
