"""Proposals to destroy files and what became of them, for team leads."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import DestructionCertificate, DestructionProposal, LegalHold, ProposalState
from ipsplatform.common.day_texts import day_text
from staff.models import User

LAST_CERTIFICATES = 50


@dataclass(frozen=True, slots=True)
class ProposalRow:
    proposal: DestructionProposal
    state: str


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """What the team lead decides about: proposals, files that stay, and the proof of what is gone."""

    proposals: list[ProposalRow]
    holds: list[LegalHold]
    certificates: list[DestructionCertificate]


def retention_page(user: User) -> RetentionPage:
    """Three statements."""
    proposals = (
        DestructionProposal.objects.visible_to(user)
        .undecided()
        .select_related("client__team", "regime", "approved_by")
        .order_by("ends_on", "pk")
    )
    holds = LegalHold.objects.visible_to(user).filter(lifted_at=None).select_related("client", "placed_by")
    return RetentionPage(
        proposals=[ProposalRow(proposal, state_text(proposal)) for proposal in proposals],
        holds=list(holds),
        certificates=list(DestructionCertificate.objects.select_related("approved_by")[:LAST_CERTIFICATES]),
    )


def state_text(proposal: DestructionProposal) -> str:
    """Where it stands, with the day on which something happens."""
    if proposal.state == ProposalState.GOEDGEKEURD:
        day = timezone.localtime(proposal.destroy_after).date()
        return _("approved, destroyed after %(day)s") % {"day": day_text(day)}
    return str(proposal.get_state_display())


def proposal_facts(proposal: DestructionProposal) -> list[tuple[str, str]]:
    """Why the file may go: what counted, from when, until when, and where that is written."""
    regime = proposal.regime
    facts = [
        (
            _("Retention regime"),
            _("%(name)s: %(years)s years") % {"name": regime.name, "years": regime.years},
        ),
        (_("Source"), regime.source),
        (_("Counted from"), f"{day_text(proposal.starts_on)}, {proposal.get_start_event_display()}"),
        (_("Kept until"), day_text(proposal.ends_on)),
        (_("State"), state_text(proposal)),
    ]
    if proposal.approved_by:
        facts.append((_("Approved by"), str(proposal.approved_by)))
    return facts
