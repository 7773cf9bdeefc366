"""Whom a page is about, from its address and the declarations of the nouns (ADR 32)."""

from datetime import date
from functools import cache, lru_cache
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Case, DateTimeField, Exists, OuterRef, UUIDField, Value, When
from django.http import HttpRequest

from clients.file.tabs import tab_parts
from clients.models import PAGES, Client, EmergencyAccess
from ipsplatform.common.access import notes_of
from ipsplatform.common.declared import OfClient, declared_nouns, head_of
from staff.models import Relation, Team

FILE = f"{Client.declared.noun}/<uuid:public_id>/"


class UndeclaredNounError(Exception):
    """The address is about something that no model declares: what is not logged is not shown."""


class Later(Value):
    """A value that a statement gets each time it is carried out; the statement itself is built once."""

    def as_sql(self, compiler: object, connection: BaseDatabaseWrapper) -> tuple[str, list]:  # noqa: ARG002
        return "%s", [self]


class Each(Value):
    """In place of a value: the client of the row for whom a statement looks, of the table `shown`."""

    def as_sql(self, compiler: object, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:  # noqa: ARG002
        return "shown.client", ()


@cache
def part_of(route: str) -> str:
    """The part of a client's file that an address shows: of the last noun in it; "" for no file.

    Raises UndeclaredNounError for a page of the file that nothing declares.
    """
    nouns, words = declared_nouns(), route.split("/")
    found = nouns.get(head_of(route))
    if found is None:
        return ""
    if not route.startswith(FILE):
        return next((nouns[word][1].part for word in reversed(words) if word in nouns), found[1].part)
    pages = {**tab_parts(), **PAGES, **{noun: declared.part for noun, (_, declared) in nouns.items()}}
    if words[2] not in pages:
        raise UndeclaredNounError(route)
    return pages[words[2]]


def subject_of(request: HttpRequest) -> tuple[str, UUID | None]:
    """The noun and the identifier of what leads to the client whom a page is about.

    Raises UndeclaredNounError for an identifier behind an unknown noun.
    """
    noted = notes_of(request).client
    if noted is not None:
        return Client.declared.noun, noted
    match = request.resolver_match
    if match is None or not isinstance(match.kwargs.get("public_id"), UUID):
        return "", None
    head = head_of(match.route)
    if head not in declared_nouns():
        raise UndeclaredNounError(match.route)
    is_of_client = isinstance(declared_nouns()[head][1], OfClient)
    return (head, match.kwargs["public_id"]) if is_of_client else ("", None)


@lru_cache(maxsize=64)
def lookup(noun: str, day: date, *, for_each: bool = False) -> tuple[str, tuple]:  # noqa: ARG001 (yesterday's statement is not today's)
    """The statement that finds the client behind an identifier, how `actor_id` stands to the client on
    `day`, and whether an emergency opens the file `now`; with its values, some of them `Later`.

    `for_each` looks for the client of every row of a table `shown`.
    """
    model, declared = declared_nouns()[noun]
    actor = Later("actor_id", output_field=BigIntegerField())
    sought = Each("client") if for_each else Later("subject")
    sought.output_field = UUIDField()
    subject = model._base_manager.filter(public_id=sought)
    running = EmergencyAccess.objects.running_at(Later("now", output_field=DateTimeField()))
    follows = Client.objects.on_caseload_of(actor).filter(pk=OuterRef("pk"))
    works = Team.objects.of_member(actor).filter(pk=OuterRef("team"))
    found = Client.objects.filter(pk__in=subject.order_by().values(declared.client)).annotate(
        relation=Case(
            When(Exists(follows), then=Value(Relation.CASELOAD)),
            When(Exists(works), then=Value(Relation.TEAM)),
            default=Value(Relation.NONE),
        ),
        has_emergency=Exists(running.filter(client=OuterRef("pk"), user=actor)),
    )
    return found.order_by().values("public_id", "relation", "has_emergency").query.sql_with_params()
