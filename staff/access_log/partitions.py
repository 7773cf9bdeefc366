"""The monthly partitions of the access log: created ahead, dropped after the retention period."""

from datetime import UTC, date, datetime

from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from staff.access_log import chain
from staff.models import DroppedLogMonth

MONTHS_AHEAD = 12
FEWEST_YEARS = 5  # NEN 7513
PARTITION = "staff_accessline_"
WAIT_FOR_SEALING = 60  # seconds
LINES = sql.SQL("""
    SELECT number, last,
           (SELECT COALESCE(json_agg(json_build_array(lower(r), upper(r) - 1)), '[]')
            FROM unnest(ranges) AS r)
    FROM (SELECT count(*) AS number, COALESCE(max(id), 0) AS last,
                 range_agg(int8range(id, id, '[]')) AS ranges FROM {}) AS lines
""")


class UnsealedLinesError(Exception):
    """A month holds lines without a seal: it can't be shown afterwards what was removed."""


def make_log_partitions() -> int:
    """Create the missing partitions of this month and the next twelve; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ips_make_log_partitions(%s)", [MONTHS_AHEAD])
        return cursor.fetchone()[0]


def has_coming_month() -> bool:
    """Whether there is a partition for the lines of this month and of the next."""
    this_month = datetime.now(UTC).date().replace(day=1)
    return {this_month, following(this_month)} <= set(_months())


def old_months(*, years: int) -> list[date]:
    """Months whose last line is older than so many years (at least five), oldest first."""
    today = timezone.localdate()
    edge = date(today.year - max(years, FEWEST_YEARS), today.month, 1)
    return [month for month in _months() if month < edge]


@transaction.atomic
def drop_month(month: date) -> DroppedLogMonth:
    """Remove a month with its lines, and seal the proof in the chain. Needs the rights of the owner.

    Raises UnsealedLinesError when a line has no seal yet, or while lines are being sealed.
    """
    if not chain.lock_chain(wait_seconds=WAIT_FOR_SEALING):
        raise UnsealedLinesError("Lines are being sealed at this moment.")
    with connection.cursor() as cursor:
        cursor.execute(LINES.format(sql.Identifier(f"{PARTITION}{month:%Y_%m}")))
        count, last, ranges = cursor.fetchone()
        if count and chain.last_line() < last:
            raise UnsealedLinesError(f"{month:%Y-%m} holds lines that have no seal yet.")
        proof = DroppedLogMonth.objects.create(first_day=month, line_count=count, line_ranges=ranges)
        chain.add_seal(certificate=proof)
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(f"{PARTITION}{month:%Y_%m}")))
    return proof


def following(month: date) -> date:
    """The first day of the month after it."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _months() -> list[date]:
    """The months that have a partition, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'staff_accessline'::regclass"
        )
        names = [name.removeprefix(PARTITION) for (name,) in cursor.fetchall()]
    return sorted(date.fromisoformat(f"{name.replace('_', '-')}-01") for name in names)
