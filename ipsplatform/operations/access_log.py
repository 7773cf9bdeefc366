"""Writes the access log: one line for each request of somebody who signed in, and for each task (NEN 7513).

The line is written after the page is made and before it is sent, in one statement. When that fails, the
page fails: nothing is shown that is not logged. A change is already kept by its history then.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ipsplatform.common.access import AccessAction, action_of, notes_of
from ipsplatform.common.prepared import preparing_cursor
from ipsplatform.operations.access_subject import Later, lookup, part_of, subject_of
from ipsplatform.operations.client_address import client_address
from staff.models import AccessOutcome, ConsentCheck, Purpose, Relation, User
from staff.permissions import Ability, has_ability
from staff.requests import signed_in

INSTANCE = socket.gethostname()[:64]
# Nothing of a client, nothing that somebody asked for: the shell around the pages.
NOT_RECORDED = {"home", "set_language", "account_logout", "health_live", "health_ready", "admin:jsi18n"}
PURPOSES = {Ability.READ_ALL_FIGURES: Purpose.STEERING, Ability.ADMINISTER: Purpose.ADMINISTRATION}
CONSENT = {None: "", True: ConsentCheck.GIVEN, False: ConsentCheck.MISSING}


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


PLAIN = [field.name for field in fields(Line) if field.name != "is_emergency"]
INSERT = f'INSERT INTO "staff_accessline" (at, client_id, relation, is_emergency, {", ".join(PLAIN)})'
VALUES = ", ".join("%s" for _name in PLAIN)
# Many pages are about nobody in particular: then there is nothing to look up.
ABOUT_NOBODY = f"{INSERT} VALUES (statement_timestamp(), NULL, '', %s, {VALUES})"
# Somebody without a relation who has the file open by emergency access is in an emergency, on any page.
ABOUT_SOMEBODY = (
    f"{INSERT} SELECT statement_timestamp(), f.public_id, COALESCE(f.relation, ''),"  # noqa: S608 (our own)
    f" %s OR COALESCE(f.relation = '{Relation.NONE}' AND f.has_emergency, false), {VALUES}"
    " FROM (SELECT 1) AS line LEFT JOIN ({found}) AS f ON true"
)


def access_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Log every request of somebody who signed in; without the line there is no answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and _code(request) not in NOT_RECORDED:
            log_request(request, response)
        return response

    return answer


def log_request(request: HttpRequest, response: HttpResponse) -> None:
    """Write the line of one request; the benchmark leaves this out to know what it costs."""
    noun, subject = subject_of(request)
    write_line(_line(request, response), noun=noun, subject=subject)


def write_line(line: Line, *, noun: str = "", subject: UUID | None = None) -> None:
    """Add a line; `noun` says what kind of thing `subject` is."""
    values = [line.is_emergency, *(getattr(line, name) for name in PLAIN)]
    statement = ABOUT_NOBODY
    if noun and subject:
        found, places = lookup(noun, timezone.localdate())
        later = {"subject": subject, "now": timezone.now(), "actor_id": line.actor_id}
        statement = ABOUT_SOMEBODY.format(found=found)
        values += [later[place.value] if isinstance(place, Later) else place for place in places]
    with preparing_cursor(connection) as cursor:
        cursor.execute(statement, values)


def task_line(name: str, *, is_done: bool, number: UUID | None) -> Line:
    """The line of a task of the worker."""
    return _own_line(name, is_done=is_done, component="worker", request=number)


def command_line(name: str, *, is_done: bool, row_count: int | None = None) -> Line:
    """The line of a command that somebody with the rights of the owner gave."""
    return _own_line(name, is_done=is_done, component="command", row_count=row_count)


def _own_line(name: str, *, is_done: bool, **more: Any) -> Line:
    return Line(
        code=name[:120],
        action=AccessAction.EXECUTE,
        outcome=AccessOutcome.DONE if is_done else AccessOutcome.FAILED,
        is_authorised=True,
        purpose=Purpose.SYSTEM,
        **more,
    )


def _line(request: HttpRequest, response: HttpResponse) -> Line:
    user, notes = signed_in(request), notes_of(request)
    outcome = _outcome(response.status_code, is_refused=notes.is_refused)
    return Line(
        code=_code(request),
        action=action_of(request, response.status_code),
        outcome=outcome,
        is_authorised=outcome == AccessOutcome.DONE,
        consent=CONSENT[notes.has_consent],
        is_emergency=notes.is_emergency,
        actor_id=user.pk,
        role=user.role,
        purpose=_purpose(user),
        address=client_address(request),
        session_hash=_keyed(request.session.session_key or ""),
        part=part_of(request.resolver_match.route) if request.resolver_match else "",
        query_hash=_keyed(request.META["QUERY_STRING"]),
        row_count=notes.rows,
        component="web",
        request=getattr(request, "number", None),
    )


def _purpose(user: User) -> Purpose:
    purposes = (purpose for ability, purpose in PURPOSES.items() if has_ability(user, ability))
    return next(purposes, Purpose.CARE)


def _code(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name[:120] if match and match.view_name else "not_found"


def _outcome(status: int, *, is_refused: bool) -> AccessOutcome:
    if status >= 500:
        return AccessOutcome.FAILED
    return AccessOutcome.REFUSED if is_refused or status >= 400 else AccessOutcome.DONE


def _keyed(text: str) -> str:
    """A hash that only this installation can make: equal questions can be seen, not what was asked."""
    return salted_hmac("ipsplatform.access-log", text, algorithm="sha256").hexdigest() if text else ""
