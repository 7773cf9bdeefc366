"""Writes the access log: one line for each request of somebody who signed in, and for each task (NEN 7513).

The line is written after the page is made and before it is sent, in one statement. When that fails, the
page fails: nothing is shown that is not remembered. A change is already kept by its history then.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass, fields
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ipsplatform.common.prepared import preparing_cursor
from staff.models import AccessAction, AccessOutcome, ConsentCheck, Purpose, Role

INSTANCE = socket.gethostname()[:64]
# Nothing of a client, nothing that somebody asked for: the shell around the pages.
NOT_RECORDED = {"home", "set_language", "account_logout", "health_live", "health_ready", "admin:jsi18n"}
ADDING = ("_register", "_start", "_write", "_add", "_give", "_record", "_choose")
PURPOSES = {Role.MONITOR: Purpose.STEERING, Role.FUNCTIONEEL_BEHEERDER: Purpose.ADMINISTRATION}
CONSENT = {None: "", True: ConsentCheck.GIVEN, False: ConsentCheck.MISSING}
PARTS = {  # the first that fits the name of the page
    "client_overview": "overview",
    "client_journey": "journey",
    "client_contacts": "contacts",
    "client_work": "work",
    "client_access": "log",
    "client_hold": "retention",
    "proposal_": "retention",
    "hold_": "retention",
    "client_export": "export",
    "client_paper": "export",
    "client_json": "export",
    "review_": "review",
    "emergency_": "emergency",
    "client_sharing": "sharing",
    "consent_": "sharing",
    "ground_": "sharing",
    "disclosure_": "sharing",
    "client_": "person",
    "service_number": "bsn",
    "contact_": "contacts",
    "stage_": "journey",
    "trajectory_": "journey",
    "job_": "work",
    "assignment_": "people",
}
# From the noun at the head of an address to the client whose file it is.
SUBJECTS = {
    "clients": "SELECT id FROM clients_client WHERE public_id = %(subject)s",
    "assignments": "SELECT client_id FROM clients_assignment WHERE public_id = %(subject)s",
    "emergency-accesses": "SELECT client_id FROM clients_emergencyaccess WHERE public_id = %(subject)s",
    "exports": "SELECT client_id FROM clients_clientexport WHERE public_id = %(subject)s",
    "proposals": "SELECT client_id FROM clients_destructionproposal WHERE public_id = %(subject)s",
    "holds": "SELECT client_id FROM clients_legalhold WHERE public_id = %(subject)s",
    "consents": "SELECT client_id FROM clients_consent WHERE public_id = %(subject)s",
    "grounds": "SELECT client_id FROM clients_sharingground WHERE public_id = %(subject)s",
    "disclosures": "SELECT client_id FROM trajectories_disclosurechoice WHERE public_id = %(subject)s",
    "contacts": "SELECT client_id FROM trajectories_contact WHERE public_id = %(subject)s",
    "trajectories": "SELECT client_id FROM trajectories_trajectory WHERE public_id = %(subject)s",
    "stages": "SELECT t.client_id FROM trajectories_trajectory t JOIN trajectories_stageperiod s"
    " ON s.trajectory_id = t.id WHERE s.public_id = %(subject)s",
    "jobs": "SELECT t.client_id FROM trajectories_trajectory t JOIN trajectories_job j"
    " ON j.trajectory_id = t.id WHERE j.public_id = %(subject)s",
}
RELATION = """CASE WHEN c.id IS NULL THEN ''
    WHEN EXISTS (SELECT FROM clients_assignment p WHERE p.client_id = c.id AND p.user_id = %(actor_id)s
        AND %(today)s BETWEEN p.started_on AND COALESCE(p.ended_on, 'infinity')) THEN 'caseload'
    WHEN EXISTS (SELECT FROM staff_teammembership p WHERE p.team_id = c.team_id AND p.user_id = %(actor_id)s
        AND %(today)s BETWEEN p.started_on AND COALESCE(p.ended_on, 'infinity')) THEN 'team'
    ELSE 'none' END"""
# Who stands in no relation and has the file open by an emergency, whatever the page.
EMERGENCY = """EXISTS (SELECT FROM clients_emergencyaccess e
    WHERE e.client_id = c.id AND e.user_id = %(actor_id)s
    AND e.ended_at IS NULL AND e.started_at <= %(now)s AND e.ends_at > %(now)s)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The columns that Python knows; the database adds the moment, the client and the relation."""

    code: str
    action: str
    outcome: str
    is_authorised: bool
    purpose: str
    component: str
    consent: str = ""
    is_emergency: bool = False
    actor_id: int | None = None
    role: str = ""
    address: str | None = None
    session_hash: str = ""
    part: str = ""
    query_hash: str = ""
    row_count: int | None = None
    instance: str = INSTANCE
    request: UUID | None = None


COLUMNS = [field.name for field in fields(Line)]
PLAIN = [name for name in COLUMNS if name != "is_emergency"]
INSERT = f'INSERT INTO "staff_accessline" (at, client_id, relation, is_emergency, {", ".join(PLAIN)})'
VALUES = ", ".join(f"%({name})s" for name in PLAIN)
# Many pages are about nobody in particular: then there is nothing to look up.
ABOUT_NOBODY = f"{INSERT} VALUES (statement_timestamp(), NULL, '', %(is_emergency)s, {VALUES})"
ABOUT_SOMEBODY = (
    f"{INSERT} SELECT statement_timestamp(), c.public_id, r.relation,"  # noqa: S608 (our own names)
    f" %(is_emergency)s OR (r.relation = 'none' AND {EMERGENCY}), {VALUES}"
    " FROM (SELECT 1) AS line LEFT JOIN clients_client c ON c.id = ({subject})"
    f" CROSS JOIN LATERAL (SELECT {RELATION} AS relation) AS r"
)


def access_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Remember every request of somebody who signed in; without the line there is no answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and _code(request) not in NOT_RECORDED:
            remember_request(request, response)
        return response

    return answer


def remember_request(request: HttpRequest, response: HttpResponse) -> None:
    """Write the line of one request; the benchmark leaves this out to know what it costs."""
    head, subject = _subject(request)
    write_line(_line(request, response), head=head, subject=subject)


def write_line(line: Line, *, head: str = "", subject: UUID | None = None) -> None:
    """Add a line; `head` says what kind of thing `subject` is."""
    values = {name: getattr(line, name) for name in COLUMNS}
    statement = ABOUT_NOBODY
    if head and subject:
        statement = ABOUT_SOMEBODY.format(subject=SUBJECTS[head])
        values |= {"subject": subject, "today": timezone.localdate(), "now": timezone.now()}
    with preparing_cursor(connection) as cursor:
        cursor.execute(statement, values)


def task_line(name: str, *, is_done: bool, number: UUID | None) -> Line:
    """The line of a task of the worker."""
    return _own_line(name, is_done=is_done, component="worker", request=number)


def command_line(name: str, *, is_done: bool, row_count: int | None = None) -> Line:
    """The line of a command that somebody with the rights of the owner gave."""
    return _own_line(name, is_done=is_done, component="command", row_count=row_count)


def _own_line(name: str, *, is_done: bool, **more: object) -> Line:
    return Line(
        code=name[:120],
        action=AccessAction.EXECUTE,
        outcome=AccessOutcome.DONE if is_done else AccessOutcome.FAILED,
        is_authorised=True,
        purpose=Purpose.SYSTEM,
        **more,
    )


def _line(request: HttpRequest, response: HttpResponse) -> Line:
    code, user = _code(request), request.user
    return Line(
        code=code,
        action=_action(request, response, code),
        outcome=_outcome(request, response),
        is_authorised=_outcome(request, response) == AccessOutcome.DONE,
        consent=CONSENT[getattr(request, "access_consent", None)],
        is_emergency=getattr(request, "access_emergency", False),
        actor_id=user.pk,
        role=user.role,
        purpose=PURPOSES.get(user.role, Purpose.CARE),
        address=_address(request),
        session_hash=_keyed(request.session.session_key or ""),
        part=_part(code),
        query_hash=_keyed(request.META["QUERY_STRING"]),
        row_count=getattr(request, "access_rows", None),
        component="web",
        request=getattr(request, "number", None),
    )


def _code(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name[:120] if match and match.view_name else "not_found"


def _action(request: HttpRequest, response: HttpResponse, code: str) -> AccessAction:
    if code.endswith("_export"):
        return AccessAction.EXECUTE
    changed = request.method == "POST" and 300 <= response.status_code < 400
    if not changed:
        return AccessAction.READ
    return AccessAction.CREATE if code.endswith(ADDING) else AccessAction.UPDATE


def _outcome(request: HttpRequest, response: HttpResponse) -> AccessOutcome:
    if getattr(request, "access_refused", False):
        return AccessOutcome.REFUSED
    if response.status_code < 400:
        return AccessOutcome.DONE
    return AccessOutcome.REFUSED if response.status_code < 500 else AccessOutcome.FAILED


def _part(code: str) -> str:
    name = code.rpartition(":")[2]
    return next((part for start, part in PARTS.items() if name.startswith(start)), "")


def _subject(request: HttpRequest) -> tuple[str, UUID | None]:
    """The kind and the identifier of the thing that the page is about."""
    noted = getattr(request, "access_client", None)
    if noted is not None:
        return "clients", noted
    match = request.resolver_match
    if match is None or not isinstance(match.kwargs.get("public_id"), UUID):
        return "", None
    head = match.route.split("/<")[0]
    return (head, match.kwargs["public_id"]) if head in SUBJECTS else ("", None)


def _address(request: HttpRequest) -> str | None:
    try:
        return get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # the proxies before us say nothing that can be trusted
        return None


def _keyed(text: str) -> str:
    """A hash that only this installation can make: equal questions can be seen, not what was asked."""
    return salted_hmac("ipsplatform.access-log", text, algorithm="sha256").hexdigest() if text else ""
