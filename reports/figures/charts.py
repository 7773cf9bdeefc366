"""Charts, drawn on the server as SVG in the colours of the page.

Colours are the page's own CSS variables, so light, dark and paper follow by themselves. A drawing is kept
under what it shows: changed figures make another one, and nothing has to be thrown away.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import ceil

import altair as alt
import vl_convert
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ipsplatform.common.cached import cached
from reports.figures.display import percent

INK, MUTED, LINE = "var(--ink)", "var(--muted)", "var(--line)"
ACCENT, BAND = "var(--accent)", "var(--accent-soft)"
KEEP_SECONDS = 24 * 3600
# Text in an SVG shrinks with it: a phone gets its own drawing.
WIDE, NARROW = (640, 220), (290, 200)
# Roles and labels inside the drawing: it is one image, whose table stands below it.
_INNER_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_SIZE = re.compile(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"')


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One step of a line; without a rate the line has a gap."""

    label: str
    rate: float | None
    low: float | None = None
    high: float | None = None


def line_chart(*, points: Sequence[ChartPoint], title: str) -> SafeString:
    """A line with its interval as a band, for wide and for narrow screens."""
    values = [{**asdict(point), "words": percent(point.rate) or ""} for point in points]
    return _drawings(_line, values, title)


def curve_chart(*, points: Sequence[tuple[int, float]], title: str) -> SafeString:
    """A share that grows with the number of days."""
    values = [{"days": days, "rate": rate, "words": percent(rate)} for days, rate in points]
    return _drawings(_curve, values, title)


def _drawings(
    draw: Callable[[list[dict], int, int], alt.LayerChart], values: list[dict], title: str
) -> SafeString:
    wide, narrow = (_kept(draw, values, *size) for size in (WIDE, NARROW))
    return format_html(
        '<div class="chart-wide" role="img" aria-label="{0}">{1}</div>'
        '<div class="chart-narrow" role="img" aria-label="{0}">{2}</div>',
        title,
        wide,
        narrow,
    )


def _kept(
    draw: Callable[[list[dict], int, int], alt.LayerChart], values: list[dict], *size: int
) -> SafeString:
    shown = json.dumps([draw.__name__, values, size], sort_keys=True)
    key = f"chart:{hashlib.sha256(shown.encode()).hexdigest()}"
    svg = cached(key, lambda: _svg(draw(values, *size)), seconds=KEEP_SECONDS)
    return mark_safe(svg)  # noqa: S308  numbers and quarter names, escaped by the renderer


def _svg(chart: alt.LayerChart) -> str:
    """The drawing without a size of its own, so that it takes the width it is given."""
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    return _SIZE.sub(r"\1", _INNER_ROLES.sub("", svg), count=1)


def _line(values: list[dict], width: int, height: int) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("label:O", sort=None, axis=_quarter_axis()),
    )
    y = alt.Y("rate:Q", axis=_percent_axis(), scale=alt.Scale(domain=[0, _full_scale(values)]))
    band = base.mark_area(color=BAND, line=False).encode(y=alt.Y("low:Q", axis=_percent_axis()), y2="high:Q")
    points = alt.OverlayMarkDef(color=ACCENT, size=70, filled=True)
    line = base.mark_line(color=ACCENT, strokeWidth=3, point=points).encode(y=y)
    words = base.mark_text(dy=-14, color=INK, fontSize=13, fontWeight=600).encode(y=y, text="words:N")
    return _styled(alt.layer(band, line, words).properties(width=width, height=height))


def _curve(values: list[dict], width: int, height: int) -> alt.LayerChart:
    days = alt.Axis(
        title=None, values=[value["days"] for value in values], grid=False, domainColor=MUTED, tickColor=LINE
    )
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("days:Q", axis=days),
        y=alt.Y("rate:Q", axis=_percent_axis(), scale=alt.Scale(domain=[0, _full_scale(values)])),
    )
    points = alt.OverlayMarkDef(color=ACCENT, size=70, filled=True)
    line = base.mark_line(color=ACCENT, strokeWidth=3, point=points)
    words = base.transform_filter("datum.days > 0").mark_text(
        dy=-14, dx=-10, color=INK, fontSize=13, fontWeight=600
    )
    words = words.encode(text="words:N")
    return _styled(alt.layer(line, words).properties(width=width, height=height))


def _full_scale(values: list[dict]) -> float:
    """The top of the axis: 60%, or so many steps of 20% higher that everything fits."""
    highest = max(value.get("high") or value["rate"] or 0 for value in values)
    return min(1, max(0.6, 0.2 * ceil(highest / 0.2)))


def _quarter_axis() -> alt.Axis:
    # "2026 Q3" on two lines
    return alt.Axis(
        title=None,
        labelAngle=0,
        labelExpr="reverse(split(datum.label, ' '))",
        domainColor=MUTED,
        tickColor=LINE,
    )


def _percent_axis() -> alt.Axis:
    return alt.Axis(format=".0%", title=None, tickCount=4, gridColor=LINE, domain=False, ticks=False)


def _styled(chart: alt.LayerChart) -> alt.LayerChart:
    return (
        chart.configure(background="transparent", font="inherit")
        .configure_view(stroke=None)
        .configure_axis(labelColor=MUTED, labelFontSize=13, labelPadding=8)
    )
