"""Which fields a client gets in the copy of the own data (AVG, articles 15 and 20), and why others stay out.

Every field of every model about a client stands here; a test names the field that nobody decided about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

IDENTIFIER = "a number that only this system uses"
OWNER = "says whose row it is: the client's own"
STAFF = "a person of staff: the client reads role and team, a name is given by decision (ADR 26)"
COPY = "made from fields that are given"
SEALED = "the client knows the number and may ask to see it; whole it stands in no file and on no paper"
BOOKKEEPING = "tells of this copy itself; what stayed out is listed in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What is given of one model. `section` is its key in the file; "" gives no rows of it at all.

    `left_out` holds the other fields with the reason. `order` sorts the rows.
    """

    section: str
    given: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)


def _fields(reason: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, reason)


NUMBERS = _fields(IDENTIFIER, "id", "public_id")
OF_CLIENT = NUMBERS | _fields(OWNER, "client")

DECISIONS: dict[str, Decided] = {
    "clients.Client": Decided(
        section="person",
        given=(
            "client_number", "first_name", "name_prefix", "last_name", "birth_date", "municipality", "phone",
            "email", "team", "created_at",
        ),
        left_out=NUMBERS | _fields(COPY, "search_name"),
    ),
    "clients.Assignment": Decided(
        section="assignments",
        given=("role", "is_primary", "started_on", "ended_on"),
        left_out=OF_CLIENT | _fields(STAFF, "user"),
        order=("started_on", "pk"),
    ),
    "trajectories.Trajectory": Decided(
        section="trajectories",
        given=(
            "trajectory_number", "kind", "team", "funder", "target_group", "referred_on", "enrolled_on",
            "approved_on", "ended_on", "end_reason", "hours_worked_at_enrolment", "job_search_started_on",
            "wish", "next_step", "created_at",
        ),
        left_out=OF_CLIENT,
        order=("enrolled_on", "pk"),
    ),
    "trajectories.StagePeriod": Decided(
        section="stages",
        given=(
            "trajectory", "stage", "started_on", "ended_on", "reason", "client_words", "recorded_by",
            "recorded_at",
        ),
        left_out=NUMBERS,
        order=("started_on", "pk"),
    ),
    "trajectories.Job": Decided(
        section="jobs",
        given=(
            "job_number", "trajectory", "employer", "occupation", "started_on", "ended_on", "hours_per_week",
            "contract", "open_to_anyone", "regular_wage", "regular_employer", "end_reason", "created_at",
        ),
        left_out=NUMBERS,
        order=("started_on", "pk"),
    ),
    "trajectories.Contact": Decided(
        section="contacts",
        given=(
            "contact_number", "occurred_at", "kind", "location", "minutes", "face_to_face", "employer",
            "hiring_manager", "client_is_named", "staff", "note", "created_at",
        ),
        left_out=OF_CLIENT,
        order=("occurred_at", "pk"),
    ),
    "clients.Consent": Decided(
        section="consents",
        given=(
            "recipient", "recipient_name", "purpose", "kind_of_data", "text", "obtained", "started_on",
            "ended_on", "withdrawn_at", "withdrawn_by", "recorded_by", "recorded_at",
        ),
        left_out=OF_CLIENT,
        order=("started_on", "pk"),
    ),
    "clients.SharingGround": Decided(
        section="grounds",
        given=(
            "recipient", "recipient_name", "purpose", "kind_of_data", "basis", "source", "started_on",
            "ended_on", "recorded_by", "recorded_at",
        ),
        left_out=OF_CLIENT,
        order=("started_on", "pk"),
    ),
    "trajectories.DisclosureChoice": Decided(
        section="disclosures",
        given=(
            "employer", "may_know", "client_words", "given_on", "withdrawn_at", "withdrawn_by", "recorded_by",
            "recorded_at",
        ),
        left_out=OF_CLIENT,
        order=("given_on", "pk"),
    ),
    "clients.EmergencyAccess": Decided(
        section="emergency",
        given=("user", "reason", "explanation", "started_at", "ends_at", "ended_at"),
        left_out=OF_CLIENT
        | _fields("tells when colleagues were told", "noticed_at"),
        order=("started_at", "pk"),
    ),
    "clients.RetentionTerm": Decided(
        section="retention",
        given=("regime", "start_event", "starts_on", "ends_on", "reason"),
        left_out=_fields(IDENTIFIER, "id") | _fields(OWNER, "client"),
    ),
    "clients.LegalHold": Decided(
        section="holds",
        given=("reason", "placed_at", "placed_by", "until", "lifted_at", "lifted_by"),
        left_out=OF_CLIENT,
        order=("placed_at", "pk"),
    ),
    "clients.DestructionProposal": Decided(
        section="destruction",
        given=(
            "state", "proposed_at", "regime", "starts_on", "ends_on", "approved_by", "approved_at",
            "destroy_after", "kept_until", "reason",
        ),
        left_out=(
            _fields(IDENTIFIER, "id", "public_id", "waiting_days") | _fields(OWNER, "client")
            | _fields("stands with the term", "start_event")
        ),
        order=("proposed_at", "pk"),
    ),
    "clients.CitizenServiceNumber": Decided(
        section="service_number",
        given=("recorded_at", "recorded_by"),
        left_out=_fields(IDENTIFIER, "id", "public_id", "key_id") | _fields(OWNER, "client")
        | _fields(SEALED, "ciphertext", "number_hash"),
    ),
    "clients.ClientExport": Decided(
        section="",
        left_out=_fields(BOOKKEEPING, "id", "public_id", "client", "made_by", "made_at", "texts_key"),
    ),
    "clients.LeftOutText": Decided(
        section="", left_out=_fields(BOOKKEEPING, "id", "export", "field", "row", "reason")
    ),
}  # fmt: skip
