"""Numbers of one page laid beside each other: of two groups, one inside the other, the rest is a number too.

Every number of a report counts those for whom some conditions hold, each more or less strict. So whether
one group lies inside another follows from the conditions, and no list of pairs has to be kept (ADR 58).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import ge

from reports.indicators.cohort import HORIZONS_IN_MONTHS, HORIZONS_IN_WEEKS
from reports.indicators.employment import PERIOD, PERIOD_NEW, POINT, SUSTAINED
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import Proportion
from reports.small_numbers.counts import is_small

# The conditions, each with how strict it can be.
WITHOUT_WORK = "without work at enrolment"  # 1
AGE = "enrolled so long ago"  # 1 for 6 months, up to 4 for 30
RECENT = "enrolled since"  # 1 within 30 months, up to 4 within 6
PLACED = "first job in time"  # 1 for ever, 2 within 30 months, up to 5 within 6
NOT_PLACED = "no first job in time"  # 1 not within 6 months, up to 4 within 30, 5 never
SINCE = "first job so long ago"  # 1 for 13 weeks, up to 3 for 52
KEPT = "still at work so long after"  # the same
THERE = "on the caseload"  # 1 in the period, 2 on its last day
STARTED, ENDED = "started in the period", "ended in the period"  # 1
WORKS = "works"  # 1 in the period, 2 on its last day, 3 for 91 days by then
WORKS_NOT = "does not work"  # 1 not for 91 days, 2 not on the last day, 3 not in the period

KEPT_NOT = "not at work any more so long after"  # 1 not after 52 weeks, up to 3 not after 13
NAMES = (
    WITHOUT_WORK, AGE, RECENT, PLACED, NOT_PLACED, SINCE, KEPT, KEPT_NOT, THERE, STARTED, ENDED, WORKS,
    WORKS_NOT,
)  # fmt: skip

Conditions = dict[str, int]
Strictness = tuple[int, ...]  # of each of NAMES
Rules = tuple[tuple[Strictness, Strictness], ...]
# What follows from a condition that is at least so strict.
FOLLOWS: tuple[tuple[Conditions, Conditions], ...] = (
    *(({KEPT: strict}, {SINCE: strict}) for strict in (1, 2, 3)),
    ({SINCE: 1}, {PLACED: 1}),
    ({SINCE: 2}, {AGE: 1}),
    ({SINCE: 3}, {AGE: 2}),
    *(({name: 1}, {WITHOUT_WORK: 1}) for name in (AGE, RECENT, PLACED, NOT_PLACED)),
    ({STARTED: 1}, {THERE: 1}),
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


@dataclass(frozen=True, slots=True)
class Group:
    """How many there are for whom the conditions hold."""

    conditions: Conditions
    number: int


def groups_of_rate(key: str, found: Proportion) -> list[Group]:
    """What can be read of one proportion; nothing of one that is hidden.

    Those who are too recent, and those who are not, are all who started without work.
    """
    everybody, yes, no = _of_rate(key)
    groups, recent = [], found.not_yet_mature
    if recent is not None:
        groups.append(Group({RECENT: 5 - everybody[AGE]}, recent))
    if found.denominator is not None:
        groups.append(Group(everybody, found.denominator))
    if recent is not None and found.denominator is not None:
        groups.append(Group({WITHOUT_WORK: 1}, recent + found.denominator))
    if found.numerator is not None and found.denominator is not None:
        groups += [
            Group(everybody | yes, found.numerator),
            Group(everybody | no, found.denominator - found.numerator),
        ]
    return groups


def groups_of_flow(found: Flow) -> list[Group]:
    """What can be read of who runs, started and ended."""
    conditions = {"running": {THERE: 2}, "started": {STARTED: 1}, "ended": {ENDED: 1}}
    numbers = {name: getattr(found, name) for name in conditions}
    return [Group(conditions[name], number) for name, number in numbers.items() if number is not None]


def groups_of_first_job(found: TimeToFirstJob) -> list[Group]:
    """What can be read of the time to the first job, without its curve."""
    n, events = found.n, found.events
    groups = [Group({WITHOUT_WORK: 1}, n)] if n is not None else []
    if events is not None:
        groups.append(Group({PLACED: 1}, events))
        if n is not None:
            groups.append(Group({NOT_PLACED: 5}, n - events))
    return groups


def groups_of_curve(months: int, value: float, n: int) -> list[Group]:
    """About how many had a first job so soon, and how many had not: exact when everybody was followed."""
    place = HORIZONS_IN_MONTHS.index(months)
    placed = round(value * n)
    return [Group({PLACED: 5 - place}, placed), Group({NOT_PLACED: 1 + place}, n - placed)]


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


def _of_rate(key: str) -> tuple[Conditions, Conditions, Conditions]:
    """Whom a proportion is about, and what holds besides for those who belong to it and those who do not."""
    if key in _EMPLOYMENT:
        everybody, works, works_not = _EMPLOYMENT[key]
        return everybody, {WORKS: works}, {WORKS_NOT: works_not}
    horizon = int(key.rpartition(".")[2])
    if horizon in HORIZONS_IN_MONTHS and key.startswith("cohort"):
        place = HORIZONS_IN_MONTHS.index(horizon)
        return {AGE: 1 + place}, {PLACED: 5 - place}, {NOT_PLACED: 1 + place}
    strict = 1 + HORIZONS_IN_WEEKS.index(horizon)
    return {SINCE: strict}, {KEPT: strict}, {KEPT_NOT: 4 - strict}


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
        if found == before:
            return found


def _strictness(conditions: Conditions) -> Strictness:
    return tuple(conditions.get(name, 0) for name in NAMES)


def _lies_in(narrow: Strictness, wide: Strictness) -> bool:
    return all(map(ge, narrow, wide))


RULES: Rules = tuple((_strictness(given), _strictness(follows)) for given, follows in FOLLOWS)
