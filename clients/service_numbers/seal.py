"""Citizen service numbers: what is one, and the keys that seal them. Nothing here touches the database.

BSN_KEYS encrypt (Fernet: AES-128-CBC with HMAC-SHA256), the first is used for what is new. BSN_INDEX_KEY
makes the keyed hash: there are only a billion numbers, so anyone with that key finds every one.
"""

import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as NotANumberError
from stdnum.nl import bsn

from ipsplatform.common.errors import RuleError

FEWEST_DIGITS = 8  # a leading zero gets lost in spreadsheets; fewer digits are a typing error
SHOWN_DIGITS = 2
HIDDEN = "•"


class SealedForeverError(RuleError):
    """None of the keys of this installation opens the number."""


def is_on() -> bool:
    """Whether this installation keeps citizen service numbers."""
    return settings.BSN_ENABLED


def cleaned(typed: str) -> str:
    """Nine digits that pass the elfproef; a lost zero, spaces and dots are forgiven. Raises RuleError."""
    digits = "".join(sign for sign in typed if sign not in " .-\u00a0")
    try:
        if len(digits) < FEWEST_DIGITS:
            raise NotANumberError
        return bsn.validate(digits)
    except NotANumberError:
        raise RuleError(
            _("This is not a citizen service number: it has nine digits, and these do not belong together. "
              "Compare it with the identity document."),
            field="number",
        ) from None  # fmt: skip


def sealed(number: str) -> str:
    """The encrypted number."""
    return _box().encrypt(number.encode()).decode()


def opened(ciphertext: str) -> str:
    """The number itself. Raises SealedForeverError when the key is gone."""
    try:
        return _box().decrypt(ciphertext.encode()).decode()
    except InvalidToken:
        raise SealedForeverError(
            _("This number can't be read with the keys of this installation. Record it again.")
        ) from None


def masked(number: str) -> str:
    """The last two digits, the rest as dots."""
    return HIDDEN * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]


def hash_of(number: str) -> str:
    """The same number gives the same hash, and only this installation can make it."""
    return hmac.new(settings.BSN_INDEX_KEY.encode(), number.encode(), hashlib.sha256).hexdigest()


def current_key_id() -> str:
    """Which keys seal now: short digests of both, which tell nothing about them."""
    return f"{_digest(settings.BSN_KEYS[0])}-{_digest(settings.BSN_INDEX_KEY)}"


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.BSN_KEYS])


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
