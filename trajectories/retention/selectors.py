"""Proposals to destroy files and what became of them, for team leads."""

from dataclasses import dataclass

from clients.models import DestructionCertificate, DestructionProposal, LegalHold
from staff.models import User

LAST_CERTIFICATES = 50


@dataclass(frozen=True, slots=True)
class RetentionFiles:
    """What the team lead decides about: proposals, files that stay, and the proof of what is gone."""

    proposals: list[DestructionProposal]
    holds: list[LegalHold]
    certificates: list[DestructionCertificate]


def retention_files(user: User) -> RetentionFiles:
    """What the teams of `user` have to decide about, and the latest certificates. Three statements."""
    proposals = (
        DestructionProposal.objects.visible_to(user)
        .undecided()
        .select_related("client__team", "regime", "approved_by")
        .order_by("ends_on", "pk")
    )
    holds = LegalHold.objects.visible_to(user).filter(lifted_at=None).select_related("client", "placed_by")
    return RetentionFiles(
        proposals=list(proposals),
        holds=list(holds),
        certificates=list(DestructionCertificate.objects.select_related("approved_by")[:LAST_CERTIFICATES]),
    )
