"""The chain of seals: each one holds a digest of what it seals and of the seal before it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

from ipsplatform.common.locks import lock_for_transaction
from staff.models import AccessSeal, DroppedLogMonth

LOCK = "sealing of the access log"


def lock_chain(*, wait_seconds: int) -> bool:
    """Hold the end of the chain until this transaction ends; False when another process keeps it."""
    return lock_for_transaction(LOCK, wait_seconds=wait_seconds)


def last_line() -> int:
    """The number of the last line that has a seal, 0 when there is none."""
    line_ids = AccessSeal.objects.of_lines().order_by("-number").values_list("line_ids", flat=True).first()
    return line_ids[-1] if line_ids else 0


def last_sealed_at() -> datetime | None:
    """The moment of the last seal of lines."""
    seals = AccessSeal.objects.of_lines().order_by("-number")
    return seals.values_list("sealed_at", flat=True).first()


def add_seal(
    *,
    line_ids: list[int] | None = None,
    digests: list[str] | None = None,
    month: date | None = None,
    certificate: DroppedLogMonth | None = None,
) -> AccessSeal:
    """Put a seal at the end of the chain. The caller holds the lock.

    It seals lines of one month, or the certificate of a month that was dropped.
    """
    last = AccessSeal.objects.order_by("-number").first()
    seal = AccessSeal(
        number=last.number + 1 if last else 1,
        previous=last.seal if last else "",
        line_ids=line_ids or [],
        digests=digests or [],
        month=month,
        certificate=certificate,
    )
    seal.seal = digest_of(seal)
    seal.save(force_insert=True)
    return seal


def digest_of(seal: AccessSeal) -> str:
    """What the column `seal` must hold. Seals of before version 0.2 say nothing of a month."""
    content: list = [seal.number, seal.previous, seal.line_ids, seal.digests]
    if seal.certificate is not None:
        content.append(_certified(seal.certificate))
    elif seal.month is not None:
        content.append(seal.month.isoformat())
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def last_seal() -> str:
    """Number and seal at the end of the chain, "" for an empty one: kept elsewhere it is an anchor.

    The number says how many seals there must be, and the seal holds all of those before it.
    """
    found = AccessSeal.objects.order_by("-number").values_list("number", "seal").first()
    return "{} {}".format(*found) if found else ""


def exported_seals() -> Iterator[str]:
    """One line for each seal, to keep outside this system."""
    for number, seal in AccessSeal.objects.order_by("number").values_list("number", "seal"):
        yield f"{number} {seal}"


def _certified(certificate: DroppedLogMonth) -> list:
    return [
        str(certificate.public_id),
        certificate.first_day.isoformat(),
        certificate.line_count,
        certificate.line_ranges,
        certificate.dropped_at.astimezone(UTC).isoformat(),
    ]
