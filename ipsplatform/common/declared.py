"""A noun about a client, declared once beside its model (ADR 32).

Masking, access log, history of the file, the client's copy, scrubbing, destruction and the words of changes
read the declaration; nothing is listed a second time. A model with a path to a client and without a
declaration fails the checks of Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.db.models import ForeignKey, Model, TextChoices
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, declared_of, stored_models
from ipsplatform.common.texts import Text

IDENTIFIER = "a number that only this system uses"
OWNER = "says whose row it is: the client's own"


def left_out(reason: str, *names: str) -> dict[str, str]:
    """Fields that a client does not get, each with the same reason."""
    return dict.fromkeys(names, reason)


class AnyAction(TextChoices):
    """What can happen to every row, in the log of changes. Whose row it was follows from its kind."""

    UNDONE = "undone", _("undone")
    WITHDRAWN = "withdrawn", _("withdrawn")


BECAUSE = "because"  # what a change keeps beside the fields: why it was made
BESIDE_ANY: dict[str, Text] = {BECAUSE: _("why")}

NUMBERS = left_out(IDENTIFIER, "id", "public_id")
NUMBERS_OF_CLIENT = NUMBERS | left_out(OWNER, "client")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a client gets of a model in the copy of the file (AVG, articles 15 and 20).

    `section` is its key in the file for machines, `title` its heading on paper, `place` its rank among the
    sections; without a section no rows are given. `left_out` holds every other field with the reason, in
    words for us. `order` sorts the rows; a section `only_when_there` has no heading without rows.
    """

    section: str = ""
    title: Text = ""
    place: int = 0
    fields: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)
    only_when_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfClient(Classified):
    """The declaration of a model about clients. Its rows go when the file is destroyed.

    `named_by` is the field, a choice or a relation, that names the row in the history of the file. Rows
    without `in_history` have changes that the history of the file does not tell. The days of `in_life`
    are never before the birth of the client; each has the words that name it by its `day`.
    """

    about: About = About.CLIENT
    client: str = "client"
    part: str
    given: Given
    named_by: str = ""
    in_history: bool = True
    in_life: Mapping[str, Text] = field(default_factory=dict)


def nouns_of_clients() -> dict[type[Model], OfClient]:
    """Every model about clients with its declaration."""
    found = {model: declared_of(model) for model in stored_models()}
    return {model: declared for model, declared in found.items() if isinstance(declared, OfClient)}


@cache
def declared_nouns() -> dict[str, tuple[type[Model], Classified]]:
    """Every noun at the head of an address, with its model. Nouns about nobody are declared too."""
    return {
        declared.noun: (model, declared)
        for model in stored_models()
        if (declared := declared_of(model)) is not None and declared.noun
    }


def head_of(route: str) -> str:
    """The noun at the head of an address."""
    return route.split("/<", maxsplit=1)[0] if "<" in route else route.split("/", maxsplit=1)[0]


def client_of(row: Model) -> Model | None:
    """The client whom a row is about: the row itself, or what its path leads to; None for nobody."""
    declared = declared_of(row._meta.model)
    if not isinstance(declared, OfClient):
        return None
    if declared.client == "pk":
        return row
    found: Model | None = row
    for name in declared.client.split("__"):
        found = getattr(found, name, None)
    return found


def is_of_files(model: type[Model]) -> bool:
    """Whether which row it is tells of a client: rows of a file, and those made while writing in one."""
    declared = declared_of(model)
    return declared is not None and (bool(declared.part) or declared.made_in_files)


def action_words() -> dict[str, str]:
    """The words of every change that is recorded, by its code, in the current language."""
    declared_actions = {
        action.value: str(action.label)
        for model in stored_models()
        if (declared := declared_of(model)) is not None and declared.actions is not None
        for action in declared.actions
    }
    return declared_actions | {action.value: str(action.label) for action in AnyAction}


def undeclared() -> list[type[Model]]:
    """Models from which foreign keys lead to a client, and which do not say so.

    Either they are about clients, or they name the part of the file that they belong to.
    """
    clients = {model for model, declared in nouns_of_clients().items() if declared.client == "pk"}
    return [
        model
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model")
        and _leads_to(model, clients, seen=set())
        and not ((declared := declared_of(model)) is not None and declared.part)
    ]


def _leads_to(model: type[Model], clients: set[type[Model]], *, seen: set[type[Model]]) -> bool:
    if model in clients:
        return True
    seen.add(model)
    following = {f.related_model for f in model._meta.concrete_fields if isinstance(f, ForeignKey)}
    return any(_leads_to(other, clients, seen=seen) for other in following - seen)
