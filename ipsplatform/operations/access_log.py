"""Writes the access log: one line for each request of somebody who signed in, and for each task (NEN 7513).

Who tried to sign in and could not leaves one too. A page that shows content of several files leaves a line
for each of those clients beside its own (ADR 42).

The lines are written after the page is made and before it is sent. When that fails, the page fails: nothing
is shown that is not logged. A change is already kept by its history then.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clients.models import Client
from ipsplatform.accounts import attempts
from ipsplatform.common.access import SAFE, AccessAction, action_of, notes_of
from ipsplatform.common.prepared import preparing_cursor
from ipsplatform.operations.access_subject import Later, lookup, part_of, subject_of
from ipsplatform.operations.client_address import client_address
from staff.models import AccessOutcome, ConsentCheck, Purpose, Relation, User
from staff.permissions import Ability, has_ability

INSTANCE = socket.gethostname()[:64]
# Nothing of a client, nothing that somebody asked for: the shell around the pages.
NOT_RECORDED = {
    "home", "set_language", "account_logout", "health_live", "health_ready", "admin:jsi18n",
    "staff:draft_keep", "staff:draft_forget",  # of one's own typing; the page of the form has its line
    "trajectories:calendar_file",  # when somebody is busy: it names no client, and needs no session (ADR 63)
}  # fmt: skip
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
    listed: list[UUID] | None = None
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
# What a line about one of several clients does not share with the line of the page.
OWN_OF_EACH = {"part": "shown.part", "row_count": "NULL", "listed": "NULL"}
SHARED = [name for name in PLAIN if name not in OWN_OF_EACH]
ABOUT_SEVERAL = (
    f"{INSERT} SELECT statement_timestamp(), shown.client, COALESCE(f.relation, ''),"  # noqa: S608 (our own)
    f" %s OR COALESCE(f.relation = '{Relation.NONE}' AND f.has_emergency, false),"
    f" {', '.join(OWN_OF_EACH.get(name, '%s') for name in PLAIN)}"
    " FROM unnest(%s::uuid[], %s::text[]) AS shown (client, part) LEFT JOIN LATERAL ({found}) AS f ON true"
)


def access_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Log every request of somebody who signed in, or tried to; without the line there is no answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _leaves_a_line(request, response):
            log_request(request, response)
        return response

    return answer


def _leaves_a_line(request: HttpRequest, response: HttpResponse) -> bool:
    if not request.user.is_authenticated:
        return attempts.has_failed(request, response)
    return _code(request) not in NOT_RECORDED and not _only_lacks_a_slash(request, response)


def _only_lacks_a_slash(request: HttpRequest, response: HttpResponse) -> bool:
    """Nothing was asked for yet: the answer becomes a redirect to the address with its slash."""
    return response.status_code == 404 and CommonMiddleware(_no_answer).should_redirect_with_slash(request)


def _no_answer(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def log_request(request: HttpRequest, response: HttpResponse) -> None:
    """Write the lines of one request; the benchmark leaves this out to know what it costs."""
    noun, subject = subject_of(request)
    line, shown = _line(request, response), notes_of(request).shown
    if not shown:
        write_line(line, noun=noun, subject=subject)
        return
    with transaction.atomic():  # both on disk, or neither
        write_line(line, noun=noun, subject=subject)
        _write_line_for_each(line, sorted(shown))


def _write_line_for_each(line: Line, shown: list[tuple[UUID, str]]) -> None:
    """Add a line for each client and part, in one statement."""
    found, places = lookup(Client.declared.noun, timezone.localdate(), for_each=True)
    clients, parts = [list(column) for column in zip(*shown, strict=True)]
    values = [line.is_emergency, *(getattr(line, name) for name in SHARED), clients, parts]
    with preparing_cursor(connection) as cursor:
        cursor.execute(ABOUT_SEVERAL.format(found=found), values + _filled_in(places, line))


def write_line(line: Line, *, noun: str = "", subject: UUID | None = None) -> None:
    """Add a line; `noun` says what kind of thing `subject` is."""
    values = [line.is_emergency, *(getattr(line, name) for name in PLAIN)]
    statement = ABOUT_NOBODY
    if noun and subject:
        found, places = lookup(noun, timezone.localdate())
        statement = ABOUT_SOMEBODY.format(found=found)
        values += _filled_in(places, line, subject=subject)
    with preparing_cursor(connection) as cursor:
        cursor.execute(statement, values)


def _filled_in(places: tuple, line: Line, *, subject: UUID | None = None) -> list:
    later = {"subject": subject, "now": timezone.now(), "actor_id": line.actor_id}
    return [later[place.value] if isinstance(place, Later) else place for place in places]


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
    user, notes = _actor(request), notes_of(request)
    if attempts.has_failed(request, response):
        notes.refuse()
    if _is_file(request, response):
        notes.action = AccessAction.EXECUTE
    outcome = _outcome(response.status_code, is_refused=notes.is_refused)
    return Line(
        code=_code(request),
        action=action_of(request, response.status_code),
        outcome=outcome,
        is_authorised=outcome == AccessOutcome.DONE,
        consent=CONSENT[notes.has_consent],
        is_emergency=notes.is_emergency,
        actor_id=user.pk if user else None,
        role=user.role if user else "",
        purpose=_purpose(user) if user else Purpose.ADMINISTRATION,
        address=client_address(request),
        session_hash=_keyed(request.session.session_key or ""),
        part=part_of(request.resolver_match.route) if request.resolver_match else "",
        query_hash=_keyed(request.META["QUERY_STRING"]),
        row_count=vars(response).get("row_count") if notes.rows is None else notes.rows,
        listed=sorted(notes.listed) or None,
        component="web",
        request=getattr(request, "number", None),
    )


def _is_file(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is kept as a file, also where the view is a package's and says nothing."""
    is_attached = response.headers.get("Content-Disposition", "").startswith("attachment")
    return is_attached and request.method in SAFE


def _actor(request: HttpRequest) -> User | None:
    """Who asks, or whose account somebody tried to enter."""
    return request.user if isinstance(request.user, User) else attempts.who_tried(request)


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
