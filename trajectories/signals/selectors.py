"""When a client asks for attention: the thresholds of domain.md, section 6, as settings."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days after which something is said. Set with ATTENTION_THRESHOLDS in the settings."""

    not_seen_days: int = 28
    no_employer_days: int = 30


def employer_is_late(*, enrolled_on: date, until: date, works: bool) -> bool:
    """Whether rapid job search is late: no visit to an employer from `enrolled_on` until `until`.

    `until` is the day of the first visit, or today. Somebody with a regular job that runs is not late;
    a job that has ended changes nothing: the client looks for work again (domain.md, section 6).
    """
    return not works and (until - enrolled_on).days > thresholds().no_employer_days


def thresholds() -> Thresholds:
    """The thresholds of this installation, in days. TypeError for a name that does not exist."""
    return Thresholds(**getattr(settings, "ATTENTION_THRESHOLDS", {}))
