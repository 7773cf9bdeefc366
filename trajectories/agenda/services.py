"""Make, change, move and cancel appointments, and say what became of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import in_digits
from staff.audit import services as audit
from staff.models import User
from trajectories.agenda.selectors import Planned, occurrence_of
from trajectories.employers.services import find_or_create_employer
from trajectories.models import (
    LONGEST_DAYS,
    Appointment,
    AppointmentAction,
    Attendee,
    Employer,
    Occurrence,
    OccurrenceAction,
    OccurrenceState,
)
from trajectories.models.repeating import choice_of, rule_of

FURTHEST = timedelta(days=2 * 366)  # that somebody plans ahead; a series may go on


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The days and times of an appointment; without times it takes whole days."""

    starts_on: date
    ends_on: date
    starts_at: time | None = None
    ends_at: time | None = None


@transaction.atomic
def make_appointment(
    *,
    client: Client | None,
    colleagues: Iterable[User],
    when: When,
    by: User,
    employer_name: str = "",
    repeats: str = "",
    repeats_until: date | None = None,
    **facts: Any,
) -> Appointment:
    """Plan an appointment; `repeats` is one of `Repeats`. Overlaps are nobody's business but one's own.

    Raises RuleError for an end before the start, more days than a month, a client who has died, nobody who
    goes, and a colleague who can't open the file of the client.
    """
    people = list(colleagues)
    _refuse_plan(client, people, when=when, repeats=repeats, until=repeats_until)
    appointment = Appointment(
        client=client,
        employer=_employer(employer_name, by),
        made_by=by,
        repeats=rule_of(repeats, when.starts_on),
        repeats_until=repeats_until if repeats else None,
        **_columns(when),
        **facts,
    )
    return _planned(appointment, people, by=by)


@transaction.atomic
def change_appointment(
    *,
    appointment: Appointment,
    on: date,
    colleagues: Iterable[User],
    when: When,
    by: User,
    employer_name: str = "",
    repeats: str = "",
    repeats_until: date | None = None,
    **facts: Any,
) -> Appointment:
    """Change an appointment, or a series from its occurrence on `on`: that one and those that follow.

    From a later occurrence a new series begins, and the old one ends the day before. Raises RuleError as
    `make_appointment` does, and when it was said already how one of them went.
    """
    appointment = audit.locked(appointment)
    people = list(colleagues)
    _refuse_plan(appointment.client, people, when=when, repeats=repeats, until=repeats_until)
    _refuse_told(appointment, since=on)
    rule = _rule_after(appointment, on, when=when, repeats=repeats)
    after = facts | _columns(when) | {"employer": _employer(employer_name, by), "repeats": rule}
    after["repeats_until"] = repeats_until if repeats else None
    if on != appointment.starts_on:
        return _split(appointment, on=on, after=after, people=people, by=by)
    if audit.differences(appointment, **_columns(when), repeats=rule):
        _forget_moved(appointment, since=on)
    return _changed(appointment, after=after, people=people, by=by)


@transaction.atomic
def move_occurrence(*, appointment: Appointment, on: date, when: When, by: User) -> Occurrence:
    """Give one occurrence of a series another day or time; the others stay.

    Raises RuleError for a day that the series does not have, and for one that was cancelled or had.
    """
    appointment = audit.locked(appointment)
    _refuse_when(when)
    _refuse_after_death(appointment.client, when.starts_on)
    facts = {"starts_on": when.starts_on, "starts_at": when.starts_at, "ends_at": when.ends_at}
    return _say(appointment, on, action=OccurrenceAction.MOVED, by=by, facts=facts)


@transaction.atomic
def cancel_appointment(
    *, appointment: Appointment, on: date, by: User, and_following: bool = False, note: str = ""
) -> Occurrence | Appointment:
    """Cancel one occurrence, with a note why; `and_following` ends the series with it.

    Raises RuleError for a day that the series does not have, one that was cancelled or had already, and
    for a series of which a later occurrence was told how it went.
    """
    appointment = audit.locked(appointment)
    if not (and_following and appointment.is_series):
        facts = {"state": OccurrenceState.CANCELLED, "note": note}
        return _say(appointment, on, action=OccurrenceAction.CANCELLED, by=by, facts=facts)
    _refuse_told(appointment, since=on)
    return _stop(appointment, on=on - timedelta(days=1), by=by)


@transaction.atomic
def keep_appointment(*, appointment: Appointment, on: date, by: User) -> Occurrence:
    """It took place. Raises RuleError when it lies ahead, was cancelled, or was told how it went already."""
    return _tell(appointment, on, action=OccurrenceAction.KEPT, by=by, facts={"state": OccurrenceState.KEPT})


@transaction.atomic
def miss_appointment(
    *, appointment: Appointment, on: date, reached_out: str, by: User, note: str = ""
) -> Occurrence:
    """The client did not come: a fact, no reason to end. `reached_out` is how somebody looked for contact.

    Raises RuleError as `keep_appointment` does, and for an appointment without a client.
    """
    if appointment.client is None:
        raise RuleError(_("This appointment is about no client. Cancel it instead."))
    facts = {"state": OccurrenceState.MISSED, "reached_out": reached_out, "note": note}
    return _tell(appointment, on, action=OccurrenceAction.MISSED, by=by, facts=facts)


def _tell(
    appointment: Appointment, on: date, *, action: OccurrenceAction, by: User, facts: dict
) -> Occurrence:
    appointment = audit.locked(appointment)
    if not _existing(appointment, on).has_begun(timezone.now()):
        raise RuleError(_("This appointment lies ahead. Say how it went once it has begun."))
    return _say(appointment, on, action=action, by=by, facts=facts)


def _say(
    appointment: Appointment, on: date, *, action: OccurrenceAction, by: User, facts: dict
) -> Occurrence:
    """Say something of one occurrence of a locked appointment."""
    planned = _existing(appointment, on)
    if planned.state:
        raise RuleError(_told(planned))
    said = planned.said or Occurrence(appointment=appointment, original_on=on)
    changes = audit.differences(said, **facts)
    for name, value in facts.items():
        setattr(said, name, value)
    fields = None if said._state.adding else list(facts)
    return audit.save(said, by=by, action=action, fields=fields, changes=changes)


def _existing(appointment: Appointment, on: date) -> Planned:
    planned = occurrence_of(appointment, on)
    if planned is None:
        raise RuleError(_("There is no appointment on %(day)s any more.") % {"day": in_digits(on)})
    return planned


def _told(planned: Planned) -> str:
    texts = {
        OccurrenceState.CANCELLED: _("This appointment was cancelled already."),
        OccurrenceState.KEPT: _("Somebody has written the contact of this appointment already."),
        OccurrenceState.MISSED: _("Somebody has written already that the client did not come."),
    }
    return texts[OccurrenceState(planned.state)]


def _refuse_plan(
    client: Client | None, people: list[User], *, when: When, repeats: str, until: date | None
) -> None:
    _refuse_when(when, repeats=repeats, until=until)
    _refuse_people(people, client=client)
    _refuse_after_death(client, when.starts_on)


def _refuse_when(when: When, *, repeats: str = "", until: date | None = None) -> None:
    if when.starts_on > timezone.localdate() + FURTHEST:
        raise RuleError(_("This is more than two years ahead. Is the year right?"), field="day")
    if when.starts_at and when.ends_at and when.ends_at <= when.starts_at:
        raise RuleError(_("The end is not after the start."), field="ends_at")
    if when.ends_on < when.starts_on:
        raise RuleError(_("The last day is before the first."), field="last_day")
    if (when.ends_on - when.starts_on).days >= LONGEST_DAYS:
        raise RuleError(_("An appointment takes a month at most."), field="last_day")
    if repeats and when.ends_on != when.starts_on:
        raise RuleError(_("An appointment of several days can't be repeated."), field="repeats")
    if repeats and until is not None and until < when.starts_on:
        raise RuleError(_("The series would end before it begins."), field="repeats_until")


def _refuse_people(people: list[User], *, client: Client | None) -> None:
    if not people:
        raise RuleError(_("Choose who goes."), field="colleagues")
    if client is None:
        return
    for person in people:
        if not Client.objects.visible_to(person).filter(pk=client.pk).exists():
            text = _("%(name)s can't open the file of this client, so can't go along.")
            raise RuleError(text % {"name": person}, field="colleagues")


def _refuse_after_death(client: Client | None, day: date) -> None:
    if client is not None and client.died_on is not None and day > client.died_on:
        raise RuleError(_("This client has died. There are no appointments after that day."), field="day")


def _refuse_told(appointment: Appointment, *, since: date) -> None:
    """What was told of a day does not lose its day, and a day that was cancelled begins no series."""
    how_it_went = (OccurrenceState.KEPT, OccurrenceState.MISSED)
    told = appointment.occurrences.filter(original_on__gte=since, state__in=how_it_went).first()
    if told is not None:
        text = _("Of %(day)s it was said already how it went. Change what follows from a later day.")
        raise RuleError(text % {"day": in_digits(told.original_on)})
    if (planned := _existing(appointment, since)).is_cancelled:
        raise RuleError(_told(planned))


def _split(appointment: Appointment, *, on: date, after: dict, people: list[User], by: User) -> Appointment:
    following = Appointment(client=appointment.client, made_by=by, **after)
    _stop(appointment, on=on - timedelta(days=1), by=by)
    _planned(following, people, by=by)
    for cancelled in appointment.occurrences.filter(original_on__gte=on, state=OccurrenceState.CANCELLED):
        audit.touch(cancelled)
        cancelled.appointment = following
        cancelled.save(update_fields=["appointment"])
    return following


def _planned(appointment: Appointment, people: list[User], *, by: User) -> Appointment:
    """A new one, with who goes."""
    changes: dict[str, list] = {"colleagues": ["", _names(people)]}
    audit.save(appointment, by=by, action=AppointmentAction.PLANNED, changes=changes)
    _set_people(appointment, people)
    return appointment


def _rule_after(appointment: Appointment, on: date, *, when: When, repeats: str) -> str:
    """The rule that stands, unless it is chosen anew or begins on another day."""
    is_the_same = on == appointment.starts_on == when.starts_on and choice_of(appointment.repeats) == repeats
    return appointment.repeats if is_the_same else rule_of(repeats, when.starts_on)


def _stop(appointment: Appointment, *, on: date, by: User) -> Appointment:
    """`on` is the last day on which it may begin."""
    _forget_moved(appointment, since=on + timedelta(days=1))
    changes = audit.differences(appointment, repeats_until=on)
    appointment.repeats_until = on
    return audit.save(
        appointment, by=by, action=AppointmentAction.STOPPED, fields=["repeats_until"], changes=changes
    )


def _forget_moved(appointment: Appointment, *, since: date) -> None:
    """Occurrences that the series no longer has, or that follow it again."""
    for moved in appointment.occurrences.filter(original_on__gte=since, state=""):
        audit.touch(moved)
        moved.delete()


def _changed(appointment: Appointment, *, after: dict, people: list[User], by: User) -> Appointment:
    before = _names(attendee.user for attendee in appointment.attendees.select_related("user"))
    changes = audit.differences(appointment, **after)
    if (names := _names(people)) != before:
        changes["colleagues"] = [before, names]
    if not changes:
        return appointment
    for name, value in after.items():
        setattr(appointment, name, value)
    audit.save(appointment, by=by, action=AppointmentAction.CHANGED, fields=list(after), changes=changes)
    _set_people(appointment, people)
    return appointment


def _set_people(appointment: Appointment, people: list[User]) -> None:
    known = {attendee.user_id: attendee for attendee in appointment.attendees.all()}
    wanted = {person.pk: person for person in people}
    for key, attendee in known.items():
        if key not in wanted:
            audit.touch(attendee)
            attendee.delete()
    for key, person in wanted.items():
        if key not in known:
            audit.touch(Attendee.objects.create(appointment=appointment, user=person), is_new=True)


def _names(people: Iterable[User]) -> str:
    return ", ".join(sorted(map(str, people)))


def _columns(when: When) -> dict[str, Any]:
    return {
        "starts_on": when.starts_on,
        "ends_on": when.ends_on,
        "starts_at": when.starts_at,
        "ends_at": when.ends_at,
    }


def _employer(name: str, by: User) -> Employer | None:
    return find_or_create_employer(name=name, by=by) if name else None
