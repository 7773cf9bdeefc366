"""The citizen service number (BSN), apart from everything else about the client and never readable here."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.part import Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import IDENTIFIER, NUMBERS_OF_CLIENT, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from staff.models import User


class RevealReason(models.TextChoices):
    """Why the whole number is needed; kept with the audit line."""

    IDENTITY = "identiteit", _("to make sure who this is")
    CARE = "zorg", _("to exchange data with another care provider or the health insurer")
    UWV = "uwv", _("for an application or a report at UWV")
    MUNICIPALITY = "gemeente", _("for an application at the municipality")


class ServiceNumberQuerySet(models.QuerySet["CitizenServiceNumber"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))

    def sealed_otherwise_than(self, key_id: str) -> Self:
        """Rows that were not sealed with these keys, in a stable order."""
        return self.exclude(key_id=key_id).order_by("pk")


@keeps_history(model_name="CitizenServiceNumberHistory", exclude=("ciphertext", "number_hash"))
class CitizenServiceNumber(models.Model):
    """One client's number: encrypted, with a keyed hash that keeps it unique. Only where BSN_ENABLED is set.

    History records that it was recorded, changed or removed, never what it was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.OneToOneField(
        Client, on_delete=models.PROTECT, related_name="citizen_service_number", verbose_name=_("client")
    )
    ciphertext = models.CharField(_("encrypted number"), max_length=255, editable=False)
    number_hash = models.CharField(
        _("keyed hash"),
        max_length=64,
        unique=True,
        editable=False,
        error_messages={
            "unique": _(
                "This number can't be recorded for this client. Compare it with the identity document. "
                "Is it right? Then ask the privacy officer."
            )
        },
    )
    key_id = models.CharField(_("keys"), max_length=20, editable=False)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    declared = OfClient(
        part=Part.BSN,
        fields={
            **technical("id", "public_id", "client", "key_id", "recorded_by", "recorded_at"),
            **of_class(DataClass.IDENTITY, "ciphertext", "number_hash"),
        },
        given=Given(
            section="service_number",
            title=_("Since when we keep your citizen service number"),
            place=14,
            fields=("recorded_at", "recorded_by"),
            left_out=NUMBERS_OF_CLIENT
            | left_out(IDENTIFIER, "key_id")
            | left_out(
                "the client knows the number and may ask to see it; the full number is in no file and on no"
                " paper",
                "ciphertext",
                "number_hash",
            ),
            only_when_there=True,  # most installations keep none
        ),
        leaves_no_copy=True,
    )

    objects = ServiceNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("citizen service number")
        verbose_name_plural = _("citizen service numbers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)
