"""Numbers that leave the team: what is shown determines no small number, whatever the people are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from reports.disclosure import INSIDE, OUTSIDE, UNKNOWN, withheld

TEAMS, FUNDERS, MONTHS = ("noord", "zuid", "oost", UNKNOWN), ("uwv", "gemeente", UNKNOWN), (0, 1)
# Somebody has a team, a funder, and in each of two months: not there, there without a job, there with one.
STATES = ("away", "no", "yes")
KINDS = [(t, f, a, b) for t in TEAMS for f in FUNDERS for a in STATES for b in STATES]


def counts(people, months, member=None, dimension=0):
    """Per month the counts of one member, or of everybody."""
    found = []
    for month in months:
        chosen = [
            n * (member is None or kind[dimension] == member) for kind, n in zip(KINDS, people, strict=True)
        ]
        by_state = {
            state: sum(n for kind, n in zip(KINDS, chosen, strict=True) if kind[2 + month] == state)
            for state in ("no", "yes")
        }
        if month:
            by_state["started"] = sum(
                n for kind, n in zip(KINDS, chosen, strict=True) if kind[2] == "away" != kind[3]
            )
            by_state["ended"] = sum(
                n for kind, n in zip(KINDS, chosen, strict=True) if kind[2] != "away" == kind[3]
            )
        found.append(by_state)
    return found


def vector(test):
    return np.array([float(test(kind)) for kind in KINDS])


def cells(member=None, dimension=0):
    """Each number of a member as a row of the linear system over all kinds of people."""

    def mine(kind):
        return member is None or kind[dimension] == member

    rows = {
        (m, s): vector(lambda k, m=m, s=s: mine(k) and k[2 + m] == s) for m in MONTHS for s in ("no", "yes")
    }
    rows[1, "started"] = vector(lambda k: mine(k) and k[2] == "away" != k[3])
    rows[1, "ended"] = vector(lambda k: mine(k) and k[2] != "away" == k[3])
    return rows


def shown_rows(people, threshold):
    """What is seen from outside of both months, as rows of the system; and the small cells that are hidden."""
    whole = counts(people, MONTHS)
    if any(0 < n < threshold for month in whole for n in month.values()):
        return [], []
    rows, small = list(cells().values()), []
    for dimension, names in ((0, TEAMS), (1, FUNDERS)):
        members = {name: counts(people, MONTHS, name, dimension) for name in names if name != UNKNOWN}
        hidden = withheld(members, whole, threshold=threshold)
        for name in names:
            mine = list(cells(name, dimension).values())
            if name == UNKNOWN or name in hidden:
                small += [row for row in mine if 0 < row @ people < threshold]
            else:
                rows += mine
                assert not [row for row in mine if 0 < row @ people < threshold]
    return rows, small


def is_recoverable(cell, rows, people) -> bool:
    """Whether whole people allow one value only."""
    system = LinearConstraint(np.array(rows), *(2 * [np.array(rows) @ people]))
    found = [
        milp(sign * cell, constraints=system, integrality=np.ones(len(KINDS)), bounds=Bounds(0, np.inf))
        for sign in (1, -1)
    ]
    assert all(answer.success or answer.status == 3 for answer in found)
    return found[0].success and found[1].success and round(found[0].fun) == round(-found[1].fun)


PEOPLE = st.lists(
    st.tuples(st.integers(0, len(KINDS) - 1), st.sampled_from([1, 2, 3, 5, 8, 12, 30])),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(chosen=PEOPLE, threshold=st.sampled_from([INSIDE, OUTSIDE]))
def test_no_small_number_can_be_recovered_over_two_months(chosen, threshold):
    people = np.zeros(len(KINDS))
    for kind, number in chosen:
        people[kind] += number
    rows, small = shown_rows(people, threshold)
    if rows:
        assert not [cell for cell in small if is_recoverable(cell, rows, people)]


def test_the_solver_finds_what_subtracting_gives_away():
    """Without the second hidden member the first is the total less the others."""
    people = np.array(
        [{"noord": 3, "zuid": 20, "oost": 20}.get(k[0], 0) * (k[1:] == ("uwv", "no", "no")) for k in KINDS],
        float,
    )
    rows = list(cells().values()) + [
        row for name in ("zuid", "oost", UNKNOWN) for row in cells(name).values()
    ]
    assert is_recoverable(cells("noord")[0, "no"], rows, people)


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
    assert withheld(family(**numbers), [{"n": whole}], threshold=INSIDE) == hidden


def test_hidden_in_one_month_is_hidden_in_every_month():
    members = {"a": [{"n": 3}, {"n": 30}], "b": [{"n": 20}, {"n": 20}], "c": [{"n": 40}, {"n": 40}]}
    assert withheld(members, [{"n": 63}, {"n": 90}], threshold=INSIDE) == {"a", "b"}
