"""Seals the access log in batches, so that what is changed afterwards is found."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from staff.access_log import chain
from staff.models import AccessLine

LINES_PER_SEAL = 1000
# Beat asks every quarter of an hour; a line that waits twice as long as this is a warning.
SEALED_WITHIN = timedelta(hours=1)
# What a line says, in a form that no setting of the server changes.
# A column that came later counts only where it holds something: older lines keep their digest.
DIGEST = """encode(sha256(convert_to((jsonb_build_array(
    id, (extract(epoch FROM at) * 1000000)::bigint, code, action, outcome, is_authorised, relation, consent,
    is_emergency, actor_id, role, on_behalf_of, purpose, host(address), session_hash, client_id, part,
    query_hash, row_count, instance, component, request)
    || CASE WHEN listed IS NULL THEN '[]' ELSE jsonb_build_array(listed) END)::text, 'UTF8')), 'hex')"""
MONTH = "date_trunc('month', at AT TIME ZONE 'UTC')::date"  # as the partitions are
# A line gets its number before others can see it: a moment later none is still in flight.
SETTLED = "at < statement_timestamp() - make_interval(secs => %s)"
SETTLED_AFTER = 120  # seconds

Found = dict[int, tuple[str, date]]


def seal_lines(*, settled_after: int = SETTLED_AFTER) -> int:
    """Seal every settled line that has no seal yet; returns how many seals. One process at a time does it."""
    made = 0
    while _seal_batch(settled_after):
        made += 1
    return made


def is_late() -> bool:
    """Whether a line has waited so long for its seal that the work must have stopped.

    By number and by moment: a seal of a number that does not exist yet would hide what comes before it.
    """
    now = timezone.now()
    since, lines = now - 2 * SEALED_WITHIN, AccessLine.objects.order_by()
    if lines.filter(pk__gt=chain.last_line(), at__lt=since).exists():
        return True
    sealed_at = chain.last_sealed_at()
    if sealed_at is None or sealed_at >= since:
        return sealed_at is not None and sealed_at > now + SEALED_WITHIN
    return lines.filter(at__gt=sealed_at, at__lt=since).exists()


def lines_where(rule: str, parameters: list) -> Found:
    """Digest and month of the lines that `rule` finds, by their numbers, in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {DIGEST}, {MONTH} FROM staff_accessline WHERE {rule}",  # noqa: S608 (our own)
            parameters,
        )
        return {line: (digest, month) for line, digest, month in cursor.fetchall()}


@transaction.atomic
def _seal_batch(settled_after: int) -> bool:
    if not chain.lock_chain(wait_seconds=0):
        return False
    lines = lines_where(
        f"id > %s AND {SETTLED} ORDER BY id LIMIT {LINES_PER_SEAL}", [chain.last_line(), settled_after]
    )
    if not lines:
        return False
    month, line_ids = _of_one_month(lines)
    chain.add_seal(line_ids=line_ids, digests=[lines[line][0] for line in line_ids], month=month)
    return True


def _of_one_month(lines: Found) -> tuple[date, list[int]]:
    """The first lines, as far as they are of one month: a seal says which month it is about."""
    first = next(iter(lines.values()))[1]
    other = next((line for line, (_digest, month) in lines.items() if month != first), None)
    return first, [line for line in lines if other is None or line < other]
