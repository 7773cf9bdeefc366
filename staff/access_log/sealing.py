"""Seals the access log in batches, and finds what was changed after it was sealed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from ipsplatform.common.locks import lock_for_transaction
from staff.access_log.partitions import DroppedLines, dropped_lines
from staff.models import AccessSeal

LINES_PER_SEAL = 1000
LOCK = "sealing of the access log"
# What a line says, in a form that no setting of the server changes.
# A column that came later counts only where it holds something: older lines keep their digest.
DIGEST = """encode(sha256(convert_to((jsonb_build_array(
    id, (extract(epoch FROM at) * 1000000)::bigint, code, action, outcome, is_authorised, relation, consent,
    is_emergency, actor_id, role, on_behalf_of, purpose, host(address), session_hash, client_id, part,
    query_hash, row_count, instance, component, request)
    || CASE WHEN listed IS NULL THEN '[]' ELSE jsonb_build_array(listed) END)::text, 'UTF8')), 'hex')"""
# A line gets its number before others can see it: a moment later none is still in flight.
SETTLED = "at < statement_timestamp() - make_interval(secs => %s)"
SETTLED_AFTER = 120  # seconds


@dataclass(frozen=True, slots=True)
class Damage:
    """A mismatch: `kind` is changed, removed, added, seal or chain; `line` is 0 for a whole seal."""

    kind: str
    seal: int
    line: int = 0


def seal_lines(*, settled_after: int = SETTLED_AFTER) -> int:
    """Seal every settled line that has no seal yet; returns how many seals. One process at a time does it."""
    made = 0
    while _seal_batch(settled_after):
        made += 1
    return made


def find_damage() -> Iterator[Damage]:
    """Compare every sealed line with its seal, from the first seal on."""
    dropped = dropped_lines()
    previous, last_line = "", 0
    for seal in AccessSeal.objects.order_by("number").iterator(chunk_size=50):
        if seal.previous != previous:
            yield Damage("chain", seal.number)
        if seal.seal != _seal_of(seal.number, seal.previous, seal.line_ids, seal.digests):
            yield Damage("seal", seal.number)
        yield from _damaged_lines(seal, after=last_line, dropped=dropped)
        previous, last_line = seal.seal, seal.line_ids[-1]


def exported_seals() -> Iterator[str]:
    """One line for each seal, to keep outside this system."""
    for number, seal in AccessSeal.objects.order_by("number").values_list("number", "seal"):
        yield f"{number} {seal}"


def differs_from_export(lines: Iterator[str]) -> Iterator[Damage]:
    """The seals that differ from the export: somebody rebuilt the whole chain."""
    seals = dict(AccessSeal.objects.values_list("number", "seal"))
    for line in lines:
        number, _space, seal = line.strip().partition(" ")
        if seals.get(int(number)) != seal:
            yield Damage("export", int(number))


@transaction.atomic
def _seal_batch(settled_after: int) -> bool:
    if not lock_for_transaction(LOCK, wait_seconds=0):
        return False
    last = AccessSeal.objects.order_by("-number").first()
    lines = _lines(
        f"id > %s AND {SETTLED} ORDER BY id LIMIT {LINES_PER_SEAL}",
        [last.line_ids[-1] if last else 0, settled_after],
    )
    if not lines:
        return False
    number, previous = (last.number + 1, last.seal) if last else (1, "")
    line_ids, digests = list(lines), list(lines.values())
    AccessSeal.objects.create(
        number=number,
        line_ids=line_ids,
        digests=digests,
        previous=previous,
        seal=_seal_of(number, previous, line_ids, digests),
    )
    return True


def _damaged_lines(seal: AccessSeal, *, after: int, dropped: DroppedLines) -> Iterator[Damage]:
    sealed = dict(zip(seal.line_ids, seal.digests, strict=True))
    found = _lines("id > %s AND id <= %s ORDER BY id", [after, seal.line_ids[-1]])
    for line in sorted(sealed.keys() | found.keys()):
        if line not in found:
            if line not in dropped:
                yield Damage("removed", seal.number, line)
        elif line not in sealed:
            yield Damage("added", seal.number, line)
        elif found[line] != sealed[line]:
            yield Damage("changed", seal.number, line)


def _lines(rule: str, parameters: list) -> dict[int, str]:
    """Number and digest of the lines after `rule`, in the order of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {DIGEST} FROM staff_accessline WHERE {rule}", parameters)  # noqa: S608
        return dict(cursor.fetchall())


def _seal_of(number: int, previous: str, line_ids: list[int], digests: list[str]) -> str:
    content = json.dumps([number, previous, line_ids, digests])
    return hashlib.sha256(content.encode()).hexdigest()
