"""What may be shared about a client: with whom, what for, which kind of data, and on what ground.

Consent and ground are separate. A consent is the client's own decision; a ground lets something be shared
without it, because an agreement or the law says so.
"""

import uuid
from typing import Self

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.part import Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient
from ipsplatform.common.history import keeps_history
from ipsplatform.common.periods import NoOverlap, PeriodQuerySet, Row, ends_after_start, inclusive_range
from staff.models import User


class RecipientKind(models.TextChoices):
    WERKGEVER = "werkgever", _("employers")
    UWV = "uwv", _("UWV")
    GEMEENTE = "gemeente", _("municipality")
    ZORGVERZEKERAAR = "zorgverzekeraar", _("health insurer")
    NAASTE = "naaste", _("family or network")
    BEHANDELAAR = "behandelaar", _("GP or treatment team")
    ANDERS = "anders", _("somebody else")


class SharingPurpose(models.TextChoices):
    """Narrow on purpose: data are shared for something, never for anything."""

    WERK = "werk", _("finding and keeping work")
    INKOMEN = "inkomen", _("wage and benefit")
    BEHANDELING = "behandeling", _("treatment and support")
    FINANCIERING = "financiering", _("funding of the trajectory")


class KindOfData(models.TextChoices):
    """The classes of fields that somebody may agree to share. Free text never leaves by itself."""

    IDENTITY = DataClass.IDENTITY.value, _("name and date of birth")
    CONTACT = DataClass.CONTACT.value, _("contact details")
    WORK = DataClass.WORK.value, _("work")
    HEALTH = DataClass.HEALTH.value, _("support and health")


class LegalBasis(models.TextChoices):
    """Why something may be shared (AVG, article 6)."""

    TOESTEMMING = "toestemming", _("consent")
    OVEREENKOMST = "overeenkomst", _("agreement on treatment or support")
    WETTELIJKE_PLICHT = "wettelijke_plicht", _("required by law")
    PUBLIEKE_TAAK = "publieke_taak", _("statutory task")
    VITAAL_BELANG = "vitaal_belang", _("somebody's life is in danger")


# Consent is recorded as a consent; these do without.
WITHOUT_CONSENT = tuple(basis for basis in LegalBasis if basis != LegalBasis.TOESTEMMING)
NAMED_RECIPIENTS = (RecipientKind.NAASTE, RecipientKind.ANDERS)


def same_sharing() -> list[tuple]:
    """What makes two agreements the same, for the constraint that they do not overlap."""
    return [
        ("client", RangeOperators.EQUAL),
        ("recipient", RangeOperators.EQUAL),
        (Lower("recipient_name"), RangeOperators.EQUAL),
        ("purpose", RangeOperators.EQUAL),
        ("kind_of_data", RangeOperators.EQUAL),
        (inclusive_range(), RangeOperators.OVERLAPS),
    ]


class SharingQuerySet(PeriodQuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))


# With whom somebody shares what tells about support.
SHARING_FIELDS = {
    **technical("id", "public_id", "client", "recorded_by", "recorded_at"),
    **of_class(DataClass.HEALTH, "recipient", "purpose", "kind_of_data", "started_on", "ended_on"),
    **of_class(DataClass.FREE_TEXT, "recipient_name"),
}


class Sharing(models.Model):
    """Recipient × purpose × kind of data, from-until."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("client")
    )
    recipient = models.CharField(_("with whom"), max_length=16, choices=RecipientKind.choices)
    recipient_name = models.CharField(_("name"), max_length=120, blank=True)
    purpose = models.CharField(_("what for"), max_length=16, choices=SharingPurpose.choices)
    kind_of_data = models.CharField(_("which data"), max_length=16, choices=KindOfData.choices)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__in=RecipientKind.values)
                & Q(purpose__in=SharingPurpose.values)
                & Q(kind_of_data__in=KindOfData.values),
                name="%(class)s_codes_known",
                violation_error_message=_("This recipient, purpose or kind of data does not exist."),
            ),
            models.CheckConstraint(
                condition=ends_after_start(),
                name="%(class)s_ends_after_start",
                violation_error_message=_("An agreement can't end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(recipient=RecipientKind.WERKGEVER, kind_of_data=KindOfData.HEALTH),
                name="%(class)s_no_care_to_employer",
                violation_error_message=_(
                    "An employer never gets data about support or health, not even with consent."
                ),
            ),
            models.CheckConstraint(
                condition=Q(recipient=RecipientKind.WERKGEVER, recipient_name="")
                | (Q(recipient__in=NAMED_RECIPIENTS) & ~Q(recipient_name=""))
                | ~Q(recipient__in=[RecipientKind.WERKGEVER, *NAMED_RECIPIENTS]),
                name="%(class)s_names_who",
                violation_error_message=_("Say who it is. Which employer may know, you record per employer."),
            ),
        ]


class GroundAction(models.TextChoices):
    """Changes of a ground in the log of changes."""

    RECORDED = "ground_recorded", _("ground for sharing recorded")
    ENDED = "ground_ended", _("ground for sharing ended")


@keeps_history(model_name="SharingGroundHistory")
class SharingGround(Sharing):
    """Something that may be shared without consent, with the law or agreement that says so."""

    basis = models.CharField(
        _("ground"), max_length=20, choices=[(basis.value, basis.label) for basis in WITHOUT_CONSENT]
    )
    source = models.CharField(_("law or agreement"), max_length=200)

    declared = OfClient(
        noun="grounds",
        part=Part.SHARING,
        actions=GroundAction,
        fields=SHARING_FIELDS | of_class(DataClass.HEALTH, "basis") | of_class(DataClass.FREE_TEXT, "source"),
        given=Given(
            section="grounds",
            title=_("What may be shared without your yes"),
            place=8,
            fields=(
                "recipient", "recipient_name", "purpose", "kind_of_data", "basis", "source", "started_on",
                "ended_on", "recorded_by", "recorded_at",
            ),
            left_out=NUMBERS_OF_CLIENT,
            order=("started_on", "pk"),
        ),
    )  # fmt: skip

    objects = SharingQuerySet["SharingGround"].as_manager()

    class Meta(Sharing.Meta):
        verbose_name = _("ground for sharing")
        verbose_name_plural = _("grounds for sharing")
        constraints = [
            *Sharing.Meta.constraints,
            models.CheckConstraint(
                condition=Q(basis__in=[basis.value for basis in WITHOUT_CONSENT]),
                name="sharingground_without_consent",
                violation_error_message=_("Consent is recorded as a consent, not as a ground."),
            ),
            NoOverlap(
                name="sharinggrounds_do_not_overlap",
                expressions=same_sharing(),
                violation_error_message=_("This ground is on record already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()} ({self.get_recipient_display()})"
