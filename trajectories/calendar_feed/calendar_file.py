"""The agenda as a file of RFC 5545: when somebody is busy, and at what kind of place. Nothing else leaves.

No client, employer, address, note or colleague stands in it: a calendar shows it on a lock screen, and sends
it to whoever keeps that calendar (ADR 63).
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

from trajectories.agenda.selectors import Planned, last_day_of, moment_of, occurrences_said
from trajectories.models import Appointment

PRODUCT = "-//Reis naar werk//agenda//NL"
REFRESH = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
# When the clock changes here: the last Sundays of March and October, at 01:00 UTC (directive 2000/84/EC).
LAST_SUNDAY = "FREQ=YEARLY;BYMONTH=%s;BYDAY=-1SU"
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)


def calendar_file(appointments: Iterable[Appointment], *, owner: uuid.UUID) -> bytes:
    """These appointments, each with what was said of its occurrences, as a calendar.

    `owner` is who the file is for: two files have no identifier in common by which they could be laid beside
    each other.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Agenda"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    calendar.add_component(_zone())
    for appointment in appointments:
        for event in _events(appointment, str(uuid.uuid5(owner, str(appointment.public_id)))):
            calendar.add_component(event)
    return calendar.to_ical()


def _events(appointment: Appointment, uid: str) -> Iterator[Event]:
    """The series or the single one, and one more for each occurrence that was moved."""
    occurrences = occurrences_said(appointment)
    last = last_day_of(appointment)
    if last is not None and last < appointment.starts_on:
        return
    cancelled = [one for one in occurrences if one.is_cancelled or not one.is_in_life]
    moved = [one for one in occurrences if one.is_moved and one not in cancelled]
    if not appointment.is_series and cancelled:
        return
    event = _event(appointment, uid)
    _add_times(event, appointment.starts_on, appointment.ends_on, appointment.starts_at, appointment.ends_at)
    if appointment.is_series:
        event.add("rrule", _rule(appointment, last))
        if cancelled:
            event.add("exdate", [_start(one.original_on, appointment.starts_at) for one in cancelled])
    yield event
    for one in moved:
        yield _moved(one, uid)


def _event(appointment: Appointment, uid: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", appointment.created_at.astimezone(UTC))
    event.add("summary", _("Appointment"))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    if appointment.location:
        event.add("location", str(appointment.get_location_display()))
    return event


def _moved(one: Planned, uid: str) -> Event:
    event = _event(one.appointment, uid)
    event.add("recurrence-id", _start(one.original_on, one.appointment.starts_at))
    _add_times(event, one.starts_on, one.ends_on, one.starts_at, one.ends_at)
    return event


def _rule(appointment: Appointment, last: date | None) -> vRecur:
    """The rule with its end: a day for whole days, else a moment in UTC, as RFC 5545 asks (3.3.10)."""
    rule: Any = vRecur.from_ical(appointment.repeats)
    if last is not None:
        at = appointment.starts_at
        rule["UNTIL"] = [last if at is None else moment_of(last, at).astimezone(UTC)]
    return rule


def _add_times(event: Event, first: date, last: date, starts_at: time | None, ends_at: time | None) -> None:
    """The end of whole days is the day after, as RFC 5545 counts (3.6.1)."""
    event.add("dtstart", _start(first, starts_at))
    event.add("dtend", last + ONE_DAY if ends_at is None else _start(last, ends_at))


def _start(day: date, at: time | None) -> date | datetime:
    return day if at is None else datetime.combine(day, at, timezone.get_default_timezone())


def _zone() -> Timezone:
    """The zone of this house with the rule by which its clock changes; a list of days would end."""
    zone = Timezone()
    zone.add("tzid", settings.TIME_ZONE)
    for part, name, begins, month, before, after in (
        (TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), 3, WINTER, SUMMER),  # noqa: DTZ001 (local)
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), 10, SUMMER, WINTER),  # noqa: DTZ001 (local)
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", vRecur.from_ical(LAST_SUNDAY % month))
        zone.add_component(part)
    return zone
