from staff.models.access import (
    AccessLine,
    AccessOutcome,
    AccessSeal,
    ConsentCheck,
    DroppedLogMonth,
    Purpose,
    Relation,
)
from staff.models.access_change import AccessChange, AccessChangeAction, AccessChangeKind, AccessVerdict
from staff.models.audit import AuditEvent
from staff.models.mail import MailKind, StaffMail
from staff.models.membership import MembershipAction, TeamMembership
from staff.models.organisation import Organisation, OrganisationAction
from staff.models.role import CASEWORK_ROLES, Role
from staff.models.session import StaffSession
from staff.models.sign_in_warning import GuessKind, SignInWarning
from staff.models.team import Team, TeamAction, TeamKind
from staff.models.typed import Draft, SavedForm
from staff.models.user import StaffAction, User
