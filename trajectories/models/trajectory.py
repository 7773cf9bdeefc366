"""A period of IPS or MSS support of one client, from enrolment to end."""

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.contrib.postgres.aggregates import BoolOr
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import NumberField
from ipsplatform.common.periods import PeriodQuerySet, ends_after_start, running_on_q
from staff.models import Team, User


class TrajectoryKind(models.TextChoices):
    IPS = "ips", _("IPS (to work)")
    MSS = "mss", _("MSS (support in the neighbourhood)")


class Funder(models.TextChoices):
    UWV = "uwv", _("UWV")
    GEMEENTE = "gemeente", _("municipality")
    ZORGVERZEKERAAR = "zorgverzekeraar", _("health insurer")
    GEEN = "geen", _("nobody")


class TargetGroup(models.TextChoices):
    EPA = "epa", _("severe mental illness (EPA)")
    CMD = "cmd", _("common mental disorder (CMD)")
    JONGERE = "jongere", _("young people")
    VLUCHTELING = "vluchteling", _("refugees")
    DAKLOOS = "dakloos", _("homeless people")
    VERSLAVING = "verslaving", _("addiction")
    OVERIG = "overig", _("other")


class TrajectoryEndReason(models.TextChoices):
    """Why support ended; `onbekend` only comes from a file that does not say."""

    DOEL_BEREIKT = "doel_bereikt", _("goal reached")
    WENS_CLIENT = "wens_client", _("wish of the client")
    DOORVERWEZEN = "doorverwezen", _("referred elsewhere")
    VERHUIZING = "verhuizing", _("moved away")
    GEEN_CONTACT = "geen_contact", _("contact was lost")
    OVERLEDEN = "overleden", _("deceased")
    OVERIG = "overig", _("other")
    ONBEKEND = "onbekend", _("unknown (imported)")


# What a form offers: whoever ends a trajectory knows why.
TRAJECTORY_END_REASONS = [
    (r.value, r.label) for r in TrajectoryEndReason if r != TrajectoryEndReason.ONBEKEND
]
# Who ends one now says of a client who died when that was, and more ends with it (ADR 47).
ENDED_BY_HAND = [choice for choice in TRAJECTORY_END_REASONS if choice[0] != TrajectoryEndReason.OVERLEDEN]


class TrajectoryQuerySet(PeriodQuerySet["Trajectory"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))

    def ips(self) -> Self:
        return self.filter(kind=TrajectoryKind.IPS)

    def running_on(self, day: date) -> Self:
        """Trajectories whose caseload interval contains `day`."""
        return self.filter(running_on_q(day, "enrolled_on", "ended_on"))


def is_running_q() -> Q:
    """Clients with an open trajectory, or none at all yet: the file of who lives still waits for its start.

    One question for each client, so that PostgreSQL looks at the trajectories of those clients only; two
    with OR between them make it read all that there are.
    """
    trajectories = Trajectory.objects.filter(client=OuterRef("pk")).order_by().values("client")
    any_open = trajectories.annotate(any_open=BoolOr(Q(ended_on=None))).values_list("any_open")
    waits = Case(When(died_on=None, then=Value(True)), default=Value(False))
    return Q(Coalesce(Subquery(any_open), waits, output_field=models.BooleanField()))


class TrajectoryAction(models.TextChoices):
    """Changes of a trajectory in the log of changes."""

    STARTED = "trajectory_started", _("trajectory started")
    CORRECTED = "trajectory_corrected", _("trajectory changed")
    ENDED = "trajectory_ended", _("trajectory ended")
    REOPENED = "trajectory_reopened", _("trajectory goes on")


@keeps_history(model_name="TrajectoryHistory", removed_index="removed_trajectory")
class Trajectory(models.Model):
    """One trajectory. `team` is the client's team at enrolment, by which the figures count."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trajectory_number = NumberField(_("trajectory number"), max_length=40, unique=True)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="trajectories", verbose_name=_("client")
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="trajectories",
        verbose_name=_("team at enrolment"),
    )
    kind = models.CharField(_("kind of support"), max_length=8, choices=TrajectoryKind.choices)
    funder = models.CharField(_("funder"), max_length=20, choices=Funder.choices, blank=True)
    target_group = models.CharField(_("target group"), max_length=20, choices=TargetGroup.choices, blank=True)
    referred_on = models.DateField(_("referred on"), null=True, blank=True)
    enrolled_on = models.DateField(_("enrolled on"), help_text=_("Day 0 of all counting."))
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_until = models.DateField(_("approved until"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=20, choices=TrajectoryEndReason.choices, blank=True
    )
    hours_worked_at_enrolment = models.DecimalField(
        _("paid hours a week at enrolment"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(168)],
    )
    job_search_started_on = models.DateField(_("looking for work since"), null=True, blank=True)
    wish = models.TextField(_("wish, in the client's own words"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    declared = OfClient(
        noun="trajectories",
        in_life={
            "referred_on": _("the referral of %(day)s"),
            "enrolled_on": _("the trajectory that began on %(day)s"),
        },
        part=Part.JOURNEY,
        actions=TrajectoryAction,
        fields={
            **technical("id", "public_id", "client", "team", "created_at"),
            **of_class(DataClass.IDENTITY, "trajectory_number"),
            **of_class(
                DataClass.HEALTH,
                "kind", "funder", "target_group", "referred_on", "enrolled_on", "approved_on",
                "approved_until", "ended_on", "end_reason",
            ),
            **of_class(DataClass.WORK, "hours_worked_at_enrolment", "job_search_started_on"),
            **of_class(DataClass.FREE_TEXT, "wish", "next_step"),
        },
        given=Given(
            section="trajectories",
            title=_("Your trajectories"),
            place=3,
            fields=(
                "trajectory_number", "kind", "team", "funder", "target_group", "referred_on", "enrolled_on",
                "approved_on", "approved_until", "ended_on", "end_reason", "hours_worked_at_enrolment",
                "job_search_started_on", "wish", "next_step", "created_at",
            ),
            left_out=NUMBERS_OF_CLIENT,
            order=("enrolled_on", "pk"),
        ),
    )  # fmt: skip

    objects = TrajectoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("trajectory")
        verbose_name_plural = _("trajectories")
        ordering = ["enrolled_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TrajectoryKind.values),
                name="trajectory_kind_known",
                violation_error_message=_("This kind of support does not exist."),
            ),
            models.CheckConstraint(
                condition=ends_after_start("enrolled_on", "ended_on"),
                name="trajectory_ends_after_enrolment",
                violation_error_message=_("A trajectory can't end before the enrolment."),
            ),
            models.CheckConstraint(
                condition=ends_after_start("approved_on", "approved_until"),
                name="trajectory_approval_ends_after_it_began",
                violation_error_message=_("An approval can't end before the day on which it was given."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="trajectory_ended_has_reason",
                violation_error_message=_("An ended trajectory has a reason, a running one has none."),
            ),
            models.CheckConstraint(
                condition=Q(hours_worked_at_enrolment__gte=0),
                name="trajectory_hours_not_negative",
                violation_error_message=_("Hours can't be negative."),
            ),
            models.UniqueConstraint(
                fields=["client", "kind"],
                condition=Q(ended_on=None),
                name="one_open_trajectory_per_kind",
                violation_error_message=_("This client already has an open trajectory of this kind."),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "enrolled_on", "ended_on"], name="trajectory_interval"),
            models.Index(fields=["team", "kind"], name="trajectory_team_kind"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_the_life_of_the_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("client_id", "referred_on", "enrolled_on", "ended_on"),
                func="""
                    IF EXISTS (SELECT 1 FROM clients_client c WHERE c.id = NEW.client_id AND (
                            c.birth_date > LEAST(NEW.referred_on, NEW.enrolled_on)
                            OR c.died_on < COALESCE(NEW.ended_on, 'infinity'))) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'trajectory_within_the_life_of_the_client',
                            MESSAGE = 'this trajectory does not lie in the life of the client';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # A stage lies in its trajectory. An end on the last day of the calendar is one of an import that
            # has yet to read what moves before it.
            pgtrigger.Trigger(
                name="contains_its_stages",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("enrolled_on", "ended_on"),
                func="""
                    IF EXISTS (SELECT 1 FROM trajectories_stageperiod s WHERE s.trajectory_id = NEW.id AND (
                            s.started_on < NEW.enrolled_on OR COALESCE(s.ended_on, 'infinity')
                                > COALESCE(NULLIF(NEW.ended_on, DATE '9999-12-31'), 'infinity'))) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'stage_within_its_trajectory',
                            MESSAGE = 'a stage does not lie in this trajectory';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # A check constraint can't look at another table; domain.md section 4 wants it in the database.
            pgtrigger.Trigger(
                name="end_not_before_a_job_starts",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("ended_on"),
                condition=pgtrigger.Condition("NEW.ended_on IS NOT NULL"),
                func="""
                    IF EXISTS (SELECT 1 FROM trajectories_job j
                               WHERE j.trajectory_id = NEW.id AND j.started_on > NEW.ended_on) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'job_starts_before_trajectory_ends',
                            MESSAGE = 'a job starts after this trajectory ended';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.trajectory_number

    @property
    def is_open(self) -> bool:
        return self.ended_on is None
