"""Which figures of which team, funder or target group stay inside, over all quarters that were stored."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.core.cache import cache

from ipsplatform.common.remembered import remembered
from reports.indicators.cohort import HORIZONS_IN_MONTHS
from reports.indicators.contract import from_json
from reports.indicators.employment import PERIOD
from reports.indicators.proportion import Proportion
from reports.indicators.report import FIGURES, PlacementReport
from reports.models import MonitoringRun, PeriodKind, ScopeFigures
from reports.models.run import MonitoringRunQuerySet
from reports.small_numbers.counts import (
    BLOCKS,
    INSIDE,
    Cohorts,
    PartCounts,
    cohort_counts,
    cohorts,
    open_runs,
    withheld_members,
    without_cohorts,
)
from reports.small_numbers.hiding import groups_of_cohorts, hide_small
from reports.small_numbers.lattice import Group

SECONDS = 24 * 3600
DIMENSIONS = ("team_id", "funder", "target_group")
WHOLE = ("", "")
Member = tuple[str, str]  # a dimension and a value of it
Blocks = dict[str, frozenset[Member]]
# Who is withheld from each block, and the (run, dimension)s that show the period rate of others.
Withheld = tuple[Blocks, frozenset[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A quarterly run with the report of each member of each division."""

    run: MonitoringRun
    members: dict[Member, PlacementReport]

    @property
    def ends_a_year(self) -> bool:
        """Whether this is the last quarter, the only one that shows cohorts."""
        return ends_a_year(self.run)


def withheld(threshold: int) -> Withheld:
    """Who and what is withheld at this threshold; cached until another quarter is stored."""
    return cast(Withheld, _kept("withheld", threshold, lambda: _compute(threshold)))


def shown_of_whole(threshold: int) -> dict[int, PlacementReport]:
    """What is seen of the whole organisation, by the key of the run; cached as `withheld`.

    Each quarter is laid beside what was shown before it (ADR 61).
    """
    found = _kept("whole", threshold, lambda: _shown_of_whole(threshold))
    return cast(dict[int, PlacementReport], found)


def shown_blocks(row: ScopeFigures, stays_inside: Withheld) -> list[str]:
    """The blocks of one member of a division that a reader outside the team sees."""
    hidden, with_period = stays_inside
    member = member_of(row)
    closed = set() if (row.run_id, member[0]) in with_period else {PERIOD}
    return [block for block in BLOCKS if member not in hidden[block] and block not in closed]


def ends_a_year(run: MonitoringRun) -> bool:
    """Cohorts of a division are shown once a year: in a quarter too few come and go."""
    return run.period_kind == PeriodKind.QUARTER and run.period_to.month == 12


def member_of(row: ScopeFigures) -> Member:
    """Where a scope stands: the whole organisation, or one value of one dimension."""
    chosen = [(name, str(getattr(row, name))) for name in DIMENSIONS if getattr(row, name)]
    return chosen[0] if chosen else WHOLE


def _kept(name: str, threshold: int, compute: Callable[[], object]) -> object:
    key = f"{name}:{threshold}:{remembered('quarters that were stored', _stored_quarters)}"
    return cache.get_or_set(key, compute, SECONDS)


def _stored_quarters() -> str:
    runs = ",".join(str(run) for run in _quarters().order_by("pk").values_list("public_id", flat=True))
    return hashlib.sha256(runs.encode()).hexdigest()


def _shown_of_whole(threshold: int) -> dict[int, PlacementReport]:
    """A file for outside starts from what the pages show: so it never shows a number that they hide."""
    inside = shown_of_whole(INSIDE) if threshold != INSIDE else {}
    found: dict[int, PlacementReport] = {}
    beside: list[Group] = []
    before: PlacementReport | None = None
    rows = ScopeFigures.objects.whole().filter(run__in=_quarters().latest_revisions()).select_related("run")
    for row in rows.order_by("run__period_to"):
        report = inside.get(row.run_id) or _published(from_json(row.figures), row.run)
        follows = before is not None and before.period_to + timedelta(days=1) == report.period_from
        shown = hide_small(report, threshold=threshold, before=before if follows else None, beside=beside)
        found[row.run_id], before = shown, report
        beside += groups_of_cohorts(shown)
    return found


def _published(report: PlacementReport, run: MonitoringRun) -> PlacementReport:
    return report if ends_a_year(run) else without_cohorts(report)


def _compute(threshold: int) -> Withheld:
    """Who is withheld inside is withheld outside too, so that the two files do not fill each other."""
    runs = _stored_runs()
    hidden = _by_block(runs, INSIDE, {})
    with_period = _with_period(runs, hidden[PERIOD], INSIDE)
    if threshold != INSIDE:
        hidden = _by_block(runs, threshold, hidden)
        with_period &= _with_period(runs, hidden[PERIOD], threshold)
    return hidden, with_period


def _quarters() -> MonitoringRunQuerySet:
    return MonitoringRun.objects.done().filter(period_kind=PeriodKind.QUARTER)


def _stored_runs() -> list[StoredRun]:
    """In the order in which they could be read."""
    found: dict[int, StoredRun] = {}
    rows = ScopeFigures.objects.one_way().filter(run__in=_quarters()).select_related("run")
    for row in rows.order_by("run_id", "pk"):
        run = found.setdefault(row.run_id, StoredRun(row.run, {}))
        run.members[member_of(row)] = from_json(row.figures)
    return list(found.values())


def _by_block(runs: Sequence[StoredRun], threshold: int, already: Blocks) -> Blocks:
    found: Blocks = {}
    hidden: frozenset[Member] = frozenset()
    for block in BLOCKS:
        counts = _counts(runs, block, threshold)
        hidden = _of_block(counts, hidden | already.get(block, frozenset()), threshold)
        found[block] = hidden
    return found


def _counts(runs: Sequence[StoredRun], block: str, threshold: int) -> list[dict[Member, PartCounts]]:
    """The counts of a block in each run that shows it."""
    figure = FIGURES[block]
    months = figure.horizon.get("months")
    if months is None:
        return [
            {member: report.rates[block].parts for member, report in stored.members.items()}
            for stored in runs
            if not (figure.is_of_period and _is_closed(stored, threshold))
        ]
    years = [stored for stored in runs if stored.ends_a_year]
    return [
        {member: _cohort_counts(stored, member, years, months) for member in stored.members}
        for stored in years
    ]


def _with_period(
    runs: Sequence[StoredRun], hidden: frozenset[Member], threshold: int
) -> frozenset[tuple[int, str]]:
    """In which runs the members of each division that are not withheld show their period rate."""
    usable = sorted(
        (stored for stored in runs if not _is_closed(stored, threshold)),
        key=lambda stored: (stored.run.period_to, stored.run.revision),
    )
    started = [_started(stored) for stored in usable]
    whole = [_clients(stored, WHOLE) for stored in usable]
    everybody = {member for stored in usable for member in stored.members} - hidden
    found: set[tuple[int, str]] = set()
    for dimension in DIMENSIONS:
        members = [member for member in everybody if member[0] == dimension]
        shown = {value: [_clients(stored, (name, value)) for stored in usable] for name, value in members}
        numbers = open_runs(shown, whole, started, threshold=threshold)
        found |= {(usable[number].run.pk, dimension) for number in numbers}
    return frozenset(found)


def _started(stored: StoredRun) -> int:
    flow = stored.members[WHOLE].flow
    return flow.started or 0 if flow else 0


def _clients(stored: StoredRun, member: Member) -> int:
    report = stored.members.get(member)
    return report.rates[PERIOD].denominator or 0 if report else 0


def _is_closed(stored: StoredRun, threshold: int) -> bool:
    """Whether the period rate of the whole organisation itself is hidden."""
    return hide_small(stored.members[WHOLE], threshold=threshold).rates[PERIOD].is_hidden


def _cohort_counts(
    stored: StoredRun, member: Member, years: Sequence[StoredRun], months: int
) -> dict[str, int]:
    """With the years before it; who was not there then had nobody."""
    day = stored.run.period_to
    earlier = [
        (day.year - before.run.period_to.year, _cohorts(before, member))
        for before in years
        if before.run.period_to < day
    ]
    return cohort_counts(_cohorts(stored, member), earlier, months)


def _cohorts(stored: StoredRun, member: Member) -> Cohorts:
    if member in stored.members:
        return cohorts(stored.members[member])
    return dict.fromkeys(HORIZONS_IN_MONTHS, Proportion.of(0, 0, not_yet_mature=0))


def _of_block(
    counts: Sequence[Mapping[Member, PartCounts]], already: frozenset[Member], threshold: int
) -> frozenset[Member]:
    hidden: set[Member] = set()
    everybody = {member for run in counts for member in run} | already
    for dimension in DIMENSIONS:
        members = {
            value: [run.get((dimension, value), {}) for run in counts]
            for name, value in everybody
            if name == dimension
        }
        names = withheld_members(
            members,
            [run[WHOLE] for run in counts],
            threshold=threshold,
            already=[value for name, value in already if name == dimension],
        )
        hidden |= {(dimension, value) for value in names}
    return frozenset(hidden)
