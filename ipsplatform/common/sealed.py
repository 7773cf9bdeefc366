"""What lies encrypted in the database: a copy of the tables alone opens nothing."""

import base64
import json
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def box(purpose: str) -> MultiFernet:
    """Seals and opens for one `purpose`: the newest key writes, the older ones still read.

    The keys are derived from SECRET_KEY and SECRET_KEY_FALLBACKS.
    """
    return _box(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _box(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    digests = [salted_hmac(purpose, "key", secret=one, algorithm="sha256").digest() for one in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SealedSession:
    """What a session holds (SESSION_SERIALIZER): unfinished sign-ins, codes and links among it."""

    def dumps(self, content: dict) -> bytes:
        """JSON, encrypted; it differs each time."""
        return box("session").encrypt(json.dumps(content, separators=(",", ":")).encode())

    def loads(self, sealed: bytes) -> dict:
        """Raises InvalidToken for what another key has sealed; Django begins an empty session then."""
        return json.loads(box("session").decrypt(sealed))
