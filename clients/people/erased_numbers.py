"""Client numbers whose file was destroyed: known by a keyed digest, never by the number itself."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clients.models import DestructionCertificate
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import in_digits

SALT = "ipsplatform.erased-number:"


def number_hash(client_number: str, *, secret: str | None = None) -> str:
    """A digest that only this installation can make."""
    return salted_hmac(SALT, client_number, secret=secret, algorithm="sha256").hexdigest()


def destroyed_on(client_numbers: Iterable[str]) -> dict[str, date]:
    """The numbers of which the file was destroyed, with the day. One statement."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    hashes = {number_hash(number, secret=secret): number for number in client_numbers for secret in secrets}
    found = DestructionCertificate.objects.filter(number_hash__in=hashes).values_list(
        "number_hash", "executed_at"
    )
    return {hashes[digest]: timezone.localtime(at).date() for digest, at in found}


def refuse_destroyed(client_number: str, destroyed: dict[str, date]) -> None:
    """Raise RuleError for a number of a destroyed file."""
    if client_number in destroyed:
        raise RuleError(
            _(
                "The file with this client number was destroyed on %(day)s, after its retention period. "
                "A client who comes back gets a new number."
            )
            % {"day": in_digits(destroyed[client_number])},
            field="client_number",
        )
