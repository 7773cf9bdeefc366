"""Charts, drawn on the server as SVG in the colours of the page.

A drawing is cached under what it shows: changed figures get another key, so nothing needs invalidating.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

from django.core.cache import cache
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reports.figures.display import percent
from reports.indicators.proportion import Proportion

KEEP_SECONDS = 24 * 3600
# Text in an SVG shrinks with it: a phone gets its own drawing.
WIDE, NARROW = (640, 220), (290, 200)


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


def line_chart(*, points: Sequence[ChartPoint], title: str) -> SafeString:
    """A line with its interval as a band, for wide and for narrow screens; rates are fractions."""
    return _drawings("line", [asdict(point) for point in points], title)


def curve_chart(*, points: Sequence[tuple[int, float]], title: str) -> SafeString:
    """A rate, as a fraction, that grows with the number of days."""
    values = [{"days": days, "rate": rate, "words": percent(rate)} for days, rate in points]
    return _drawings("curve", values, title)


def _drawings(shape: str, values: list[dict], title: str) -> SafeString:
    wide, narrow = (_kept(shape, values, *size) for size in (WIDE, NARROW))
    return format_html(
        '<div class="chart-wide" role="img" aria-label="{0}">{1}</div>'
        '<div class="chart-narrow" role="img" aria-label="{0}">{2}</div>',
        title,
        wide,
        narrow,
    )


def _kept(shape: str, values: list[dict], *size: int) -> SafeString:
    shown = json.dumps([shape, values, size], sort_keys=True)
    key = f"chart:{hashlib.sha256(shown.encode()).hexdigest()}"
    svg = cast(str, cache.get_or_set(key, lambda: _svg(shape, values, *size), KEEP_SECONDS))
    return mark_safe(svg)  # noqa: S308  numbers and quarter names, escaped by the renderer


def _svg(shape: str, values: list[dict], width: int, height: int) -> str:
    # Imported here: a process that draws nothing must not load the drawing libraries.
    from reports.figures import drawing  # noqa: PLC0415

    draw = {"line": drawing.line_svg, "curve": drawing.curve_svg}[shape]
    return draw(values, width, height)
