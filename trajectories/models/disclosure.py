"""Does this employer know? The client decides for each employer; without a decision it is no."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient
from ipsplatform.common.history import keeps_history
from staff.models import User
from trajectories.models.employer import Employer


class DisclosureQuerySet(models.QuerySet["DisclosureChoice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))

    def standing(self) -> Self:
        """Choices that hold now: neither withdrawn nor followed by another one."""
        return self.filter(withdrawn_at=None)


class DisclosureAction(models.TextChoices):
    """Changes of a choice in the log of changes."""

    CHOSEN = "disclosure_chosen", _("choice about an employer recorded")
    WITHDRAWN = "disclosure_withdrawn", _("choice about an employer withdrawn")
    SET_ASIDE = "disclosure_set_aside", _("choice set aside: employers were merged, and the answers differed")
    RESTORED = "disclosure_restored", _("choice stands again: merged employers were taken apart")


@keeps_history(model_name="DisclosureChoiceHistory")
class DisclosureChoice(models.Model):
    """Whether an employer may know that this person is supported by us. No row: not asked, so no.

    A new choice replaces the one before, which is kept as withdrawn.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("client")
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("employer")
    )
    may_know = models.BooleanField(_("the employer may know"))
    client_words = models.TextField(_("what may be told, in the client's own words"), blank=True)
    given_on = models.DateField(_("chosen on"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
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
        noun="disclosures",
        part=Part.SHARING,
        actions=DisclosureAction,
        named_by="employer",
        fields={
            **technical("id", "public_id", "client", "recorded_by", "recorded_at", "withdrawn_by"),
            **of_class(DataClass.HEALTH, "may_know", "given_on", "withdrawn_at"),
            **of_class(DataClass.WORK, "employer"),
            **of_class(DataClass.FREE_TEXT, "client_words"),
        },
        given=Given(
            section="disclosures",
            title=_("Which employers may know"),
            place=9,
            fields=(
                "employer", "may_know", "client_words", "given_on", "withdrawn_at", "withdrawn_by",
                "recorded_by", "recorded_at",
            ),
            left_out=NUMBERS_OF_CLIENT,
            order=("given_on", "pk"),
        ),
    )  # fmt: skip

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice about an employer")
        verbose_name_plural = _("choices about employers")
        ordering = ["given_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "employer"],
                condition=Q(withdrawn_at=None),
                name="one_standing_choice_per_employer",
                violation_error_message=_("There is a choice about this employer already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_by__isnull=False, withdrawn_at__gte=F("recorded_at")),
                name="disclosure_withdrawn_after_given",
                violation_error_message=_(
                    "A choice is withdrawn after it was made, and it is recorded by whom."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.employer)
