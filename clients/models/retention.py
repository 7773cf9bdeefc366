"""How long a file is kept, from when, and what stops its destruction."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from clients.models.client import Client
from clients.models.part import Part
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.declared import IDENTIFIER, NUMBERS_OF_CLIENT, OWNER, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from staff.models import User


class RegimeCode(models.TextChoices):
    WGBO = "wgbo", _("WGBO (treatment)")
    WMO = "wmo", _("Wmo 2015 (support by the municipality)")
    PARTICIPATIEWET = "participatiewet", _("Participatiewet (work)")
    TOEGANGSLOG = "toegangslog", _("access log")


# What `start_event` of a regime says; rows come from migrations, the words in Dutch from here.
STARTS = (
    gettext_noop(
        "the end of the last trajectory, the last assignment or the last contact, whichever is later"
    ),
    gettext_noop("the moment of the line"),
)


class StartEvent(models.TextChoices):
    """The day from which a period is counted: the latest of these, or what a team lead corrected it to."""

    EINDE_TRAJECT = "einde_traject", _("end of the last trajectory")
    LAATSTE_CONTACT = "laatste_contact", _("last contact")
    EINDE_TOEWIJZING = "einde_toewijzing", _("end of the last assignment")
    INSCHRIJVING = "inschrijving", _("registration, nothing happened after it")
    GECORRIGEERD = "gecorrigeerd", _("corrected by a team lead")


class RetentionRegime(models.Model):
    """A period that a law or a standard asks for. Rows come from migrations: a law changes seldom."""

    code = models.CharField(_("code"), max_length=20, unique=True, choices=RegimeCode.choices)
    name = models.CharField(_("name"), max_length=120)
    years = models.PositiveSmallIntegerField(_("years"))
    start_event = models.CharField(_("start of the term"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    checked_on = models.DateField(_("source looked up on"))

    declared = Classified(
        about=About.NOBODY,
        fields=technical("id", "code", "name", "years", "start_event", "source", "checked_on"),
    )

    class Meta:
        verbose_name = _("retention regime")
        verbose_name_plural = _("retention regimes")
        ordering = ["-years", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(years__gte=5), name="regime_of_five_years_at_least")
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history(model_name="RetentionTermHistory")
class RetentionTerm(models.Model):
    """Until when the file of a client who is no longer supported is kept. A running file has no term."""

    client = models.OneToOneField(
        Client, on_delete=models.PROTECT, related_name="retention_term", verbose_name=_("client")
    )
    regime = models.ForeignKey(
        RetentionRegime, on_delete=models.PROTECT, related_name="+", verbose_name=_("retention regime")
    )
    start_event = models.CharField(_("counted from"), max_length=20, choices=StartEvent.choices)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    reason = models.TextField(_("why corrected"), blank=True)

    declared = OfClient(
        part=Part.RETENTION,
        fields={
            **technical("id", "client", "regime"),
            **of_class(DataClass.HEALTH, "start_event", "starts_on", "ends_on"),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
        given=Given(
            section="retention",
            title=_("How long your file is kept"),
            place=11,
            fields=("regime", "start_event", "starts_on", "ends_on", "reason"),
            left_out=left_out(IDENTIFIER, "id") | left_out(OWNER, "client"),
        ),
    )

    class Meta:
        verbose_name = _("retention term")
        verbose_name_plural = _("retention terms")
        ordering = ["ends_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")), name="retention_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ends_on}"


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))

    def in_force(self) -> Self:
        """Holds that stop a destruction today."""
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), lifted_at=None)


class HoldAction(models.TextChoices):
    """Changes of a hold in the log of changes."""

    PLACED = "hold_placed", _("hold on a file placed")
    LIFTED = "hold_lifted", _("hold on a file lifted")


@keeps_history(model_name="LegalHoldHistory")
class LegalHold(models.Model):
    """The file must stay, whatever its term: a complaint, a case in court, a wish of the client."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="holds", verbose_name=_("client")
    )
    reason = models.TextField(_("why the file must stay"))
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    placed_at = models.DateTimeField(_("since"), auto_now_add=True)
    until = models.DateField(_("until"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    declared = OfClient(
        noun="holds",
        part=Part.RETENTION,
        actions=HoldAction,
        in_history=False,
        fields={
            **technical(
                "id", "public_id", "client", "placed_by", "placed_at", "until", "lifted_by", "lifted_at"
            ),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
        given=Given(
            section="holds",
            title=_("Why your file must stay"),
            place=12,
            fields=("reason", "placed_at", "placed_by", "until", "lifted_at", "lifted_by"),
            left_out=NUMBERS_OF_CLIENT,
            order=("placed_at", "pk"),
        ),
    )

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(lifted_at=None),
                name="one_hold_at_a_time",
                violation_error_message=_("There is a hold on this file already. Lift that one first."),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
