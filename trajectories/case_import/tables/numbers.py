"""Primary keys of the rows that an import makes.

A sequence of the database is not rolled back, and the administration shows primary keys in its addresses.
So an attempt of which nothing stays takes no number, and what is written takes as many as the files ask for,
however often a part of it is begun again.
"""

from array import array
from collections import defaultdict
from itertools import count, islice

from django.db import connection, models


class Numbers:
    """Gives primary keys; with `keeps=False` negative ones, for rows that are rolled back in the end."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._negative = count(-1, -1)
        self._free: dict[type[models.Model], array] = defaultdict(_none)
        self._given: dict[type[models.Model], array] = defaultdict(_none)

    def take(self, model: type[models.Model], number: int) -> list[int]:
        """Primary keys for `number` new rows of a model, in the order in which the rows are made."""
        if not self._keeps:
            return list(islice(self._negative, number))
        free = self._free[model]
        taken = list(free[:number])
        del free[:number]
        if len(taken) < number:
            taken += _from_sequence(model, number - len(taken))
        self._given[model].extend(taken)
        return taken

    def begin_part(self) -> None:
        """From here on rows may be rolled back and made again."""
        self._given.clear()

    def begin_again(self) -> None:
        """The rows since `begin_part` were rolled back: the next ones get their numbers."""
        for model, given in self._given.items():
            self._free[model] = given + self._free[model]
        self._given.clear()


def _none() -> array:
    return array("q")


def _from_sequence(model: type[models.Model], number: int) -> list[int]:
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, number],
        )
        return [pk for (pk,) in cursor.fetchall()]
