"""Record, reveal and remove the citizen service number of a client, and seal all numbers with a new key."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import CitizenServiceNumber, Client, ClientAction
from clients.service_numbers import seal as number_seal
from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import User

BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many numbers got the newest keys, and the rows that no key opens."""

    sealed: int
    unreadable: list[int]


class NumberHeldError(RuleError):
    """Another client has this number. The words do not tell who, nor that it is so."""

    def __init__(self) -> None:
        words = CitizenServiceNumber._meta.get_field("number_hash").error_messages["unique"]
        super().__init__(str(words), field="number")


@transaction.atomic
def record_service_number(*, client: Client, number: str, by: User) -> CitizenServiceNumber:
    """Record the number, or replace it.

    Raises RuleError for an invalid number, NumberHeldError for one that another client has.
    """
    digits = number_seal.cleaned(number)
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    row = CitizenServiceNumber.objects.filter(client=client).first() or CitizenServiceNumber(client=client)
    _seal(row, digits)
    if CitizenServiceNumber.objects.filter(number_hash=row.number_hash).exclude(client=client).exists():
        raise NumberHeldError
    row.recorded_by, row.recorded_at = by, timezone.now()
    row.full_clean()
    row.save()
    audit.record(by=by, action=ClientAction.NUMBER_RECORDED, target=client)
    return row


@transaction.atomic
def reveal_service_number(*, client: Client, reason: str, by: User) -> str:
    """The whole number; who saw it and why is recorded. Raises RuleError when there is none to read."""
    number = number_seal.opened(_row_of(client).ciphertext)
    audit.record(
        by=by, action=ClientAction.NUMBER_REVEALED, target=client, changes={"reveal_reason": ["", reason]}
    )
    return number


@transaction.atomic
def remove_service_number(*, client: Client, by: User) -> None:
    """Remove the number for good: history holds no copy of it. Raises RuleError when there is none."""
    _row_of(client).delete()
    audit.record(by=by, action=ClientAction.NUMBER_REMOVED, target=client)


def seal_again(*, batch: int = BATCH) -> Rotation:
    """Seal every number with the newest keys, a batch at a time; idempotent, and may be interrupted."""
    done, last = 0, 0
    unreadable: list[int] = []
    while True:
        with transaction.atomic():
            rows = list(
                CitizenServiceNumber.objects.sealed_otherwise_than(number_seal.current_key_id())
                .select_for_update(of=("self",))
                .filter(pk__gt=last)[:batch]
            )
            refused = [row.pk for row in rows if not _seal_row_again(row)]
        if not rows:
            return Rotation(done, unreadable)
        last = rows[-1].pk
        unreadable += refused
        done += len(rows) - len(refused)


def _row_of(client: Client) -> CitizenServiceNumber:
    row = CitizenServiceNumber.objects.select_for_update(of=("self",)).filter(client=client).first()
    if row is None:
        raise RuleError(_("No citizen service number is recorded for this client."))
    return row


def _seal_row_again(row: CitizenServiceNumber) -> bool:
    try:
        number = number_seal.opened(row.ciphertext)
    except number_seal.SealedForeverError:
        return False
    _seal(row, number)
    row.save(update_fields=["ciphertext", "number_hash", "key_id"])
    return True


def _seal(row: CitizenServiceNumber, number: str) -> None:
    row.ciphertext = number_seal.sealed(number)
    row.number_hash = number_seal.hash_of(number)
    row.key_id = number_seal.current_key_id()
