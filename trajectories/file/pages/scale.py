"""The time axis of the journey picture: from days to places on the drawing, and what is written below."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from ipsplatform.common.day_texts import day_text

SHORTEST = timedelta(days=13)  # a journey of three days still gets two weeks of room
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True, slots=True)
class Scale:
    """`first` lies at `left`, the day after `last` at `right`."""

    first: date
    last: date
    left: int
    right: int

    def at(self, day: date) -> int:
        """The left edge of a day, kept inside the drawing."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left))

    def after(self, day: date) -> int:
        """The right edge of a day."""
        return self.at(day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Tick:
    day: date
    label: str


def scale_for(first: date, last: date, *, left: int, right: int) -> Scale:
    return Scale(first, max(last, first + SHORTEST), left, right)


def ticks(scale: Scale, *, most: int) -> list[Tick]:
    """Round days on the axis, at most `most`, each with its words."""
    for step in DAY_STEPS:
        days = list(islice(_every_days(scale, step), most + 1))
        if len(days) <= most:
            return [Tick(day, day_text(day, "j M")) for day in days]
    for step in MONTH_STEPS:
        days = list(islice(_every_months(scale, step), most + 1))
        if len(days) <= most:
            return [Tick(day, _month_label(day, step, is_first=day == days[0])) for day in days]
    return []


def _every_days(scale: Scale, step: int) -> Iterator[date]:
    day = scale.first
    while day <= scale.last:
        yield day
        day += timedelta(days=step)


def _every_months(scale: Scale, step: int) -> Iterator[date]:
    """First days of months that divide the year evenly: January, April, …"""
    month = scale.first.year * 12 + scale.first.month - 1
    if scale.first.day > 1:
        month += 1
    month += -month % step
    while (day := date(month // 12, month % 12 + 1, 1)) <= scale.last:
        yield day
        month += step


def _month_label(day: date, step: int, *, is_first: bool) -> str:
    if step >= 12:
        return day_text(day, "Y")
    return day_text(day, "M Y" if is_first or day.month == 1 else "M")
