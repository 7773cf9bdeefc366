"""The journey as shapes on a drawing. Pure arithmetic: what is said comes from journey/pages.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from trajectories.contacts.pages import LOOKS
from trajectories.file.pages.scale import Scale, scale_for, ticks
from trajectories.journey.pages import clock_words, span_name, stop_length
from trajectories.journey.selectors import Journey, Span
from trajectories.models import ContactKind, Stage

WIDE, NARROW = 960, 340  # of a desk and of a telephone
GUTTER = 130  # room for the names of the lanes, beside them on a wide drawing
LETTER = 7.6  # about the width of a letter of 14 px
BAR, DOT_ROW, GAP = 24, 20, 14
DOT_STEP = 3  # dots that would cover each other become one
STAGE_NUMBERS = {stage.value: number for number, stage in enumerate(Stage, start=1)}


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    css: str
    height: int = BAR


@dataclass(frozen=True, slots=True)
class Dot:
    x: int
    y: int
    css: str
    radius: int = 5


@dataclass(frozen=True, slots=True)
class Stroke:
    x1: int
    y1: int
    x2: int
    y2: int
    css: str


@dataclass(frozen=True, slots=True)
class Words:
    x: int
    y: int
    text: str
    css: str = ""
    anchor: str = "start"


@dataclass(slots=True)
class Picture:
    """Shapes in the order of drawing: strokes lie under bars, bars under dots, words on top."""

    width: int
    height: int = 0
    strokes: list[Stroke] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        return self.width == NARROW

    def name_lane(self, name: str, height: int) -> None:
        """Write the name of a lane of `height` that begins here: beside it, or above on a telephone."""
        if self.is_narrow:
            self.words.append(Words(0, self.height + 12, name, "journey-lane-name"))
            self.height += 18
        else:
            self.words.append(Words(0, self.height + min(height, BAR) // 2 + 5, name, "journey-lane-name"))


def draw_journey(journey: Journey, *, width: int = WIDE) -> Picture:
    """The stops in order, then the lanes over one time axis: stages, jobs, contacts, the search clock."""
    picture = Picture(width=width)
    _draw_stops(picture, journey)
    top = picture.height
    left = 0 if picture.is_narrow else GUTTER
    scale = scale_for(first_day(journey), last_day(journey), left=left, right=width - 2)
    _draw_spans(picture, scale, _("stage"), journey.stages)
    _draw_spans(picture, scale, _("jobs"), journey.jobs)
    _draw_contacts(picture, scale, journey)
    _draw_clock(picture, scale, journey)
    _draw_axis(picture, scale, journey, top)
    return picture


def first_day(journey: Journey) -> date:
    """The first enrolment; of a client who was never enrolled the first thing that happened."""
    if journey.enrolments:
        return min(journey.enrolments)
    starts = [span.started_on for span in [*journey.stages, *journey.jobs]]
    return min([*starts, *(m.day for m in journey.moments)], default=journey.day)


def last_day(journey: Journey) -> date:
    """Today, or a few weeks into a job that has been agreed; of support that has ended its last day."""
    if journey.ended_on is not None:
        return journey.ended_on
    ahead = [span.started_on + timedelta(days=28) for span in journey.jobs if span.is_ahead]
    return max([journey.day, *ahead])


def in_rows(spans: Iterable[Span]) -> list[list[Span]]:
    """Spans on as few rows as possible, so that what happens at once lies under each other."""
    rows: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: span.started_on):
        row = next((row for row in rows if max(row[-1].started_on, row[-1].last_day) < span.started_on), None)
        if row is None:
            rows.append([span])
        else:
            row.append(span)
    return rows


def _draw_stops(picture: Picture, journey: Journey) -> None:
    places = [_stop_place(picture, number) for number in range(len(journey.stops))]
    (x1, y1), (x2, y2) = places[0], places[-1]
    picture.strokes.append(Stroke(x1, y1, x2, y2, "journey-axis"))
    for stop, (x, y) in zip(journey.stops, places, strict=True):
        here = "journey-stop-here" if stop.is_here else "journey-stop"
        picture.dots.append(Dot(x, y, here if stop.days or stop.is_here else "journey-stop-ahead", 8))
        strong = "journey-text-strong" if stop.is_here else ""
        if picture.is_narrow:
            picture.words.append(Words(x + 20, y + 5, str(stop.stage.label), strong))
            picture.words.append(
                Words(picture.width - 2, y + 5, stop_length(stop), "journey-text-muted", "end")
            )
        else:
            picture.words.append(Words(x - 8, y + 28, str(stop.stage.label), strong))
            picture.words.append(Words(x - 8, y + 46, stop_length(stop), "journey-text-muted"))
    picture.height = places[-1][1] + (26 if picture.is_narrow else 74)


def _stop_place(picture: Picture, number: int) -> tuple[int, int]:
    if picture.is_narrow:
        return 10, 12 + 30 * number
    return GUTTER + 10 + number * (picture.width - GUTTER) // len(Stage), 12


def _draw_spans(picture: Picture, scale: Scale, name: str, spans: list[Span]) -> None:
    rows = in_rows(spans)
    if not rows:
        return
    picture.name_lane(name, len(rows) * (BAR + 4))
    for row in rows:
        free_from = scale.left
        for span in row:
            free_from = _draw_span(picture, scale, span, free_from)
        picture.height += BAR + 4
    picture.height += GAP


def _draw_span(picture: Picture, scale: Scale, span: Span, free_from: int) -> int:
    """Draw a bar with its name inside, or before it where that is free; say where it ends."""
    x = scale.at(span.started_on)
    end = scale.right if span.is_ahead else scale.after(span.last_day)
    width = max(end - x, 3)
    name, number = span_name(span), STAGE_NUMBERS.get(span.stage, 2)
    css = "journey-ahead" if span.is_ahead else f"journey-stage journey-stage-{number}"
    picture.bars.append(Bar(x, picture.height, width, css))
    inside, before = _fitting(name, width - 16), _fitting(name, x - 8 - free_from)
    if inside == name or (inside and len(inside) >= len(before)):
        ink = "" if span.is_ahead else f"journey-stage-text journey-stage-text-{number}"
        picture.words.append(Words(x + 8, picture.height + 17, inside, ink))
    elif before:
        picture.words.append(Words(x - 6, picture.height + 17, before, "journey-text-muted", "end"))
    return x + width


def _fitting(text: str, width: float) -> str:
    """As much of the text as fits; nothing when that would be a few letters."""
    letters = int(width / LETTER)
    if len(text) <= letters:
        return text
    return f"{text[: letters - 1].rstrip(' ,')}…" if letters >= 6 else ""


def _draw_contacts(picture: Picture, scale: Scale, journey: Journey) -> None:
    for kind in ContactKind:
        days = (moment.day for moment in journey.moments if moment.kind == kind)
        places = sorted({scale.at(day) // DOT_STEP * DOT_STEP for day in days})
        if not places:
            continue
        picture.name_lane(str(kind.label), DOT_ROW)
        css = f"journey-contact {LOOKS[kind].css}".rstrip()
        picture.dots += [Dot(max(x, scale.left + 5), picture.height + 12, css, 4) for x in places]
        picture.height += DOT_ROW
    if journey.moments:
        picture.height += GAP


def _draw_clock(picture: Picture, scale: Scale, journey: Journey) -> None:
    clock = journey.clock
    if clock is None:
        return
    picture.name_lane(_("search clock"), BAR)
    x1, x2 = scale.at(clock.started_on), scale.at(clock.last_day)
    css = "journey-clock journey-clock-late" if clock.is_late else "journey-clock"
    y = picture.height + 9
    picture.strokes.append(Stroke(x1 + 2, y, max(x2, x1 + 4), y, css))
    words = clock_words(clock)
    room_at_right = scale.right - x1 > len(words) * LETTER
    anchor, x = ("start", x1) if room_at_right else ("end", scale.right)
    picture.words.append(Words(x, y + 20, words, "journey-text-muted", anchor))
    picture.height += 30 + GAP


def _draw_axis(picture: Picture, scale: Scale, journey: Journey, top: int) -> None:
    y = picture.height
    marks = ticks(scale, most=4 if picture.is_narrow else 9)
    for mark in marks:
        x = scale.at(mark.day)
        picture.strokes.insert(0, Stroke(x, top, x, y + 5, "journey-grid"))
        if x < scale.right - 7 * LETTER:
            picture.words.append(Words(x + 2, y + 20, mark.label, "journey-text-muted"))
    picture.strokes.append(Stroke(scale.left, y, scale.right, y, "journey-axis"))
    today = scale.after(journey.ended_on or journey.day)
    picture.strokes.append(Stroke(today, top, today, y + 5, "journey-today"))
    anchor = "end" if today > scale.right - 40 else "start"
    picture.words.append(Words(today, y + 38, _("end") if journey.ended_on else _("today"), "", anchor))
    picture.height = y + 44
