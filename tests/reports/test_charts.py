"""Charts: what is drawn says what the figures are, and stays inside its drawing."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from reports.figures.charts import ChartPoint, curve_chart, line_chart

SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def point(label, rate, width=0.1):
    if rate is None:
        return ChartPoint(label, None, None, None, "")
    return ChartPoint(label, rate, max(0, rate - width), min(1, rate + width), f"{rate:.0%}")


def drawings(chart):
    return ElementTree.fromstring(f"<div>{chart}</div>").findall(".//svg")


def texts(drawing, css):
    return [text.text for text in drawing.iter("text") if text.get("class") == css]


def test_every_step_has_its_name_and_its_percentage():
    points = [point("2026 Q1", 0.25), point("2026 Q2", 0.4)]
    wide, narrow = drawings(line_chart(points=points, title="Kijk"))
    for drawing in (wide, narrow):
        assert texts(drawing, "chart-words") == ["25%", "40%"]
        assert texts(drawing, "chart-label") == ["0%", "20%", "40%", "60%", "Q1", "2026", "Q2", "2026"]


def test_a_narrow_drawing_names_as_many_steps_as_can_be_read_the_last_one_among_them():
    points = [point(f"202{number} Q1", 0.3) for number in range(9)]
    wide, narrow = drawings(line_chart(points=points, title=""))
    assert len(texts(wide, "chart-words")) == 9
    assert len(texts(narrow, "chart-words")) == 5
    assert texts(narrow, "chart-label")[-1] == "2028"
    assert len([*narrow.iter("circle")]) == 9


def test_a_step_without_a_rate_is_a_gap():
    points = [point("a", 0.2), point("b", 0.3), point("c", None), point("d", 0.5)]
    (wide, _narrow) = drawings(line_chart(points=points, title=""))
    lines = [line.get("points").count(",") for line in wide.iter("polyline")]
    assert (lines, len([*wide.iter("polygon")])) == ([2, 1], 2)


def test_the_scale_grows_with_the_interval_and_ends_at_all():
    scale = {}
    for high in (0.1, 0.6, 0.61, 0.8, 0.81, 1.0):
        wide, _narrow = drawings(line_chart(points=[point("a", high, 0)], title=""))
        scale[high] = len(texts(wide, "chart-label")) - 1
    assert scale == {0.1: 4, 0.6: 4, 0.61: 5, 0.8: 5, 0.81: 6, 1.0: 6}


def test_days_stand_where_they_belong():
    (wide, _narrow) = drawings(curve_chart(points=[(0, 0.0), (180, 0.2), (360, 0.5)], title=""))
    across = [float(dot.get("cx")) for dot in wide.iter("circle")]
    assert across[1] - across[0] == across[2] - across[1]
    assert texts(wide, "chart-words") == ["20%", "50%"]


def test_a_title_is_text():
    assert "&lt;b&gt;" in line_chart(points=[point("a", 0.2)], title="<b>")


rates = st.none() | st.floats(0, 1)


@given(st.lists(rates, min_size=1, max_size=9), st.floats(0, 0.4))
def test_every_shape_lies_inside_the_drawing(found, width):
    points = [point(f"2026 Q{number}", rate, width) for number, rate in enumerate(found)]
    chart = line_chart(points=points, title="")
    for size, drawing in zip(SIZE.findall(chart), drawings(chart), strict=True):
        across, down = map(float, size)
        places = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawing.iter("circle")]
        places += [(float(text.get("x")), float(text.get("y"))) for text in drawing.iter("text")]
        for shape in (*drawing.iter("polyline"), *drawing.iter("polygon")):
            places += [tuple(map(float, place.split(","))) for place in shape.get("points").split()]
        assert all(0 <= x <= across and 0 <= y <= down for x, y in places)
