from clients.models.assignment import PRIMARY_ROLE, Assignment, AssignmentAction
from clients.models.client import Client, ClientAction, ClientQuerySet
from clients.models.consent import Consent, ConsentAction, ConsentText, ConsentTextAction, Obtained
from clients.models.destruction import (
    UNDECIDED,
    DestructionAction,
    DestructionCertificate,
    DestructionProposal,
    ProposalState,
)
from clients.models.emergency import LONGEST, EmergencyAccess, EmergencyAction, EmergencyReason
from clients.models.export import ClientExport, ExportAction, LeftOutReason, LeftOutText
from clients.models.import_answer import ImportAnswer
from clients.models.part import AROUND_THE_FILE, PAGES, Part
from clients.models.retention import (
    HoldAction,
    LegalHold,
    RegimeCode,
    RetentionRegime,
    RetentionTerm,
    StartEvent,
)
from clients.models.review import AccessReview, ReviewAction, ReviewRule, Verdict
from clients.models.service_number import CitizenServiceNumber, RevealReason
from clients.models.sharing import (
    NAMED_RECIPIENTS,
    WITHOUT_CONSENT,
    GroundAction,
    KindOfData,
    LegalBasis,
    RecipientKind,
    SharingGround,
    SharingPurpose,
)
