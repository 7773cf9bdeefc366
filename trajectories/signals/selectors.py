"""When a client asks for attention: the rules of domain.md, section 6, with their thresholds as settings."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

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


class Watched(Protocol):
    """What the rules look at of one client on `day`. Days without a value are unknown or never."""

    @property
    def day(self) -> date:
        """Today, for every count of days."""

    @property
    def is_open(self) -> bool:
        """Whether a trajectory is running."""

    @property
    def ips_enrolled_on(self) -> date | None:
        """Day 0 of the search for an employer."""

    @property
    def last_seen_on(self) -> date | None:
        """The last contact face to face."""

    @property
    def seen_or_enrolled_on(self) -> date | None:
        """The last contact face to face, else the enrolment."""

    @property
    def first_employer_on(self) -> date | None:
        """The first visit to an employer since the enrolment."""

    @property
    def has_job(self) -> bool:
        """Whether a regular one is running."""


def employer_is_late(*, enrolled_on: date, until: date, works: bool, limits: Thresholds) -> bool:
    """Whether rapid job search is late: no visit to an employer from `enrolled_on` until `until`.

    `until` is the day of the first visit, or today. Somebody with a regular job that runs is not late;
    a job that has ended changes nothing: the client looks for work again (domain.md, section 6).
    """
    return not works and (until - enrolled_on).days > limits.no_employer_days


def thresholds() -> Thresholds:
    """The thresholds of this installation, in days. TypeError for a name that does not exist."""
    return Thresholds(**getattr(settings, "ATTENTION_THRESHOLDS", {}))


def signals_of(client: Watched, limits: Thresholds) -> list[Signal]:
    """The rules that hold for this client, in the order in which a page shows them."""
    return [signal for signal in (_not_seen(client, limits), _no_employer(client, limits)) if signal]


def _not_seen(client: Watched, limits: Thresholds) -> Signal | None:
    """No face-to-face contact for longer than the threshold, while support runs (section 6)."""
    since = client.seen_or_enrolled_on if client.is_open else None
    never = client.last_seen_on is None
    return _after(SignalCode.NOT_SEEN, since, client.day, limits.not_seen_days, never=never)


def _no_employer(client: Watched, limits: Thresholds) -> Signal | None:
    """Still no visit to an employer, and that is late."""
    since = client.ips_enrolled_on
    if since is None or client.first_employer_on is not None:
        return None
    if not employer_is_late(enrolled_on=since, until=client.day, works=client.has_job, limits=limits):
        return None
    return _after(SignalCode.NO_EMPLOYER, since, client.day, limits.no_employer_days, never=True)


def _after(code: SignalCode, since: date | None, day: date, threshold: int, *, never: bool) -> Signal | None:
    """The signal when more than `threshold` days have passed since `since`; none without a first day."""
    if since is None or (day - since).days <= threshold:
        return None
    return Signal(code=code, since=since, days=(day - since).days, threshold=threshold, never=never)
