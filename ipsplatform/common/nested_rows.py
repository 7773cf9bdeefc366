"""Rows that belong to another row, read in the statement of that one: for pages with many small lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Field, Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def nested(rows: QuerySet, names: Sequence[str] = ()) -> ArraySubquery:
    """For `annotate`: these rows (with an OuterRef), each with the columns `names`, else with all."""
    columns = {field.attname: field.attname for field in _fields(rows.model, names)}
    return ArraySubquery(rows.values(nested_row=JSONObject(**columns)))


def rows_of(model: type[M], found: Iterable[Mapping[str, Any]], names: Sequence[str] = ()) -> list[M]:
    """The rows that `nested` found, as `model`; what was not read is read when it is asked for."""
    fields = _fields(model, names)
    columns = [field.attname for field in fields]
    return [
        model.from_db("default", columns, [field.to_python(one[field.attname]) for field in fields])
        for one in found
    ]


def _fields(model: type[Model], names: Sequence[str]) -> list[Field]:
    """In the order of the model, which is the one that `from_db` expects."""
    return [one for one in model._meta.concrete_fields if not names or one.attname in names]
