"""What leaves the product of a run: figures, their definitions, and where they come from."""

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.spreadsheets import Sheet
from reports.disclosure import OUTSIDE
from reports.display import is_whole_quarter, window_text
from reports.figure_keys import by_figure
from reports.models import MonitoringRun, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.report_view import count_text, hidden_text, withheld_text
from reports.wording import benchmark_lines, first_job_wording, regular_work, wording
from staff.models import User


def figures_sheet(title: str, shown: Iterable[tuple[ScopeFigures, Mapping[str, object]]]) -> Sheet:
    """One line for each figure of each scope, given as its reader may see them."""
    return Sheet(
        title=title,
        columns=_columns(),
        rows=[line for row, figures in shown for line in _lines(row, figures)],
    )


def definitions_sheet(run: MonitoringRun, figures: Mapping[str, object]) -> Sheet:
    """Each figure with its meaning, its source and published figures of the same definition."""
    keys = [*(f"flow.{name}" for name in figures["flow"]), *by_figure(figures)]
    shares = [key for key in keys if key not in ("flow", "time_to_first_job")]
    is_quarter = is_whole_quarter(run.period_from, run.period_to)
    lines = [[key, *_definition(key, is_quarter)] for key in shares]
    lines += [
        [f"time_to_first_job.{key}", words.label, words.definition, words.source, ""]
        for key, words in first_job_wording().items()
    ]
    lines.append(["", withheld_text(), withheld_explanation(), "", ""])
    columns = [_("Key"), _("Figure"), _("Definition"), _("Source"), _("For comparison")]
    return Sheet(title=_("Definitions"), columns=columns, rows=[*lines, ["", "", regular_work(), "", ""]])


def about_sheet(run: MonitoringRun, user: User, *, threshold: int) -> Sheet:
    """Which run this is, and who took it out when."""
    facts = [
        (_("Period"), window_text(run.period_from, run.period_to)),
        (_("From"), run.period_from),
        (_("Until and including"), run.period_to),
        (_("As of"), run.as_of),
        (_("Revision"), run.revision),
        (_("Definitions"), run.definition_version),
        (_("Computed at"), _local(run.finished_at)),
        (_("Run"), str(run.public_id)),
        (_("Exported by"), str(user)),
        (_("Exported at"), _local(timezone.now())),
    ]
    if not sees_small_numbers(user):
        facts += [
            (_("Made for"), _audience_text(threshold)),
            (_("Small numbers"), small_numbers_text(threshold)),
            (withheld_text(), withheld_explanation()),
        ]
    return Sheet(title=_("About this file"), columns=[_("What"), _("Value")], rows=facts)


def small_numbers_text(threshold: int) -> str:
    return _(
        "Numbers under %(threshold)s are hidden, and so are numbers and shares from which such a number "
        "follows. That way nobody can be recognised."
    ) % {"threshold": threshold}


def withheld_explanation() -> str:
    """Why a team, funder or target group may have no figure, also when its own numbers are not small."""
    return _(
        "Of a team, a funder or a target group these figures are left out: in one of the periods a number "
        "is too small to share, or it would give away another one that is. Who is left out in one period is "
        "left out in all."
    )


def _audience_text(threshold: int) -> str:
    if threshold == OUTSIDE:
        return _("outside the organisation")
    return _("inside the organisation; do not pass it on")


def _columns() -> list[str]:
    return [
        _("Team"),
        _("Funder"),
        _("Target group"),
        _("Key"),
        _("Figure"),
        _("Numerator"),
        _("Denominator"),
        _("Value"),
        # xgettext:no-python-format (only a percent sign)
        _("95% low"),
        # xgettext:no-python-format (only a percent sign)
        _("95% high"),
        _("Too recent"),
    ]


def _definition(key: str, is_quarter: bool) -> list[str]:
    words = wording(key)
    return [
        words.label,
        words.definition,
        words.source,
        "; ".join(benchmark_lines(key, is_quarter=is_quarter)),
    ]


def _lines(row: ScopeFigures, figures: Mapping[str, object]) -> list[list[object]]:
    scope = [
        row.team.name if row.team else _("whole organisation"),
        row.get_funder_display() or _("all funders"),
        row.get_target_group_display() or _("all target groups"),
    ]
    lines = [
        _count(f"flow.{name}", figures["flow"][name])
        for name in ("running", "started", "ended")
        if name in figures["flow"]
    ]
    lines += [_share(key, share) for key, share in by_figure(figures).items() if "denominator" in share]
    if "time_to_first_job" in figures:
        lines += _first_job(figures["time_to_first_job"])
    return [[*scope, *line] for line in lines]


def _count(key: str, count: int | None) -> list[object]:
    return [key, wording(key).label, "", "", _or_small(count), "", "", ""]


def _share(key: str, share: Mapping) -> list[object]:
    if share.get("withheld"):
        return [key, wording(key).label, "", "", withheld_text(), "", "", ""]
    values = [share["rate"], share["ci_low"], share["ci_high"]]
    if share.get("hidden"):
        numerator, values = hidden_text(), [hidden_text(), "", ""]
    else:
        numerator = share["numerator"]
    too_recent = _or_small(share["not_yet_mature"]) if "not_yet_mature" in share else ""
    return [key, wording(key).label, numerator, _or_small(share["denominator"]), *values, too_recent]


def _first_job(figure: Mapping) -> list[list[object]]:
    counts = {name: _or_small(figure[name]) for name in ("n", "events", "ended_without_job")}
    hidden = bool(figure.get("hidden"))
    medians = {
        name: hidden_text() if hidden else figure[name] for name in ("km_median_days", "median_days_placed")
    }
    points = {
        f"cumulative_incidence.{point['days']}": hidden_text()
        if hidden or point.get("hidden")
        else point["value"]
        for point in figure["cumulative_incidence"]
    }
    words = first_job_wording()
    return [
        [f"time_to_first_job.{name}", words[name].label, "", "", value, "", "", ""]
        for name, value in {**counts, **medians, **points}.items()
    ]


def _or_small(count: int | None) -> object:
    return count_text(None) if count is None else count


def _local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
