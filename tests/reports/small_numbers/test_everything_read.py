"""What a reader outside the team gets over HTTP, all laid beside each other: who is given away by it?

Pages, files, divisions and quarters of an invented organisation are opened as a monitor, and their numbers
taken out of the answers. Every number is a row: how often it counts each person. A group of few people is
given away when it is some sum of rows that were read, each taken as often as you like; a number that is zero,
or two that are the same, say that there is nobody of some kinds. What people might be is drawn at random, so
the attack knows nothing of how numbers are hidden.

`ORGANISATIONS=40 pytest tests/reports/small_numbers/test_everything_read.py` looks at more of them.
"""

import os
from datetime import date

import numpy as np
import pytest

from reports.figures.display import capitalised, window_text
from reports.indicators.trend import quarter_label, quarters_until
from reports.models import PeriodKind
from reports.runs.services import store_run
from reports.small_numbers.counts import INSIDE, OUTSIDE
from tests.factories import UserFactory
from tests.harness import StrictClient
from tests.reports.small_numbers.reading import WHOLE, everything_read, unexplained
from tests.reports.small_numbers.stories import PLACES, cells, stories, write

pytestmark = [pytest.mark.django_db, pytest.mark.shows(15, 30)]

QUARTERS = 5  # the last of one year up to the last of the next
LAST = date(2026, 12, 31)
NOON = "2027-01-04T12:00:00+01:00"
SIZES = (120, 480, 60, 240)
ORGANISATIONS = int(os.environ.get("ORGANISATIONS", "2"))
KINDS = 6_000  # of invented stories: what people might be
SOME = 300  # of them to look at first


@pytest.fixture(autouse=True)
def _in_january(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.mark.parametrize("seed", range(ORGANISATIONS))
def test_nobody_follows_from_all_that_can_be_read(seed):
    chance = np.random.default_rng(seed)
    people = stories(chance, SIZES[seed % len(SIZES)], LAST)
    found = read_as_monitor(people)
    assert unexplained(found) == []
    told = {
        "inside": given_away(found.all_of_it, people, chance, INSIDE),
        "outside": given_away(found.outside, people, chance, OUTSIDE),
    }
    assert told == {"inside": [], "outside": []}


def test_the_attack_finds_who_came_between_two_quarters():
    """Without hiding anything: 57 started without work up to one quarter, 59 up to the next."""
    chance = np.random.default_rng(0)
    people = stories(chance, 60, LAST)
    counted = {
        (WHOLE, str(quarters()[number][0]), key, part): {int(column.sum())}
        for (number, key, part), column in cells(people, quarters()).items()
        if key in ("time_to_first_job.n", "period_employment_rate")
    }
    assert given_away(counted, people, chance, INSIDE)


def quarters():
    return [(window.period_from, window.period_to) for window in quarters_until(LAST, QUARTERS)]


def read_as_monitor(people):
    """All that is read of these people, of each quarter as soon as it is over."""
    write(people)
    runs = [
        store_run(period_kind=PeriodKind.QUARTER, period_from=first, period_to=last)
        for first, last in quarters()
    ]
    browser = StrictClient()
    browser.force_login(UserFactory(monitor=True))
    names = {quarter_label(first): str(first) for first, _last in quarters()}
    names |= {capitalised(window_text(*both)): str(both[0]) for both in quarters()}
    found = everything_read(browser, runs, names)
    assert len(found.inside) > 20
    return found


def given_away(read, people, chance, threshold):
    """The groups of a few people that follow from these numbers, with how many they are."""
    kinds = stories(chance, KINDS, LAST)
    counts = [with_years(cells(each, quarters())) for each in (people, kinds)]
    rows, values = rows_of(read, (people, kinds), counts)
    alive = can_be_there(rows, values)
    known = directions(rows[:, alive])
    there = np.flatnonzero(alive)
    some = np.unique(np.concatenate([there[there < len(people)], chance.permutation(there)[:SOME]]))
    sketch, found = directions(rows[:, some]), {}
    for groups, sizes, names in candidates((people, kinds), counts, threshold):
        for at in np.flatnonzero(are_sums_of(sketch, groups[:, some])):
            mark = groups[at, alive].tobytes()
            if mark not in found and are_sums_of(known, groups[at : at + 1, alive])[0]:
                found[mark] = (int(sizes[at]), *names[at])
    return list(found.values())


def with_years(counted):
    """Beside the numbers of each quarter those of all who started, or ended, in the last four."""
    for key in ("flow.started", "flow.ended"):
        counted[-1, key, "all"] = sum(counted[number, key, "all"] for number in range(1, QUARTERS))
    return counted


def rows_of(read, both, counts):
    """How often each number counts each person, real ones first; and the numbers."""
    number_of = {str(first): number for number, (first, _last) in enumerate(quarters())}
    assert all(len(numbers) == 1 for numbers in read.values()), "one number is shown in two ways"
    values = np.array([number for (number,) in read.values()], dtype=float)
    rows = np.array(
        [
            np.concatenate(
                [
                    counted[number_of[quarter], key, part] * in_member(each, member)
                    for each, counted in zip(both, counts, strict=True)
                ]
            )
            for member, quarter, key, part in read
        ]
    )
    counted_here = rows[:, : len(both[0])].sum(axis=1)
    odd = [(cell, n) for cell, n, own in zip(read, values, counted_here, strict=True) if n != own]
    assert odd == [], "the product counts otherwise"
    return rows, values


def in_member(people, member):
    return np.ones(len(people)) if member == WHOLE else people.of_member(*member)


def can_be_there(rows, values):
    """Of which kinds there can be people: of none that a zero counts, or one alone of two equal numbers."""
    alive, before = ~(rows[values == 0] > 0).any(axis=0), -1
    pairs = [
        (one, other)
        for value in np.unique(values[values > 0])
        for one in np.flatnonzero(values == value)
        for other in np.flatnonzero(values == value)
        if one != other
    ]
    while before != alive.sum():
        before = alive.sum()
        for one, other in pairs:
            more = rows[one] - rows[other]
            if (more[alive] >= 0).all():
                alive &= more == 0
    return alive


def directions(rows):
    """An orthonormal basis of all sums of the rows."""
    size, vectors = np.linalg.eigh(rows @ rows.T)
    keep = size > 1e-9 * size.max(initial=1.0)
    basis = (vectors[:, keep] / np.sqrt(size[keep])).T @ rows
    return np.linalg.qr(basis.T)[0].T


def are_sums_of(known, groups):
    rest = groups - (groups @ known.T) @ known
    return np.linalg.norm(rest, axis=1) < 1e-6


def candidates(both, counts, threshold):
    """Every group of few people that one number counts, or that two count, or one and not another."""
    members = [WHOLE, *((name, value) for name, values in PLACES.items() for value in values)]
    for member in members:
        names = [name for name in counts[0] if member == WHOLE or is_of_division(name)]
        mask = np.concatenate([in_member(each, member) for each in both]) > 0
        counted = np.array([np.concatenate([each[name] for each in counts]) > 0 for name in names]) & mask
        for at, name in enumerate(names):
            groups = np.concatenate([counted[at] & counted[at:], counted[at] & ~counted])
            told = [(member, name, "and", other) for other in names[at:]]
            told += [(member, name, "without", other) for other in names]
            sizes = groups[:, : len(both[0])].sum(axis=1)
            few = np.flatnonzero((sizes > 0) & (sizes < threshold))
            yield groups[few].astype(float), sizes[few], [told[place] for place in few]


def is_of_division(cell):
    return cell[1] == "period_employment_rate" or cell[1].startswith("cohort")
