"""The months of the access log, made before they begin."""

from django.db import connection

MONTHS_AHEAD = 12


def make_log_partitions() -> int:
    """Make the partition of this month and of the next twelve, as far as they are not there; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ips_make_log_partitions(%s)", [MONTHS_AHEAD])
        return cursor.fetchone()[0]
