"""What each stored field says about whom. Each app has a `classification.py` with its table.

The classes decide what the administration masks, what a change shows of itself, and what is left of a
value in a copy for testing. A field without a class fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.models import Field, Model


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
    """The classes of one model.

    `client` is the path of lookups to the client whom a row is about, "pk" when the row is the client.
    Rows with `leaves_no_copy` are left out of a copy for testing: they tell what really happened.
    """

    about: About
    fields: Mapping[str, DataClass]
    client: str = ""
    leaves_no_copy: bool = False


def technical(*names: str) -> dict[str, DataClass]:
    return dict.fromkeys(names, DataClass.TECHNICAL)


def of_class(data_class: DataClass, *names: str) -> dict[str, DataClass]:
    return dict.fromkeys(names, data_class)


def classified_tables() -> dict[str, Classified]:
    """All tables of all apps, by model label."""
    tables: dict[str, Classified] = {}
    for config in apps.get_app_configs():
        tables |= _table_of_app(config)
    return {label: found for label, found in tables.items() if _is_used(label)}


def classification_of(model: type[Model]) -> Classified | None:
    """The classes of a model. A table of history has those of the model that it follows."""
    followed = getattr(model, "pgh_tracked_model", None)
    if followed is not None:
        return _of_history(model, classification_of(followed))
    return classified_tables().get(model._meta.label)


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
    tables = classified_tables()
    for model in stored_models():
        found = classification_of(model)
        names = {field.name for field in stored_fields(model)}
        known = set(found.fields) if found else set()
        missing += [f"{model._meta.label}.{name}" for name in sorted(names ^ known)]
        tables.pop(model._meta.label, None)
    return missing + sorted(tables)


def stored_models() -> list[type[Model]]:
    """Models with a table of their own."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def stored_fields(model: type[Model]) -> list[Field]:
    """The columns of a model itself."""
    return list(model._meta.concrete_fields)


def _table_of_app(config: AppConfig) -> Mapping[str, Classified]:
    name = getattr(config, "classification", f"{config.name}.classification")
    return import_module(name).TABLE if find_spec(name) else {}


def _is_used(label: str) -> bool:
    """Whether the package of a table is installed; of an installed app every entry counts."""
    return label.split(".", maxsplit=1)[0] in apps.app_configs


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
