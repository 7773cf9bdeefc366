"""What moved between two revisions of a run."""

from collections.abc import Iterable, Mapping

from reports.figure_keys import by_figure
from reports.models import MonitoringRun, ScopeFigures


def changes_between(before: MonitoringRun, after: Iterable[ScopeFigures]) -> list[dict[str, object]]:
    """Each figure of each scope that moved: `{scope, figure, before, after}`.

    A scope that came or went has None on the other side. Scopes are as in the report contract.
    """
    old = {_key(row): row.figures for row in before.scopes.select_related("team")}
    new = {_key(row): row.figures for row in after}
    return [
        {"scope": (new.get(key) or old[key])["scope"], "figure": figure, "before": was, "after": becomes}
        for key in sorted(old.keys() | new.keys(), key=lambda key: (key[0] or 0, *key[1:]))
        for figure, was, becomes in _moved(by_figure(old.get(key)), by_figure(new.get(key)))
    ]


def _moved(before: Mapping, after: Mapping) -> list[tuple[str, object, object]]:
    names = list(dict.fromkeys([*before, *after]))
    return [
        (name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def _key(row: ScopeFigures) -> tuple[int | None, str, str]:
    return (row.team_id, row.funder, row.target_group)
