"""Client numbers whose file was destroyed: known by a keyed digest, never by the number itself."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clients.models import DestructionCertificate

SALT = "ipsplatform.erased-number:"


def number_hash(client_number: str, *, secret: str | None = None) -> str:
    """A digest that only this installation can make."""
    return salted_hmac(SALT, client_number, secret=secret, algorithm="sha256").hexdigest()


def destroyed_on(client_numbers: Iterable[str]) -> dict[str, date]:
    """The numbers of which the file was destroyed, with the day. One statement.

    A digest knows no capitals: a number is also looked for in all capitals and in small letters.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    hashes = {
        number_hash(spelling, secret=secret): number
        for number in client_numbers
        for spelling in {number, number.upper(), number.lower()}
        for secret in secrets
    }
    found = DestructionCertificate.objects.filter(number_hash__in=hashes).values_list(
        "number_hash", "executed_at"
    )
    return {hashes[digest]: timezone.localtime(at).date() for digest, at in found}
