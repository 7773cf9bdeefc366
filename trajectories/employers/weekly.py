"""Contacts with somebody who hires, per full-time week, against six (domain.md, section 7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from ipsplatform.common.periods import monday_of, runs_on
from staff.models import TeamMembership, User
from trajectories.models import Contact

A_WEEK = 6  # of one full-time worker (IPS-25, domain.md, section 7)
WORKING_DAYS = 5  # monday to friday
WEEKS_SHOWN = 5  # the running one and four before it


@dataclass(frozen=True, slots=True)
class HiringWeek:
    """One week of one person or of several: contacts with somebody who hires, and how many are the target.

    `fte` is the mean over monday to friday; None when the working time of anybody is unknown.
    """

    monday: date
    contacts: int
    fte: Decimal | None

    @property
    def target(self) -> Decimal | None:
        """Six for a full-time week; None when nobody works then, or for unknown hours."""
        return A_WEEK * self.fte if self.fte else None


def mondays_until(day: date) -> list[date]:
    """The mondays of the weeks that are shown, the latest last."""
    last = monday_of(day)
    return [last - timedelta(weeks=back) for back in reversed(range(WEEKS_SHOWN))]


def hiring_weeks(*, people: Iterable[User], day: date) -> dict[int, list[HiringWeek]]:
    """The shown weeks of each of `people`, by their key, the latest last. Two statements.

    Whoever works in two teams has one target: that of the hours together. Days off are not known here,
    so a week with days off has the target of a whole one.
    """
    keys = [person.pk for person in people]
    mondays = mondays_until(day)
    contacts = _contacts_of(keys, mondays)
    memberships = _memberships_of(keys, mondays)
    return {
        key: [
            HiringWeek(monday, contacts[key, monday], mean_fte(memberships[key], monday))
            for monday in mondays
        ]
        for key in keys
    }


def together(weeks: Sequence[Sequence[HiringWeek]]) -> list[HiringWeek]:
    """The same weeks of several people as one: unknown hours of one make the target unknown."""
    return [
        HiringWeek(
            of_all[0].monday,
            sum(week.contacts for week in of_all),
            _sum_or_unknown([week.fte for week in of_all]),
        )
        for of_all in zip(*weeks, strict=True)
    ]


def mean_fte(memberships: Iterable[TeamMembership], monday: date) -> Decimal | None:
    """The working time in the week of `monday`, as the mean over its five working days."""
    days = [monday + timedelta(days=number) for number in range(WORKING_DAYS)]
    found = [
        one.fte
        for one in memberships
        for day in days
        if runs_on(day, started_on=one.started_on, ended_on=one.ended_on)
    ]
    total = _sum_or_unknown(found)
    return None if total is None else total / WORKING_DAYS


def _sum_or_unknown(parts: Sequence[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


def _contacts_of(keys: list[int], mondays: list[date]) -> dict[tuple[int, date], int]:
    since, until = _midnight(mondays[0]), _midnight(mondays[-1] + timedelta(weeks=1))
    counted = Contact.objects.with_employer_face_to_face().filter(
        staff__in=keys, hiring_manager=True, occurred_at__gte=since, occurred_at__lt=until
    )
    by_week = counted.order_by().annotate(week=TruncWeek("occurred_at")).values("staff", "week")
    numbers: dict[tuple[int, date], int] = defaultdict(int)
    for row in by_week.annotate(number=Count("pk")):
        numbers[row["staff"], row["week"].date()] = row["number"]
    return numbers


def _midnight(day: date) -> datetime:
    """As a moment, which the index of contacts is sorted by."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _memberships_of(keys: list[int], mondays: list[date]) -> dict[int, list[TeamMembership]]:
    rows = TeamMembership.objects.filter(user__in=keys).order_by("pk")
    found: dict[int, list[TeamMembership]] = defaultdict(list)
    for one in rows.exclude(ended_on__lt=mondays[0]):
        found[one.user_id].append(one)
    return found
