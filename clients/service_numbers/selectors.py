"""What the page says about a citizen service number: never the number itself."""

from dataclasses import dataclass
from datetime import datetime

from clients.models import CitizenServiceNumber, Client
from clients.service_numbers import seal as number_seal


@dataclass(frozen=True, slots=True)
class MaskedNumber:
    """`text` shows the last two digits, or nothing when the key is gone."""

    text: str
    recorded_by: str
    recorded_at: datetime

    @property
    def is_readable(self) -> bool:
        """Whether a key of this installation still opens the number."""
        return bool(self.text)


def masked_number(client: Client) -> MaskedNumber | None:
    """The number of this client behind dots; None when none is recorded. One statement."""
    row = CitizenServiceNumber.objects.filter(client=client).select_related("recorded_by").first()
    if row is None:
        return None
    return MaskedNumber(_text(row), str(row.recorded_by), row.recorded_at)


def _text(row: CitizenServiceNumber) -> str:
    try:
        return number_seal.masked(number_seal.opened(row.ciphertext))
    except number_seal.SealedForeverError:
        return ""
