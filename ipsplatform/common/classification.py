"""What each stored field says about whom: each model declares it, as the class attribute `declared`.

The classes decide what the administration masks, what a change shows of itself, and what is left of a
value in a copy for testing. A field without a class fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, TextChoices

from ipsplatform.common.texts import Text


class DataClass(Enum):
    """What a field holds."""

    IDENTITY = "identity"  # says who somebody is
    CONTACT = "contact"  # how or where somebody is reached
    HEALTH = "health"  # tells about care, a condition or support, if only by a date
    WORK = "work"  # work and income
    FREE_TEXT = "free text"  # may hold anything
    TECHNICAL = "technical"  # says nothing about a person by itself


class About(Enum):
    """Whose the fields of a model are."""

    CLIENT = "client"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """The declaration of one model. One about a client is an `OfClient` (declared.py).

    `client` is the path of lookups to the client whom a row is about, "pk" when the row is the client.
    Rows with `leaves_no_copy` are left out of a copy for testing: they tell what really happened.
    `noun` is the head of the addresses of its rows, `part` the part of a client's file that such a page
    shows in the access log, and `actions` names the changes of its rows in the log of changes; `beside` gives
    the words of what such a change keeps that is no field. Rows that are `made_in_files` are made by whoever
    writes in a file: which row it is, or who made it, tells of whom.
    """

    about: About
    fields: Mapping[str, DataClass]
    client: str = ""
    leaves_no_copy: bool = False
    noun: str = ""
    part: str = ""
    actions: type[TextChoices] | None = None
    beside: Mapping[str, Text] = field(default_factory=dict)
    made_in_files: bool = False


def technical(*names: str) -> dict[str, DataClass]:
    """Classify these fields as saying nothing about a person."""
    return dict.fromkeys(names, DataClass.TECHNICAL)


def of_class(data_class: DataClass, *names: str) -> dict[str, DataClass]:
    """Give all these fields `data_class`; joined with `|` into the declaration of a model."""
    return dict.fromkeys(names, data_class)


def declared_of(model: type[Model]) -> Classified | None:
    """The declaration of the model itself, not of a model that it inherits from."""
    return vars(model).get("declared")


def classification_of(model: type[Model]) -> Classified | None:
    """The classes of a model. A table of history has those of the model that it follows."""
    followed = getattr(model, "pgh_tracked_model", None)
    return declared_of(model) if followed is None else _of_history(model, declared_of(followed))


def class_of(model: type[Model], field: str) -> DataClass:
    """The class of one field; what nobody classified is treated as free text."""
    found = classification_of(model)
    return found.fields.get(field, DataClass.FREE_TEXT) if found else DataClass.FREE_TEXT


def is_content(model: type[Model], field: str) -> bool:
    """Whether a field tells something about a client: not for the administration, not for a log."""
    found = classification_of(model)
    if found is not None and found.about is not About.CLIENT:
        return class_of(model, field) is DataClass.FREE_TEXT
    return class_of(model, field) is not DataClass.TECHNICAL


def unclassified() -> list[str]:
    """Fields without a class and classes without a field, as `app.Model.field`."""
    missing: list[str] = []
    for model in stored_models():
        found = classification_of(model)
        names = {field.name for field in stored_fields(model)}
        known = set(found.fields) if found else set()
        missing += [f"{model._meta.label}.{name}" for name in sorted(names ^ known)]
    return missing


def stored_models() -> list[type[Model]]:
    """Models with a table of their own."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def stored_fields(model: type[Model]) -> list[Field]:
    """The columns of a model itself."""
    return list(model._meta.concrete_fields)


def stored_field(model: type[Model], name: str) -> Field:
    """One column of a model. Raises FieldDoesNotExist for a relation that is kept elsewhere too."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(name)
    return field


def _of_history(model: type[Model], followed: Classified | None) -> Classified | None:
    if followed is None:
        return None
    own = {field.name for field in stored_fields(model) if field.name.startswith("pgh_")}
    kept = {field.name for field in stored_fields(model)} & set(followed.fields)
    return Classified(
        about=followed.about,
        fields={**{name: followed.fields[name] for name in kept}, **technical(*own)},
        leaves_no_copy=True,
    )
