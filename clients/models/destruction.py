"""The end of a file: proposed by the system, approved by a person, carried out, and certified."""

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.part import Part
from clients.models.retention import RetentionRegime, StartEvent
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.declared import IDENTIFIER, NUMBERS_OF_CLIENT, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from staff.models import User


class ProposalState(models.TextChoices):
    VOORGESTELD = "voorgesteld", _("proposed")
    GOEDGEKEURD = "goedgekeurd", _("approved, waiting")
    IN_UITVOERING = "in_uitvoering", _("being destroyed")
    LANGER = "langer", _("kept longer")
    VERVALLEN = "vervallen", _("lapsed")


UNDECIDED = (ProposalState.VOORGESTELD, ProposalState.GOEDGEKEURD, ProposalState.IN_UITVOERING)
# The moment of approval and the end of the waiting time are the database's own: nobody can date them back.
APPROVAL_TAKES_TIME = """
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'voorgesteld' OR NEW.approved_at IS NOT NULL OR NEW.destroy_after IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'destruction_begins_as_proposal',
                MESSAGE = 'a destruction begins as a proposal';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.client_id <> OLD.client_id OR (OLD.state IN ('langer', 'vervallen') AND NEW.state <> OLD.state)
       OR (OLD.state = 'in_uitvoering' AND NEW.state <> 'in_uitvoering')
       OR (NEW.state = 'in_uitvoering' AND OLD.state NOT IN ('goedgekeurd', 'in_uitvoering')) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'destruction_takes_its_steps',
            MESSAGE = 'a destruction is approved first, and what was decided stands';
    END IF;
    IF NEW.state = 'goedgekeurd' AND OLD.state = 'voorgesteld' THEN
        NEW.approved_at := now();
        NEW.destroy_after := now() + make_interval(days => greatest(NEW.waiting_days, 7));
    ELSIF NEW.state IN ('goedgekeurd', 'in_uitvoering') THEN
        NEW.approved_by_id := OLD.approved_by_id;
        NEW.approved_at := OLD.approved_at;
        NEW.destroy_after := OLD.destroy_after;
    ELSE
        NEW.approved_by_id := NULL;
        NEW.approved_at := NULL;
        NEW.destroy_after := NULL;
    END IF;
    RETURN NEW;
"""


class DestructionProposalQuerySet(models.QuerySet["DestructionProposal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))

    def undecided(self) -> Self:
        return self.filter(state__in=UNDECIDED)


class DestructionAction(models.TextChoices):
    """Steps of a destruction in the log of changes."""

    PROPOSED = "destruction_proposed", _("destruction of a file proposed")
    APPROVED = "destruction_approved", _("destruction of a file approved")
    APPROVAL_WITHDRAWN = "destruction_approval_withdrawn", _("approval of destruction withdrawn")
    KEPT_LONGER = "file_kept_longer", _("file kept longer")
    START_CORRECTED = "retention_start_corrected", _("start of a retention period corrected")


@keeps_history(model_name="DestructionProposalHistory")
class DestructionProposal(models.Model):
    """The file of one client whose term has passed. It goes with the file; the certificate stays."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="destruction_proposals", verbose_name=_("client")
    )
    regime = models.ForeignKey(
        RetentionRegime, on_delete=models.PROTECT, related_name="+", verbose_name=_("retention regime")
    )
    start_event = models.CharField(_("counted from"), max_length=20, choices=StartEvent.choices)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    state = models.CharField(
        _("state"), max_length=16, choices=ProposalState.choices, default=ProposalState.VOORGESTELD
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    waiting_days = models.PositiveSmallIntegerField(_("days to wait"), default=30)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    destroy_after = models.DateTimeField(_("not destroyed before"), null=True, blank=True)
    kept_until = models.DateField(_("keep until"), null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)

    declared = OfClient(
        noun="proposals",
        part=Part.RETENTION,
        actions=DestructionAction,
        in_history=False,
        fields={
            **technical(
                "id", "public_id", "client", "regime", "state", "proposed_at", "waiting_days", "approved_by",
                "approved_at", "destroy_after", "kept_until",
            ),
            **of_class(DataClass.HEALTH, "start_event", "starts_on", "ends_on"),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
        given=Given(
            section="destruction",
            title=_("When your file may go"),
            place=13,
            fields=(
                "state", "proposed_at", "regime", "starts_on", "ends_on", "approved_by", "approved_at",
                "destroy_after", "kept_until", "reason",
            ),
            left_out=NUMBERS_OF_CLIENT
            | left_out(IDENTIFIER, "waiting_days")
            | left_out("is given with the term", "start_event"),
            order=("proposed_at", "pk"),
        ),
    )  # fmt: skip

    objects = DestructionProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal to destroy a file")
        verbose_name_plural = _("proposals to destroy files")
        ordering = ["ends_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state__in=UNDECIDED),
                name="one_open_destruction_proposal",
                violation_error_message=_("There is a proposal about this file already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.GOEDGEKEURD, ProposalState.IN_UITVOERING])
                | Q(approved_by__isnull=False, approved_at__isnull=False, destroy_after__isnull=False),
                name="destruction_is_approved_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.LANGER) | (Q(kept_until__isnull=False) & ~Q(reason="")),
                name="kept_longer_has_a_day_and_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="approval_takes_its_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=APPROVAL_TAKES_TIME,
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class DestructionCertificate(models.Model):
    """Proof that a file was destroyed, without what stood in it.

    `client_hash` is a digest of the identifier, so that the line in the access log can be found by who knows
    it; `number_hash` is a keyed digest of the client number, so that an import does not bring it back.
    """

    is_append_only = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_hash = models.CharField(_("client (digest)"), max_length=64, db_index=True)
    number_hash = models.CharField(_("client number (keyed digest)"), max_length=64, db_index=True)
    regime_name = models.CharField(_("retention regime"), max_length=120)
    start_event = models.CharField(_("counted from"), max_length=20, choices=StartEvent.choices, blank=True)
    starts_on = models.DateField(_("starts on"), null=True)
    ends_on = models.DateField(_("ends on"), null=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    executed_at = models.DateTimeField(_("destroyed at"), auto_now_add=True)
    is_after_restore = models.BooleanField(_("destroyed again after a restore"), default=False)
    row_counts = models.JSONField(_("rows by table"))

    declared = Classified(
        noun="certificates",
        about=About.NOBODY,
        fields=technical(
            "id", "public_id", "client_hash", "number_hash", "regime_name", "start_event", "starts_on",
            "ends_on", "approved_by", "approved_at", "executed_at", "is_after_restore", "row_counts",
        ),
        leaves_no_copy=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("certificate of destruction")
        verbose_name_plural = _("certificates of destruction")
        ordering = ["-executed_at", "-pk"]

    def __str__(self) -> str:
        return str(self.public_id)
