"""Which blocks of which scopes a reader outside the team does not see, over all runs that can be read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Max

from ipsplatform.common.remembered import remembered
from reports.disclosure import BLOCKS, INSIDE, Counts, counts_of, withheld
from reports.models import MonitoringRun, PeriodKind, ScopeFigures

SECONDS = 3600
DIMENSIONS = ("team_id", "funder", "target_group")
Member = tuple[str, object]  # a dimension and a value of it


def withheld_blocks(row: ScopeFigures) -> frozenset[str]:
    """The blocks of one stored scope that stay inside the team."""
    member = member_of(row)
    hidden = _all_withheld(row.run.period_kind)
    return frozenset(block for block in BLOCKS if member in hidden[block])


def member_of(row: ScopeFigures) -> Member:
    """Where a scope stands: the whole organisation, or one value of one dimension."""
    chosen = [(name, getattr(row, name)) for name in DIMENSIONS if getattr(row, name)]
    return chosen[0] if chosen else ("", None)


def _all_withheld(period_kind: str) -> Mapping[str, set[Member]]:
    """By block. What is withheld of quarters is withheld of months too: a quarter is three of them."""
    runs = MonitoringRun.objects.done()
    state = runs.aggregate(last=Max("pk"), finished=Max("finished_at"))
    kinds = (period_kind,) if period_kind == PeriodKind.QUARTER else tuple(PeriodKind.values)
    key = f"withheld-{'-'.join(kinds)}-{state['last']}-{state['finished']:%Y%m%d%H%M%S%f}"
    return remembered(key, lambda: _compute(kinds), seconds=SECONDS)


def _compute(kinds: Sequence[str]) -> dict[str, set[Member]]:
    found: dict[str, set[Member]] = {block: set() for block in BLOCKS}
    for kind in kinds:
        rows = list(
            ScopeFigures.objects.one_way().filter(
                run__in=MonitoringRun.objects.done().filter(period_kind=kind)
            )
        )
        for block in BLOCKS:
            found[block] |= _of_block(rows, block)
    return found


def _of_block(rows: Sequence[ScopeFigures], block: str) -> set[Member]:
    counts: dict[Member, dict[int, Counts]] = defaultdict(dict)
    for row in rows:
        counts[member_of(row)][row.run_id] = counts_of(row.figures, block)
    whole = counts.pop(("", None), {})
    runs = sorted(whole)
    hidden: set[Member] = set()
    for dimension in DIMENSIONS:
        family = {
            str(value): [periods.get(run, {}) for run in runs]
            for (name, value), periods in counts.items()
            if name == dimension
        }
        names = withheld(family, [whole[run] for run in runs], threshold=INSIDE)
        hidden |= {member for member in counts if member[0] == dimension and str(member[1]) in names}
    return hidden
