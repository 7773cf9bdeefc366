"""All that one page of the whole organisation tells, added and subtracted in every way, gives nobody away.

The attack knows nothing of how numbers are hidden. It takes people of every kind that there can be, what
each published number counts of them, and asks of every group that two numbers bound whether it follows:
whether it is a sum of what is shown, times whatever you like. A number that is zero, or two that are the
same, say that there is nobody of some kinds.
"""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from reports.indicators.cohort import HORIZONS_IN_MONTHS, HORIZONS_IN_WEEKS
from reports.indicators.employment import PERIOD, PERIOD_NEW, POINT, SUSTAINED
from reports.indicators.first_job import INCIDENCE_DAYS, CumulativeIncidence, TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import Tally, proportions
from reports.indicators.report import DEFINITION_VERSION, PlacementReport
from reports.small_numbers.counts import INSIDE, OUTSIDE, is_small
from reports.small_numbers.hiding import hide_small

pytestmark = pytest.mark.shows(15)

NEVER = 99
AGES = ((0, 3), (3, 6), (6, 12), (12, 18), (18, 30), (30, 60))  # months since enrolment
PLACED = ((0, 6), (6, 12), (12, 18), (18, 30), (30, 60))  # months from enrolment to the first job
SINCE = ((0, 3), (3, 6), (6, 12), (12, 60))  # months since the first job: 13, 26 and 52 weeks
RUNS, ENDED_NOW, ENDED_BEFORE = "runs", "ended now", "ended before"
ORGANISATIONS = 150
MANY, FEW = [12, 20, 30, 60], [1, 2, 3, 4, 7]


def kinds_of_people():
    """(age, worked at enrolment, state, months to the job, since when, kept how long, works how, twice)."""
    found = []
    for age, works_first, state in product(range(len(AGES)), (True, False), (RUNS, ENDED_NOW, ENDED_BEFORE)):
        if state == ENDED_BEFORE and age == 0:
            continue
        levels = {RUNS: range(4), ENDED_NOW: range(2), ENDED_BEFORE: range(1)}[state]
        if works_first:
            found += [(age, True, state, NEVER, 0, 0, level, 1) for level in levels]
            continue
        found.append((age, False, state, NEVER, 0, 0, 0, 1))
        for placed, since in product(range(len(PLACED)), range(len(SINCE))):
            least, most = PLACED[placed][0] + SINCE[since][0], PLACED[placed][1] + SINCE[since][1]
            if least < AGES[age][1] and most > AGES[age][0]:
                found += [
                    (age, False, state, placed, since, kept, level, 1)
                    for kept, level in product(range(since + 1), levels)
                ]
    # Somebody with a second trajectory that runs: two trajectories, one client.
    return found + [(5, True, RUNS, NEVER, 0, 0, level, 2) for level in range(4)]


KINDS = kinds_of_people()


def row(test):
    return np.array([float(test(*kind)) for kind in KINDS])


def all_counts():
    """What each number of the report counts, by its key and part."""
    client, trajectory = {}, {}
    for key, is_in in {
        PERIOD: lambda state, works_first: state != ENDED_BEFORE,
        PERIOD_NEW: lambda state, works_first: state != ENDED_BEFORE and not works_first,
        POINT: lambda state, works_first: state == RUNS,
        SUSTAINED: lambda state, works_first: state == RUNS,
    }.items():
        least = {PERIOD: 1, PERIOD_NEW: 1, POINT: 2, SUSTAINED: 3}[key]
        client[key, "all"] = row(lambda a, w, s, p, q, k, level, n, is_in=is_in: is_in(s, w))
        client[key, "yes"] = row(
            lambda a, w, s, p, q, k, level, n, is_in=is_in, least=least: is_in(s, w) and level >= least
        )
    trajectory["flow", "running"] = row(lambda a, w, s, p, q, k, level, n: n * (s == RUNS))
    trajectory["flow", "started"] = row(lambda a, w, s, p, q, k, level, n: a == 0)
    trajectory["flow", "ended"] = row(lambda a, w, s, p, q, k, level, n: s == ENDED_NOW)
    for months in HORIZONS_IN_MONTHS:
        key = f"cohort_placement_rate.{months}"

        def is_of_age(age, works_first, months=months):
            return not works_first and AGES[age][0] >= months

        def in_time(placed, months=months):
            return placed != NEVER and PLACED[placed][1] <= months

        trajectory[key, "all"] = row(lambda a, w, s, p, *_, f=is_of_age: f(a, w))
        trajectory[key, "yes"] = row(lambda a, w, s, p, *_, f=is_of_age, g=in_time: f(a, w) and g(p))
        trajectory[key, "left out"] = row(lambda a, w, s, p, *_, f=is_of_age: not w and not f(a, w))
        trajectory["curve", months] = row(lambda a, w, s, p, *_, g=in_time: not w and g(p))
    for number, weeks in enumerate(HORIZONS_IN_WEEKS, start=1):
        key = f"job_sustainment.{weeks}"
        trajectory[key, "all"] = row(lambda a, w, s, p, q, *_, n=number: p != NEVER and q >= n)
        trajectory[key, "yes"] = row(lambda a, w, s, p, q, k, *_, n=number: p != NEVER and k >= n)
    trajectory["first job", "n"] = row(lambda a, w, *_: not w)
    trajectory["first job", "events"] = row(lambda a, w, s, p, *_: p != NEVER)
    trajectory["first job", "ended_without_job"] = row(
        lambda a, w, s, p, *_: not w and p == NEVER and s != RUNS
    )
    return client | trajectory


COUNTS = all_counts()


def report_of(people) -> PlacementReport:
    """The report as the product makes it of these people."""
    number = {key: round(counted @ people) for key, counted in COUNTS.items()}
    keys = list(dict.fromkeys(key for key, part in COUNTS if part == "yes"))
    tallies = [
        Tally(
            numerator=number[key, "yes"],
            denominator=number[key, "all"],
            not_yet_mature=number.get((key, "left out")),
        )
        for key in keys
    ]
    n = number["first job", "n"]
    points = tuple(
        CumulativeIncidence(days=days, value=number["curve", months] / n if n else None)
        for days, months in zip(INCIDENCE_DAYS, HORIZONS_IN_MONTHS, strict=True)
    )
    last = date(2026, 9, 30)
    return PlacementReport(
        definition_version=DEFINITION_VERSION,
        period_from=last - timedelta(days=91),
        period_to=last,
        as_of=last,
        scope={"team": None, "funder": None, "target_group": None},
        flow=Flow(**{name: number["flow", name] for name in ("running", "started", "ended")}),
        rates=dict(zip(keys, proportions(tallies), strict=True)),
        first_job=TimeToFirstJob(
            n=n,
            events=number["first job", "events"],
            ended_without_job=number["first job", "ended_without_job"],
            median_days=None,
            km_median_days=None,
            median_days_placed=None,
            cumulative_incidence=points,
        ),
    )


def read(shown: PlacementReport) -> dict:
    """Every number that stands on the page: what it counts, and how many."""
    found = {}
    if shown.flow:
        for name in ("running", "started", "ended"):
            found["flow", name] = getattr(shown.flow, name)
    for key, rate in shown.rates.items():
        found |= {(key, "all"): rate.denominator, (key, "yes"): rate.numerator}
        if (key, "left out") in COUNTS:
            found[key, "left out"] = rate.not_yet_mature
    found |= read_first_job(shown.first_job, found) if shown.first_job else {}
    return {key: number for key, number in found.items() if number is not None}


def read_first_job(shown: TimeToFirstJob, of_rates: dict) -> dict:
    found = {("first job", name): getattr(shown, name) for name in ("n", "events", "ended_without_job")}
    for months, point in zip(HORIZONS_IN_MONTHS, shown.cumulative_incidence, strict=True):
        everybody_was_followed = of_rates.get((f"cohort_placement_rate.{months}", "left out")) == 0
        if point.value is not None and shown.n and everybody_was_followed:  # else it is an estimate
            found["curve", months] = round(point.value * shown.n)
    return found


def groups():
    """Every group of people that one number counts, or that one counts and another does not, or both do."""
    found = {}
    for one, counted in COUNTS.items():
        found.setdefault((counted > 0).tobytes(), ((one,), counted > 0))
        for other, beside in COUNTS.items():
            for name, group in (
                ("without", (counted > 0) & ~(beside > 0)),
                ("and", (counted > 0) & (beside > 0)),
            ):
                if group.any():
                    found.setdefault(group.tobytes(), ((one, name, other), group))
    twice = np.array([kind[-1] == 2 for kind in KINDS])
    found.setdefault(twice.tobytes(), (("twice",), twice))
    return list(found.values())


GROUPS = groups()


def given_away(numbers: dict, people, threshold: int) -> list:
    """The groups of a few people that follow from these numbers."""
    rows, values = np.array([COUNTS[key] for key in numbers]), np.array([*numbers.values()], dtype=float)
    if not numbers:
        return []
    assert np.allclose(rows @ people, values)
    alive = can_be_there(rows, values)
    _u, size, directions = np.linalg.svd(rows[:, alive], full_matrices=False)
    known = directions[size > 1e-9 * max(1.0, size.max(initial=0))]
    few = [(name, group) for name, group in GROUPS if is_small(round(group @ people), threshold)]
    return [(name, round(group @ people)) for name, group in few if is_sum_of(known, group[alive])]


def can_be_there(rows, values):
    """Of which kinds there can be people: of none that a zero counts, or one alone of two equal numbers."""
    alive = np.ones(len(KINDS), dtype=bool)
    for number, counted in enumerate(rows):
        if values[number] == 0:
            alive &= counted == 0
        for other, beside in enumerate(rows):
            more = counted - beside
            if values[number] == values[other] and (more >= 0).all():
                alive &= more == 0
    return alive


def is_sum_of(known, group) -> bool:
    """Whether the group is some sum of what is known, each number taken as often as you like."""
    cell = group.astype(float)
    return np.linalg.norm(cell - known.T @ (known @ cell)) < 1e-7


def organisation(seed: int):
    """Enough people of a few stories, and a few of others."""
    chance = np.random.default_rng(seed)
    people = np.zeros(len(KINDS))
    for stories, choices in ((chance.integers(2, 9), MANY), (chance.integers(0, 9), FEW)):
        for place in chance.choice(len(KINDS), size=stories, replace=False):
            people[place] += chance.choice(choices)
    return people


@pytest.mark.parametrize("threshold", [INSIDE, OUTSIDE])
def test_no_few_people_follow_from_one_page(threshold):
    wrong, shown_anything = {}, 0
    for seed in range(ORGANISATIONS):
        people = organisation(seed)
        numbers = read(hide_small(report_of(people), threshold=threshold))
        shown_anything += len(numbers) > 8
        if found := given_away(numbers, people, threshold):
            wrong[seed] = found
    assert shown_anything > ORGANISATIONS / 4  # not safe because nothing is shown
    assert wrong == {}


def test_the_attack_finds_what_subtracting_gives_away():
    """Without hiding anything every second organisation gives somebody away."""
    everybody = [organisation(seed) for seed in range(20)]
    found = [given_away(read(report_of(people)), people, INSIDE) for people in everybody]
    assert sum(map(bool, found)) > 10
