"""Appointments: what was agreed and lies ahead, and what became of it (domain.md, section 7)."""

import uuid
from datetime import date, time
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import IDENTIFIER, NUMBERS_OF_CLIENT, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from staff.models import User
from staff.permissions import can_open_files
from trajectories.models.contact import Location
from trajectories.models.employer import Employer
from trajectories.models.repeating import KNOWN_RULE, RuleField

LONGEST_DAYS = 31  # of an appointment for whole days


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> Self:
        """Appointments about visible clients, and about no client those that `user` goes to (ADR 63)."""
        if not can_open_files(user):
            return self.none()
        about_nobody = Q(Exists(_attended_by(user)), client=None)
        return self.filter(Q(client__in=Client.objects.visible_to(user)) | about_nobody)

    def attended_by(self, user: User) -> Self:
        """Those to which `user` goes, alone or with others."""
        return self.filter(Exists(_attended_by(user)))

    def with_a_day_between(self, since: date, to: date) -> Self:
        """Those that may have an occurrence on a day of this period; the rule of a series decides."""
        by_itself = Q(starts_on__lte=to) & (
            Q(repeats="", ends_on__gte=since)
            | (~Q(repeats="") & (Q(repeats_until=None) | Q(repeats_until__gte=since)))
        )
        moved = Occurrence.objects.filter(appointment=OuterRef("pk"), starts_on__range=(since, to))
        lives = Q(client=None) | Q(client__died_on=None) | Q(client__died_on__gte=since)
        return self.filter(lives & (by_itself | Exists(moved)))


class AppointmentAction(models.TextChoices):
    """Changes of an appointment in the log of changes."""

    PLANNED = "appointment_planned", _("appointment planned")
    CHANGED = "appointment_changed", _("appointment changed")
    STOPPED = "appointment_stopped", _("series of appointments stopped")


@keeps_history(model_name="AppointmentHistory", removed_index="removed_appointment")
class Appointment(models.Model):
    """One appointment, or a series of them. Days and times are those on the clock on the wall.

    Without times it takes whole days, `ends_on` the last of them. `repeats` is a rule of RFC 5545 without its
    end; `repeats_until` is the last day on which it may begin, before `starts_on` when none is left.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("client"),
    )
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("employer"),
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    starts_on = models.DateField(_("day"))
    ends_on = models.DateField(_("until and including"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("until"), null=True, blank=True)
    location = models.CharField(_("where"), max_length=12, choices=Location.choices, blank=True)
    place = models.CharField(_("place or address"), max_length=160, blank=True)
    note = models.TextField(_("what about"), blank=True)
    repeats = RuleField(_("repeats"), max_length=120, blank=True, default="", db_default="")
    repeats_until = models.DateField(_("repeats until"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    declared = OfClient(
        noun="appointments",
        part=Part.CONTACTS,
        actions=AppointmentAction,
        beside={"colleagues": _("who goes")},
        fields={
            **technical("id", "public_id", "client", "made_by", "created_at", "repeats"),
            **of_class(
                DataClass.HEALTH,
                "starts_on", "ends_on", "starts_at", "ends_at", "location", "repeats_until",
            ),
            **of_class(DataClass.WORK, "employer"),
            **of_class(DataClass.FREE_TEXT, "place", "note"),
        },
        given=Given(
            section="appointments",
            title=_("Appointments"),
            place=15,
            fields=(
                "starts_on", "starts_at", "ends_on", "ends_at", "repeats", "repeats_until", "location",
                "place", "employer", "note", "made_by", "created_at",
            ),
            left_out=NUMBERS_OF_CLIENT,
            order=("starts_on", "pk"),
        ),
    )  # fmt: skip

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_on", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None, ends_on__gte=F("starts_on"))
                | Q(
                    starts_at__isnull=False,
                    ends_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                    ends_on=F("starts_on"),
                ),
                name="appointment_ends_after_start",
                violation_error_message=_("An appointment ends after it begins, on the same day."),
            ),
            models.CheckConstraint(
                condition=Q(repeats="") | Q(repeats__regex=KNOWN_RULE),
                name="appointment_repeats_by_a_known_rule",
                violation_error_message=_("An appointment can't be repeated in this way."),
            ),
            models.CheckConstraint(
                condition=Q(repeats="", repeats_until=None) | (~Q(repeats="") & Q(ends_on=F("starts_on"))),
                name="appointment_repeats_by_the_day",
                violation_error_message=_("An appointment of several days can't be repeated."),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "starts_on"], name="appointment_of_client"),
            models.Index(fields=["starts_on"], name="appointment_by_day"),
        ]
        triggers = [
            # A check constraint can't look at another table.
            pgtrigger.Trigger(
                name="within_the_life_of_the_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("client_id", "starts_on"),
                condition=pgtrigger.Condition("NEW.client_id IS NOT NULL"),
                func="""
                    IF EXISTS (SELECT 1 FROM clients_client c
                            WHERE c.id = NEW.client_id AND c.died_on < NEW.starts_on) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'appointment_within_the_life_of_the_client',
                            MESSAGE = 'this client has died before the appointment';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_all_day(self) -> bool:
        """Whether it takes whole days."""
        return self.starts_at is None

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return bool(self.repeats)


@keeps_history(model_name="AttendeeHistory")
class Attendee(models.Model):
    """A colleague who goes to an appointment: with several it is a joint one."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("member of staff")
    )

    declared = OfClient(
        client="appointment__client",
        part=Part.CONTACTS,
        in_history=False,
        fields=technical("id", "appointment", "user"),
        given=Given(
            left_out=left_out(IDENTIFIER, "id", "appointment")
            | left_out("a person of staff: who made the appointment is given by role", "user")
        ),
    )

    class Meta:
        verbose_name = _("who goes to an appointment")
        verbose_name_plural = _("who goes to appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "user"],
                name="attendee_once",
                violation_error_message=_("This colleague goes already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class OccurrenceState(models.TextChoices):
    """What became of one occurrence. Without a state it lies ahead, or nobody has said."""

    CANCELLED = "cancelled", _("cancelled")
    KEPT = "kept", _("took place")
    MISSED = "missed", _("did not come")


class ReachedOut(models.TextChoices):
    """How a client who did not come was reached out to; not coming is no reason to end (seed 001)."""

    CALLED = "gebeld", _("called")
    MESSAGE = "bericht", _("sent a message")
    VISITED = "langsgegaan", _("went there")
    THROUGH_OTHERS = "via_anderen", _("through somebody close or a colleague")
    NOT_YET = "nog_niet", _("not yet")


class OccurrenceAction(models.TextChoices):
    """Changes of one occurrence in the log of changes."""

    MOVED = "occurrence_moved", _("appointment moved")
    CANCELLED = "occurrence_cancelled", _("appointment cancelled")
    KEPT = "occurrence_kept", _("appointment took place")
    MISSED = "occurrence_missed", _("client did not come to an appointment")


@keeps_history(model_name="OccurrenceHistory")
class Occurrence(models.Model):
    """What is said of the occurrence of an appointment on one day: moved, cancelled, or how it went.

    `original_on` is the day of the rule, by which it is known (RECURRENCE-ID of RFC 5545). A moved one has a
    day, and times unless it takes the whole day. Nothing is said of the other occurrences: they have no row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="occurrences")
    original_on = models.DateField(_("day of the series"))
    starts_on = models.DateField(_("moved to"), null=True, blank=True)
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("until"), null=True, blank=True)
    state = models.CharField(
        _("what became of it"), max_length=9, choices=OccurrenceState.choices, blank=True
    )
    reached_out = models.CharField(
        _("how the client was reached out to"), max_length=12, choices=ReachedOut.choices, blank=True
    )
    note = models.TextField(_("note"), blank=True)

    declared = OfClient(
        client="appointment__client",
        part=Part.CONTACTS,
        actions=OccurrenceAction,
        fields={
            **technical("id", "public_id", "appointment"),
            **of_class(
                DataClass.HEALTH,
                "original_on", "starts_on", "starts_at", "ends_at", "state", "reached_out",
            ),
            **of_class(DataClass.FREE_TEXT, "note"),
        },
        given=Given(
            section="occurrences",
            title=_("Appointments that were moved or cancelled, and how they went"),
            place=16,
            fields=("original_on", "starts_on", "starts_at", "ends_at", "state", "reached_out", "note"),
            left_out=left_out(IDENTIFIER, "id", "public_id", "appointment"),
            order=("original_on", "pk"),
            only_when_there=True,
        ),
    )  # fmt: skip

    class Meta:
        verbose_name = _("occurrence of an appointment")
        verbose_name_plural = _("occurrences of appointments")
        ordering = ["original_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "original_on"],
                name="occurrence_once",
                violation_error_message=_("Somebody has said something of this appointment already."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(
                    starts_on__isnull=False,
                    starts_at__isnull=False,
                    ends_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                ),
                name="occurrence_ends_after_start",
                violation_error_message=_("An appointment ends after it begins, on the same day."),
            ),
            models.CheckConstraint(
                condition=Q(state="missed") | Q(reached_out=""),
                name="occurrence_reached_out_when_missed",
                violation_error_message=_("Reaching out belongs to an appointment that was missed."),
            ),
            models.CheckConstraint(
                condition=~Q(state="missed") | ~Q(reached_out=""),
                name="occurrence_missed_says_how",
                violation_error_message=_("Say how the client was reached out to."),
            ),
        ]
        indexes = [models.Index(fields=["starts_on"], name="occurrence_moved_to")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.original_on}"

    @property
    def is_moved(self) -> bool:
        """Whether it has another day or time than the rule gives."""
        return self.starts_on is not None


def _attended_by(user: User) -> models.QuerySet[Attendee]:
    return Attendee.objects.filter(appointment=OuterRef("pk"), user=user)


def wall_time(value: time) -> str:
    """A time as the clock on the wall says it: 09:30."""
    return f"{value:%H:%M}"
