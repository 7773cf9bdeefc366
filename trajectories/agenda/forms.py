"""Appointments on one screen: with whom, when, where, and whether it comes back."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.form_fields import ClockField, chips, day_field, field_of, text_field
from ipsplatform.common.texts import Text
from staff.models import User
from trajectories.agenda.selectors import Planned
from trajectories.agenda.services import When
from trajectories.choosing.client_field import PicksClient
from trajectories.choosing.employer_field import employer_name_field
from trajectories.models import Appointment, Location, ReachedOut
from trajectories.models.repeating import Repeats, choice_of

ALL_DAY = "is_all_day:on"
BY_THE_CLOCK = "is_all_day:"
HALF_HOUR = 30
USUAL_LENGTH = timedelta(hours=1)
LAST_HALF_HOUR = time(23, 30)
THIS_ONE, AND_FOLLOWING = "this", "following"


def clock_field(label: Text) -> ClockField:
    """A time, asked unless it takes the whole day."""
    field = ClockField(label=label, required=False)
    field.widget.attrs["data-show-if"] = BY_THE_CLOCK
    return field


class WhenForm(forms.Form):
    """A day with times, or whole days; gives `when`."""

    day = day_field(_("Day"), days_ahead=None)
    starts_at = clock_field(_("From"))
    ends_at = clock_field(_("Until (time)"))
    is_all_day = forms.BooleanField(label=_("The whole day"), required=False)
    last_day = day_field(
        _("Until and including"), days_ahead=None, required=False, help_text=_("Empty is that one day.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "last_day" in self.fields:
            self.fields["last_day"].widget.attrs["data-show-if"] = ALL_DAY

    def clean(self) -> dict:
        facts = super().clean() or {}
        day, last_day = facts.pop("day", None), facts.pop("last_day", None)
        starts_at, ends_at = facts.pop("starts_at", None), facts.pop("ends_at", None)
        if facts.pop("is_all_day", False):
            facts["when"] = When(starts_on=day, ends_on=last_day or day) if day else None
            return facts
        for name, value in (("starts_at", starts_at), ("ends_at", ends_at)):
            if value is None and name not in self.errors:
                self.add_error(name, _("Say the time, or choose the whole day."))
        if day and starts_at and ends_at:
            facts["when"] = When(starts_on=day, ends_on=day, starts_at=starts_at, ends_at=ends_at)
        return facts


class PeopleField(forms.ModelMultipleChoiceField):
    """Colleagues, each with the title."""

    def label_from_instance(self, obj: Any) -> str:
        """Joris (ED)."""
        return f"{obj.short_name} ({obj.role_abbreviation})"


class AppointmentForm(WhenForm):
    """What stands in an appointment besides its client; `colleagues` are those who could go."""

    employer_name = employer_name_field(required=False)
    colleagues = PeopleField(
        label=_("Who goes along?"),
        queryset=User.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who goes.")},
    )
    location = forms.ChoiceField(label=_("Where"), required=False, choices=Location.choices, widget=chips())
    place = field_of(
        Appointment, "place", label=_("Place or address"), help_text=_("Where you meet, in a few words.")
    )
    note = text_field(_("What about"), rows=2)
    repeats = forms.ChoiceField(label=_("Repeats"), required=False, choices=Repeats.choices)
    repeats_until = day_field(
        _("Repeats until"), days_ahead=None, required=False, help_text=_("Empty is without an end.")
    )

    def __init__(self, *args, colleagues: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        field = cast(PeopleField, self.fields["colleagues"])
        field.queryset = colleagues
        self.fields["repeats_until"].widget.attrs["data-show-if"] = "repeats:*"

    def clean(self) -> dict:
        facts = super().clean()
        if not facts.get("repeats"):
            facts["repeats_until"] = None
        return facts


class MakeAppointmentForm(PicksClient, AppointmentForm):
    field_order = ("client",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client"].help_text = _("Leave empty for an appointment that is about no client.")


class MoveForm(WhenForm):
    """Another day or time for one occurrence."""

    last_day = None  # type: ignore[assignment]  # the way of Django to leave a field of the base out

    def __init__(self, *args, planned: Planned, **kwargs):
        super().__init__(*args, **kwargs)
        if not planned.is_all_day:
            del self.fields["is_all_day"]


class CancelForm(forms.Form):
    """Of a series it is asked what is cancelled: the one, or the rest with it."""

    which = forms.ChoiceField(
        label=_("What is cancelled?"),
        choices=[(THIS_ONE, _("only this one")), (AND_FOLLOWING, _("this one and all that follow"))],
        widget=chips(),
    )
    note = text_field(_("Why"), rows=2, help_text=_("One line is enough."))

    def __init__(self, *args, is_series: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_series:
            which = cast(forms.ChoiceField, self.fields["which"])
            which.choices = [(THIS_ONE, _("this appointment"))]
            self.initial["which"] = THIS_ONE

    def clean(self) -> dict:
        facts = super().clean() or {}
        facts["and_following"] = facts.pop("which", THIS_ONE) == AND_FOLLOWING
        return facts


class MissedForm(forms.Form):
    reached_out = forms.ChoiceField(
        label=_("How did you look for contact?"), choices=ReachedOut.choices, widget=chips()
    )
    note = text_field(_("What"), rows=2, help_text=_("One line is enough. You can dictate."))


def empty_appointment(
    *, user: User, client: Client | None, employer_name: str, day: date | None, at: time | None
) -> dict:
    """Sensible values for a new appointment: the next half hour, for one hour, oneself."""
    begin = _next_half_hour(timezone.localtime())
    if day is not None:
        begin = datetime.combine(day, begin.time() if day == begin.date() else time(10))
    if at is not None:
        begin = datetime.combine(begin.date(), at)
    end = begin + USUAL_LENGTH
    return {
        "client": client.public_id if client else "",
        "employer_name": employer_name,
        "colleagues": [user.public_id],
        "day": begin.date(),
        "starts_at": begin.time(),
        "ends_at": end.time() if end.date() == begin.date() else time(23, 59),
        "location": Location.WERKPLEK if employer_name else Location.ELDERS,
        "repeats": Repeats.ONCE,
    }


def appointment_as_typed(planned: Planned) -> dict:
    """The values with which a form shows an occurrence, and what it has in common with the others."""
    appointment = planned.appointment
    return moment_as_typed(planned) | {
        "employer_name": appointment.employer.name if appointment.employer else "",
        "colleagues": [person.public_id for person in planned.people],
        "location": appointment.location,
        "place": appointment.place,
        "note": appointment.note,
        "repeats": choice_of(appointment.repeats),
        "repeats_until": appointment.repeats_until,
    }


def moment_as_typed(planned: Planned) -> dict:
    """The day and the times of an occurrence as they stand."""
    return {
        "day": planned.starts_on,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "is_all_day": planned.is_all_day,
        "last_day": planned.ends_on if planned.ends_on != planned.starts_on else None,
    }


def _next_half_hour(now: datetime) -> datetime:
    wall = now.replace(second=0, microsecond=0, tzinfo=None)
    if wall.time() >= LAST_HALF_HOUR:
        return datetime.combine(wall.date(), LAST_HALF_HOUR)
    return wall + timedelta(minutes=-wall.minute % HALF_HOUR)
