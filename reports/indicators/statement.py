"""The one statement that counts trajectories: their facts are read once, and counted in many ways.

Of each trajectory the ORM selects its facts (`facts.FACTS`) as one row. The conditions of figures are the
ORM's as well, compiled over the columns of those rows instead of over the tables, so that no fact is
computed again for each condition that names it. Only the frame around both is written here: a query in FROM
with FILTER and GROUP BY CUBE, for which the ORM has no words. It holds nothing but names from this package.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, F, Field, Q, QuerySet, Value
from django.db.models.expressions import Ref
from django.db.models.sql import Query

from reports.indicators.facts import FACTS
from trajectories.models import Trajectory

Compiled = tuple[str, Sequence[Any]]
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The text with its values, and the names of what it counts and of the columns that it groups by."""

    text: str
    values: tuple[Any, ...]
    names: tuple[str, ...]
    by: tuple[str, ...]

    def run(self) -> list[tuple[Row, Row]]:
        """For each group the values of `by` that its rows share, and what was counted."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.values)
            return [self._read(row) for row in cursor]

    def _read(self, row: Sequence[Any]) -> tuple[Row, Row]:
        counted, shared = row[: len(self.names)], row[len(self.names) :]
        groups = zip(self.by, shared[::2], shared[1::2], strict=True)
        group = {name: value for name, value, is_any in groups if not is_any}
        return group, dict(zip(self.names, counted, strict=True))


class StatementWriter:
    """Writes a statement over `rows` (`facts.observed`), for the whole and every combination of `by`."""

    def __init__(self, rows: QuerySet[Trajectory], *, by: Sequence[str] = ()) -> None:
        derived = {name: F(name) for name in FACTS if name in rows.query.annotations}
        own = [name for name in FACTS if name not in derived]
        self._rows = rows.values("client_id", *by, *own, **derived)
        self._by = tuple(by)
        self._facts = Query(None)
        for name in FACTS:
            column = Ref(name, Value(None, output_field=_kind_of(rows, name)))
            self._facts.add_annotation(column, name, select=False)
        self._compiler = self._facts.get_compiler(DEFAULT_DB_ALIAS)
        self._lookups: dict[tuple, Compiled] = {}
        self._columns: dict[str, Compiled] = {}

    def count(self, name: str, whom: str, condition: Q) -> None:
        """Count `whom` (SQL) of the rows for which the condition holds."""
        holds, values = self._where(condition)
        self._columns[name] = f"COUNT({whom}) FILTER (WHERE {holds})", values

    def gather(self, name: str, value: Expression, condition: Q) -> None:
        """Collect the value of each row for which the condition holds."""
        each, of_value = self._compiled(value)
        holds, of_condition = self._where(condition)
        self._columns[name] = f"ARRAY_AGG({each}) FILTER (WHERE {holds})", [*of_value, *of_condition]

    def written(self) -> Statement:
        """The whole of what was asked for until now."""
        facts, of_facts = self._rows.query.sql_with_params()
        wanted = [text for text, _ in self._columns.values()]
        wanted += [f"{name}, GROUPING({name})" for name in self._by]
        cube = f"GROUP BY CUBE ({', '.join(self._by)})" if self._by else ""
        given = [value for _, values in self._columns.values() for value in values]
        return Statement(
            text=f"SELECT {', '.join(wanted)} FROM ({facts}) trajectory {cube}",  # noqa: S608
            values=(*given, *of_facts),
            names=tuple(self._columns),
            by=self._by,
        )

    def _where(self, condition: Q) -> Compiled:
        """All parts in their order: PostgreSQL asks the next only where the one before holds.

        Whether something happened at all goes first: nothing is cheaper, and of most rows it did not.
        """
        if _is_negated(condition):
            raise ValueError("Say what holds, not what does not: where nothing is known the two differ.")
        if condition.connector != Q.AND:
            return self._compiled(condition)
        parts = [self._part(child) for child in sorted(condition.children, key=_asks_more_than_whether)]
        return " AND ".join(text for text, _ in parts), [value for _, values in parts for value in values]

    def _part(self, child: Any) -> Compiled:
        if isinstance(child, Q):
            return self._where(child)
        if not isinstance(child, tuple):
            return self._compiled(Q(child))
        if child not in self._lookups:  # figures share most of them
            self._lookups[child] = self._compiled(Q(child))
        return self._lookups[child]

    def _compiled(self, expression: Q | Expression) -> Compiled:
        text, values = self._compiler.compile(expression.resolve_expression(self._facts))
        return f"({text})", values


def _is_negated(condition: Q) -> bool:
    """Over the tables the ORM adds to a negation what makes NULL count; over these columns it does not."""
    return condition.negated or any(_is_negated(part) for part in condition.children if isinstance(part, Q))


def _asks_more_than_whether(part: Any) -> bool:
    return not (isinstance(part, tuple) and part[0].endswith("__isnull"))


def _kind_of(rows: QuerySet[Trajectory], name: str) -> Field:
    known = rows.query.annotations.get(name)
    return cast(Field, rows.model._meta.get_field(name) if known is None else known.output_field)
