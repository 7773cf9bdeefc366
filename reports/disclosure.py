"""Which figures can't leave the team, so that no small number follows from those that do.

Readers outside the team see one way of dividing the people at a time: by team, or by funder, or by target
group. Within such a family some members are withheld: every member with a small number, and enough others
that the withheld ones are at least two and together not small. The same members are withheld in every
period that can be read.

Why nothing can be recovered: take any withheld member and give its people, in every period, to another
withheld one. Every number that is shown stays as it is. So what is shown can't tell the two apart.
"""

from collections.abc import Mapping, Sequence

INSIDE, OUTSIDE = 5, 10  # the organisation
UNKNOWN = ""  # people whose team, funder or target group nobody recorded: never shown, so always withheld

# What is shown or withheld together: figures that follow from each other by adding or subtracting.
BLOCKS: dict[str, tuple[str, ...]] = {
    "period": ("flow.started", "flow.ended", "period_employment_rate", "period_employment_rate_new"),
    "point": ("flow.running", "point_employment_rate", "point_sustained_rate"),
    "cohort": ("cohort_placement_rate",),
    "sustainment": ("job_sustainment",),
    "first_job": ("time_to_first_job",),
}
Counts = Mapping[str, int]


def counts_of(figures: Mapping[str, object], block: str) -> dict[str, int]:
    """Every number of people of one block, in parts that do not overlap within a share."""
    counts: dict[str, int] = {}
    for key in BLOCKS[block]:
        name, _, part = key.partition(".")
        if name not in figures:
            continue
        figure = figures[name]
        counts |= {key: figure[part]} if part else _counts_of_figure(key, figure)
    if block == "period" and "flow" in figures:  # the people of the period less those who left
        counts["flow.running"] = figures["flow"]["running"]
    return counts


def withheld(
    members: Mapping[str, Sequence[Counts]], whole: Sequence[Counts], *, threshold: int
) -> frozenset[str]:
    """The members of a family that are not shown; `members` and `whole` hold the counts per period.

    With the whole itself small nobody is shown. People of no member count as one that is never shown.
    """
    if any(_is_small(count, threshold) for counts in whole for count in counts.values()):
        return frozenset(members)
    everybody = {**members, UNKNOWN: _unknown(members, whole)}
    hidden = {name for name, periods in everybody.items() if _has_small(periods, threshold)}
    if any(count for counts in everybody[UNKNOWN] for count in counts.values()):
        hidden.add(UNKNOWN)
    others = sorted(set(members) - hidden, key=lambda name: (_size(members[name]), name))
    while hidden and others and not _is_safe(hidden, everybody, threshold):
        hidden.add(others.pop(0))
    if hidden and not _is_safe(hidden, everybody, threshold):
        return frozenset(members)
    return frozenset(hidden - {UNKNOWN})


def without_blocks(figures: Mapping[str, object], blocks: frozenset[str]) -> dict[str, object]:
    """The figures with everything of these blocks emptied and marked as hidden."""
    shown = dict(figures)
    for block in blocks:
        for key in BLOCKS[block]:
            name, _, part = key.partition(".")
            if name not in shown:
                continue
            shown[name] = {**shown[name], part: None, "hidden": True} if part else _emptied(shown[name])
    return shown


def _counts_of_figure(key: str, figure: object) -> dict[str, int]:
    if isinstance(figure, list):
        return {
            f"{key}.{number}.{name}": count
            for number, share in enumerate(figure)
            for name, count in _counts_of_share(share).items()
        }
    counts = _counts_of_share(figure) if "denominator" in figure else _counts_of_first_job(figure)
    return {f"{key}.{name}": count for name, count in counts.items()}


def _counts_of_share(share: Mapping[str, int]) -> dict[str, int]:
    counts = {"yes": share["numerator"], "no": share["denominator"] - share["numerator"]}
    return counts | ({"left_out": share["not_yet_mature"]} if "not_yet_mature" in share else {})


def _counts_of_first_job(figure: Mapping[str, int]) -> dict[str, int]:
    waiting = figure["n"] - figure["events"] - figure["ended_without_job"]
    return {"placed": figure["events"], "ended": figure["ended_without_job"], "waiting": waiting}


def _emptied(figure: object) -> object:
    if isinstance(figure, list):
        return [_emptied(share) for share in figure]
    kept = {"months", "weeks", "days"}
    emptied = {
        name: [_emptied(point) for point in value]
        if isinstance(value, list)
        else value
        if name in kept
        else None
        for name, value in figure.items()
    }
    return {**emptied, "hidden": True}


def _unknown(members: Mapping[str, Sequence[Counts]], whole: Sequence[Counts]) -> list[dict[str, int]]:
    """What the members leave of the whole, in each period; somebody may be counted in two members."""
    return [
        {
            key: max(0, count - sum(periods[number].get(key, 0) for periods in members.values()))
            for key, count in counts.items()
        }
        for number, counts in enumerate(whole)
    ]


def _is_safe(hidden: set[str], everybody: Mapping[str, Sequence[Counts]], threshold: int) -> bool:
    """At least two, and together nowhere small."""
    if len(hidden) < 2:
        return False
    for periods in zip(*(everybody[name] for name in hidden), strict=True):
        keys = {key for counts in periods for key in counts}
        if any(_is_small(sum(counts.get(key, 0) for counts in periods), threshold) for key in keys):
            return False
    return True


def _has_small(periods: Sequence[Counts], threshold: int) -> bool:
    return any(_is_small(count, threshold) for counts in periods for count in counts.values())


def _size(periods: Sequence[Counts]) -> int:
    return sum(count for counts in periods for count in counts.values())


def _is_small(count: int, threshold: int) -> bool:
    return 0 < count < threshold
