"""Numbers of one page laid beside each other: of two groups, one inside the other, the rest is a number too.

Every number of a report counts those for whom some conditions hold, each more or less strict. So whether
one group lies inside another follows from the conditions, and no list of pairs has to be kept (ADR 58).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

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

Conditions = dict[str, int]
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


def gives_few_away(groups: Sequence[Group], threshold: int) -> bool:
    """Whether the numbers of two of these groups, one inside the other, tell of a few who are in one only.

    Two that are the same number are the same people: then one lies inside whatever the other lies inside.
    """
    learned: list[tuple[Conditions, Conditions]] = []
    while True:
        closed = [(_closed(one.conditions, learned), one.number) for one in groups]
        new = []
        for wide, more in closed:
            for narrow, fewer in closed:
                if wide is not narrow and _lies_in(narrow, wide):
                    if is_small(more - fewer, threshold):
                        return True
                    if more == fewer and not _lies_in(wide, narrow):
                        new.append((wide, narrow))
        if not new:
            return False
        learned += new


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
    return {SINCE: strict}, {KEPT: strict}, {f"not {KEPT}": 4 - strict}


def _closed(conditions: Conditions, learned: Iterable[tuple[Conditions, Conditions]]) -> Conditions:
    """With all that follows."""
    found, rules = dict(conditions), [*chain(FOLLOWS, learned)]
    while True:
        before = dict(found)
        for given, follows in rules:
            if _lies_in(found, given):
                found |= {name: max(strict, found.get(name, 0)) for name, strict in follows.items()}
        if found == before:
            return found


def _lies_in(narrow: Conditions, wide: Conditions) -> bool:
    return all(narrow.get(name, 0) >= strict for name, strict in wide.items())
