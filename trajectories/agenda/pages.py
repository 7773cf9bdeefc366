"""A week of appointments in words: for a desk seven days beside each other, for a phone one of them."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.page_parts import Link, Tab
from ipsplatform.common.periods import EARLIEST, LATEST, monday_of
from staff.models import User
from trajectories.agenda.selectors import Planned
from trajectories.models import OccurrenceState, ReachedOut, wall_time
from trajectories.models.repeating import in_words

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
LONGEST_TITLE = 60  # characters
STATE_LOOKS = {
    OccurrenceState.CANCELLED: ("", "x-circle"),
    OccurrenceState.KEPT: ("accent", "check-circle"),
    OccurrenceState.MISSED: ("attention", "exclamation-circle"),
}


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One occurrence as `user` reads it."""

    planned: Planned
    user: User
    now: datetime
    beside: tuple[Planned, ...] = ()

    @property
    def title(self) -> str:
        return title_of(self.planned)

    @property
    def url(self) -> str:
        return place_of(self.planned)

    @property
    def times(self) -> str:
        return times_of(self.planned)

    @property
    def meta(self) -> str:
        """Where, with whom, and whether it comes back."""
        return meta_of(self.planned, [one for one in self.planned.people if one.pk != self.user.pk])

    @property
    def state_label(self) -> str:
        return str(OccurrenceState(self.planned.state).label) if self.planned.state else ""

    @property
    def state_kind(self) -> str:
        return STATE_LOOKS[OccurrenceState(self.planned.state)][0] if self.planned.state else ""

    @property
    def state_icon(self) -> str:
        return STATE_LOOKS[OccurrenceState(self.planned.state)][1] if self.planned.state else ""

    @property
    def moved_text(self) -> str:
        return moved_from(self.planned)

    @property
    def overlap_text(self) -> str:
        """What lies at the same time: shown, never refused."""
        if not self.beside:
            return ""
        return _("at the same time as %(others)s") % {
            "others": ", ".join(f"{times_of(one)} {title_of(one)}" for one in self.beside)
        }

    @property
    def unfollowed_text(self) -> str:
        """An appointment outlives an assignment; whoever goes should know (ADR 47)."""
        client = self.planned.appointment.client
        if client is None or client.pk in Client.objects.keys_followed_by(self.user):
            return ""
        return _("you don't follow this client")

    @property
    def keep_url(self) -> str:
        return keep_url(self.planned) if self._can_be_told else ""

    @property
    def miss_url(self) -> str:
        has_client = self.planned.appointment.client is not None
        return url_of("appointment_miss", self.planned) if has_client and self._can_be_told else ""

    @property
    def _can_be_told(self) -> bool:
        appointment, planned = self.planned.appointment, self.planned
        is_with_somebody = appointment.client is not None or appointment.employer is not None
        return is_with_somebody and not planned.state and planned.has_begun(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadLine:
    """An appointment in a client's file. `is_left`: nobody who goes follows the client any more (ADR 47)."""

    when: str
    url: str
    meta: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class AgendaDay:
    day: date
    is_today: bool
    is_chosen: bool
    lines: list[AgendaLine]
    make_url: str

    @property
    def title(self) -> str:
        return day_text(self.day, "D j M")

    @property
    def is_weekend(self) -> bool:
        return self.day.isoweekday() > 5


@dataclass(frozen=True, slots=True)
class AgendaWeek:
    """A week with one of its days chosen; a phone shows that day."""

    days: list[AgendaDay]
    title: str
    strip: list[Tab]
    earlier_week: str
    later_week: str
    earlier_day: str
    later_day: str
    today: str

    @property
    def has_weekend(self) -> bool:
        """Whether there is something on Saturday or Sunday, or it is one of these days."""
        return any(day.lines or day.is_today or day.is_chosen for day in self.days if day.is_weekend)

    @property
    def is_empty(self) -> bool:
        return not any(day.lines for day in self.days)


def agenda_week(planned: Sequence[Planned], *, user: User, chosen: date) -> AgendaWeek:
    """The week around `chosen`, from Monday; `planned` is what lies in it."""
    now, today = timezone.localtime(), timezone.localdate()
    monday = monday_of(chosen)
    dates = [monday + timedelta(days=number) for number in range(7)]
    days = [
        AgendaDay(
            day=day,
            is_today=day == today,
            is_chosen=day == chosen,
            lines=_lines([one for one in planned if one.lies_on(day)], user=user, now=now),
            make_url=f"{reverse('trajectories:appointment_make')}?{urlencode({'day': day})}",
        )
        for day in dates
    ]
    return AgendaWeek(
        days=days,
        title=_week_title(monday),
        strip=[_tab(one) for one in days],
        earlier_week=_week_url(monday - WEEK),
        later_week=_week_url(monday + WEEK),
        earlier_day=day_url(chosen - ONE_DAY),
        later_day=day_url(chosen + ONE_DAY),
        today=reverse("trajectories:agenda"),
    )


def asked_week(text: str) -> date | None:
    """The Monday of 2026-W53 (ISO 8601); None for what is no week, or lies outside a lifetime."""
    year, _mark, number = text.partition("-W")
    if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit() and len(year) == 4):
        return None
    try:
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return None
    return monday if in_reach(monday) else None


def in_reach(day: date) -> bool:
    """Whether the weeks around a day can be shown."""
    return EARLIEST + WEEK <= day <= LATEST - WEEK


def title_of(planned: Planned) -> str:
    """With whom: the client, the employer; with nobody in particular, what it is about."""
    appointment = planned.appointment
    client, employer = appointment.client, appointment.employer
    parts = [client.list_name if client else "", employer.name if employer else ""]
    if named := " · ".join(part for part in parts if part):
        return named
    return Truncator(appointment.note.strip().partition("\n")[0]).chars(LONGEST_TITLE) or _("Appointment")


def times_of(planned: Planned) -> str:
    """09:30–10:30, or that it takes the whole day."""
    if planned.starts_at is None or planned.ends_at is None:
        return _("all day")
    return f"{wall_time(planned.starts_at)}–{wall_time(planned.ends_at)}"


def when_in_words(planned: Planned) -> str:
    """Day and times in one line: Tuesday 1 December 2026, 09:30–10:30."""
    day = day_text(planned.starts_on, "l j F Y")
    if planned.ends_on != planned.starts_on:
        day = _("%(first)s until %(last)s") % {"first": day, "last": day_text(planned.ends_on, "l j F Y")}
    return f"{day}, {times_of(planned)}"


def repeats_of(planned: Planned) -> str:
    """How the series repeats, in words; empty for an appointment that comes once."""
    appointment = planned.appointment
    return in_words(appointment.repeats, appointment.starts_on, appointment.repeats_until)


def meta_of(planned: Planned, people: Sequence[User]) -> str:
    """Where, with which of the people who go, and whether it comes back."""
    appointment = planned.appointment
    names = ", ".join(f"{person.short_name} ({person.role_abbreviation})" for person in people)
    parts = [
        str(appointment.get_location_display()) if appointment.location else "",
        _("with %(people)s") % {"people": names} if names else "",
        repeats_of(planned),
    ]
    return " · ".join(part for part in parts if part)


def moved_from(planned: Planned) -> str:
    if not planned.is_moved:
        return ""
    return _("moved, was on %(day)s") % {"day": day_text(planned.original_on, "D j M")}


def missed_in_words(planned: Planned) -> str:
    """How the client who did not come was reached out to; empty for another state."""
    if planned.said is None or planned.state != OccurrenceState.MISSED:
        return ""
    return str(ReachedOut(planned.said.reached_out).label)


def url_of(name: str, planned: Planned) -> str:
    """A page about this occurrence."""
    url = reverse(f"trajectories:{name}", args=[planned.appointment.public_id])
    return f"{url}?{urlencode({'on': planned.original_on})}"


def place_of(planned: Planned) -> str:
    return url_of("appointment_detail", planned)


def keep_url(planned: Planned) -> str:
    """The contact form, filled in from this occurrence."""
    asked = {"appointment": planned.appointment.public_id, "on": planned.original_on}
    return f"{reverse('trajectories:contact_write')}?{urlencode(asked)}"


def day_url(day: date) -> str:
    """The agenda with this day chosen."""
    return f"{reverse('trajectories:agenda')}?{urlencode({'day': day})}"


def ahead_lines(planned: Sequence[Planned], *, following: Container[int]) -> list[AheadLine]:
    """What lies ahead in a client's file; `following` are the keys of the people who follow the client."""
    return [
        AheadLine(
            when=when_in_words(one),
            url=place_of(one),
            meta=meta_of(one, one.people),
            is_left=not any(person.pk in following for person in one.people),
        )
        for one in planned
    ]


def next_visit_link(day: date | None, client: Client, *, at: time | None = None) -> Link | None:
    """Where the next visit is made, filled in, with when it is in words."""
    if day is None:
        return None
    asked = {"client": client.public_id, "day": day} | ({"at": wall_time(at)} if at else {})
    url = f"{reverse('trajectories:appointment_make')}?{urlencode(asked)}"
    return Link(_next_visit_words((day - timezone.localdate()).days, day), url, "calendar-plus")


def _next_visit_words(days: int, day: date) -> str:
    weeks = round(days / 7)
    when = {"day": day_text(day, "D j M")}
    if weeks == 0:
        return _("Next appointment in the coming days (%(day)s)") % when
    text = ngettext(
        "Next appointment in %(weeks)s week (%(day)s)", "Next appointment in %(weeks)s weeks (%(day)s)", weeks
    )
    return text % (when | {"weeks": weeks})


def _lines(planned: list[Planned], *, user: User, now: datetime) -> list[AgendaLine]:
    return [
        AgendaLine(one, user, now, tuple(other for other in planned if one.overlaps(other)))
        for one in planned
    ]


def _week_title(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    first = day_text(monday, "j F Y" if monday.year != sunday.year else "j F")
    facts = {"number": monday.isocalendar().week, "first": first, "last": day_text(sunday, "j F Y")}
    return _("week %(number)s · %(first)s until %(last)s") % facts


def _tab(day: AgendaDay) -> Tab:
    return Tab(day_text(day.day, "D j"), day_url(day.day), day.is_chosen)


def _week_url(monday: date) -> str:
    week = monday.isocalendar()
    return f"{reverse('trajectories:agenda')}?week={week.year}-W{week.week:02d}"
