"""The drawings themselves, by Altair and vl-convert.

Only this module imports them: they take tens of megabytes. Import it where something is drawn, not at the
top of a module. Colours are the page's own CSS variables, so light, dark and paper follow by themselves.
"""

import re
from math import ceil

import altair as alt
import vl_convert

INK, MUTED, LINE = "var(--ink)", "var(--muted)", "var(--line)"
ACCENT, BAND = "var(--accent)", "var(--accent-soft)"
# Roles and labels inside the drawing: it is one image, whose table stands below it.
_INNER_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_SIZE = re.compile(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"')


def line_svg(values: list[dict], width: int, height: int) -> str:
    """A line with a band: values have label, rate, low, high (fractions or None) and words."""
    base = alt.Chart(alt.Data(values=values)).encode(x=alt.X("label:O", sort=None, axis=_quarter_axis()))
    y = alt.Y("rate:Q", axis=_percent_axis(), scale=alt.Scale(domain=[0, _full_scale(values)]))
    band = base.mark_area(color=BAND, line=False).encode(y=alt.Y("low:Q", axis=_percent_axis()), y2="high:Q")
    points = alt.OverlayMarkDef(color=ACCENT, size=70, filled=True)
    line = base.mark_line(color=ACCENT, strokeWidth=3, point=points).encode(y=y)
    words = base.mark_text(dy=-14, color=INK, fontSize=13, fontWeight=600).encode(y=y, text="words:N")
    return _svg(alt.layer(band, line, words).properties(width=width, height=height))


def curve_svg(values: list[dict], width: int, height: int) -> str:
    """A growing fraction: values have days, rate and words."""
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
    return _svg(alt.layer(line, words).properties(width=width, height=height))


def _svg(chart: alt.LayerChart | alt.FacetChart) -> str:
    """The drawing without a size of its own, so that it takes the width it is given."""
    chart = (
        chart.configure(background="transparent", font="inherit")
        .configure_view(stroke=None)
        .configure_axis(labelColor=MUTED, labelFontSize=13, labelPadding=8)
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    return _SIZE.sub(r"\1", _INNER_ROLES.sub("", svg), count=1)


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
