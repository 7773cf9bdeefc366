"""Numbers of one page laid beside each other: of two groups, one inside the other, the rest is a number too.

Every number of a report counts those for whom some conditions hold, each more or less strict. So whether
one group lies inside another follows from the conditions, and no list of pairs has to be kept (ADR 58).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import ge

from reports.indicators.cohort import HORIZONS_IN_MONTHS, HORIZONS_IN_WEEKS
from reports.indicators.employment import PERIOD, PERIOD_NEW, POINT, SUSTAINED
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import Proportion
from reports.small_numbers.counts import is_small

# The conditions, each with how strict it can be. Days are quarters, counted from the year 0: a cohort of six
# months is two quarters old, a job of thirteen weeks ago began a quarter ago.
WITHOUT_WORK = "without work at enrolment"  # 1
ENROLLED_BY = "enrolled by then"  # the earlier the stricter: see `by`
ENROLLED_AFTER = "enrolled after then"  # that quarter
PLACED = "first job in time"  # 1 for ever, 2 within 30 months, up to 5 within 6
PLACED_BY = "first job by then"  # the earlier the stricter
NOT_PLACED = "no first job in time"  # 1 not within 6 months, up to 4 within 30
NOT_PLACED_BY = "no first job by then"  # that quarter
KEPT = "still at work so long after"  # 1 for 13 weeks, up to 3 for 52
KEPT_NOT = "not at work any more so long after"  # 1 not after 52 weeks, up to 3 not after 13
THERE = "on the caseload"  # 1 in the period, 2 on its last day
ENDED = "ended in the period"  # 1
WORKS = "works"  # 1 in the period, 2 on its last day, 3 for 91 days by then
WORKS_NOT = "does not work"  # 1 not for 91 days, 2 not on the last day, 3 not in the period
NAMES = (
    WITHOUT_WORK, ENROLLED_BY, ENROLLED_AFTER, PLACED, PLACED_BY, NOT_PLACED, NOT_PLACED_BY, KEPT, KEPT_NOT,
    THERE, ENDED, WORKS, WORKS_NOT,
)  # fmt: skip

Conditions = dict[str, int]
Strictness = tuple[int, ...]  # of each of NAMES
Rules = tuple[tuple[Strictness, Strictness], ...]
# What follows from a condition that is at least so strict.
FOLLOWS: tuple[tuple[Conditions, Conditions], ...] = (
    *(({name: 1}, {WITHOUT_WORK: 1}) for name in (PLACED, NOT_PLACED, NOT_PLACED_BY)),
    ({PLACED_BY: 1}, {PLACED: 1}),
    ({ENDED: 1}, {THERE: 1}),
    ({WORKS: 1}, {THERE: 1}),
    ({WORKS: 2}, {THERE: 2}),
)
_EMPLOYMENT: dict[str, tuple[Conditions, int, int]] = {
    PERIOD: ({THERE: 1}, 1, 3),
    PERIOD_NEW: ({THERE: 1, WITHOUT_WORK: 1}, 1, 3),
    POINT: ({THERE: 2}, 2, 2),
    SUSTAINED: ({THERE: 2}, 3, 1),
}
_LAST = 4 * 10_000  # the quarter of no day


def quarter_number(day: date) -> int:
    """The quarters up to and including the one of this day."""
    return 4 * day.year + (day.month + 2) // 3


def by(quarter: int) -> int:
    """How strict it is to be by this quarter."""
    return _LAST - quarter


@dataclass(frozen=True, slots=True)
class Group:
    """How many there are for whom the conditions hold."""

    conditions: Conditions
    number: int


def groups_of_rate(key: str, found: Proportion, quarter: int) -> list[Group]:
    """What can be read of one proportion in this quarter; nothing of one that is hidden.

    Those who are too recent, and those who are not, are all who started without work.
    """
    everybody, yes, no = _of_rate(key, quarter)
    groups, recent = [], found.not_yet_mature
    without_work = {WITHOUT_WORK: 1, ENROLLED_BY: by(quarter)}
    if recent is not None:
        after = _LAST - everybody[ENROLLED_BY]
        groups.append(Group({**without_work, ENROLLED_AFTER: after}, recent))
    if found.denominator is not None:
        groups.append(Group(everybody, found.denominator))
    if recent is not None and found.denominator is not None:
        groups.append(Group(without_work, recent + found.denominator))
    if found.numerator is not None and found.denominator is not None:
        groups += [
            Group(everybody | yes, found.numerator),
            Group(everybody | no, found.denominator - found.numerator),
        ]
    return groups


def groups_of_flow(found: Flow, quarter: int) -> list[Group]:
    """What can be read of who runs, started and ended."""
    conditions: dict[str, Conditions] = {
        "running": {THERE: 2, ENROLLED_BY: by(quarter)},
        "started": {THERE: 1, ENROLLED_AFTER: quarter - 1, ENROLLED_BY: by(quarter)},
        "ended": {ENDED: 1, ENROLLED_BY: by(quarter)},
    }
    numbers = {name: getattr(found, name) for name in conditions}
    return [Group(conditions[name], number) for name, number in numbers.items() if number is not None]


def groups_of_first_job(found: TimeToFirstJob, quarter: int) -> list[Group]:
    """What can be read of the time to the first job, without its curve."""
    n, events = found.n, found.events
    everybody: Conditions = {WITHOUT_WORK: 1, ENROLLED_BY: by(quarter)}
    groups = [Group(everybody, n)] if n is not None else []
    if events is not None:
        groups.append(Group({**everybody, PLACED: 1, PLACED_BY: by(quarter)}, events))
        if n is not None:
            groups.append(Group({**everybody, NOT_PLACED_BY: quarter}, n - events))
    return groups


def groups_of_curve(months: int, value: float, n: int, quarter: int) -> list[Group]:
    """About how many had a first job so soon, and how many had not: exact when everybody was followed."""
    place = HORIZONS_IN_MONTHS.index(months)
    placed = round(value * n)
    everybody: Conditions = {WITHOUT_WORK: 1, ENROLLED_BY: by(quarter)}
    return [
        Group({**everybody, PLACED: 5 - place, PLACED_BY: by(quarter)}, placed),
        Group({**everybody, NOT_PLACED: 1 + place}, n - placed),
    ]


@dataclass(slots=True)
class Together:
    """The numbers of one page that go together; `threshold` is the first number that is not small.

    Two that are the same number are the same people: then one lies inside whatever the other lies inside.
    """

    threshold: int
    _groups: list[Group] = field(default_factory=list)
    _closed: list[Strictness] = field(default_factory=list)
    _learned: Rules = ()

    def takes(self, groups: Sequence[Group]) -> bool:
        """Take these groups in, unless with those that are there few people are told of."""
        everybody, learned, first_new = [*self._groups, *groups], self._learned, len(self._groups)
        closed = [*self._closed, *(_closed(one.conditions, learned) for one in groups)]
        while True:
            new: set[tuple[Strictness, Strictness]] = set()
            for wide, narrow in _pairs(closed, first_new):
                rest = everybody[wide].number - everybody[narrow].number
                if is_small(rest, self.threshold):
                    return False
                if not rest and everybody[wide].number and not _lies_in(closed[wide], closed[narrow]):
                    new.add((closed[wide], closed[narrow]))
            if not new:
                break
            learned, first_new = (*learned, *sorted(new)), 0
            closed = [_closed(one.conditions, learned) for one in everybody]
        self._groups, self._closed, self._learned = everybody, closed, learned
        return True


def _pairs(closed: Sequence[Strictness], first_new: int) -> Iterator[tuple[int, int]]:
    """Of each two groups of which one lies inside the other, at least one of them new: the wide one first."""
    for number in range(first_new, len(closed)):
        for other in range(len(closed) if first_new else number):
            if number != other and _lies_in(closed[number], closed[other]):
                yield other, number
            if number != other and _lies_in(closed[other], closed[number]):
                yield number, other


def _of_rate(key: str, quarter: int) -> tuple[Conditions, Conditions, Conditions]:
    """Whom a proportion is about, and what holds besides for those who belong to it and those who do not."""
    if key in _EMPLOYMENT:
        everybody, works, works_not = _EMPLOYMENT[key]
        return {**everybody, ENROLLED_BY: by(quarter)}, {WORKS: works}, {WORKS_NOT: works_not}
    horizon = int(key.rpartition(".")[2])
    if horizon in HORIZONS_IN_MONTHS and key.startswith("cohort"):
        place = HORIZONS_IN_MONTHS.index(horizon)
        everybody = {WITHOUT_WORK: 1, ENROLLED_BY: by(quarter - horizon // 3)}
        return everybody, {PLACED: 5 - place}, {NOT_PLACED: 1 + place}
    strict = 1 + HORIZONS_IN_WEEKS.index(horizon)
    return {PLACED: 1, PLACED_BY: by(quarter - horizon // 13)}, {KEPT: strict}, {KEPT_NOT: 4 - strict}


def _closed(conditions: Conditions, learned: Rules) -> Strictness:
    """How strict each condition is, with all that follows."""
    return _followed(_strictness(conditions), learned)


@lru_cache(maxsize=4096)
def _followed(found: Strictness, learned: Rules) -> Strictness:
    while True:
        before = found
        for given, follows in (*RULES, *learned):
            if _lies_in(found, given):
                found = tuple(map(max, found, follows))
        found = tuple(map(max, found, _in_time(dict(zip(NAMES, found, strict=True)))))
        if found == before:
            return found


def _in_time(known: Conditions) -> Strictness:
    """What follows from days: nobody has a first job before the enrolment, nor in time without that time."""
    found: Conditions = {}
    if known[PLACED_BY]:
        found[ENROLLED_BY] = known[PLACED_BY]
    for place, months in enumerate(HORIZONS_IN_MONTHS):
        quarters = months // 3
        if known[PLACED] >= 5 - place and known[ENROLLED_BY] > quarters:
            found[PLACED_BY] = max(found.get(PLACED_BY, 0), known[ENROLLED_BY] - quarters)
        if known[NOT_PLACED_BY] and known[ENROLLED_BY] >= by(known[NOT_PLACED_BY] - quarters):
            found[NOT_PLACED] = 1 + place
    return _strictness(found)


def _strictness(conditions: Conditions) -> Strictness:
    return tuple(conditions.get(name, 0) for name in NAMES)


def _lies_in(narrow: Strictness, wide: Strictness) -> bool:
    return all(map(ge, narrow, wide))


RULES: Rules = tuple((_strictness(given), _strictness(follows)) for given, follows in FOLLOWS)
