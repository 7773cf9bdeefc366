"""The journey: what counts as time in a stage, the scale, and where the shapes lie."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import ContactFactory, JobFactory, StagePeriodFactory, TrajectoryFactory
from trajectories.file.pages.picture import NARROW, WIDE, draw_journey, in_rows
from trajectories.file.pages.scale import scale_for, ticks
from trajectories.journey.pages import clock_words, journey_words
from trajectories.journey.selectors import (
    Journey,
    Moment,
    SearchClock,
    Span,
    Stop,
    client_journey,
    for_the_client,
    trajectories_of,
)
from trajectories.models import ContactKind, Position, Stage

pytestmark = pytest.mark.usefixtures("on_monday")

TODAY = date(2026, 3, 2)


def span(start: date, end: date | None = None, *, job: str = "", stage: str = Stage.INLOOP) -> Span:
    return Span(job, start, end, min(end or TODAY, TODAY), stage)


def journey(*, stages=(), jobs=(), moments=(), since: date | None = None) -> Journey:
    clock = SearchClock(since, TODAY, None, is_late=False) if since else None
    return Journey(
        day=TODAY,
        position=Position(""),
        stops=[Stop(stage, (), is_here=False) for stage in Stage],
        stages=list(stages),
        jobs=list(jobs),
        moments=list(moments),
        enrolments=[since] if since else [],
        clock=clock,
    )


def read(trajectory) -> Journey:
    return client_journey(trajectory.client, trajectories_of(trajectory.client))


@pytest.mark.django_db
def test_stops_count_the_days_of_all_periods_together():
    trajectory = TrajectoryFactory()
    StagePeriodFactory(trajectory=trajectory, started_on=date(2026, 1, 1), ended_on=date(2026, 1, 10))
    StagePeriodFactory(trajectory=trajectory, started_on=date(2026, 2, 1), ended_on=date(2026, 2, 5))
    StagePeriodFactory(trajectory=trajectory, started_on=date(2026, 2, 6), stage=Stage.BEGELEID_WERK)
    assert [(stop.days, stop.is_here) for stop in read(trajectory).stops] == [
        (15, False),
        (0, False),
        (25, True),
        (0, False),
    ]


@pytest.mark.django_db
def test_running_regular_job_is_where_the_client_is():
    trajectory = TrajectoryFactory()
    StagePeriodFactory(trajectory=trajectory)
    JobFactory(trajectory=trajectory)
    assert read(trajectory).position.stage == Stage.BETAALDE_BAAN


@pytest.mark.django_db
def test_two_jobs_at_once_count_once_and_sheltered_ones_not():
    trajectory = TrajectoryFactory()
    JobFactory(trajectory=trajectory, started_on=date(2026, 1, 1), ended_on=date(2026, 1, 10))
    JobFactory(trajectory=trajectory, started_on=date(2026, 1, 8), ended_on=date(2026, 1, 12))
    JobFactory(trajectory=trajectory, started_on=date(2025, 1, 1), sheltered=True)
    assert read(trajectory).stops[-1].days == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("visited", "face_to_face", "words", "late"),
    [
        (None, True, "41 dagen zonder werkgeverscontact", True),
        (date(2026, 2, 7), True, "eerste werkgeverscontact na 18 dagen", False),
        (date(2026, 2, 7), False, "41 dagen zonder werkgeverscontact", True),
        (date(2026, 1, 19), True, "41 dagen zonder werkgeverscontact", True),
        (date(2026, 1, 20), True, "eerste werkgeverscontact na 0 dagen", False),
    ],
)
def test_search_clock_runs_until_the_first_visit(visited, face_to_face, words, late):
    trajectory = TrajectoryFactory(enrolled_on=date(2026, 1, 20))
    if visited:
        at = datetime(visited.year, visited.month, visited.day, 10, tzinfo=UTC)
        ContactFactory(
            client=trajectory.client, employer_visit=True, occurred_at=at, face_to_face=face_to_face
        )
    clock = read(trajectory).clock
    assert (clock_words(clock), clock.is_late) == (words, late)


@pytest.mark.django_db
def test_clock_is_of_the_running_ips_trajectory():
    old = TrajectoryFactory(enrolled_on=date(2023, 1, 1), ended=True)
    TrajectoryFactory(client=old.client, enrolled_on=date(2026, 2, 1))
    TrajectoryFactory(client=old.client, enrolled_on=date(2026, 2, 20), mss=True)
    assert read(old).clock.started_on == date(2026, 2, 1)
    assert read(TrajectoryFactory(mss=True)).clock is None


def test_words_tell_every_period_with_its_length():
    told = journey(
        stages=[span(date(2026, 1, 1), date(2026, 1, 14)), span(date(2026, 1, 15))],
        jobs=[span(TODAY + timedelta(days=7), job="Hotel De Kade")],
        moments=[Moment(TODAY, ContactKind.WERK), Moment(TODAY, ContactKind.OVERLEG)],
        since=date(2026, 1, 1),
    )
    assert journey_words(told) == [
        "Ingeschreven op 1 januari 2026",
        "Inloop: van 1 januari 2026 tot en met 14 januari 2026 (14 dagen)",
        "Inloop: sinds 15 januari 2026 (6 weken)",
        "Hotel De Kade: begint op 9 maart 2026",
        "Contacten: 1 × werk, 1 × overleg",
        "Zoeken naar werk: 60 dagen zonder werkgeverscontact",
    ]
    assert journey_words(for_the_client(told))[-1] == "Contacten: 1 × werk"


def test_days_lie_in_order_on_the_scale_and_today_ends_at_the_right():
    scale = scale_for(date(2026, 1, 1), date(2026, 1, 20), left=100, right=300)
    assert [scale.at(date(2026, 1, day)) for day in (1, 11)] == [100, 200]
    assert scale.after(date(2026, 1, 20)) == 300
    assert scale.at(date(2020, 1, 1)) == 100


def test_short_journey_gets_two_weeks_of_room():
    scale = scale_for(TODAY, TODAY + timedelta(days=2), left=0, right=140)
    assert scale.after(TODAY + timedelta(days=2)) == 30


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (13, ["2 mrt", "4 mrt", "6 mrt", "8 mrt", "10 mrt", "12 mrt", "14 mrt"]),
        (60, ["2 mrt", "9 mrt", "16 mrt", "23 mrt", "30 mrt", "6 apr", "13 apr", "20 apr", "27 apr"]),
        (200, ["apr 2026", "mei", "jun", "jul", "aug", "sep"]),
        (365 * 2, ["apr 2026", "jul", "okt", "jan 2027", "apr", "jul", "okt", "jan 2028"]),
        (365 * 5, ["2027", "2028", "2029", "2030", "2031"]),
    ],
)
def test_axis_has_a_few_round_days(days, labels):
    scale = scale_for(TODAY, TODAY + timedelta(days=days), left=0, right=900)
    assert [tick.label for tick in ticks(scale, most=9)] == labels


def test_what_happens_at_once_lies_under_each_other():
    first = span(date(2026, 1, 1), date(2026, 1, 31))
    beside = span(date(2026, 1, 31), date(2026, 2, 10))
    after = span(date(2026, 2, 1))
    assert in_rows([after, beside, first]) == [[first, after], [beside]]


def test_agreed_job_is_drawn_as_an_outline_after_today():
    picture = draw_journey(journey(since=TODAY, jobs=[span(TODAY + timedelta(days=7), job="Hotel De Kade")]))
    (bar,) = picture.bars
    today = next(line for line in picture.strokes if line.css == "journey-today")
    assert bar.css == "journey-ahead"
    assert bar.x > today.x1


def test_contacts_of_each_kind_have_their_own_row():
    moments = [Moment(TODAY, kind) for kind in ContactKind for _twice in range(2)]
    picture = draw_journey(journey(since=date(2026, 1, 1), moments=moments))
    dots = [dot for dot in picture.dots if "journey-contact" in dot.css]
    assert len(dots) == len({dot.y for dot in dots}) == len(ContactKind)


def test_empty_journey_still_draws_its_four_stops():
    picture = draw_journey(journey())
    assert [dot.css for dot in picture.dots] == ["journey-stop-ahead"] * 4


days_before = st.integers(min_value=0, max_value=365 * 5).map(lambda days: TODAY - timedelta(days=days))


@settings(max_examples=150, deadline=None)
@given(
    starts=st.lists(st.tuples(days_before, st.integers(0, 700)), max_size=12),
    contacts=st.lists(days_before, max_size=40),
    width=st.sampled_from([WIDE, NARROW]),
)
def test_every_shape_lies_inside_the_drawing(starts, contacts, width):
    spans = [
        span(start, min(start + timedelta(days=days), TODAY), job="Hotel De Kade") for start, days in starts
    ]
    moments = [Moment(day, ContactKind.STEUN) for day in contacts]
    since = min([*(one.started_on for one in spans), *contacts], default=TODAY)
    picture = draw_journey(journey(stages=spans, jobs=spans, moments=moments, since=since), width=width)
    assert all(bar.x >= 0 and bar.width > 0 and bar.x + bar.width <= width + 3 for bar in picture.bars)
    assert all(0 <= dot.x <= width and dot.y < picture.height for dot in picture.dots)
    assert all(0 <= words.x <= width and words.y <= picture.height for words in picture.words)
    assert all(0 <= line.x1 <= width and 0 <= line.x2 <= width + 4 for line in picture.strokes)
