"""Statements that the ORM writes once in each process and that are asked again with other values.

Putting a queryset together and turning it into SQL takes Python longer than PostgreSQL needs to answer it. Of
a statement that every page asks, only the values change:

    @written_once
    def _stages(clients: Slot, day: Slot) -> QuerySet:
        return StagePeriod.objects.running_on(day).filter(trajectory__client__in=clients.each)

    for period in _stages(clients=[1, 2], day=today): ...

The function that writes the statement runs once and sees slots, never a value: nothing of the one who asks
first can stay behind in it. For that reason it takes no user; who may see what is decided before, in a
queryset of the moment, and comes in as identifiers.
"""

import copy
import inspect
from collections.abc import Callable
from functools import cache, wraps

from django.db import connections
from django.db.models import Expression, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from ipsplatform.common.prepared import preparing_cursor


class Slot(Expression):
    """The place of a value in a statement."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: object) -> tuple[str, list]:
        """The value itself comes when the statement is asked."""
        return "%s", [self]

    @property
    def each(self) -> Func:
        """The values of a list of identifiers, behind `__in`; the statement is the same however many."""
        return Func(self, template="(SELECT unnest(%(expressions)s::bigint[]))")


def written_once(write: Callable[..., QuerySet]) -> Callable[..., list]:
    """Turn a function that makes a queryset from slots into one that takes values and gives the rows."""
    names = tuple(inspect.signature(write).parameters)

    @cache
    def written() -> tuple[QuerySet, SQLCompiler, str, tuple]:
        rows = write(**{name: Slot(name) for name in names})
        compiler = rows.query.get_compiler(rows.db)
        return rows, compiler, *compiler.as_sql()

    @wraps(write)
    def ask(**values: object) -> list:
        rows, compiler, sql, parameters = written()
        filled = [values[one.name] if isinstance(one, Slot) else one for one in parameters]
        asked = rows.all()
        answering = copy.copy(compiler)
        answering.execute_sql = lambda *_, **__: [_found(asked.db, sql, filled)]
        asked.query.get_compiler = lambda *_, **__: answering
        return list(asked)

    return ask


def _found(using: str, sql: str, parameters: list) -> list[tuple]:
    with preparing_cursor(connections[using]) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
