"""When a client asks for attention: the rules of domain.md, section 6, with their thresholds as settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings


class SignalCode(StrEnum):
    """Reasons to look at a client, by their code."""

    NOT_SEEN = "not_seen"
    NO_EMPLOYER = "no_employer"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days after which something is said. Set with ATTENTION_THRESHOLDS in the settings."""

    not_seen_days: int = 28
    no_employer_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A rule that holds: `days` have passed since `since`, more than the `threshold`.

    `never` says that it has not happened at all, so that `since` is the day of enrolment.
    """

    code: SignalCode
    since: date
    days: int
    threshold: int
    never: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a signal holds of somebody who lives, since when, and whether the thing has never happened.

    In SQL, by the names of `trajectories/caseload/clocks.py`: PostgreSQL chooses, sorts and counts by them,
    and what is shown of a client is its answer. `threshold` is one of `Thresholds`.
    """

    holds: str
    since: str
    never: str
    threshold: str


# In the order in which a page shows them.
RULES = {
    # No face-to-face contact for longer than the threshold, while support runs.
    SignalCode.NOT_SEEN: Rule(
        holds="running_since IS NOT NULL AND day - seen_or_enrolled_on > not_seen_days",
        since="seen_or_enrolled_on",
        never="last_seen_on IS NULL",
        threshold="not_seen_days",
    ),
    # Still no visit to an employer, and that is late: what `employer_is_late` says of today.
    SignalCode.NO_EMPLOYER: Rule(
        holds="day - ips_enrolled_on > no_employer_days AND NOT has_job AND first_employer_on IS NULL",
        since="ips_enrolled_on",
        never="TRUE",
        threshold="no_employer_days",
    ),
}


def employer_is_late(*, enrolled_on: date, until: date, works: bool, limits: Thresholds) -> bool:
    """Whether rapid job search is late: no visit to an employer from `enrolled_on` until `until`.

    `until` is the day of the first visit, or today. Somebody with a regular job that runs is not late;
    a job that has ended changes nothing: the client looks for work again (domain.md, section 6).
    """
    return not works and (until - enrolled_on).days > limits.no_employer_days


def thresholds() -> Thresholds:
    """The thresholds of this installation, in days. TypeError for a name that does not exist."""
    return Thresholds(**getattr(settings, "ATTENTION_THRESHOLDS", {}))


def signals_of(found: Mapping[str, tuple[date, bool]], *, day: date, limits: Thresholds) -> list[Signal]:
    """The signals of one client on `day`, in the order in which a page shows them.

    `found` holds, for each rule that holds, since when and whether it never happened at all.
    """
    return [
        Signal(
            code=code,
            since=(since := found[code][0]),
            days=(day - since).days,
            threshold=getattr(limits, rule.threshold),
            never=found[code][1],
        )
        for code, rule in RULES.items()
        if code in found
    ]
