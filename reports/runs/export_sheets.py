"""What leaves the product of a run: figures, their definitions, and where they come from."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.spreadsheets import Percentage, Sheet, sheet_of
from ipsplatform.common.texts import Text
from reports.figures.display import is_whole_quarter, window_text
from reports.figures.presentation import (
    benchmark_lines,
    flow_counts,
    hidden_text,
    median_text,
    point_text,
    regular_work,
    withheld_text,
)
from reports.indicators import first_job
from reports.indicators.figure import Words
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.proportion import Proportion
from reports.indicators.report import FIGURES, PlacementReport
from reports.models import MonitoringRun, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.small_numbers.counts import OUTSIDE
from staff.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """One figure of one scope. Numbers are numbers; a text says why there is none."""

    row: ScopeFigures
    key: str
    label: Text
    value: object
    numerator: object = ""
    denominator: object = ""
    low: object = ""
    high: object = ""
    too_recent: object = ""
    unknown: object = ""
    doubtful: object = ""
    worst: object = ""
    best: object = ""
    followed: object = ""
    waiting: object = ""


# Label and content of each column, in order.
COLUMNS: tuple[tuple[Text, Callable[[ExportLine], object]], ...] = (
    (gettext_lazy("Team"), lambda line: line.row.team.name if line.row.team else _("whole organisation")),
    (gettext_lazy("Funder"), lambda line: line.row.get_funder_display() or _("all funders")),
    (
        gettext_lazy("Target group"),
        lambda line: line.row.get_target_group_display() or _("all target groups"),
    ),
    (gettext_lazy("Key"), lambda line: line.key),
    (gettext_lazy("Figure"), lambda line: line.label),
    (gettext_lazy("Numerator"), lambda line: line.numerator),
    (gettext_lazy("Denominator"), lambda line: line.denominator),
    (gettext_lazy("Value"), lambda line: line.value),
    # xgettext:no-python-format (only a percent sign)
    (gettext_lazy("95% low"), lambda line: line.low),
    # xgettext:no-python-format (only a percent sign)
    (gettext_lazy("95% high"), lambda line: line.high),
    (gettext_lazy("Too recent"), lambda line: line.too_recent),
    (gettext_lazy("Unknown answers"), lambda line: line.unknown),
    (gettext_lazy("Doubtful"), lambda line: line.doubtful),
    (gettext_lazy("At worst"), lambda line: line.worst),
    (gettext_lazy("At best"), lambda line: line.best),
    (gettext_lazy("Followed so long"), lambda line: line.followed),
    (gettext_lazy("Still waiting"), lambda line: line.waiting),
)


def figures_sheet(title: str, shown: Iterable[tuple[ScopeFigures, PlacementReport]]) -> Sheet:
    """One line for each figure of each scope, given as its reader may see them."""
    return sheet_of(title, COLUMNS, (line for row, report in shown for line in _lines(row, report)))


def definitions_sheet(run: MonitoringRun, report: PlacementReport) -> Sheet:
    """Each figure with its meaning, its source and published figures of the same definition."""
    is_quarter = is_whole_quarter(run.period_from, run.period_to)
    lines = [
        [key, *_words(FIGURES[key].texts), "; ".join(benchmark_lines(FIGURES[key], is_quarter=is_quarter))]
        for key in (*flow_counts(report), *report.rates)
    ]
    lines += [[f"time_to_first_job.{key}", *_words(words), ""] for key, words in first_job.words().items()]
    lines.append(["", withheld_text(), withheld_explanation(), "", ""])
    columns = [_("Key"), _("Figure"), _("Definition"), _("Source"), _("For comparison")]
    return Sheet(title=_("Definitions"), columns=columns, rows=[*lines, ["", "", regular_work(), "", ""]])


def about_sheet(run: MonitoringRun, user: User, *, threshold: int) -> Sheet:
    """Which run this is, and who exported it when."""
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
        "Numbers under %(threshold)s are hidden, and so are numbers and rates from which such a number "
        "follows. That way nobody can be recognised."
    ) % {"threshold": threshold}


def withheld_explanation() -> str:
    """Why a team, funder or target group may have no figure, also when its own numbers are not small."""
    return _(
        "These figures of a team, a funder or a target group are left out: in one of the periods a number "
        "is too small to publish, or it would reveal another one that is. A group left out in one period "
        "is left out in all."
    )


def _audience_text(threshold: int) -> str:
    if threshold == OUTSIDE:
        return _("outside the organisation")
    return _("inside the organisation; do not pass it on")


def _words(words: Words) -> list[Text]:
    return [words.label, words.definition, words.source]


def _lines(row: ScopeFigures, report: PlacementReport) -> Iterator[ExportLine]:
    for key, count in flow_counts(report).items():
        yield ExportLine(row=row, key=key, label=FIGURES[key].texts.label, value=_or_hidden(count))
    for key, rate in report.rates.items():
        yield _rate_line(row, key, rate)
    if report.first_job:
        yield from _first_job_lines(row, report.first_job)


def _rate_line(row: ScopeFigures, key: str, found: Proportion) -> ExportLine:
    label = FIGURES[key].texts.label
    if found.is_withheld:
        return ExportLine(row=row, key=key, label=label, value=withheld_text())
    return ExportLine(
        row=row,
        key=key,
        label=label,
        numerator=_or_hidden(found.numerator),
        denominator=_or_hidden(found.denominator),
        value=hidden_text() if found.is_hidden else _percentage(found.exact),
        low=_percentage(found.ci_low),
        high=_percentage(found.ci_high),
        too_recent=_or_hidden(found.not_yet_mature) if FIGURES[key].left_out else "",
        **_bounds(found),
    )


def _bounds(found: Proportion) -> dict[str, object]:
    """What missing answers could make of it; nothing for a reader or a definition without them."""
    if found.unknown is None:
        return {}
    worst, best = found.bounds or (found.exact, found.exact)
    return {
        "unknown": found.unknown,
        "doubtful": found.doubtful,
        "worst": _percentage(worst),
        "best": _percentage(best),
    }


def _first_job_lines(row: ScopeFigures, found: TimeToFirstJob) -> Iterator[ExportLine]:
    words = first_job.words()

    def line(name: str, value: object, **more: object) -> ExportLine:
        key, label = f"time_to_first_job.{name}", words[name].label
        return ExportLine(row=row, key=key, label=label, value=value, **more)

    for name in ("n", "events", "ended_without_job"):
        yield line(name, _or_hidden(getattr(found, name)))
    for name, days in _medians(found).items():
        yield line(name, days if days is not None else median_text(found, days))
    placed = found.median_days_placed
    yield line("median_days_placed", hidden_text() if found.is_hidden else placed)
    for point in found.cumulative_incidence:
        yield line(
            f"cumulative_incidence.{point.days}",
            point_text(point, found) or _percentage(point.value),
            followed=point.followed,
            waiting=point.waiting,
        )


def _medians(found: TimeToFirstJob) -> dict[str, float | None]:
    names = ["median_days", "km_median_days"]
    return {name: getattr(found, name) for name in names[found.is_without_median :]}


def _percentage(rate: Fraction | float | None) -> Percentage | str:
    return "" if rate is None else Percentage(Fraction(str(rate)))


def _or_hidden(count: int | None) -> object:
    return hidden_text() if count is None else count


def _local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
