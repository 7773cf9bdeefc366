from clients.models.assignment import Assignment
from clients.models.client import Client
from clients.models.destruction import (
    UNDECIDED,
    DestructionCertificate,
    DestructionProposal,
    ProposalState,
)
from clients.models.emergency import LONGEST, EmergencyAccess, EmergencyReason
from clients.models.export import ClientExport, LeftOutReason, LeftOutText
from clients.models.retention import LegalHold, RegimeCode, RetentionRegime, RetentionTerm, StartEvent
from clients.models.review import AccessReview, ReviewRule, Verdict
from clients.models.service_number import CitizenServiceNumber, RevealReason

__all__ = [
    "LONGEST",
    "UNDECIDED",
    "AccessReview",
    "Assignment",
    "CitizenServiceNumber",
    "Client",
    "ClientExport",
    "DestructionCertificate",
    "DestructionProposal",
    "EmergencyAccess",
    "EmergencyReason",
    "LeftOutReason",
    "LeftOutText",
    "LegalHold",
    "ProposalState",
    "RegimeCode",
    "RetentionRegime",
    "RetentionTerm",
    "RevealReason",
    "ReviewRule",
    "StartEvent",
    "Verdict",
]
