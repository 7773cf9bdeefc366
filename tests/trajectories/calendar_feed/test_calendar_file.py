"""What a calendar reads is what the agenda shows, read back by another reader than the one that writes."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import AppointmentFactory, ClientFactory, OccurrenceFactory, TeamFactory, UserFactory
from tests.trajectories.calendar_feed.ical_reader import Zone, busy, read
from trajectories.agenda.selectors import agenda_of, moment_of
from trajectories.calendar_feed.calendar_file import calendar_file
from trajectories.calendar_feed.selectors import appointments_of
from trajectories.models.repeating import Repeats, rule_of

pytestmark = [pytest.mark.shows(3), pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)
LAST = date(2027, 2, 28)  # over both changes of the clock and week 53
OWNER = uuid.UUID("00000000-0000-4000-8000-000000000001")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory())


@pytest.fixture
def plan(worker):
    """An appointment of the worker about nobody."""

    def make(**facts):
        return AppointmentFactory(**{"client": None, "made_by": worker} | facts)

    return make


def file_of(worker) -> bytes:
    return calendar_file(appointments_of(worker), owner=OWNER)


def in_the_calendar(worker, *, since=MONDAY, to=LAST):
    return busy(read(file_of(worker)), since=since, to=to)


def on_the_page(worker, *, since=MONDAY, to=LAST):
    """The same from the agenda, of which nothing was written by the package."""
    found = []
    for one in agenda_of(worker, since=since, to=to):
        if one.is_cancelled:
            continue
        if one.starts_at is None:
            found.append((one.starts_on, one.ends_on + timedelta(days=1)))
        else:
            moments = (moment_of(one.starts_on, at).astimezone(UTC) for at in (one.starts_at, one.ends_at))
            found.append(tuple(moments))
    return sorted(found, key=str)


@pytest.mark.parametrize("choice", [choice for choice in Repeats if choice])
@pytest.mark.parametrize("first_on", [date(2026, 3, 31), date(2026, 3, 29), date(2026, 5, 4)])
@pytest.mark.parametrize("until", [None, date(2026, 12, 28)])
def test_series_are_read_as_they_are_shown(worker, plan, choice, first_on, until):
    plan(repeats=rule_of(choice, first_on), starts_on=first_on, repeats_until=until)
    plan(all_day=True, repeats=rule_of(choice, first_on), starts_on=first_on, repeats_until=until)
    read_back = in_the_calendar(worker)
    assert read_back == on_the_page(worker)
    assert len(read_back) >= 20 if choice == "weekly" else read_back


def test_moved_and_cancelled_ones_are_read_as_they_are_shown(worker, plan):
    series = plan(weekly=True)
    day = plan(all_day=True, weekly=True)
    for appointment in (series, day):
        OccurrenceFactory(appointment=appointment, original_on=MONDAY + 2 * WEEK)
        OccurrenceFactory(
            appointment=appointment, original_on=MONDAY + 4 * WEEK, state="",
            starts_on=MONDAY + timedelta(days=31),
        )  # fmt: skip
    OccurrenceFactory(
        appointment=series, original_on=MONDAY + 35 * WEEK, state="kept", starts_on=date(2026, 10, 25),
        starts_at=time(14), ends_at=time(15),
    )  # fmt: skip
    OccurrenceFactory(appointment=plan(starts_on=MONDAY + WEEK))  # cancelled, and the only one
    assert in_the_calendar(worker) == on_the_page(worker)


def test_the_last_of_a_series_is_there_and_the_next_one_is_not(worker, plan):
    for until in (MONDAY + 3 * WEEK, MONDAY - WEEK):
        plan(weekly=True, repeats_until=until)
    assert len(in_the_calendar(worker)) == 4


def test_after_a_death_a_calendar_gets_nothing(worker):
    person = ClientFactory(followed_by=worker)
    series = AppointmentFactory(client=person, made_by=worker, weekly=True)
    OccurrenceFactory(appointment=series, state="", starts_on=MONDAY + 2 * WEEK)
    person.died_on, person.death_told_by = MONDAY + WEEK, "een zus"
    person.save()
    assert len(in_the_calendar(worker)) == 1


def test_whole_days_end_on_the_day_after(worker, plan):
    plan(all_day=True, starts_on=date(2026, 3, 28), ends_on=date(2026, 3, 30))
    assert in_the_calendar(worker) == [(date(2026, 3, 28), date(2026, 3, 31))]


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 3, 28), 9), (date(2026, 3, 29), 8), (date(2026, 10, 24), 8), (date(2026, 10, 25), 9)],
)
def test_ten_in_the_morning_is_ten_in_the_morning(worker, plan, day, hour):
    plan(starts_on=day, starts_at=time(10), ends_at=time(11))
    assert in_the_calendar(worker) == [
        (datetime.combine(day, time(hour), UTC), datetime.combine(day, time(hour + 1), UTC))
    ]


def test_the_zone_in_the_file_is_the_zone_of_this_house(worker):
    """Each hour around each change of the clock, against the time zone database."""
    (part,) = read(file_of(worker)).of("VTIMEZONE")
    zone = Zone(part)
    for year in range(2020, 2045):
        for month in (1, 3, 7, 10, 12):
            for day in range(22, 32):
                for hour in (0, 1, 4, 12, 23):  # not the hours that are skipped or come twice
                    wall = datetime(year, month, day, hour)  # noqa: DTZ001 (local)
                    assert zone.moment(wall) == wall.replace(tzinfo=AMSTERDAM).astimezone(UTC), wall


def test_the_file_says_what_it_is(worker, plan):
    plan()
    calendar = read(file_of(worker))
    assert calendar.one("VERSION") == "2.0"
    assert calendar.one("METHOD") == "PUBLISH"
    (event,) = calendar.of("VEVENT")
    assert (event.one("SUMMARY"), event.one("CLASS"), event.one("TRANSP")) == (
        "Afspraak",
        "PRIVATE",
        "OPAQUE",
    )
    assert event.one("DTSTAMP").endswith("Z")


def test_an_empty_agenda_is_a_calendar_as_well(worker):
    assert in_the_calendar(worker) == []
