"""Numbers that leave the team: what is shown determines no small number, whatever the people are.

A solver looks at what a reader sees as equations over whole people of every kind, and asks for the least
and the most that a hidden number can be. Are the two the same, then the number has been given away.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.indicators.cohort import HORIZONS_IN_MONTHS
from reports.indicators.proportion import Proportion
from reports.small_numbers.counts import (
    INSIDE,
    OUTSIDE,
    UNKNOWN,
    cohort_counts,
    is_small,
    open_runs,
    withheld_members,
)
from tests.reports.small_numbers.solver import is_recoverable

pytestmark = pytest.mark.shows(15)
TEAMS, FUNDERS, QUARTERS = ("noord", "zuid", "oost", UNKNOWN), ("uwv", "gemeente", UNKNOWN), (0, 1)
DIMENSIONS = ((0, TEAMS), (1, FUNDERS))
FEW, MANY = [1, 2, 3, 5, 8, 12, 30], [10, 12, 20, 30]


@st.composite
def people_of(draw, kinds):
    """Of each story enough in the whole organisation, somewhere; and here and there a few more."""
    people = np.zeros(len(kinds))
    for story in sorted({kind[2:] for kind in kinds}, key=str):
        here = [number for number, kind in enumerate(kinds) if kind[2:] == story]
        for place in draw(st.lists(st.sampled_from(here), max_size=1)):
            people[place] += draw(st.sampled_from(MANY))
    more = st.tuples(st.integers(0, len(kinds) - 1), st.sampled_from(FEW))
    for place, number in draw(st.lists(more, max_size=8)):
        people[place] += number
    return people


def row_of(kinds, test):
    """A count as a row of the linear system over all kinds of people."""
    return np.array([float(test(kind)) for kind in kinds])


# -- two consecutive quarters --------------------------------------------------------------------------

# Somebody has a team, a funder, and in each quarter: is not there, is there without a job, or with one.
STATES = ("away", "no", "yes")
KINDS = [(team, funder, a, b) for team in TEAMS for funder in FUNDERS for a in STATES for b in STATES]
MOVED = {
    "started": lambda kind: kind[2] == "away" != kind[3],
    "ended": lambda kind: kind[2] != "away" == kind[3],
}


def cells(member=None, dimension=0):
    """By quarter who has a job and who has not, of one member or of everybody."""

    def row(quarter, state):
        return row_of(KINDS, lambda k: member in (None, k[dimension]) and k[2 + quarter] == state)

    return [{state: row(quarter, state) for state in ("no", "yes")} for quarter in QUARTERS]


def moves(member=None, dimension=0):
    return [
        row_of(KINDS, lambda k, test=test: member in (None, k[dimension]) and test(k))
        for test in MOVED.values()
    ]


def values(counts, people):
    return [{state: int(row @ people) for state, row in quarter.items()} for quarter in counts]


def seen_of_quarters(people, threshold):
    """What is seen from outside of both quarters, and the small numbers that are hidden."""
    whole = values(cells(), people)
    moved = [int(row @ people) for row in moves()]
    if any(is_small(n, threshold) for n in [*moved, *(n for quarter in whole for n in quarter.values())]):
        return [], []
    rows = [row for quarter in cells() for row in quarter.values()] + moves()
    small = []
    for dimension, names in DIMENSIONS:
        members = {name: values(cells(name, dimension), people) for name in names if name != UNKNOWN}
        hidden = withheld_members(members, whole, threshold=threshold)
        shown = {name: [sum(q.values()) for q in members[name]] for name in members if name not in hidden}
        clients = [sum(quarter.values()) for quarter in whole]
        quarters = open_runs(shown, clients, [0, moved[0]], threshold=threshold)
        for name in names:
            small += [row for row in moves(name, dimension) if is_small(row @ people, threshold)]
            for number, quarter in enumerate(cells(name, dimension)):
                if name in shown and number in quarters:
                    rows += quarter.values()
                    assert not any(is_small(row @ people, threshold) for row in quarter.values())
                else:
                    small += [row for row in quarter.values() if is_small(row @ people, threshold)]
    return rows, small


@settings(max_examples=50)
@given(people=people_of(KINDS), threshold=st.sampled_from([INSIDE, OUTSIDE]))
def test_no_small_number_can_be_recovered_over_two_quarters(people, threshold):
    rows, small = seen_of_quarters(people, threshold)
    assert not [cell for cell in small if is_recoverable(cell, rows, people)]


# -- two year-ends of the cohorts ----------------------------------------------------------------------

# In half years: enrolled so long before the first year-end (negative: after it), first job after so long.
ENROLLED = (-2, -1, 0, 1, 2, 3, 5)
PLACED = (1, 2, 3, 5, None)
COHORT_KINDS = [(t, f, e, p) for t in TEAMS[1:] for f in FUNDERS[1:] for e in ENROLLED for p in PLACED]


def cohort_cells(months, year, member=None, dimension=0):
    """Who started long enough ago and found a job in time, or did not, and who started too recently."""
    half_years = months // 6

    def row(test):
        return row_of(
            COHORT_KINDS,
            lambda k: member in (None, k[dimension]) and k[2] + 2 * year >= 0 and test(k[2] + 2 * year, k[3]),
        )

    return {
        "yes": row(lambda age, placed: age >= half_years and placed is not None and placed <= half_years),
        "no": row(lambda age, placed: age >= half_years and not (placed and placed <= half_years)),
        "left_out": row(lambda age, placed: age < half_years),
    }


def cohort_figures(people, year, member=None, dimension=0):
    found = {}
    for months in HORIZONS_IN_MONTHS:
        counts = {
            name: int(row @ people) for name, row in cohort_cells(months, year, member, dimension).items()
        }
        found[months] = Proportion(
            numerator=counts["yes"],
            denominator=counts["yes"] + counts["no"],
            not_yet_mature=counts["left_out"],
        )
    return found


def all_cohort_counts(people, months, member=None, dimension=0):
    first, second = (cohort_figures(people, year, member, dimension) for year in (0, 1))
    return [cohort_counts(first, [], months), cohort_counts(second, [(1, first)], months)]


def seen_of_cohorts(people, threshold):
    """What is seen of divisions at both year-ends, and the small numbers that are hidden."""
    rows, small = [], []
    for months in HORIZONS_IN_MONTHS:
        for year in (0, 1):
            rows += cohort_cells(months, year).values()
    for dimension, names in ((0, TEAMS[1:]), (1, FUNDERS[1:])):
        hidden = frozenset()
        for months in HORIZONS_IN_MONTHS:
            whole = all_cohort_counts(people, months)
            members = {n: all_cohort_counts(people, months, n, dimension) for n in names if n != UNKNOWN}
            hidden = withheld_members(members, whole, threshold=threshold, already=hidden)
            for name in names:
                first, second = (cohort_cells(months, year, name, dimension) for year in (0, 1))
                if name in members and name not in hidden:
                    rows += [*first.values(), *second.values()]
                grown = [second[part] - first[part] for part in ("yes", "no")]
                found = [*first.values(), *second.values(), *grown]
                small += [row for row in found if is_small(row @ people, threshold)]
    return rows, small


def whole_is_large(people, threshold):
    counts = [c for months in HORIZONS_IN_MONTHS for c in all_cohort_counts(people, months)]
    return not any(is_small(n, threshold) for count in counts for n in count.values())


@settings(max_examples=50)
@given(people=people_of(COHORT_KINDS), threshold=st.sampled_from([INSIDE, OUTSIDE]))
def test_no_small_number_can_be_recovered_from_cohorts_of_two_years(people, threshold):
    if whole_is_large(people, threshold):
        rows, small = seen_of_cohorts(people, threshold)
        assert not [cell for cell in small if is_recoverable(cell, rows, people)]


# -- the solver itself, and the rule in small ----------------------------------------------------------


def of_teams(**numbers):
    return np.array(
        [numbers.get(kind[0], 0) * (kind[1:] == ("uwv", "no", "no")) for kind in KINDS], dtype=float
    )


def test_the_solver_finds_what_subtracting_gives_away():
    """Without the second hidden member the first is the total less the others."""
    people = of_teams(noord=3, zuid=20, oost=20)
    shown = [cells(), *(cells(name) for name in ("zuid", "oost", UNKNOWN))]
    rows = [row for counts in shown for quarter in counts for row in quarter.values()]
    assert is_recoverable(cells("noord")[0]["no"], rows, people)


def test_the_solver_finds_who_started_when_nobody_left():
    """The people of two quarters say it, though started and ended are shown of no team."""
    people = of_teams(noord=20, zuid=20, oost=20)
    people[KINDS.index(("noord", "uwv", "away", "no"))] = 3
    people[KINDS.index(("zuid", "uwv", "away", "no"))] = 3
    everything = [cells(), *(cells(name) for name in TEAMS)]
    rows = [row for counts in everything for quarter in counts for row in quarter.values()] + moves()
    assert is_recoverable(moves("noord")[0], rows, people)
    shown, _small = seen_of_quarters(people, INSIDE)
    assert not is_recoverable(moves("noord")[0], shown, people)


def family(**numbers):
    return {name: [{"n": number}] for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("numbers", "whole", "hidden"),
    [
        ({"a": 20, "b": 30, "c": 40}, 90, set()),
        ({"a": 3, "b": 30, "c": 40}, 73, {"a", "b"}),  # one alone follows from the total
        ({"a": 2, "b": 2, "c": 40}, 44, {"a", "b", "c"}),  # two together still small
        ({"a": 3, "b": 4, "c": 40}, 47, {"a", "b"}),
        ({"a": 20, "b": 30}, 53, {"a"}),  # three people of nobody: they need company
        ({"a": 20, "b": 30}, 60, {"a"}),  # as do ten of nobody: withheld, so never alone
        ({"a": 1, "b": 2}, 3, {"a", "b"}),  # the whole is small
        ({"a": 0, "b": 30}, 30, set()),  # nobody is not a small number
    ],
)
def test_who_is_withheld(numbers, whole, hidden):
    assert withheld_members(family(**numbers), [{"n": whole}], threshold=INSIDE) == hidden


def test_hidden_in_one_quarter_is_hidden_in_every_quarter():
    members = {"a": [{"n": 3}, {"n": 30}], "b": [{"n": 20}, {"n": 20}], "c": [{"n": 40}, {"n": 40}]}
    assert withheld_members(members, [{"n": 63}, {"n": 90}], threshold=INSIDE) == {"a", "b"}


def test_a_later_quarter_never_opens_what_was_withheld():
    """Whoever kept the files of the first quarter has c; with b that quarter's a would follow."""
    first = {"a": [{"n": 3}], "b": [{"n": 20}], "c": [{"n": 40}]}
    assert withheld_members(first, [{"n": 63}], threshold=INSIDE) == {"a", "b"}
    both = {"a": [{"n": 3}, {"n": 9}], "b": [{"n": 20}, {"n": 90}], "c": [{"n": 40}, {"n": 6}]}
    assert withheld_members(both, [{"n": 63}, {"n": 105}], threshold=INSIDE) == {"a", "b"}


def test_growth_of_a_cohort_counts_as_a_number_of_people():
    def year(numerator, denominator):
        rate = Proportion(numerator=numerator, denominator=denominator, not_yet_mature=9)
        return dict.fromkeys(HORIZONS_IN_MONTHS, rate)

    counts = cohort_counts(year(12, 40), [(1, year(10, 30))], 6)
    assert (counts["0.more yes"], counts["0.more no"]) == (2, 8)
    assert is_small(counts["0.more yes"], INSIDE)
