"""Charts: shapes in the page itself, in its colours. Plain arithmetic, so a web process needs nothing to
draw one and a page is whole whoever else is down (ADR 56).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.figures.display import percent
from reports.indicators.proportion import Proportion

# Text in an SVG shrinks with it: a phone gets its own drawing. Width and height of the field of the lines.
WIDE, NARROW = (840, 230), (290, 200)
LEFT, TOP, RIGHT, LINE_HEIGHT = 48, 26, 22, 18  # around the field; the names of the steps stand below it
GRID = 0.2  # of a rate, between two lines of the grid
LABEL_WIDTH = 36  # of a year or a percentage
ABOVE_DOT, BELOW_FIELD = 14, 22


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One step of a line, with the rate in words; without a rate the line has a gap."""

    label: str
    rate: float | None
    low: float | None
    high: float | None
    words: str

    @classmethod
    def of(cls, label: str, found: Proportion) -> "ChartPoint":
        """The step of one proportion."""
        return cls(label, found.rate, found.ci_low, found.ci_high, percent(found.exact) or "")


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the lines are drawn: rates from 0 to `full` upwards, and `steps` from left to right."""

    width: int
    height: int
    full: float

    def y(self, rate: float) -> float:
        return TOP + self.height * (1 - rate / self.full)

    def x(self, share: float) -> float:
        """`share` of the whole width."""
        return LEFT + self.width * share


def line_chart(*, points: Sequence[ChartPoint], title: str) -> SafeString:
    """A line with its interval as a band, for wide and for narrow screens; rates are fractions."""
    return _drawings([_line(points, *size) for size in (WIDE, NARROW)], title)


def curve_chart(*, points: Sequence[tuple[int, float]], title: str) -> SafeString:
    """A rate, as a fraction, that grows with the number of days."""
    return _drawings([_curve(points, *size) for size in (WIDE, NARROW)], title)


def _drawings(both: list[SafeString], title: str) -> SafeString:
    wide, narrow = both
    return format_html(
        '<div class="chart-wide" role="img" aria-label="{0}">{1}</div>'
        '<div class="chart-narrow" role="img" aria-label="{0}">{2}</div>',
        title,
        wide,
        narrow,
    )


def _line(points: Sequence[ChartPoint], width: int, height: int) -> SafeString:
    field = _Field(width, height, _full_scale(point.high or point.rate or 0 for point in points))
    step = 1 / len(points)
    across = [field.x((number + 0.5) * step) for number in range(len(points))]
    named = _every(width * step, len(points))
    known = [(x, point) for x, point in zip(across, points, strict=True) if point.rate is not None]
    names = [
        (x, line, word)
        for x, point, is_named in zip(across, points, named, strict=True)
        if is_named
        for line, word in enumerate(reversed(point.label.split()))
    ]
    shapes = [_band(field, across, points)]
    shapes += [_path(field, run) for run in _runs(across, points)]
    shapes += [_dot(field, x, point.rate or 0) for x, point in known]
    spoken = [
        _words(field, x, point.rate or 0, point.words)
        for x, point, is_named in zip(across, points, named, strict=True)
        if point.rate is not None and is_named
    ]
    return _svg(field, [*shapes, *spoken], names, lines=2)


def _curve(points: Sequence[tuple[int, float]], width: int, height: int) -> SafeString:
    field = _Field(width, height, _full_scale(rate for _days, rate in points))
    last = max(days for days, _rate in points) or 1
    across = [(field.x(days / last), rate) for days, rate in points]
    shapes = [_path(field, across)]
    shapes += [_dot(field, x, rate) for x, rate in across]
    shapes += [_words(field, x - 10, rate, percent(rate) or "") for x, rate in across if rate or x > LEFT]
    return _svg(field, shapes, [(field.x(days / last), 0, str(days)) for days, _rate in points], lines=1)


def _full_scale(rates: Iterable[float]) -> float:
    """The top of the axis: 60%, or so many steps of 20% higher that everything fits."""
    return min(1.0, max(0.6, GRID * ceil(round(max(rates) / GRID, 6))))


def _every(room: float, number: int) -> list[bool]:
    """Which steps are named, the last one among them, when each has so much room."""
    every = ceil(LABEL_WIDTH / room)
    return [(number - 1 - at) % every == 0 for at in range(number)]


def _runs(across: list[float], points: Sequence[ChartPoint]) -> list[list[tuple[float, float]]]:
    """The parts of a line between its gaps."""
    pairs = zip(across, points, strict=True)
    parts = groupby(pairs, key=lambda pair: pair[1].rate is not None)
    return [[(x, point.rate or 0) for x, point in part] for is_known, part in parts if is_known]


def _band(field: _Field, across: list[float], points: Sequence[ChartPoint]) -> SafeString:
    pairs = zip(across, points, strict=True)
    bands = []
    for is_known, part in groupby(
        pairs, key=lambda pair: pair[1].low is not None and pair[1].high is not None
    ):
        if is_known:
            there = [*part]
            above = [(x, point.high or 0) for x, point in there]
            below = [(x, point.low or 0) for x, point in reversed(there)]
            bands.append((_along(field, [*above, *below]),))
    return format_html_join("", '<polygon class="chart-band" points="{}"/>', bands)


def _path(field: _Field, run: Sequence[tuple[float, float]]) -> SafeString:
    return format_html('<polyline class="chart-line" points="{}"/>', _along(field, run))


def _along(field: _Field, run: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{field.y(rate):.1f}" for x, rate in run)


def _dot(field: _Field, x: float, rate: float) -> SafeString:
    return format_html(
        '<circle class="chart-dot" cx="{}" cy="{}" r="5"/>', f"{x:.1f}", f"{field.y(rate):.1f}"
    )


def _words(field: _Field, x: float, rate: float, words: str) -> SafeString:
    place = (f"{x:.1f}", f"{field.y(rate) - ABOVE_DOT:.1f}", words)
    return format_html('<text class="chart-words" x="{}" y="{}" text-anchor="middle">{}</text>', *place)


def _svg(
    field: _Field, shapes: Sequence[SafeString], names: Sequence[tuple[float, int, str]], *, lines: int
) -> SafeString:
    """The shapes on their grid; `names` have a place from left to right, a line and a text."""
    below = TOP + field.height + BELOW_FIELD
    named = format_html_join(
        "",
        '<text class="chart-label" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{x:.1f}", below + line * LINE_HEIGHT, text) for x, line, text in names),
    )
    size = (LEFT + field.width + RIGHT, below + lines * LINE_HEIGHT)
    drawn = format_html_join("", "{}", ((shape,) for shape in shapes))
    grid = _grid(field)
    return format_html('<svg viewBox="0 0 {} {}" aria-hidden="true">{}{}{}</svg>', *size, grid, drawn, named)


def _grid(field: _Field) -> SafeString:
    rates = [GRID * number for number in range(round(field.full / GRID) + 1)]
    right = LEFT + field.width
    return format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="chart-label" x="{}" y="{}" text-anchor="end" dy="0.35em">{}</text>',
        (
            ("chart-grid" if rate else "chart-axis", LEFT, right, y, y, LEFT - 8, y, percent(rate))
            for rate in rates
            for y in [f"{field.y(rate):.1f}"]
        ),
    )
