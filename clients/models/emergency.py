"""Emergency access ("noodprocedure"): one person opens the file of one client for some hours."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Expression, F, Func, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.part import Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from staff.models import User

LONGEST = timedelta(hours=8)


class MomentRange(Func):
    """PostgreSQL's tstzrange(from, until): the end itself is not in it."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class EmergencyReason(models.TextChoices):
    """Why the file can't wait until the team of the client is there."""

    GEVAAR = "gevaar", _("acute danger for the client or for somebody else")
    HULPVRAAG = "hulpvraag", _("the client asks for help now and nobody of the team can be reached")
    WAARNEMING = "waarneming", _("I fill in for the team of the client without being a member yet")
    OVERIG = "overig", _("something else")


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def running(self) -> Self:
        """Accesses with which a file is open at this moment."""
        return self.running_at(timezone.now())

    def running_at(self, moment: datetime | Expression) -> Self:
        """Accesses with which a file is open at `moment`, as far as is known now."""
        return self.filter(started_at__lte=moment, ends_at__gt=moment, ended_at=None)


class EmergencyAction(models.TextChoices):
    """Changes of an emergency access in the log of changes."""

    STARTED = "emergency_access_started", _("emergency access started")
    ENDED = "emergency_access_ended", _("emergency access ended")


@keeps_history(model_name="EmergencyAccessHistory")
class EmergencyAccess(models.Model):
    """It ends by itself at `ends_at`; `ended_at` is filled in when somebody ended it earlier."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        "clients.Client",  # by name: who sees a client asks for these rows
        on_delete=models.PROTECT,
        related_name="emergency_accesses",
        verbose_name=_("client"),
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="emergency_accesses", verbose_name=_("member of staff")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=EmergencyReason.choices)
    explanation = models.TextField(_("explanation"))
    started_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until at the latest"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    noticed_at = models.DateTimeField(_("notice sent at"), null=True, blank=True)

    declared = OfClient(
        noun="emergency-accesses",
        part=Part.EMERGENCY,
        actions=EmergencyAction,
        named_by="reason",
        fields={
            **technical("id", "public_id", "client", "user", "noticed_at"),
            **of_class(DataClass.HEALTH, "reason", "started_at", "ends_at", "ended_at"),
            **of_class(DataClass.FREE_TEXT, "explanation"),
        },
        given=Given(
            section="emergency",
            title=_("When your file was opened in an emergency"),
            place=10,
            fields=("user", "reason", "explanation", "started_at", "ends_at", "ended_at"),
            left_out=NUMBERS_OF_CLIENT | left_out("tells when colleagues were told", "noticed_at"),
            order=("started_at", "pk"),
        ),
    )

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=EmergencyReason.values),
                name="emergency_reason_known",
                violation_error_message=_("Choose a reason from the list."),
            ),
            models.CheckConstraint(
                condition=Q(explanation__regex=r"\S"),
                name="emergency_explained",
                violation_error_message=_("Explain in your own words why you need the file now."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("started_at")) & Q(ends_at__lte=F("started_at") + LONGEST),
                name="emergency_at_most_eight_hours",
                violation_error_message=_("Emergency access lasts 8 hours at most."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | (Q(ended_at__gte=F("started_at")) & Q(ended_at__lte=F("ends_at"))),
                name="emergency_ended_within",
                violation_error_message=_("Emergency access ends between its start and its last moment."),
            ),
            ExclusionConstraint(
                name="emergency_accesses_do_not_overlap",
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (
                        MomentRange(F("started_at"), Coalesce(F("ended_at"), F("ends_at"))),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("You already have emergency access to this file."),
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="emergency_by_user")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def over_at(self) -> datetime:
        """When it ended, or will end by itself."""
        return self.ended_at or self.ends_at
