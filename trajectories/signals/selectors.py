"""When a client asks for attention: the thresholds of domain.md, section 6, as settings."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days after which something is said. Set with ATTENTION_THRESHOLDS in the settings."""

    not_seen_days: int = 28
    no_employer_days: int = 30


def thresholds() -> Thresholds:
    return Thresholds(**getattr(settings, "ATTENTION_THRESHOLDS", {}))
