"""Signals that are set aside for a while, and after how many days each of them is given."""

import uuid
from dataclasses import dataclass
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient
from ipsplatform.common.history import keeps_history
from ipsplatform.common.texts import Text
from staff.models import Team, User


class SignalCode(models.TextChoices):
    """Reasons to look at a client; the worst first, which is the order of every list."""

    JOB_ENDED = "job_ended", _("no contact after a job ended")
    JOB_STARTED = "job_started", _("no contact since a job started")
    JOB_STARTS = "job_starts", _("job starts, no visit planned")
    NO_DISCLOSURE = "no_disclosure", _("no choice about the employer yet")
    NOT_SEEN = "not_seen", _("not seen for long")
    JOB_CONTACT = "job_contact", _("too little contact during a job")
    NO_EMPLOYER = "no_employer", _("no employer contact")
    LONG_WITHOUT_JOB = "long_without_job", _("long without a job")
    APPROVAL_ENDS = "approval_ends", _("approval ends")
    NO_FOLLOWER = "no_follower", _("no fixed trajectbegeleider")
    UNANSWERED = "unanswered", _("answers about a job are missing")


@dataclass(frozen=True, slots=True)
class Limit:
    """One threshold, in days: what it means, what holds until somebody changes it, and what is plausible."""

    label: Text
    days: int
    least: int
    most: int


# By the name of the column; the boundaries are in docs/domain.md, section 6.
LIMITS: dict[str, Limit] = {
    "job_ended_days": Limit(_("job ended: contact within so many days"), 3, 1, 30),
    "job_started_days": Limit(_("job started: contact within so many days"), 3, 1, 30),
    "job_starts_days": Limit(_("job starts: so many days ahead"), 7, 1, 60),
    "no_disclosure_days": Limit(_("choice about the employer: so many days before the job"), 14, 1, 90),
    "not_seen_days": Limit(_("not seen for so many days"), 28, 7, 180),
    "job_contact_first_days": Limit(_("first month of a job: contact every so many days"), 7, 1, 31),
    "job_contact_later_days": Limit(_("later in a job: contact every so many days"), 31, 7, 180),
    "no_employer_days": Limit(_("employer contact within so many days"), 30, 7, 365),
    "long_without_job_days": Limit(_("without a job for so many days"), 274, 30, 1826),
    "approval_ends_days": Limit(_("approval ends: so many days ahead"), 90, 14, 365),
    "no_follower_days": Limit(_("no fixed trajectbegeleider for so many days"), 0, 0, 60),
    "unanswered_days": Limit(_("answers about a job missing for so many days"), 0, 0, 90),
}


class SignalThresholdsAction(models.TextChoices):
    """Changes of thresholds in the log of changes."""

    SET = "thresholds_set", _("thresholds of a team set")
    CORRECTED = "thresholds_corrected", _("thresholds changed")


def _days(name: str) -> "models.SmallIntegerField[Any, Any]":
    limit = LIMITS[name]
    validators = [MinValueValidator(limit.least), MaxValueValidator(limit.most)]
    return models.SmallIntegerField(limit.label, null=True, blank=True, validators=validators)


@keeps_history(model_name="SignalThresholdsHistory")
class SignalThresholds(models.Model):
    """After how many days a signal is given, for one team; the row without a team is the organisation's.

    What a team leaves empty is as the organisation has it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.OneToOneField(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signal_thresholds",
        verbose_name=_("team"),
    )
    job_ended_days = _days("job_ended_days")
    job_started_days = _days("job_started_days")
    job_starts_days = _days("job_starts_days")
    no_disclosure_days = _days("no_disclosure_days")
    not_seen_days = _days("not_seen_days")
    job_contact_first_days = _days("job_contact_first_days")
    job_contact_later_days = _days("job_contact_later_days")
    no_employer_days = _days("no_employer_days")
    long_without_job_days = _days("long_without_job_days")
    approval_ends_days = _days("approval_ends_days")
    no_follower_days = _days("no_follower_days")
    unanswered_days = _days("unanswered_days")

    declared = Classified(
        about=About.NOBODY,
        actions=SignalThresholdsAction,
        fields=technical("id", "public_id", "team", *LIMITS),
    )

    class Meta:
        verbose_name = _("row of thresholds")
        verbose_name_plural = _("thresholds of signals")
        ordering = [F("team").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                nulls_distinct=False,
                name="thresholds_once_per_team",
                violation_error_message=_("This team has thresholds already. Change those."),
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False) | Q(**{f"{name}__isnull": False for name in LIMITS}),
                name="thresholds_of_the_organisation_are_known",
                violation_error_message=_("The organisation has a number of days for each signal."),
            ),
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{f"{name}__isnull": True})
                        | Q(**{f"{name}__gte": limit.least, f"{name}__lte": limit.most})
                        for name, limit in LIMITS.items()
                    )
                ),
                name="thresholds_are_plausible",
                violation_error_message=_("A number of days lies outside what makes sense."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.team) if self.team else str(_("the whole organisation"))


class SignalSnoozeQuerySet(models.QuerySet["SignalSnooze"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that nobody ended."""
        return self.filter(lifted_at=None)


class SnoozeAction(models.TextChoices):
    """Changes of what was set aside in the log of changes."""

    MADE = "signal_snoozed", _("signal set aside")
    LIFTED = "signal_snooze_lifted", _("signal shown again")


@keeps_history(model_name="SignalSnoozeHistory")
class SignalSnooze(models.Model):
    """One signal of a client that is not shown until a day, for a reason.

    It is bound to the spell that began on `since`: what begins anew is shown, whatever was set aside before.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="snoozes", verbose_name=_("client")
    )
    code = models.CharField(_("signal"), max_length=20, choices=SignalCode.choices)
    since = models.DateField(_("signal since"))
    until = models.DateField(_("shown again on"))
    reason = models.TextField(_("why it can wait"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("set aside at"), auto_now_add=True)
    lifted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shown again by"),
    )
    lifted_at = models.DateTimeField(_("shown again at"), null=True, blank=True)

    declared = OfClient(
        noun="snoozes",
        part=Part.OVERVIEW,
        actions=SnoozeAction,
        named_by="code",
        fields={
            **technical("id", "public_id", "client", "made_by", "made_at", "lifted_by", "lifted_at"),
            **of_class(DataClass.HEALTH, "code", "since", "until"),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
        given=Given(
            section="snoozes",
            title=_("What we decided to look at later"),
            place=17,
            fields=(
                "code", "since", "until", "reason", "made_at", "made_by", "lifted_at", "lifted_by",
            ),
            left_out=NUMBERS_OF_CLIENT,
            order=("made_at", "pk"),
            only_when_there=True,
        ),
    )  # fmt: skip

    objects = SignalSnoozeQuerySet.as_manager()

    class Meta:
        verbose_name = _("signal that was set aside")
        verbose_name_plural = _("signals that were set aside")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "code"],
                condition=Q(lifted_at=None),
                name="one_standing_snooze_per_signal",
                violation_error_message=_("This signal was set aside already."),
            ),
            models.CheckConstraint(
                condition=Q(code__in=SignalCode.values),
                name="snooze_of_a_known_signal",
                violation_error_message=_("This signal does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="snooze_ends_after_the_signal_began",
                violation_error_message=_("A signal is shown again after the day on which it began."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_by__isnull=False, lifted_at__gte=F("made_at")),
                name="snooze_lifted_after_it_was_made",
                violation_error_message=_("It is recorded by whom a signal is shown again, and when."),
            ),
        ]

    def __str__(self) -> str:
        return str(SignalCode(self.code).label)
