"""The client's own yes to sharing something, given to a text that stays as it was."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.part import Part
from clients.models.sharing import SHARING_FIELDS, Sharing, SharingQuerySet, same_sharing
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient
from ipsplatform.common.history import keeps_history
from ipsplatform.common.periods import NoOverlap
from staff.models import User


class Obtained(models.TextChoices):
    MONDELING = "mondeling", _("spoken")
    SCHRIFTELIJK = "schriftelijk", _("in writing")
    DIGITAAL = "digitaal", _("digitally")


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def in_use_on(self, day: date) -> "ConsentText | None":
        """The newest text of that day."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-pk").first()


class ConsentTextAction(models.TextChoices):
    """What the log of changes tells of a text."""

    ADDED = "consent_text_added", _("text of consent added")


class ConsentText(models.Model):
    """The words that clients agree to. A version is never changed: another wording is a new one."""

    is_append_only = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.CharField(_("version"), max_length=20, unique=True)
    body = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=200)
    valid_from = models.DateField(_("in use from"))

    declared = Classified(
        about=About.NOBODY,
        actions=ConsentTextAction,
        fields=technical("id", "public_id", "version", "body", "source", "valid_from"),
    )

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of consent")
        verbose_name_plural = _("texts of consent")
        ordering = ["-valid_from", "-pk"]

    def __str__(self) -> str:
        return self.version


class ConsentQuerySet(SharingQuerySet["Consent"]):
    def valid_on(self, day: date) -> Self:
        """Consents that hold on `day`; the day of a withdrawal is not one of them."""
        return self.running_on(day).filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=day))


class ConsentAction(models.TextChoices):
    """Changes of a consent in the log of changes."""

    GIVEN = "consent_given", _("consent given")
    WITHDRAWN = "consent_withdrawn", _("consent withdrawn")


@keeps_history(model_name="ConsentHistory")
class Consent(Sharing):
    """One yes: this recipient, this purpose, this kind of data. `started_on` is the day it was given."""

    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="consents", verbose_name=_("text")
    )
    obtained = models.CharField(_("how it was given"), max_length=12, choices=Obtained.choices)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawal recorded by"),
    )

    declared = OfClient(
        noun="consents",
        part=Part.SHARING,
        actions=ConsentAction,
        fields=SHARING_FIELDS
        | technical("text", "withdrawn_by")
        | of_class(DataClass.HEALTH, "obtained", "withdrawn_at"),
        given=Given(
            section="consents",
            title=_("What you said yes to"),
            place=7,
            fields=(
                "recipient", "recipient_name", "purpose", "kind_of_data", "text", "obtained", "started_on",
                "ended_on", "withdrawn_at", "withdrawn_by", "recorded_by", "recorded_at",
            ),
            left_out=NUMBERS_OF_CLIENT,
            order=("started_on", "pk"),
        ),
    )  # fmt: skip

    objects = ConsentQuerySet.as_manager()

    class Meta(Sharing.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            *Sharing.Meta.constraints,
            models.CheckConstraint(
                condition=Q(obtained__in=Obtained.values),
                name="consent_obtained_known",
                violation_error_message=_("Say how the consent was given."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_by__isnull=False, withdrawn_at__gte=F("recorded_at")),
                name="consent_withdrawn_after_given",
                violation_error_message=_(
                    "A consent is withdrawn after it was given, and it is recorded by whom."
                ),
            ),
            NoOverlap(
                name="consents_do_not_overlap",
                expressions=same_sharing(),
                condition=Q(withdrawn_at=None),
                violation_error_message=_("This consent is on record already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_recipient_display()}: {self.get_kind_of_data_display()}"
