"""Rows that somebody withdrew: a file that names one again brings nothing back by itself (ADR 58)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q

from clients.models import Assignment, AssignmentAction, Client, ClientAction, ImportAnswer
from ipsplatform.common.declared import AnyAction
from staff.models import AuditEvent
from trajectories.models import Contact, ContactAction, Job, JobAction, StagePeriod, Trajectory

# By which columns a file finds a row again: what a table compares in `row_key`.
FOUND_BY: dict[type[models.Model], tuple[str, ...]] = {
    Assignment: ("client_id", "user_id", "role", "started_on"),
    Trajectory: ("trajectory_number",),
    StagePeriod: ("trajectory_id", "stage", "started_on"),
    Job: ("job_number",),
    Contact: ("contact_number",),
}
TAKEN_AWAY = (AnyAction.WITHDRAWN, JobAction.CALLED_OFF, AssignmentAction.TAKEN_BACK)
ROW, ANSWER = "import_row", "import_answer"  # in the line of an answer: which row, and what was said of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The last answer to a question about one row."""

    answer: str
    at: datetime
    by: str = ""

    @property
    def words(self) -> str:
        """As it reads behind the name of who answered."""
        return str(ImportAnswer(self.answer).label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A row that was withdrawn: its identifier, when, and the client whom it was about, by both keys.

    `author` is the identifier of who wrote a contact that was about no client: only they saw it.
    """

    about: UUID
    at: datetime
    client: int | None
    client_id: UUID | None
    author: UUID | None = None


@dataclass
class WithdrawnRows:
    """What was withdrawn before this import began, and what was answered; read when a file needs it."""

    _found: dict[type[models.Model], dict[tuple, Withdrawn]] = field(default_factory=dict)
    _answers: dict[tuple[UUID | None, str], Answered] | None = None

    def of(self, model: type[models.Model]) -> dict[tuple, Withdrawn]:
        """The rows of this model that were withdrawn, by what a file finds them by; newest last."""
        if model not in self._found:
            self._found[model] = withdrawn_rows(model) if model in FOUND_BY else {}
        return self._found[model]

    def answer_to(self, client_id: UUID | None, row: str, *, since: datetime | None = None) -> str:
        """What was answered about this row; empty for nothing, or nothing `since` that moment."""
        if self._answers is None:
            self._answers = answers_of()
        found = self._answers.get((client_id, row))
        return found.answer if found is not None and (since is None or found.at >= since) else ""


def withdrawn_rows(model: type[models.Model]) -> dict[tuple, Withdrawn]:
    """As `WithdrawnRows.of`: at most four statements, and one when nothing was withdrawn."""
    lines = AuditEvent.objects.filter(action__in=TAKEN_AWAY, target_type=model._meta.label_lower)
    events = {
        line.target_id: line for line in lines.order_by("at", "pk").only("target_id", "client_id", "at")
    }
    if not events:
        return {}
    known = {line.client_id for line in events.values() if line.client_id}
    clients: dict[UUID | None, int] = dict(
        Client.objects.filter(public_id__in=known).values_list("public_id", "pk")
    )
    authors = authors_of(one for one, line in events.items() if line.client_id is None)
    return {
        tuple(key): Withdrawn(
            about=about,
            at=events[about].at,
            client=clients.get(events[about].client_id),
            client_id=events[about].client_id,
            author=authors.get(about),
        )
        for about, *key in _removed(model, events)
    }


def _removed(model: type[models.Model], about: Iterable[UUID]) -> models.QuerySet:
    history = model.history.rel.related_model  # type: ignore[attr-defined]  # what is withdrawn keeps history
    found = history._base_manager.filter(pgh_label="removed", public_id__in=list(about)).order_by("pgh_id")
    return found.values_list("public_id", *FOUND_BY[model])


def authors_of(about: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who wrote each of these withdrawn contacts, by identifiers; nothing of one without a known author."""
    rows = [*about]
    written = _removed(Contact, rows).values_list("public_id", "staff__public_id") if rows else ()
    return {contact: author for contact, author in written if author is not None}


def contact_as_it_was(about: UUID) -> Contact:
    """A withdrawn contact without a client, to write a line about it."""
    return Contact(public_id=about)


def back_again(model: type[models.Model], about: Iterable[UUID]) -> set[UUID]:
    """Those of these withdrawn rows that are there again, by whatever way, or of which nothing is known."""
    columns, known = FOUND_BY[model], {key: tuple(rest) for key, *rest in _removed(model, about)}
    near = {f"{columns[0]}__in": {key[0] for key in known.values()}}
    there = {*model._base_manager.filter(**near).order_by().values_list(*columns)}
    return {one for one in about if one not in known or known[one] in there}


def answers_of(
    clients: Iterable[UUID] | None = None, *, contacts: Iterable[UUID] = ()
) -> dict[tuple[UUID | None, str], Answered]:
    """The last answer about each row of an import, of all or of these clients and `contacts` without one."""
    lines = AuditEvent.objects.filter(
        action__in=(ClientAction.IMPORT_ANSWERED, ContactAction.IMPORT_ANSWERED)
    )
    if clients is not None:
        own = Q(target_type=Contact._meta.label_lower, target_id__in=list(contacts))
        lines = lines.filter(Q(client_id__in=list(clients)) | own)
    return {
        (line.client_id, line.changes[ROW][1]): Answered(
            answer=line.changes[ANSWER][1], at=line.at, by=str(line.by or "")
        )
        for line in lines.select_related("by").order_by("at", "pk")
        if {ROW, ANSWER} <= line.changes.keys()
    }


COMES_BACK, STAYS_AWAY = (ImportAnswer.BACK,), (ImportAnswer.STAYS, ImportAnswer.IGNORED)
GOES_ON = (ImportAnswer.GOES_ON, ImportAnswer.IGNORED)
