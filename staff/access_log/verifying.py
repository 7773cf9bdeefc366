"""Compares the access log with its seals, and the seals with what was kept of them elsewhere."""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from staff.access_log import chain
from staff.access_log.partitions import FEWEST_YEARS, following
from staff.access_log.sealing import lines_where
from staff.models import AccessSeal, DroppedLogMonth


class NoAnchorError(Exception):
    """What was kept elsewhere holds no seal: comparing with it would show nothing."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A mismatch.

    `kind` is changed, removed, added or month for a line, seal or chain for a whole seal (`line` 0),
    certificate for the proof of a dropped month, export or missing for a seal that was kept elsewhere.
    """

    kind: str
    seal: int
    line: int = 0
    month: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the proof of a dropped month excuses: lines of that month, as ranges in order."""

    proof: DroppedLogMonth
    is_acceptable: bool
    ranges: list[tuple[int, int]]

    def excuses(self, line: int, seal: AccessSeal) -> bool:
        """Whether this line was removed with its month; its seal says which month that was."""
        of_month = seal.month == self.proof.first_day
        if seal.month is None:  # sealed before version 0.2: not earlier than the month itself
            of_month = self.proof.first_day <= seal.sealed_at.date()
        return self.is_acceptable and of_month and line in self

    def __contains__(self, line: int) -> bool:
        position = bisect_right(self.ranges, (line, line))
        near = self.ranges[max(position - 1, 0) : position + 1]
        return any(first <= line <= last for first, last in near)

    @property
    def size(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)


def find_damage() -> Iterator[Damage]:
    """Compare every sealed line with its seal, from the first seal on, and every certificate with both."""
    certificates = [_certificate_of(proof) for proof in DroppedLogMonth.objects.select_related("seal")]
    excused: Counter[date] = Counter()
    previous = AccessSeal(number=0, seal="", line_ids=[])
    last_line, knows_months = 0, False
    for seal in AccessSeal.objects.order_by("number").select_related("certificate").iterator(chunk_size=50):
        yield from _broken_links(seal, previous=previous, knows_months=knows_months)
        if seal.line_ids:
            for found in _damaged_lines(seal, after=last_line):
                proof = _excuse(found, seal, certificates) if found.kind == "removed" else None
                if proof is None:
                    yield found
                else:
                    excused[proof.first_day] += 1
            last_line = seal.line_ids[-1]
        previous, knows_months = seal, knows_months or _knows_month(seal)
    yield from _unfounded(certificates, excused)


def differs_from_anchor(kept: str) -> Iterator[Damage]:
    """The seals that are not, or no longer, as they were kept elsewhere: the chain was rebuilt or cut off.

    `kept` is an export, the answer of the health page, or the manifest of a backup. Raises NoAnchorError.
    """
    seals = dict(AccessSeal.objects.values_list("number", "seal"))
    for number, seal in _anchors(kept):
        if number not in seals:
            yield Damage("missing", number)
        elif seals[number] != seal:
            yield Damage("export", number)


def _anchors(kept: str) -> list[tuple[int, str]]:
    lines: Iterable[str] = kept.splitlines()
    if kept.lstrip().startswith("{"):
        lines = [json.loads(kept).get("last_seal") or ""]
    found = [line.split() for line in lines if line.strip()]
    try:
        anchors = [(int(number), seal) for number, seal in found]
    except ValueError as error:
        raise NoAnchorError from error
    if not anchors:
        raise NoAnchorError
    return anchors


def _broken_links(seal: AccessSeal, *, previous: AccessSeal, knows_months: bool) -> Iterator[Damage]:
    if seal.previous != previous.seal or seal.number != previous.number + 1:
        yield Damage("chain", seal.number)
    is_older_kind = knows_months and not _knows_month(seal)
    is_uneven = len(seal.line_ids) != len(seal.digests)
    if is_older_kind or is_uneven or seal.seal != chain.digest_of(seal):
        yield Damage("seal", seal.number)


def _knows_month(seal: AccessSeal) -> bool:
    return seal.month is not None or seal.certificate is not None


def _damaged_lines(seal: AccessSeal, *, after: int) -> Iterator[Damage]:
    sealed = dict(zip(seal.line_ids, seal.digests, strict=False))
    present = lines_where("id > %s AND id <= %s ORDER BY id", [after, seal.line_ids[-1]])
    for line in sorted(sealed.keys() | present.keys()):
        if line not in present:
            yield Damage("removed", seal.number, line)
        elif line not in sealed:
            yield Damage("added", seal.number, line)
        elif present[line][0] != sealed[line]:
            yield Damage("changed", seal.number, line)
        elif seal.month not in (None, present[line][1]):
            yield Damage("month", seal.number, line)


def _certificate_of(proof: DroppedLogMonth) -> Certificate:
    """A proof counts when it is in the chain, and was made when its month was at least five years old."""
    is_old_enough = proof.dropped_at.date() >= _years_after(proof.first_day, FEWEST_YEARS)
    is_acceptable = hasattr(proof, "seal") and is_old_enough and proof.dropped_at <= timezone.now()
    return Certificate(proof, is_acceptable, sorted((first, last) for first, last in proof.line_ranges))


def _excuse(found: Damage, seal: AccessSeal, certificates: list[Certificate]) -> DroppedLogMonth | None:
    return next((each.proof for each in certificates if each.excuses(found.line, seal)), None)


def _unfounded(certificates: list[Certificate], excused: Counter[date]) -> Iterator[Damage]:
    """Certificates outside the chain, too early, or of other lines than the sealed ones of their month."""
    for certificate in certificates:
        proof = certificate.proof
        fits = certificate.size == proof.line_count == excused[proof.first_day]
        if not (certificate.is_acceptable and fits):
            yield Damage("certificate", 0, month=f"{proof.first_day:%Y-%m}")


def _years_after(month: date, years: int) -> date:
    """The first day on which the whole month is so old."""
    after = following(month)
    return date(after.year + years, after.month, 1)
