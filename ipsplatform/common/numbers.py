"""Numbers for what is made in the product itself: C-100001, T-100002, one sequence for all kinds."""

from django.db import connection
from django.db.models import QuerySet


def next_number(*, prefix: str, taken: QuerySet, field: str) -> str:
    """The next free number with `prefix`; `taken` are the rows whose `field` may hold it already.

    A sequence never gives a number twice, so two people at once get two numbers. An import may have
    brought the same text from elsewhere: then the one after it is used.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('ips_number')")
            number = f"{prefix}-{cursor.fetchone()[0]}"
        if not taken.filter(**{field: number}).exists():
            return number
