"""Occurrences of appointments as they stand: by the rule of the series, with what was said of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.nested_rows import nested, rows_of
from ipsplatform.common.periods import runs_on
from staff.models import Team, User
from staff.permissions import Ability, roles_with
from trajectories.models import (
    LONGEST_DAYS,
    Appointment,
    AppointmentQuerySet,
    Job,
    Occurrence,
    OccurrenceState,
)
from trajectories.models.repeating import days_between

LOOK_AHEAD = timedelta(days=180)  # in a client's file; what lies further ahead is in the agenda
SHOWN_AHEAD = 5
NAME_AND_ROLE = ("id", "public_id", "first_name", "name_prefix", "last_name", "role")

BEGINNING = timedelta(weeks=4)  # of a job, with a visit each week; later every four (domain.md, section 4)
OFTEN, SELDOM = timedelta(weeks=1), timedelta(weeks=4)
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One occurrence. Without times it takes whole days. `original_on` is its day by the rule."""

    appointment: Appointment
    people: tuple[User, ...]
    original_on: date
    starts_on: date
    ends_on: date
    starts_at: time | None
    ends_at: time | None
    said: Occurrence | None

    @property
    def state(self) -> str:
        """What became of it, as an `OccurrenceState`; empty while nobody has said."""
        return self.said.state if self.said else ""

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has cancelled this one."""
        return self.state == OccurrenceState.CANCELLED

    @property
    def is_moved(self) -> bool:
        """Whether it has another day or time than the rule gives."""
        return self.said is not None and self.said.is_moved

    @property
    def is_in_life(self) -> bool:
        """Whether the client lived by then: one that was moved may be on a later day than the rule gave."""
        client = self.appointment.client
        return client is None or client.died_on is None or self.starts_on <= client.died_on

    @property
    def is_all_day(self) -> bool:
        """Whether it takes whole days, without times."""
        return self.starts_at is None

    @property
    def starts(self) -> datetime:
        """The moment at which it begins."""
        return moment_of(self.starts_on, self.starts_at or time.min)

    @property
    def minutes(self) -> int | None:
        """How long it lasts by the clock on the wall; None for whole days."""
        if self.starts_at is None or self.ends_at is None:
            return None
        begin, end = (datetime.combine(self.starts_on, at) for at in (self.starts_at, self.ends_at))
        return int((end - begin).total_seconds()) // 60

    def has_begun(self, now: datetime) -> bool:
        """Whether its beginning is not ahead of `now`."""
        return self.starts <= now

    def lies_on(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.starts_on <= day <= self.ends_on

    def overlaps(self, other: "Planned") -> bool:
        """Whether nobody can be at both in time. Whole days overlap nothing."""
        if self is other or self.is_cancelled or other.is_cancelled or self.starts_on != other.starts_on:
            return False
        if self.starts_at is None or self.ends_at is None or other.starts_at is None or other.ends_at is None:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def moment_of(day: date, wall: time) -> datetime:
    """When the clock on the wall here says `wall` on `day`.

    A time that the clock skips in March is an hour later, of one that comes twice in October it is the first.
    """
    zone = timezone.get_current_timezone()
    return datetime.combine(day, wall, zone).astimezone(UTC).astimezone(zone)


def agenda_of(user: User, *, since: date, to: date) -> list[Planned]:
    """What `user` goes to on these days, in order. One statement."""
    return planned_between(Appointment.objects.visible_to(user).attended_by(user), since=since, to=to)


def appointments_ahead(client: Client) -> list[Planned]:
    """The first of what is agreed with a client from today on, without what was cancelled or had already."""
    if client.is_deceased:
        return []
    today = timezone.localdate()
    found = planned_between(client.appointments.all(), since=today, to=today + LOOK_AHEAD)
    return [one for one in found if not one.state][:SHOWN_AHEAD]


def next_visit_on(*, jobs: Iterable[Job], last_contact_on: date | None, today: date) -> date | None:
    """The working day on which the rhythm of support at work asks for a visit; None without a running job.

    Weekly in the first four weeks of the newest job, then every four weeks, after the last contact: the
    rhythm until plans have one of their own. Never before today.
    """
    begun = [
        job.started_on for job in jobs if runs_on(today, started_on=job.started_on, ended_on=job.ended_on)
    ]
    if not begun:
        return None
    rhythm = OFTEN if today < max(begun) + BEGINNING else SELDOM
    day = max(today, (last_contact_on or today) + rhythm)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day


def next_visit_after(planned: Planned) -> date | None:
    """The same for the client of an occurrence that was kept, unless something lies ahead already."""
    client = planned.appointment.client
    if client is None or appointments_ahead(client):
        return None
    jobs = Job.objects.filter(trajectory__client=client).order_by()
    return next_visit_on(jobs=jobs, last_contact_on=planned.starts_on, today=timezone.localdate())


def planned_between(appointments: AppointmentQuerySet, *, since: date, to: date) -> list[Planned]:
    """The occurrences of these appointments that lie on a day from `since` to `to`, in order."""
    of_these_days = Q(original_on__range=(since - timedelta(days=LONGEST_DAYS), to))
    rows = with_what_was_said(
        appointments.with_a_day_between(since, to), of=of_these_days | Q(starts_on__range=(since, to))
    )
    found = [one for row in rows for one in _occurrences(row, since=since, to=to)]
    return sorted(found, key=lambda one: (one.starts_on, one.starts_at or time.min, one.appointment.pk))


def occurrence_of(appointment: Appointment, on: date) -> Planned | None:
    """The occurrence that the rule gives on that day; None where it gives none."""
    itself = Appointment.objects.filter(pk=appointment.pk)
    (row,) = with_what_was_said(itself, of=Q(original_on=on))
    found = _as_it_stands(row, on) if _days(row, since=on, to=on) else None
    return found if found and found.is_in_life else None


def occurrences_said(row: Appointment) -> list[Planned]:
    """The occurrences of which something was said, as far as the rule still gives them."""
    days = [said.original_on for said in _said_of(row)]
    return [_as_it_stands(row, day) for day in days if _days(row, since=day, to=day)]


def with_what_was_said(appointments: AppointmentQuerySet, *, of: Q) -> AppointmentQuerySet:
    """With the people who go, and what was said of the days `of` this condition. One statement."""
    people = User.objects.filter(attendances__appointment=OuterRef("pk"))
    said = Occurrence.objects.filter(of, appointment=OuterRef("pk")).order_by("original_on")
    return appointments.select_related("client__team", "employer").annotate(
        people_there=nested(people.order_by("last_name", "attendances__pk"), NAME_AND_ROLE),
        said_there=nested(said),
    )


def last_day_of(appointment: Appointment) -> date | None:
    """The last day on which it may begin; nothing lies ahead of somebody who has died."""
    client = appointment.client
    days = [day for day in (appointment.repeats_until, client.died_on if client else None) if day]
    return min(days, default=None)


def colleagues_of(user: User, *, besides: Iterable[int] = ()) -> QuerySet[User]:
    """Whom `user` can take along: who opens files in one of the same teams today, oneself, and those whose
    keys are in `besides`.
    """
    in_teams = User.objects.active().in_teams(Team.objects.keys_of_member(user), timezone.localdate())
    could = in_teams.filter(role__in=roles_with(Ability.READ_TEAM_CLIENTS)).order_by().values("pk")
    return User.objects.filter(Q(pk__in=could) | Q(pk__in=[user.pk, *besides])).order_by("last_name", "pk")


def _occurrences(row: Appointment, *, since: date, to: date) -> Iterator[Planned]:
    days = set(_days(row, since=since - (row.ends_on - row.starts_on), to=to))
    for said in _said_of(row):
        on = said.original_on
        if said.starts_on and since <= said.starts_on <= to and _days(row, since=on, to=on):
            days.add(on)
    for day in sorted(days):
        one = _as_it_stands(row, day)
        if one.starts_on <= to and one.ends_on >= since and one.is_in_life:
            yield one


def _said_of(row: Appointment) -> list[Occurrence]:
    found = rows_of(Occurrence, vars(row)["said_there"])
    for one in found:
        one.appointment = row
    return found


def _days(row: Appointment, *, since: date, to: date) -> list[date]:
    return days_between(row.repeats, first_on=row.starts_on, until=last_day_of(row), since=since, to=to)


def _as_it_stands(row: Appointment, on: date) -> Planned:
    said = next((one for one in _said_of(row) if one.original_on == on), None)
    people = tuple(rows_of(User, vars(row)["people_there"], NAME_AND_ROLE))
    if said and said.starts_on:
        return Planned(
            appointment=row, people=people, original_on=on, said=said, starts_on=said.starts_on,
            ends_on=said.starts_on, starts_at=said.starts_at, ends_at=said.ends_at,
        )  # fmt: skip
    return Planned(
        appointment=row, people=people, original_on=on, said=said, starts_on=on,
        ends_on=on + (row.ends_on - row.starts_on), starts_at=row.starts_at, ends_at=row.ends_at,
    )  # fmt: skip
