"""The object of the report contract without its small numbers."""

from collections.abc import Mapping

from reports.small_numbers.counts import IN_THE_PERIOD, INSIDE, is_small

_RATE = ("numerator", "rate", "ci_low", "ci_high")
_COUNTS_OF_FIRST_JOB = ("n", "events", "ended_without_job")


def hide_small(figures: Mapping[str, object], *, threshold: int = INSIDE) -> dict[str, object]:
    """The figures of a report with every number from 1 up to `threshold` hidden.

    Works on the object of the report contract. A hidden number is None and its object says
    `hidden: true`. So is a number from which a hidden one follows within the report; what follows over
    teams, funders and target groups is for `reports.small_numbers.counts`.
    """
    hidden = dict(figures)
    few_moved = _few_came_or_went(figures, threshold)
    for key, value in figures.items():
        if key == "flow":
            hidden[key] = _hide_flow(value, threshold, few_moved=few_moved)
        elif key in IN_THE_PERIOD and few_moved:
            hidden[key] = {**dict.fromkeys(value), "hidden": True}
        elif key == "time_to_first_job":
            hidden[key] = _hide_first_job(value, threshold)
        elif isinstance(value, list):
            hidden[key] = [hide_small_share(share, threshold=threshold) for share in value]
        elif isinstance(value, Mapping) and "denominator" in value:
            hidden[key] = hide_small_share(value, threshold=threshold)
    return hidden


def hide_small_share(share: Mapping[str, object], *, threshold: int = INSIDE) -> dict[str, object]:
    """One share, without its numerator and rate when few people did, or did not, belong to it."""
    numerator, denominator = share["numerator"], share["denominator"]
    shown = dict(share)
    if is_small(share.get("not_yet_mature", 0), threshold):  # all of the cohort less those who can tell
        return {**shown, **dict.fromkeys((*_RATE, "denominator", "not_yet_mature")), "hidden": True}
    if any(is_small(count, threshold) for count in (numerator, denominator - numerator, denominator)):
        shown |= {**dict.fromkeys(_RATE), "hidden": True}
    if is_small(denominator, threshold):
        shown["denominator"] = None
    return shown


def _few_came_or_went(figures: Mapping[str, object], threshold: int) -> bool:
    """The clients of a period, less those who run on its last day, are those who left."""
    moved = [count for name, count in figures.get("flow", {}).items() if name != "running"]
    if "period_employment_rate" in figures and "point_employment_rate" in figures:
        in_period, at_end = (figures[key] for key in ("period_employment_rate", "point_employment_rate"))
        moved.append(in_period["denominator"] - at_end["denominator"])
    return any(is_small(count, threshold) for count in moved)


def _hide_flow(counts: Mapping[str, int], threshold: int, *, few_moved: bool) -> dict[str, object]:
    """Who started and who ended together: with those who run, the one tells the other."""
    shown: dict[str, object] = {
        name: None if is_small(count, threshold) or (few_moved and name != "running") else count
        for name, count in counts.items()
    }
    return {**shown, "hidden": True} if None in shown.values() else shown


def _hide_first_job(figure: Mapping[str, object], threshold: int) -> dict[str, object]:
    """Without the curve as well when one of the groups under it is small."""
    counts = {name: figure[name] for name in _COUNTS_OF_FIRST_JOB}
    waiting = counts["n"] - counts["events"] - counts["ended_without_job"]
    if not any(is_small(count, threshold) for count in (*counts.values(), waiting)):
        return {**figure, "cumulative_incidence": _hide_points(figure, threshold)}
    return {
        **{name: None if is_small(count, threshold) else count for name, count in counts.items()},
        "km_median_days": None,
        "median_days_placed": None,
        "cumulative_incidence": [{**point, "value": None} for point in figure["cumulative_incidence"]],
        "hidden": True,
    }


def _hide_points(figure: Mapping[str, object], threshold: int) -> list[dict[str, object]]:
    """A point of the curve that stands for a handful of people tells their number."""
    return [
        {**point, "value": None, "hidden": True}
        if is_small(round((point["value"] or 0) * figure["n"]), threshold)
        else dict(point)
        for point in figure["cumulative_incidence"]
    ]
