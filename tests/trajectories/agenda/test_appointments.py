"""Appointments through the services: made, changed, moved, cancelled, and what became of them."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import (
    AppointmentFactory,
    ClientFactory,
    EmployerFactory,
    OccurrenceFactory,
    TeamFactory,
    UserFactory,
)
from trajectories.agenda import services
from trajectories.agenda.selectors import agenda_of, appointments_ahead, occurrence_of, planned_between
from trajectories.agenda.services import When
from trajectories.models import Appointment, Employer, Occurrence

pytestmark = [pytest.mark.shows(3, 13), pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)
MORNING = When(starts_on=MONDAY, ends_on=MONDAY, starts_at=time(8), ends_at=time(8, 30))


def on(day: date, *, starts_at: time | None = time(10), ends_at: time | None = time(11)) -> When:
    return When(starts_on=day, ends_on=day, starts_at=starts_at, ends_at=ends_at)


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory())


@pytest.fixture
def person(worker):
    return ClientFactory(followed_by=worker)


@pytest.fixture
def series(worker, person):
    return AppointmentFactory(weekly=True, client=person, made_by=worker)


def days_of(appointment, *, since=MONDAY, to=MONDAY + 5 * WEEK) -> list[date]:
    """The days on which it takes place."""
    rows = Appointment.objects.filter(client=appointment.client)
    return [one.starts_on for one in planned_between(rows, since=since, to=to) if not one.is_cancelled]


def make(worker, person, **more):
    facts = {"client": person, "colleagues": [worker], "when": MORNING, "by": worker}
    return services.make_appointment(**facts | more)


def move(series, day: date, *, to: date) -> None:
    services.move_occurrence(appointment=series, on=day, when=on(to), by=series.made_by)


def refused(field: str = ""):
    """A rule says no, at this field."""
    return pytest.raises(RuleError, check=lambda error: not field or error.field == field)


def test_an_appointment_says_who_made_it_and_who_goes(worker, person):
    colleague = UserFactory(ervaringsdeskundige=True, team=person.team)
    appointment = make(worker, person, colleagues=[worker, colleague], employer_name="Hotel De Kade")
    assert appointment.made_by == worker
    assert {attendee.user for attendee in appointment.attendees.all()} == {worker, colleague}
    assert appointment.employer == Employer.objects.get(name="Hotel De Kade")
    event = AuditEvent.objects.get(action="appointment_planned")
    assert event.client_id == person.public_id
    assert event.changes["colleagues"][1] == ", ".join(sorted(map(str, (worker, colleague))))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"when": on(MONDAY, starts_at=time(11), ends_at=time(11))}, "ends_at"),
        ({"when": When(starts_on=MONDAY, ends_on=MONDAY - WEEK)}, "last_day"),
        ({"when": When(starts_on=MONDAY, ends_on=MONDAY + 5 * WEEK)}, "last_day"),
        ({"when": When(starts_on=MONDAY, ends_on=MONDAY + WEEK), "repeats": "weekly"}, "repeats"),
        ({"repeats": "weekly", "repeats_until": MONDAY - WEEK}, "repeats_until"),
        ({"when": on(date(2036, 3, 2))}, "day"),
        ({"colleagues": []}, "colleagues"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(worker, person, facts, field):
    with refused(field):
        make(worker, person, **facts)
    assert not Appointment.objects.exists()


def test_nobody_goes_along_who_can_not_open_the_file(worker, person):
    with refused("colleagues"):
        make(worker, person, colleagues=[worker, UserFactory(team=TeamFactory())])


def test_after_a_death_nothing_is_planned_and_the_database_says_so_too(worker, person):
    person.died_on, person.death_told_by = MONDAY, "een zus"
    person.save()
    with refused("day"):
        make(worker, person, when=on(MONDAY + WEEK))
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(client=person, made_by=worker, starts_on=MONDAY + WEEK)


def test_a_death_ends_what_lay_ahead_and_taking_it_back_brings_it_back(worker, person, series):
    person.died_on, person.death_told_by = MONDAY + WEEK, "een zus"
    person.save()
    assert days_of(series) == [MONDAY, MONDAY + WEEK]
    assert appointments_ahead(person) == []
    person.died_on, person.death_told_by = None, ""
    person.save()
    assert len(days_of(series)) == 6


def test_one_that_was_moved_to_after_the_death_is_not_there_either(worker, person, series):
    move(series, MONDAY, to=MONDAY + timedelta(days=9))
    person.died_on, person.death_told_by = MONDAY + WEEK, "een zus"
    person.save()
    assert days_of(series) == [MONDAY + WEEK]
    assert occurrence_of(series, MONDAY) is None


def test_two_at_the_same_time_are_shown_and_not_refused(worker, person):
    make(worker, person)
    make(worker, None, when=on(MONDAY, starts_at=time(8, 15), ends_at=time(9)))
    make(worker, None, when=on(MONDAY, starts_at=time(9), ends_at=time(10)))
    make(worker, None, when=When(starts_on=MONDAY, ends_on=MONDAY))
    planned = agenda_of(worker, since=MONDAY, to=MONDAY)
    beside = [sum(one.overlaps(other) for other in planned) for one in planned]
    assert beside == [0, 1, 1, 0]  # all day, eight, a quarter past eight, nine


def test_one_of_a_series_is_moved_and_the_others_stay(worker, series):
    services.move_occurrence(
        appointment=series, on=MONDAY + WEEK, when=on(MONDAY + timedelta(days=9)), by=worker
    )
    assert days_of(series, to=MONDAY + 2 * WEEK) == [MONDAY, MONDAY + timedelta(days=9), MONDAY + 2 * WEEK]
    moved = occurrence_of(series, MONDAY + WEEK)
    assert (moved.is_moved, moved.minutes) == (True, 60)


def test_one_that_was_moved_to_another_week_is_there_and_no_longer_here(worker, series):
    far = MONDAY + timedelta(days=24)
    move(series, MONDAY, to=far)
    assert [one.original_on for one in agenda_of(worker, since=MONDAY, to=MONDAY)] == []
    assert [one.original_on for one in agenda_of(worker, since=far, to=far)] == [MONDAY]


def test_one_of_a_series_is_cancelled_and_stays_in_sight(worker, series):
    services.cancel_appointment(appointment=series, on=MONDAY + WEEK, note="Vakantie.", by=worker)
    assert days_of(series, to=MONDAY + 2 * WEEK) == [MONDAY, MONDAY + 2 * WEEK]
    assert occurrence_of(series, MONDAY + WEEK).is_cancelled


def test_this_one_and_all_that_follow_are_cancelled(worker, series):
    far = MONDAY + 4 * WEEK
    services.move_occurrence(
        appointment=series, on=MONDAY + 3 * WEEK, when=on(far + timedelta(days=1)), by=worker
    )
    services.cancel_appointment(appointment=series, on=MONDAY + 2 * WEEK, and_following=True, by=worker)
    assert days_of(series) == [MONDAY, MONDAY + WEEK]


def test_a_series_that_is_cancelled_from_its_first_day_has_no_day_left(worker, series):
    services.cancel_appointment(appointment=series, on=MONDAY, and_following=True, by=worker)
    assert days_of(series) == []
    assert occurrence_of(series, MONDAY) is None


def test_from_a_later_one_a_new_series_goes_on(worker, series):
    new = services.change_appointment(
        appointment=series, on=MONDAY + 2 * WEEK, colleagues=[worker], by=worker,
        when=on(MONDAY + 2 * WEEK + timedelta(days=1)), repeats="two_weeks", note="Nu op dinsdag.",
    )  # fmt: skip
    assert new != series
    tuesday = MONDAY + 2 * WEEK + timedelta(days=1)
    assert days_of(series) == [MONDAY, MONDAY + WEEK, tuesday, tuesday + 2 * WEEK]
    assert (series.note, new.note) == ("Samen de post openen.", "Nu op dinsdag.")


def test_what_was_cancelled_stays_so_in_the_series_that_goes_on(worker, series):
    OccurrenceFactory(appointment=series, original_on=MONDAY + 3 * WEEK)
    services.change_appointment(
        appointment=series, on=MONDAY + 2 * WEEK, colleagues=[worker], by=worker,
        when=on(MONDAY + 2 * WEEK), repeats="weekly",
    )  # fmt: skip
    assert MONDAY + 3 * WEEK not in days_of(series)


def test_from_the_first_one_it_is_the_same_series(worker, series):
    same = services.change_appointment(
        appointment=series, on=MONDAY, colleagues=[worker], by=worker, when=on(MONDAY), repeats="weekly"
    )
    assert (same, same.starts_at) == (series, time(10))
    assert Appointment.objects.count() == 1


def test_moved_ones_stay_moved_when_only_the_words_change(worker, series):
    services.move_occurrence(
        appointment=series, on=MONDAY + WEEK, when=on(MONDAY + timedelta(days=8)), by=worker
    )
    services.change_appointment(
        appointment=series, on=MONDAY, colleagues=[worker], by=worker, when=MORNING, repeats="weekly",
        note="Anders.",
    )  # fmt: skip
    assert MONDAY + timedelta(days=8) in days_of(series)


def test_a_change_of_nothing_leaves_no_line(worker, series):
    facts = {"location": series.location, "place": "", "note": series.note}
    services.change_appointment(
        appointment=series, on=MONDAY, colleagues=[worker], by=worker, when=MORNING, repeats="weekly", **facts
    )
    assert not AuditEvent.objects.exists()


def test_who_goes_can_change(worker, series):
    colleague = UserFactory(casemanager=True, team=series.client.team)
    services.change_appointment(
        appointment=series, on=MONDAY, colleagues=[colleague], by=worker, when=MORNING, repeats="weekly"
    )
    assert [attendee.user for attendee in series.attendees.all()] == [colleague]
    assert AuditEvent.objects.get().changes["colleagues"] == [str(worker), str(colleague)]


def test_of_what_was_told_how_it_went_the_day_stays(worker, series):
    services.keep_appointment(appointment=series, on=MONDAY, by=worker)
    with refused():
        services.change_appointment(
            appointment=series, on=MONDAY, colleagues=[worker], by=worker, when=on(MONDAY), repeats="weekly"
        )
    with refused():
        services.cancel_appointment(appointment=series, on=MONDAY, and_following=True, by=worker)
    with refused():
        services.move_occurrence(appointment=series, on=MONDAY, when=on(MONDAY), by=worker)


@pytest.mark.parametrize("state", ["kept", "missed", "cancelled"])
def test_how_one_went_is_told_once(worker, series, state):
    reached_out = "gebeld" if state == "missed" else ""
    OccurrenceFactory(appointment=series, original_on=MONDAY, state=state, reached_out=reached_out)
    with refused():
        services.keep_appointment(appointment=series, on=MONDAY, by=worker)
    with refused():
        services.miss_appointment(appointment=series, on=MONDAY, reached_out="gebeld", by=worker)
    with refused():
        services.cancel_appointment(appointment=series, on=MONDAY, by=worker)


def test_what_lies_ahead_was_neither_kept_nor_missed(worker, series):
    with refused():
        services.keep_appointment(appointment=series, on=MONDAY + WEEK, by=worker)
    with refused():
        services.miss_appointment(appointment=series, on=MONDAY + WEEK, reached_out="gebeld", by=worker)


def test_not_coming_is_a_fact_with_how_somebody_reached_out(worker, series):
    services.miss_appointment(
        appointment=series, on=MONDAY, reached_out="langsgegaan", note="Niemand thuis.", by=worker
    )
    said = Occurrence.objects.get()
    assert (said.state, said.reached_out, said.note) == ("missed", "langsgegaan", "Niemand thuis.")
    assert series.client.assignments.open().exists()


def test_an_appointment_about_no_client_is_not_missed_by_one(worker):
    appointment = AppointmentFactory(client=None, made_by=worker)
    with refused():
        services.miss_appointment(appointment=appointment, on=MONDAY, reached_out="gebeld", by=worker)


def test_a_day_without_an_occurrence_is_refused(worker, series):
    with refused():
        services.cancel_appointment(appointment=series, on=MONDAY + timedelta(days=1), by=worker)
    with refused():
        services.cancel_appointment(
            appointment=series, on=MONDAY + timedelta(days=1), and_following=True, by=worker
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": time(9), "ends_at": time(9)},
        {"starts_at": time(9), "ends_at": None},
        {"ends_on": date(2026, 3, 1), "starts_at": None, "ends_at": None},
        {"ends_on": date(2026, 3, 3)},
        {"repeats_until": date(2026, 4, 1)},
        {"repeats": "elke week"},
        {"repeats": "FREQ=SECONDLY"},
        {"weekly": True, "starts_at": None, "ends_at": None, "ends_on": date(2026, 3, 4)},
    ],
)
def test_the_database_refuses_what_can_not_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "missed", "reached_out": ""},
        {"state": "kept", "reached_out": "gebeld"},
        {"starts_at": time(9), "ends_at": time(10)},
        {"starts_on": MONDAY, "starts_at": time(9), "ends_at": None},
        {"starts_on": MONDAY, "starts_at": time(9), "ends_at": time(8)},
    ],
)
def test_the_database_refuses_what_can_not_be_said(series, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        OccurrenceFactory(appointment=series, **wrong)


def test_whole_days_lie_on_each_of_their_days(worker):
    AppointmentFactory(client=None, made_by=worker, all_day=True, ends_on=MONDAY + timedelta(days=2))
    for number, count in ((-1, 0), (0, 1), (2, 1), (3, 0)):
        day = MONDAY + timedelta(days=number)
        assert len(agenda_of(worker, since=day, to=day)) == count


def test_an_employer_of_an_appointment_is_known_to_who_goes(worker):
    employer = EmployerFactory()
    AppointmentFactory(client=None, employer=employer, made_by=worker)
    assert list(Employer.objects.visible_to(worker)) == [employer]
    assert not Employer.objects.visible_to(UserFactory(team=TeamFactory())).exists()
