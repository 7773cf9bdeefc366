"""What a line in the log of changes calls the change; a test holds this table next to the services."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "access_review_closed": _("review of access closed"),
    "assignment_ended": _("assignment ended"),
    "cases_imported": _("files imported"),
    "client_assigned": _("client assigned"),
    "client_corrected": _("personal details corrected"),
    "client_data_given": _("data made ready for the client"),
    "client_registered": _("client registered"),
    "contact_corrected": _("contact corrected"),
    "contact_written": _("contact written"),
    "emergency_access_ended": _("emergency access ended"),
    "emergency_access_started": _("emergency access started"),
    "destruction_approval_withdrawn": _("approval of destruction withdrawn"),
    "destruction_approved": _("destruction of a file approved"),
    "destruction_proposed": _("destruction of a file proposed"),
    "employer_corrected": _("employer corrected"),
    "employer_recorded": _("employer recorded"),
    "identity_linked": _("work account linked"),
    "identity_unlinked": _("link with work account taken away"),
    "file_kept_longer": _("file kept longer"),
    "hold_lifted": _("hold on a file lifted"),
    "hold_placed": _("hold on a file placed"),
    "import_requested": _("import requested"),
    "job_corrected": _("job corrected"),
    "job_ended": _("job ended"),
    "job_registered": _("job registered"),
    "membership_corrected": _("team membership corrected"),
    "monitoring_run_finished": _("figures computed"),
    "recovery_codes_made": _("recovery codes made"),
    "retention_start_corrected": _("start of a retention period corrected"),
    "second_factor_added": _("second factor added"),
    "second_factor_removed": _("second factor removed"),
    "second_factors_forgotten": _("second factors removed by the administrator"),
    "service_number_recorded": _("citizen service number recorded"),
    "service_number_removed": _("citizen service number removed"),
    "service_number_revealed": _("citizen service number shown"),
    "session_ended": _("session ended"),
    "sessions_ended": _("all other sessions ended"),
    "staff_member_corrected": _("staff member corrected"),
    "staff_member_created": _("staff member added"),
    "staff_member_deactivated": _("staff member may no longer sign in"),
    "staff_member_invited": _("staff member invited"),
    "stage_corrected": _("stage corrected"),
    "stage_ended": _("stage ended"),
    "stage_moved": _("moved to a stage"),
    "team_corrected": _("team corrected"),
    "team_created": _("team added"),
    "team_joined": _("joined a team"),
    "team_left": _("left a team"),
    "trajectory_corrected": _("trajectory changed"),
    "trajectory_ended": _("trajectory ended"),
    "trajectory_started": _("trajectory started"),
}


def words_of(action: str) -> str:
    """The words for `action`; an action of an older version, no longer known, stands as it was written."""
    return str(WORDS.get(action, action))
