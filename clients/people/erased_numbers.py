"""Client numbers whose file was destroyed: known by a keyed digest, never by the number itself."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clients.models import DestructionCertificate

SALT = "ipsplatform.erased-number:"


def canonical(client_number: str) -> str:
    """The form in which two spellings of one number are the same: no capitals, no look-alikes of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", client_number.strip()).casefold())


def number_hash(client_number: str) -> str:
    """A digest of the number in any spelling, that only this installation can make."""
    return _digest(canonical(client_number))


def destroyed_on(client_numbers: Iterable[str]) -> dict[str, date]:
    """The numbers of which the file was destroyed, with the day, each as it was asked. One statement."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    numbers = defaultdict(set)
    for number in client_numbers:
        for spelling in _spellings(number):
            for secret in secrets:
                numbers[_digest(spelling, secret=secret)].add(number)
    found = DestructionCertificate.objects.filter(number_hash__in=numbers).values_list(
        "number_hash", "executed_at"
    )
    return {number: timezone.localtime(at).date() for digest, at in found for number in numbers[digest]}


def _spellings(number: str) -> set[str]:
    """Digests of before were made of the number as it was spelled: the likely spellings are tried too."""
    plain = canonical(number)
    return {number, plain, plain.upper(), number.upper(), number.lower(), plain.title(), plain.capitalize()}


def _digest(spelling: str, *, secret: str | None = None) -> str:
    return salted_hmac(SALT, spelling, secret=secret, algorithm="sha256").hexdigest()
