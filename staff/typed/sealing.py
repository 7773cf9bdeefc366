"""What was typed lies encrypted in the database; a copy of the tables alone opens nothing."""

import json
from typing import Any

from cryptography.fernet import InvalidToken

from ipsplatform.common.sealed import box

PURPOSE = "typed"


def sealed(content: Any) -> bytes:
    """Encrypt what was typed."""
    return box(PURPOSE).encrypt(json.dumps(content, separators=(",", ":")).encode())


def opened(stored: bytes | memoryview) -> Any:
    """What was typed; None when nothing is left of it, or when the key is gone."""
    if not stored:
        return None
    try:
        return json.loads(box(PURPOSE).decrypt(bytes(stored)))
    except InvalidToken:
        return None
