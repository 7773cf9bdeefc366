"""Rules that look at more than one row: periods that may not overlap, at most one that is open."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import in_digits, refuse_end_before_start, refuse_future


class DoesNotFitError(RuleError):
    """The row does not go with another row about the same client, that is recorded or stands in the file.

    Which of the two is told only to somebody who may see that client: two rows in one file that are refused
    alike, whatever is recorded, tell nothing. The message repeats nothing of what is recorded.
    """


@contextmanager
def does_not_fit() -> Iterator[None]:
    """A rule of a page about another row of the same client: what it repeats may be recorded."""
    try:
        yield
    except RuleError as error:
        raise DoesNotFitError(str(error), field=error.field) from error


class PeriodBook:
    """The periods of a number of groups, in the database and in the file; overlaps are found at once."""

    def __init__(self) -> None:
        self._periods: dict[Hashable, dict[date, date | None]] = defaultdict(dict)
        self._recorded: set[tuple[Hashable, date]] = set()

    def add(
        self, group: Hashable, started_on: date, ended_on: date | None, *, is_recorded: bool = False
    ) -> None:
        """Note a period; `is_recorded` when it was there before this import."""
        self._periods[group][started_on] = ended_on
        if is_recorded:
            self._recorded.add((group, started_on))

    def refuse_overlap(self, group: Hashable, started_on: date, ended_on: date | None) -> None:
        """Raise DoesNotFitError when the period shares a day with another one of its group.

        A period is told apart by its first day; two that begin on the same day are caught by `taken`.
        """
        for start, end in self._periods[group].items():
            if start == started_on:
                continue
            if start <= (ended_on or date.max) and started_on <= (end or date.max):
                if (group, start) in self._recorded:
                    raise DoesNotFitError(
                        _("This period overlaps with one that is recorded."), field="started_on"
                    )
                if started_on == end or start == ended_on:
                    raise DoesNotFitError(_touching(max(start, started_on)), field="started_on")
                raise DoesNotFitError(overlap_reason(start, end), field="started_on")

    def taken(self, group: Hashable, started_on: date) -> bool:
        return started_on in self._periods[group]

    def end_of(self, group: Hashable, started_on: date) -> date | None:
        return self._periods[group][started_on]


def overlap_reason(start: date, end: date | None) -> str:
    if end is None:
        return _("This period overlaps with the one that has run since %(start)s.") % {
            "start": in_digits(start)
        }
    return _("This period overlaps with the one from %(start)s until %(end)s.") % {
        "start": in_digits(start),
        "end": in_digits(end),
    }


def _touching(day: date) -> str:
    return _(
        "One period ends on %(day)s and the next one begins on that day. Both days count: let the first end "
        "on the day before."
    ) % {"day": in_digits(day)}


class OpenBook:
    """Which row is the open one in a group, by its primary key; `None` for one that is still to be made."""

    def __init__(self, rows: Iterable[tuple[Hashable, int]]) -> None:
        self._open: dict[Hashable, int | None] = dict(rows)

    def refuse_second(self, group: Hashable, pk: int | None, reason: str, *, field: str) -> None:
        """Raise DoesNotFitError when another row of the group is open already."""
        if group in self._open and (pk is None or self._open[group] != pk):
            raise DoesNotFitError(reason, field=field)

    def the_open_one(self, group: Hashable) -> int | None:
        """The primary key of the row of a group that is open; None for none, or one still to be made."""
        return self._open.get(group)

    def add(self, group: Hashable, pk: int | None) -> None:
        self._open[group] = pk


def refuse_wrong_period(
    started_on: date, ended_on: date | None, *, start_field: str, facts: bool = True
) -> None:
    """The rules of every period; `facts` says that neither day may lie ahead."""
    if facts:
        refuse_future(started_on, field=start_field)
        refuse_future(ended_on, field="ended_on")
    refuse_end_before_start(started_on=started_on, ended_on=ended_on, field="ended_on")


def refuse_reason_without_end(ended_on: date | None, end_reason: str) -> None:
    if ended_on is None and end_reason:
        raise RuleError(_("There is a reason of the end but no end (ended_on)."), field="end_reason")
