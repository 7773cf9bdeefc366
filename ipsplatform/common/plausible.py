"""What is possible but unlikely: a page asks once whether it is right, an import names line and column.

The limits are ours: what one person in a few hundred has is worth a look; more questions are not read.
"""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.partial_dates import PartialDate

YOUNGEST, OLDEST = 14, 75  # years; support to work from school age to long after retirement
LONG_WEEK = 48  # hours: the most that the law allows over four months (Arbeidstijdenwet 5:7)
LONG_DAY = 480  # minutes


def doubt_about_birth(birth: PartialDate) -> str:
    """A question about a date of birth; "" for one that may be likely."""
    today = timezone.localdate()
    youngest, oldest = birth.ages_on(today)
    if oldest >= YOUNGEST and youngest <= OLDEST:
        return ""
    age = birth.age_text(today)
    return _("By this date of birth the client is %(age)s years old. Is that right?") % {"age": age}


def doubt_about_hours(hours: Decimal) -> str:
    """A question about the hours of a job in a week; "" for a likely number."""
    return "" if hours <= LONG_WEEK else _("%(hours)s hours a week. Is that right?") % {"hours": hours}


def doubt_about_minutes(minutes: int) -> str:
    """A question about the length of a contact; "" for a likely one."""
    if minutes <= LONG_DAY:
        return ""
    return _("A contact of %(minutes)s minutes. Is that right?") % {"minutes": minutes}
