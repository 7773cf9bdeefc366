"""Make the people in a copy of the database unrecognisable, by the classes of the fields alone.

Names and numbers are replaced, free text becomes as much neutral text, rows that tell what really happened
are left out. All days about one client move back by the same number of weeks, so that the figures stay close.
What replaces a value follows from the row and a secret key: with the key thrown away there is no way back.
"""

import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models, transaction
from django.db.models import Field, Model, QuerySet

from ipsplatform.common.classification import (
    Classified,
    DataClass,
    classification_of,
    stored_fields,
    stored_models,
)
from ipsplatform.common.partial_dates import PartialDateField, first_day

BATCH = 500
MOST_WEEKS_BACK = 13  # a quarter: the figures of a period stay close
MOST_DAYS_OLDER = 1500
FIRST_NAMES = ("Sam", "Robin", "Noa", "Kim", "Jip", "Bo", "Lou", "Mika", "Sasha", "Charlie", "Alex", "Jo")
LAST_NAMES = ("Akker", "Beek", "Duin", "Eik", "Gracht", "Heide", "Kade", "Linde", "Meer", "Polder", "Veld")
PLACES = ("Oosterbeek aan Zee", "Nieuwendorp", "Waterveld", "Lindehoven", "Duinrode", "Kadestad")
COUNTED = (bool, int, float, Decimal)  # hours, minutes, yes or no: the figures are made of them
NEUTRAL = "Dit is een tekst om mee te testen. "


class Scrubber:
    """Replaces the values of rows; the same key gives the same replacements."""

    def __init__(self, key: bytes, password: str = "") -> None:
        self.key = key
        self.password = make_password(password or None)  # one hash for everybody: it is no secret

    def number(self, *parts: object) -> int:
        """A number that follows from `parts` and the key."""
        text = "\x1f".join(map(str, parts)).encode()
        return int.from_bytes(hmac.new(self.key, text, hashlib.sha256).digest()[:12])

    def pick(self, choices: tuple[str, ...], *parts: object) -> str:
        return choices[self.number(*parts) % len(choices)]

    def shift(self, client_pk: object) -> timedelta:
        """How far the days about one client move: back only, as facts never lie in the future."""
        if client_pk is None:
            return timedelta(0)
        return timedelta(weeks=1 + self.number("weeks", client_pk) % MOST_WEEKS_BACK)

    def replacement(self, row: Model, field: Field, data_class: DataClass, client_pk: object) -> object:
        """The value that replaces that of one field in the copy."""
        value = getattr(row, field.attname)
        if value is None or value == "":
            return value
        if isinstance(value, uuid.UUID):
            return uuid.UUID(int=self.number("uuid", value) << 32 | self.number("end", value) % 2**32)
        if isinstance(value, date | datetime):
            is_personal = data_class is DataClass.IDENTITY  # a date of birth moves by itself
            moved = value - (self._age_shift(row) if is_personal else self.shift(client_pk))
            if isinstance(field, PartialDateField):
                return first_day(moved, getattr(row, field.precision_field))
            return moved
        if data_class is DataClass.TECHNICAL or field.is_relation or field.choices:
            return value
        return self._content(row, field, data_class, value)

    def _content(self, row: Model, field: Field, data_class: DataClass, value: object) -> object:
        if isinstance(field, models.CharField | models.TextField):
            is_free = data_class is DataClass.FREE_TEXT
            text = _neutral(len(value)) if is_free else self._text(row, field, value)
            return text[: field.max_length]
        is_counted = data_class in (DataClass.HEALTH, DataClass.WORK) and isinstance(value, COUNTED)
        return value if is_counted else _emptied(field)

    def _age_shift(self, row: Model) -> timedelta:
        return timedelta(days=1 + self.number("birth", row.pk) % MOST_DAYS_OLDER)

    def _text(self, row: Model, field: Field, value: str) -> str:
        """Invented; names that testers read look like names, whatever else is new gets a code."""
        by_name: dict[str, Callable[[], str]] = {
            "password": lambda: self.password,
            "first_name": lambda: self.pick(FIRST_NAMES, "first", row._meta.label, row.pk),
            "last_name": lambda: self.pick(LAST_NAMES, "last", row._meta.label, row.pk),
            "birth_name": lambda: self.pick(LAST_NAMES, "birth", row._meta.label, row.pk),
            "name_prefix": lambda: "",
            "municipality": lambda: self.pick(PLACES, "place", value),
            "email": lambda: f"{self._code(row).lower()}@example.invalid",
            "phone": lambda: "06 00000000",
            "kvk_number": lambda: f"{row.pk:08d}"[-8:],  # as many digits, and of one employer
            "occupation": lambda: f"werk {self.number('occupation', value) % 10**6}",
        }
        return by_name.get(field.name, lambda: self._code(row))()

    def _code(self, row: Model) -> str:
        return f"X{self.number(row._meta.label, row.pk):024x}"[:16]


@transaction.atomic
def scrub(key: bytes, *, password: str = "") -> dict[str, int]:
    """Scrub every table of the connected database; returns how many rows of each were changed or left out.

    Needs the role that owns the tables. `password` opens every account afterwards; without it none opens.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    counts: dict[str, int] = {}
    scrubber = Scrubber(key, password)
    with _without_guards():
        counts |= _leave_out([model for model in stored_models() if classification_of(model).leaves_no_copy])
        for model in stored_models():
            found = classification_of(model)
            if not found.leaves_no_copy and scrubbed_fields(model, found):
                counts[model._meta.label] = _scrub_rows(model, found, scrubber)
    return counts


def write_anew() -> None:
    """Take the old values out of the files and out of the statistics of PostgreSQL too; after the commit."""
    with connection.cursor() as cursor:
        for model in stored_models():
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")


def scrubbed_fields(model: type[Model], found: Classified) -> list[Field]:
    """Fields of which something may change: not keys, not what the database computes."""
    always = models.DateField | models.UUIDField if found.client else models.UUIDField
    return [
        field
        for field in stored_fields(model)
        if not field.primary_key
        and not field.generated
        and (isinstance(field, always) or found.fields[field.name] is not DataClass.TECHNICAL)
    ]


def _scrub_rows(model: type[Model], found: Classified, scrubber: Scrubber) -> int:
    fields = scrubbed_fields(model, found)
    done = 0
    for rows in _batches(_rows(model, found)):
        for row in rows:
            client_pk = getattr(row, "_client_pk", None)
            for field in fields:
                value = scrubber.replacement(row, field, found.fields[field.name], client_pk)
                setattr(row, field.attname, value)
        model._base_manager.bulk_update(rows, [field.name for field in fields])
        done += len(rows)
    return done


def _rows(model: type[Model], found: Classified) -> QuerySet:
    rows = model._base_manager.order_by("pk")
    return rows.annotate(_client_pk=models.F(found.client)) if found.client else rows


def _batches(rows: QuerySet) -> Iterator[list[Model]]:
    last = None
    while True:
        batch = list(rows.filter(pk__gt=last)[:BATCH] if last is not None else rows[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        yield batch


def _neutral(length: int) -> str:
    return (NEUTRAL * (length // len(NEUTRAL) + 1))[:length]


def _emptied(field: Field) -> object:
    if field.null:
        return None
    return field.get_default() if field.has_default() else field.to_python("")


def _leave_out(all_models: list[type[Model]]) -> dict[str, int]:
    """Empty these tables together: a kept row that points into one of them is refused by PostgreSQL."""
    counts = {model._meta.label: model._base_manager.count() for model in all_models}
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in all_models)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE TABLE {tables}")
    return counts


@contextmanager
def _without_guards() -> Iterator[None]:
    """No triggers and no exclusion of overlaps inside, as the periods of a client move one by one.

    After an error nothing is put back here: the whole transaction is undone.
    """
    _set_triggers("DISABLE")
    with connection.schema_editor() as editor:
        for model, constraint in _exclusions():
            editor.remove_constraint(model, constraint)
    yield
    with connection.schema_editor() as editor:
        for model, constraint in _exclusions():
            editor.add_constraint(model, constraint)
    _set_triggers("ENABLE")


def _set_triggers(verb: str) -> None:
    with connection.cursor() as cursor:
        for model in stored_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")


def _exclusions() -> list[tuple[type[Model], ExclusionConstraint]]:
    return [
        (model, constraint)
        for model in stored_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, ExclusionConstraint)
    ]
