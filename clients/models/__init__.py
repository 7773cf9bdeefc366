from clients.models.assignment import PRIMARY_ROLE, Assignment
from clients.models.client import Client
from clients.models.consent import Consent, ConsentText, Obtained
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
from clients.models.sharing import (
    NAMED_RECIPIENTS,
    WITHOUT_CONSENT,
    KindOfData,
    LegalBasis,
    RecipientKind,
    SharingGround,
    SharingPurpose,
)

__all__ = [
    "LONGEST",
    "NAMED_RECIPIENTS",
    "PRIMARY_ROLE",
    "UNDECIDED",
    "WITHOUT_CONSENT",
    "AccessReview",
    "Assignment",
    "CitizenServiceNumber",
    "Client",
    "ClientExport",
    "Consent",
    "ConsentText",
    "DestructionCertificate",
    "DestructionProposal",
    "EmergencyAccess",
    "EmergencyReason",
    "KindOfData",
    "LeftOutReason",
    "LeftOutText",
    "LegalBasis",
    "LegalHold",
    "Obtained",
    "ProposalState",
    "RecipientKind",
    "RegimeCode",
    "RetentionRegime",
    "RetentionTerm",
    "RevealReason",
    "ReviewRule",
    "SharingGround",
    "SharingPurpose",
    "StartEvent",
    "Verdict",
]
