"""What lies in what: the rules that the database holds too, in words, for a page and for a file (ADR 48).

A stage lies in its trajectory, a trajectory in the life of its client. Jobs may start before the enrolment
and outlast the end; a job does not start after it.
"""

from datetime import date

from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import in_digits
from trajectories.models import Trajectory


def refuse_outside_trajectory(
    *, started_on: date, ended_on: date | None, enrolled_on: date, last_day: date | None
) -> None:
    """Raise RuleError for a stage that begins before the enrolment or goes on after the last day."""
    if started_on < enrolled_on:
        text = _("The trajectory began on %(day)s: a stage can't begin before it.")
        raise RuleError(text % {"day": in_digits(enrolled_on)}, field="started_on")
    if last_day is not None and ended_on is None:
        raise RuleError(_("This trajectory has ended, so the stage has an end too."), field="ended_on")
    if last_day is not None and ended_on is not None and ended_on > last_day:
        text = _("The trajectory ended on %(day)s: a stage can't go on after it.")
        raise RuleError(text % {"day": in_digits(last_day)}, field="ended_on")


def refuse_outside_life(trajectory: Trajectory, client: Client) -> None:
    """Raise RuleError for a trajectory that begins before the client was born, or goes on after the death."""
    for field in ("referred_on", "enrolled_on"):
        day = getattr(trajectory, field)
        if day and client.birth_date and day < client.birth_date:
            raise RuleError(_("This is before the client was born. Is the year right?"), field=field)
    if client.died_on is None:
        return
    for field in ("enrolled_on", "ended_on"):
        day = getattr(trajectory, field)
        if day is None or day > client.died_on:
            text = _("This client has died. The support ends on the day of the death at the latest.")
            raise RuleError(text, field=field)


def refuse_late_referral(trajectory: Trajectory) -> None:
    """Raise RuleError when somebody would be referred after the enrolment."""
    if trajectory.referred_on and trajectory.enrolled_on and trajectory.referred_on > trajectory.enrolled_on:
        raise RuleError(_("The referral is after the enrolment."), field="referred_on")
