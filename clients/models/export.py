"""What was given to a client of their own file (AVG, articles 15 and 20), and which texts stayed out."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.part import Part
from ipsplatform.common.classification import technical
from ipsplatform.common.declared import Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from staff.models import User


class LeftOutReason(models.TextChoices):
    """Why somebody else's interest weighs more than reading this text (AVG, article 15, fourth paragraph)."""

    ANDERE = "andere", _("it tells about somebody else")
    VERTROUWELIJK = "vertrouwelijk", _("somebody else told it in confidence")
    WERKAANTEKENING = "werkaantekening", _("a working note of its author, not part of the file")


class ClientExportQuerySet(models.QuerySet["ClientExport"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))


class ExportAction(models.TextChoices):
    """What the log of changes tells of an export."""

    GIVEN = "client_data_given", _("data made ready for the client")


BOOKKEEPING = "tells of this copy itself; what stayed out is listed in it"
NOT_GIVEN = Given(
    left_out=left_out(BOOKKEEPING, "id", "public_id", "client", "made_by", "made_at", "texts_key")
)


@keeps_history(model_name="ClientExportHistory")
class ClientExport(models.Model):
    """One occasion on which the data of a client were prepared to hand over.

    `texts_key` is a digest of the texts that were read before: when one is written or changed after that,
    nobody has looked whether it names others, and this export no longer opens.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="exports", verbose_name=_("client")
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    texts_key = models.CharField(_("texts that were read"), max_length=64)

    declared = OfClient(
        noun="exports",
        part=Part.EXPORT,
        actions=ExportAction,
        fields=technical("id", "public_id", "client", "made_by", "made_at", "texts_key"),
        given=NOT_GIVEN,
    )

    objects = ClientExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("data for the client")
        verbose_name_plural = _("data for the client")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return str(self.public_id)


@keeps_history(model_name="LeftOutTextHistory")
class LeftOutText(models.Model):
    """A text that was not given, and why. `field` is a model with its field, `row` the row's public_id."""

    export = models.ForeignKey(
        ClientExport, on_delete=models.CASCADE, related_name="left_out", verbose_name=_("data for the client")
    )
    field = models.CharField(_("field"), max_length=80)
    row = models.UUIDField(_("row"))
    reason = models.CharField(_("reason"), max_length=16, choices=LeftOutReason.choices)

    declared = OfClient(
        part=Part.EXPORT,
        client="export__client",
        fields=technical("id", "export", "field", "row", "reason"),
        given=Given(left_out=left_out(BOOKKEEPING, "id", "export", "field", "row", "reason")),
    )

    class Meta:
        verbose_name = _("text that stayed out")
        verbose_name_plural = _("texts that stayed out")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["export", "field", "row"], name="text_left_out_once"),
            models.CheckConstraint(
                condition=models.Q(reason__in=LeftOutReason.values),
                name="left_out_reason_known",
                violation_error_message=_("This reason does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.reason}"
