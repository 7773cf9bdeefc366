"""How appointments repeat: rules of RFC 5545, in choices that people make, and the days that they give.

A rule knows days only: an appointment keeps its time on the clock on the wall, also when that clock changes.
"""

from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.day_texts import day_text

LONGEST_LOOK = timedelta(days=400)  # what is asked at once; a series itself may go on without an end
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_OF_MONTH = 5  # a fifth Tuesday is the last one: many months have four
SHORTEST_MONTH = 28


class Repeats(models.TextChoices):
    """How often an appointment comes back, as somebody chooses it."""

    ONCE = "", gettext_lazy("once")
    WEEKLY = "weekly", gettext_lazy("every week")
    TWO_WEEKS = "two_weeks", gettext_lazy("every two weeks")
    FOUR_WEEKS = "four_weeks", gettext_lazy("every four weeks")
    MONTH_DAY = "month_day", gettext_lazy("every month, on the same date")
    MONTH_WEEKDAY = "month_weekday", gettext_lazy("every month, on the same day of the week")


# Every rule that `rule_of` makes, and no other: for the database.
KNOWN_RULE = (
    r"^(FREQ=WEEKLY;INTERVAL=[124]|FREQ=MONTHLY;BYDAY=(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)"
    r"|FREQ=MONTHLY;BYMONTHDAY=[0-9,]{1,11}(;BYSETPOS=-1)?)$"
)
WEEKS = {Repeats.WEEKLY: 1, Repeats.TWO_WEEKS: 2, Repeats.FOUR_WEEKS: 4}


def rule_of(choice: str, first_on: date) -> str:
    """The rule for a series that begins on `first_on`; "" for an appointment that comes once.

    A date that a month does not have is its last day, a fifth weekday the last one.
    """
    if choice == Repeats.ONCE:
        return ""
    if weeks := WEEKS.get(Repeats(choice)):
        return f"FREQ=WEEKLY;INTERVAL={weeks}"
    if choice == Repeats.MONTH_WEEKDAY:
        nth = (first_on.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={-1 if nth == LAST_OF_MONTH else nth}{DAYS[first_on.weekday()]}"
    if first_on.day <= SHORTEST_MONTH:
        return f"FREQ=MONTHLY;BYMONTHDAY={first_on.day}"
    days = ",".join(str(day) for day in range(SHORTEST_MONTH, first_on.day + 1))
    return f"FREQ=MONTHLY;BYMONTHDAY={days};BYSETPOS=-1"


def choice_of(rule: str) -> str:
    """The choice behind a rule that `rule_of` gave."""
    if not rule:
        return Repeats.ONCE
    if "BYDAY" in rule:
        return Repeats.MONTH_WEEKDAY
    if "BYMONTHDAY" in rule:
        return Repeats.MONTH_DAY
    return next(choice for choice in WEEKS if rule == rule_of(choice, date.min))


def in_words(rule: str, first_on: date, until: date | None) -> str:
    """A rule in words: every two weeks on Tuesday, until 3 March 2027. Empty for what comes once."""
    choice = choice_of(rule)
    if choice == Repeats.ONCE:
        return ""
    weekday = day_text(first_on, "l")
    words = {
        Repeats.WEEKLY: _("every week on %(weekday)s"),
        Repeats.TWO_WEEKS: _("every two weeks on %(weekday)s"),
        Repeats.FOUR_WEEKS: _("every four weeks on %(weekday)s"),
        Repeats.MONTH_DAY: _("every month on day %(day)s"),
        Repeats.MONTH_WEEKDAY: _("every month on the %(nth)s %(weekday)s"),
    }[Repeats(choice)]
    nth = (first_on.day - 1) // 7
    names = [_("first"), _("second"), _("third"), _("fourth"), _("last")]
    text = words % {"weekday": weekday, "day": first_on.day, "nth": names[nth]}
    if until is None:
        return text
    return _("%(rule)s, until %(day)s") % {"rule": text, "day": day_text(until, "j F Y")}


class RuleField(models.CharField):
    """A rule as text, which papers and the history of a file tell in words."""

    def in_words(self, rule: str) -> str:
        """Every two weeks."""
        return str(Repeats(choice_of(rule)).label)

    def deconstruct(self) -> tuple:
        """To migrations it is a text."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.CharField", arguments, keywords


def days_between(rule: str, *, first_on: date, until: date | None, since: date, to: date) -> list[date]:
    """The days from `since` to `to` on which a series begins that `rule` makes from `first_on`.

    `until` is its own last day. At most LONGEST_LOOK is looked at, so the answer is short whatever is asked.
    """
    last = min(day for day in (to, until, _at_most(since)) if day is not None)
    if last < max(since, first_on):
        return []
    if not rule:
        return [first_on] if since <= first_on else []
    midnight = rrulestr(rule, dtstart=datetime.combine(first_on, time.min))
    found = midnight.between(
        datetime.combine(max(since, first_on), time.min), datetime.combine(last, time.min), inc=True
    )
    return [moment.date() for moment in found]


def is_a_day_of(appointment: str, day: str) -> str:
    """The same in SQL, for the rules of KNOWN_RULE: whether the appointment, by its alias, has this day.

    What was said of single days (moved, cancelled) is not looked at.
    """
    first, rule = f"{appointment}.starts_on", f"{appointment}.repeats"
    same_weekday = f"extract(isodow FROM {day}) = extract(isodow FROM {first})"
    return f"""({day} >= {first} AND CASE
        WHEN {rule} = '' THEN {day} <= {appointment}.ends_on
        WHEN {day} > COALESCE({appointment}.repeats_until, {day}) THEN FALSE
        WHEN starts_with({rule}, 'FREQ=WEEKLY') THEN mod({day} - {first}, 7 * right({rule}, 1)::integer) = 0
        WHEN strpos({rule}, 'BYDAY=-1') > 0 THEN {same_weekday}
            AND date_trunc('month', {day} + 7) > date_trunc('month', {day})
        WHEN strpos({rule}, 'BYDAY') > 0 THEN {same_weekday}
            AND div(extract(day FROM {day}) - 1, 7) = div(extract(day FROM {first}) - 1, 7)
        ELSE extract(day FROM {day}) = LEAST(
            extract(day FROM {first}),
            extract(day FROM date_trunc('month', {day}) + INTERVAL '1 month - 1 day')
        )
    END)"""


def _at_most(since: date) -> date:
    return since + min(LONGEST_LOOK, date.max - since)
