"""Paid work of a client."""

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS, Given, OfClient
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import NumberField
from ipsplatform.common.periods import PeriodQuerySet, ends_after_start
from staff.models import User
from trajectories.models.employer import Employer
from trajectories.models.trajectory import Trajectory


class Contract(models.TextChoices):
    VAST = "vast", _("permanent")
    TIJDELIJK = "tijdelijk", _("temporary")
    UITZEND = "uitzend", _("through an agency")
    ZZP = "zzp", _("self-employed")


class JobEndReason(models.TextChoices):
    """Why a job ended; `onbekend` only comes from a file that does not say."""

    CONTRACT_AFGELOPEN = "contract_afgelopen", _("contract ended")
    ONTSLAG_GENOMEN = "ontslag_genomen", _("client resigned")
    ONTSLAGEN = "ontslagen", _("dismissed")
    ANDERE_BAAN = "andere_baan", _("another job")
    GEZONDHEID = "gezondheid", _("health")
    OVERIG = "overig", _("other")
    ONBEKEND = "onbekend", _("unknown (imported)")


# Regular paid work: all three are known to hold (domain.md, section 2).
COMPETITIVE_FLAGS = ("open_to_anyone", "regular_wage", "regular_employer")


def competitive_q(prefix: str = "") -> Q:
    """Regular paid work: all three conditions known to hold (domain.md, section 2)."""
    return Q(**{f"{prefix}{flag}": True for flag in COMPETITIVE_FLAGS})


def possibly_competitive_q(prefix: str = "") -> Q:
    """Not known to be anything else: each of the three conditions holds, or nobody answered it."""
    names = [f"{prefix}{flag}" for flag in COMPETITIVE_FLAGS]
    return Q(*(Q(**{name: True}) | Q(**{f"{name}__isnull": True}) for name in names))


class JobQuerySet(PeriodQuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(trajectory__client__in=Client.objects.visible_to(user))

    def competitive(self) -> Self:
        return self.filter(competitive_q())

    def running_or_coming_on(self, day: date) -> Self:
        """Jobs that run on `day` or start later, with their employer, the earliest first."""
        return self.not_ended_before(day).select_related("employer").order_by("started_on", "pk")


class JobAction(models.TextChoices):
    """Changes of a job in the log of changes."""

    REGISTERED = "job_registered", _("job registered")
    ENDED = "job_ended", _("job ended")
    CORRECTED = "job_corrected", _("job corrected")
    CALLED_OFF = "job_called_off", _("job did not come about")
    ASKED_ABOUT = "job_asked_about", _("asked about the job when the support ended")


class AfterSupport(models.TextChoices):
    """What becomes of a job when the support of the client ends."""

    GOES_ON = "goes_on", _("goes on, without support")
    ENDED = "ended", _("has ended")
    UNKNOWN = "unknown", _("I don't know")


@keeps_history(model_name="JobHistory", removed_index="removed_job")
class Job(models.Model):
    """A job with an employer. Several may follow or overlap; one may outlast the trajectory."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job_number = NumberField(_("job number"), max_length=40, unique=True)
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="jobs", verbose_name=_("trajectory")
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="jobs", verbose_name=_("employer")
    )
    occupation = models.CharField(_("occupation"), max_length=120, blank=True)
    started_on = models.DateField(_("first working day"))
    ended_on = models.DateField(_("last working day"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(168)],
    )
    contract = models.CharField(_("contract"), max_length=12, choices=Contract.choices, blank=True)
    open_to_anyone = models.BooleanField(_("anyone could apply"), null=True, blank=True)
    regular_wage = models.BooleanField(_("at least the minimum and the normal wage"), null=True, blank=True)
    regular_employer = models.BooleanField(_("an ordinary employer, or self-employed"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=20, choices=JobEndReason.choices, blank=True
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    declared = OfClient(
        noun="jobs",
        in_life={"started_on": _("the job that began on %(day)s")},
        client="trajectory__client",
        part=Part.WORK,
        actions=JobAction,
        named_by="employer",
        beside={"why": _("why"), "after_support": _("after the support")},
        fields={
            **technical("id", "public_id", "trajectory", "created_at"),
            **of_class(DataClass.IDENTITY, "job_number"),
            **of_class(
                DataClass.WORK,
                "employer", "occupation", "started_on", "ended_on", "hours_per_week", "contract",
                "open_to_anyone", "regular_wage", "regular_employer", "end_reason",
            ),
        },
        given=Given(
            section="jobs",
            title=_("Your jobs"),
            place=5,
            fields=(
                "job_number", "trajectory", "employer", "occupation", "started_on", "ended_on",
                "hours_per_week", "contract", "open_to_anyone", "regular_wage", "regular_employer",
                "end_reason", "created_at",
            ),
            left_out=NUMBERS,
            order=("started_on", "pk"),
        ),
    )  # fmt: skip

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=ends_after_start(),
                name="job_ends_after_start",
                violation_error_message=_("A job can't end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="job_ended_has_reason",
                violation_error_message=_("An ended job has a reason, a running one has none."),
            ),
            models.CheckConstraint(
                condition=Q(hours_per_week=None) | Q(hours_per_week__gte=0),
                name="job_hours_not_negative",
                violation_error_message=_("Hours can't be negative."),
            ),
        ]
        indexes = [models.Index(fields=["trajectory", "started_on", "ended_on"], name="job_interval")]
        triggers = [
            # The other half of the rule on Trajectory; the row lock makes both halves wait for each other.
            pgtrigger.Trigger(
                name="start_not_after_trajectory_ended",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("started_on", "trajectory_id"),
                func="""
                    PERFORM 1 FROM trajectories_trajectory t WHERE t.id = NEW.trajectory_id FOR SHARE;
                    IF EXISTS (SELECT 1 FROM trajectories_trajectory t
                               WHERE t.id = NEW.trajectory_id AND t.ended_on < NEW.started_on) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'job_starts_before_trajectory_ends',
                            MESSAGE = 'this job starts after its trajectory ended';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.job_number

    @property
    def is_competitive(self) -> bool:
        """Regular paid work: all three conditions known to hold (domain.md, section 2)."""
        return bool(self.open_to_anyone and self.regular_wage and self.regular_employer)
