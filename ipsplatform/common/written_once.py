"""Statements that the ORM writes once in each process and that are asked again with other values.

Putting a queryset together and turning it into SQL takes Python longer than PostgreSQL needs to answer it. Of
a statement that every page asks, only the values change:

    @written_once
    def _stages(clients: Slot, day: Slot) -> QuerySet:
        return StagePeriod.objects.running_on(day).filter(trajectory__client__in=clients.each)

    for period in _stages(clients=[1, 2], day=today): ...

The function that writes the statement runs once and sees slots, never a value: nothing of the one who asks
first can stay behind in it. Who may see what is not asked this way: that is decided before, in a queryset of
the moment, and comes in as identifiers.
"""

import copy
import inspect
from collections.abc import Callable
from datetime import date
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
    """Turn a function that makes a queryset from slots into one that takes values and gives the rows.

    What the function takes by keyword only is no value but part of the shape: a kind, yes or no. Each has a
    statement of its own, so there are few.
    """
    parameters = inspect.signature(write).parameters.values()
    names = {one.name for one in parameters if one.kind is not one.KEYWORD_ONLY}

    @cache
    def written(**shape: object) -> tuple[QuerySet, SQLCompiler, str, tuple]:
        return _written(write(**{name: Slot(name) for name in names}, **shape))

    @wraps(write)
    def ask(**values: object) -> list:
        shape = {name: value for name, value in values.items() if name not in names}
        rows, compiler, sql, places = written(**shape)
        filled = [values[one.name] if isinstance(one, Slot) else one for one in places]
        asked = rows.all()
        answering = copy.copy(compiler)
        answering.execute_sql = lambda *_, **__: [_found(asked.db, sql, filled)]
        asked.query.get_compiler = lambda *_, **__: answering
        return list(asked)

    return ask


def _written(rows: QuerySet) -> tuple[QuerySet, SQLCompiler, str, tuple]:
    compiler = rows.query.get_compiler(rows.db)
    sql, places = compiler.as_sql()
    if any(isinstance(one, date) for one in places):
        raise TypeError("A day has been written into the statement; it would stay that day.")
    return rows, compiler, sql, places


def _found(using: str, sql: str, parameters: list) -> list[tuple]:
    with preparing_cursor(connections[using]) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
