"""A proposal to destroy a file in words: where it stands, and why the file may go."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import DestructionProposal, ProposalState
from ipsplatform.common.day_texts import day_text


@dataclass(frozen=True, slots=True)
class ProposalRow:
    proposal: DestructionProposal
    state: str


def proposal_rows(proposals: Iterable[DestructionProposal]) -> list[ProposalRow]:
    """Proposals as a list shows them."""
    return [ProposalRow(proposal, state_text(proposal)) for proposal in proposals]


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
