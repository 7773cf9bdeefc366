"""Who gets one mail a day about signals, and at what hour."""

import uuid
from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, technical
from ipsplatform.common.history import keeps_history
from staff.models import User


class SignalDigestQuerySet(models.QuerySet["SignalDigest"]):
    def due(self, *, day: date, hour: int) -> Self:
        """Those whose hour has come on `day`, of people who did not leave, and who heard nothing that day."""
        untold = self.filter(Q(told_on=None) | Q(told_on__lt=day))
        return untold.filter(hour__lte=hour, user__is_active=True)


class DigestAction(models.TextChoices):
    """Changes of the daily mail in the log of changes."""

    CHOSEN = "digest_chosen", _("daily mail about signals chosen")


@keeps_history(model_name="SignalDigestHistory", exclude=("told_on",))
class SignalDigest(models.Model):
    """The choice of one person: the hour of the daily mail, or none. `told_on` is the last day it was."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="signal_digest", verbose_name=_("member of staff")
    )
    hour = models.PositiveSmallIntegerField(
        _("hour"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(23)]
    )
    told_on = models.DateField(_("last told on"), null=True, blank=True)

    declared = Classified(
        about=About.STAFF,
        noun="signals",
        actions=DigestAction,
        fields=technical("id", "public_id", "user", "hour", "told_on"),
    )

    objects = SignalDigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily mail about signals")
        verbose_name_plural = _("daily mails about signals")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hour=None) | Q(hour__lte=23),
                name="digest_at_an_hour_of_the_day",
                violation_error_message=_("A day has the hours 0 to 23."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
