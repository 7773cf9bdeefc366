"""Numbers for what is made in the product itself: C-100001, T-100002, one sequence for all kinds."""

from django.db import connection
from django.db.models import Model, QuerySet


def next_number(*, prefix: str, taken: QuerySet, field: str) -> str:
    """The next free number with `prefix`; `taken` are the rows whose `field` may hold it already.

    A sequence never gives a number twice, so two people at once get two numbers. An import may have
    brought the same text from elsewhere: then the one after it is used.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_next_of(taken.model, field), [f"{prefix}-"])
            number, is_taken = cursor.fetchone()
        if not is_taken:
            return number


def _next_of(model: type[Model], field: str) -> str:
    name = connection.ops.quote_name
    column = name(field)  # a number is no relation: its column has its name
    table = name(model._meta.db_table)
    return (
        "WITH made AS MATERIALIZED (SELECT %s || nextval('ips_number') AS number)"  # noqa: S608 (our own names)
        f" SELECT number, EXISTS (SELECT FROM {table} WHERE {column} = made.number) FROM made"
    )
