"""The monthly partitions of the access log: created ahead, dropped after the retention period."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from staff.models import AccessSeal, DroppedLogMonth

MONTHS_AHEAD = 12
FEWEST_YEARS = 5  # NEN 7513
PARTITION = "staff_accessline_"
LINES = sql.SQL("""
    SELECT number, last,
           (SELECT COALESCE(json_agg(json_build_array(lower(r), upper(r) - 1)), '[]')
            FROM unnest(ranges) AS r)
    FROM (SELECT count(*) AS number, COALESCE(max(id), 0) AS last,
                 range_agg(int8range(id, id, '[]')) AS ranges FROM {}) AS lines
""")


class UnsealedLinesError(Exception):
    """A month holds lines without a seal: it can't be shown afterwards what was removed."""


@dataclass(frozen=True, slots=True)
class DroppedLines:
    """The numbers of the lines that were removed with their month, as ranges in order."""

    ranges: list[tuple[int, int]]

    def __contains__(self, line: int) -> bool:
        position = bisect_right(self.ranges, (line, line))
        near = self.ranges[max(position - 1, 0) : position + 1]
        return any(first <= line <= last for first, last in near)


def make_log_partitions() -> int:
    """Create the missing partitions of this month and the next twelve; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ips_make_log_partitions(%s)", [MONTHS_AHEAD])
        return cursor.fetchone()[0]


def old_months(*, years: int) -> list[date]:
    """Months whose last line is older than so many years (at least five), oldest first."""
    today = timezone.localdate()
    edge = date(today.year - max(years, FEWEST_YEARS), today.month, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'staff_accessline'::regclass"
        )
        names = [name.removeprefix(PARTITION) for (name,) in cursor.fetchall()]
    months = sorted(date.fromisoformat(f"{name.replace('_', '-')}-01") for name in names)
    return [month for month in months if month < edge]


@transaction.atomic
def drop_month(month: date) -> DroppedLogMonth:
    """Remove a month with its lines and write the proof. Needs the rights of the owner.

    Raises UnsealedLinesError when a line has no seal yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(LINES.format(sql.Identifier(f"{PARTITION}{month:%Y_%m}")))
        count, last, ranges = cursor.fetchone()
        seal = AccessSeal.objects.order_by("-number").first()
        if count and (seal is None or seal.line_ids[-1] < last):
            raise UnsealedLinesError(f"{month:%Y-%m} holds lines that have no seal yet.")
        proof = DroppedLogMonth.objects.create(first_day=month, line_count=count, line_ranges=ranges)
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(f"{PARTITION}{month:%Y_%m}")))
    return proof


def dropped_lines() -> DroppedLines:
    """The lines removed lawfully: of months at least five years old at the time. One statement."""
    found = [
        (first, last)
        for month in DroppedLogMonth.objects.all()
        if month.dropped_at.date() >= _years_after(month.first_day, FEWEST_YEARS)
        for first, last in month.line_ranges
    ]
    return DroppedLines(sorted(found))


def _years_after(month: date, years: int) -> date:
    """The first day on which the whole month is so old."""
    following = month.month % 12 + 1
    return date(month.year + years + month.month // 12, following, 1)
