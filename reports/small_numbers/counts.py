"""What readers outside the team see of a report, so that no small number follows from it (ADR 18).

They see the people divided in one way at a time: by team, or by funder, or by target group. Of a member
of such a division they see few figures, in the order of `BLOCKS`; whom one block withholds, the next
ones withhold too. Within a block every member with a small number is withheld, and enough others that
the withheld ones are at least two and together not small, in every period that can be read.

Why nothing can be recovered: take any withheld member and give its people, in every period, to another
withheld one. Every number that is shown stays as it is, so what is shown can't tell the two apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from reports.indicators.cohort import HORIZONS_IN_MONTHS
from reports.indicators.proportion import WITHHELD, Proportion
from reports.indicators.report import FIGURES, PlacementReport

INSIDE, OUTSIDE = 5, 10  # the organisation
UNKNOWN = ""  # people whose team, funder or target group nobody recorded: never shown, so always withheld

COHORT = "cohort_placement_rate"
BLOCKS = tuple(key for key, figure in FIGURES.items() if figure.is_of_division)

Cohorts = Mapping[int, Proportion]  # one rate by its number of months
PartCounts = Mapping[str, int]


def is_small(count: int, threshold: int) -> bool:
    return 0 < abs(count) < threshold


def withheld_members(
    members: Mapping[str, Sequence[PartCounts]],
    whole: Sequence[PartCounts],
    *,
    threshold: int,
    already: Iterable[str] = (),
) -> frozenset[str]:
    """The members of a division that are not shown; `members` and `whole` hold the counts of each run.

    Runs are in the order in which they could be read for the first time. A member that was withheld
    once stays withheld: otherwise a file of last year fills what a page hides now. With the whole itself
    small nobody is shown. People of no member count as a member that is never shown.
    """
    if any(is_small(count, threshold) for counts in whole for count in counts.values()):
        return frozenset(members)
    everybody = {**members, UNKNOWN: [_rest(members, whole, number) for number in range(len(whole))]}
    hidden = {name for name in already if name in members}
    for number in range(len(whole)):
        now = {name: runs[number] for name, runs in everybody.items()}
        hidden = _grown(hidden, now, threshold)
    return frozenset(hidden - {UNKNOWN})


def open_runs(
    shown: Mapping[str, Sequence[int]], whole: Sequence[int], started: Sequence[int], *, threshold: int
) -> list[int]:
    """The numbers of the runs, oldest first, in which a division shows its period rate.

    A member's growth since the run before is those who started minus those who left. When hardly more
    people started than the members grew, growth tells how many started in each: then that run shows
    none of them.
    """
    found: list[int] = []
    for number in range(len(whole)):
        if not found or _moved_enough(shown, whole, started, (found[-1], number), threshold):
            found.append(number)
    return found


def cohorts(report: PlacementReport) -> Cohorts:
    """The cohort rates of a report by their number of months."""
    return {months: report.rates[f"{COHORT}.{months}"] for months in HORIZONS_IN_MONTHS}


def cohort_counts(now: Cohorts, earlier: Sequence[tuple[int, Cohorts]], months: int) -> dict[str, int]:
    """The people of one cohort rate, and those who follow when it is laid beside another.

    `earlier` are the other year-ends that can be read, with how many years they come before this one.
    Cohorts only grow: the difference with another year is a group of people too, and so is the
    difference with a shorter horizon of the same people.
    """
    counts = {**now[months].parts, "left_out": now[months].not_yet_mature or 0}
    for shorter, longer in pairwise(HORIZONS_IN_MONTHS):
        if longer <= months:
            between = _people(now[shorter]) - _people(now[longer])
            counts[f"enrolled between {longer} and {shorter} months ago"] = between
    for number, (years, before) in enumerate(earlier):
        counts |= {f"{number}.{name}": n for name, n in _growth(now, before, years, months)}
    return counts


def report_of_member(report: PlacementReport, *, shown: Iterable[str], with_cohorts: bool) -> PlacementReport:
    """What is seen of one member of a division: few figures, and those that are withheld say so."""
    open_blocks = set(shown)
    rates = {
        key: report.rates[key].without_bounds if key in open_blocks else WITHHELD
        for key in BLOCKS
        if with_cohorts or not FIGURES[key].horizon
    }
    return replace(report, flow=None, rates=rates, first_job=None, is_division=True)


def without_cohorts(report: PlacementReport) -> PlacementReport:
    """What is seen of the whole organisation in a quarter that ends no year (ADR 61).

    Who enrolled, and who found a first job, is counted from the beginning: of two quarters in a row the
    difference is the few of one quarter.
    """
    rates = {key: rate for key, rate in report.rates.items() if not FIGURES[key].horizon}
    return replace(report, rates=rates, first_job=None)


def _grown(hidden: set[str], now: Mapping[str, PartCounts], threshold: int) -> set[str]:
    """`hidden` with the small ones of one more run and the company that they need."""
    hidden = hidden | {name for name, counts in now.items() if name and _has_small(counts, threshold)}
    if any(now[UNKNOWN].values()):
        hidden.add(UNKNOWN)
    others = sorted(set(now) - hidden - {UNKNOWN}, key=lambda name: (sum(now[name].values()), name))
    while hidden and not _is_safe(hidden, now, threshold):
        if not others:
            return set(now) - {UNKNOWN}
        hidden.add(others.pop(0))
    return hidden


def _is_safe(hidden: set[str], now: Mapping[str, PartCounts], threshold: int) -> bool:
    """At least two, and together nowhere small."""
    together = {key: sum(now[name].get(key, 0) for name in hidden) for key in now[UNKNOWN]}
    return len(hidden) > 1 and not _has_small(together, threshold)


def _has_small(counts: PartCounts, threshold: int) -> bool:
    return any(is_small(count, threshold) for count in counts.values())


def _moved_enough(
    shown: Mapping[str, Sequence[int]],
    whole: Sequence[int],
    started: Sequence[int],
    between: tuple[int, int],
    threshold: int,
) -> bool:
    before, now = between
    grown = [people[now] - people[before] for people in shown.values()]
    grown.append(whole[now] - whole[before] - sum(grown))  # all who are not shown, as one
    return sum(started[before + 1 : now + 1]) - sum(max(0, more) for more in grown) >= threshold


def _rest(
    members: Mapping[str, Sequence[PartCounts]], whole: Sequence[PartCounts], number: int
) -> dict[str, int]:
    """What the members leave of the whole in one run; somebody may be counted in two members."""
    return {
        key: max(0, count - sum(runs[number].get(key, 0) for runs in members.values()))
        for key, count in whole[number].items()
    }


def _growth(now: Cohorts, before: Cohorts, years: int, months: int) -> Iterator[tuple[str, int]]:
    was, becomes = before[months].parts, now[months].parts
    for name in was:
        yield f"more {name}", becomes[name] - was[name]
    for shorter in HORIZONS_IN_MONTHS:
        if shorter < months and months - shorter == 12 * years:  # the same people, seen earlier
            yield f"placed after {shorter} months", becomes["yes"] - before[shorter].parts["yes"]
        elif shorter < months:
            yield f"enrolled since {shorter} months before", _people(now[months]) - _people(before[shorter])


def _people(found: Proportion) -> int:
    return sum(found.parts.values())
