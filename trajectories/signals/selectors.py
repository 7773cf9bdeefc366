"""When a client asks for attention: the rules of domain.md, section 6, in SQL.

The thresholds are rows: of a team, and of the organisation for what a team leaves empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from trajectories.models import LIMITS, SignalCode, SignalThresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed:
    """Why a signal that holds is not shown until a day, and who decided that."""

    snooze: str  # the public identifier of the row
    until: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A rule that holds on a day: `days` have passed since `since`.

    `about` is the day that the rule looks at: the start or end of a job, the end of an approval; else the
    same as `since`. `never` says that it has not happened at all, so that `since` is where the episode or the
    job began. `subject` identifies the row that the action is about: a trajectory, a job or an employer.
    `snoozed` tells that it was set aside.
    """

    code: SignalCode
    since: date
    about: date
    days: int
    never: bool
    subject: str = ""
    snoozed: Snoozed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a signal holds of somebody who lives and is supported, since when, and about which day.

    In SQL, by the names of `trajectories/caseload/facts.py`: PostgreSQL chooses, sorts and counts by them,
    and what is shown of a client is its answer.
    """

    holds: str
    since: str
    never: str = "FALSE"
    about: str = ""
    subject: str = "NULL"

    @property
    def about_day(self) -> str:
        """The day that the words name; the beginning where the rule names no other."""
        return self.about or self.since


# In the order of SignalCode, the worst first. "More than N days" and "N days and more" are as domain.md says.
RULES = {
    SignalCode.JOB_ENDED: Rule(
        holds="day - job_ended_on > job_ended_days",
        since="job_ended_on",
    ),
    SignalCode.JOB_STARTED: Rule(
        holds="day - job_started_on >= job_started_days",
        since="job_started_on",
    ),
    SignalCode.JOB_STARTS: Rule(
        holds="job_starts_on IS NOT NULL",
        since="GREATEST(job_starts_on - job_starts_days, episode_on)",
        about="job_starts_on",
    ),
    SignalCode.NO_DISCLOSURE: Rule(
        holds="job_undisclosed_on IS NOT NULL",
        since="GREATEST(job_undisclosed_on - no_disclosure_days, episode_on)",
        about="job_undisclosed_on",
        subject="job_undisclosed_employer",
    ),
    # No face-to-face contact for longer than the threshold.
    SignalCode.NOT_SEEN: Rule(
        holds="day - seen_or_enrolled_on > not_seen_days",
        since="seen_or_enrolled_on",
        never="last_seen_on IS NULL",
    ),
    SignalCode.JOB_CONTACT: Rule(
        holds="job_silent_since IS NOT NULL",
        since="job_silent_since",
        never="last_contact_on IS NULL OR last_contact_on < job_silent_since",
    ),
    # Still no visit to an employer, and that is late: what `employer_is_late` says of today.
    SignalCode.NO_EMPLOYER: Rule(
        holds="day - ips_enrolled_on > no_employer_days AND NOT has_job AND first_employer_on IS NULL",
        since="ips_enrolled_on",
        never="TRUE",
    ),
    # A reason to review, never to close.
    SignalCode.LONG_WITHOUT_JOB: Rule(
        holds=(
            "ips_enrolled_on IS NOT NULL AND NOT has_job"
            " AND day - GREATEST(ips_enrolled_on, worked_until) >= long_without_job_days"
        ),
        since="GREATEST(ips_enrolled_on, worked_until)",
        never="worked_until IS NULL OR worked_until < ips_enrolled_on",
        subject="ips_trajectory",
    ),
    SignalCode.APPROVAL_ENDS: Rule(
        holds="approval_ends_on - day <= approval_ends_days",
        since="GREATEST(approval_ends_on - approval_ends_days, running_since)",
        about="approval_ends_on",
        subject="approval_trajectory",
    ),
    SignalCode.NO_FOLLOWER: Rule(
        holds=(
            "ips_enrolled_on IS NOT NULL AND NOT has_fixed"
            " AND day - GREATEST(ips_enrolled_on, fixed_until) > no_follower_days"
        ),
        since="GREATEST(ips_enrolled_on, fixed_until)",
        never="fixed_until IS NULL OR fixed_until < ips_enrolled_on",
    ),
    SignalCode.UNANSWERED: Rule(
        holds="day - job_unanswered_since > unanswered_days",
        since="job_unanswered_since",
        subject="job_unanswered",
    ),
}


def employer_is_late(*, enrolled_on: date, until: date, works: bool, days: int) -> bool:
    """Whether rapid job search is late: no visit to an employer from `enrolled_on` until `until`.

    `until` is the day of the first visit, or today, `days` the threshold of the team. Somebody with a regular
    job that runs is not late; a job that has ended changes nothing: the client looks for work again
    (domain.md, section 6).
    """
    return not works and (until - enrolled_on).days > days


def threshold(name: str, *, team: OuterRef) -> Combinable:
    """The days of one column of LIMITS for the team that `team` names: its own, else the organisation's."""
    rows = SignalThresholds.objects.filter(Q(team=team) | Q(team=None), **{f"{name}__isnull": False})
    own_first = rows.order_by(F("team").asc(nulls_last=True)).values(name)[:1]
    return Coalesce(Subquery(own_first), LIMITS[name].days)


def threshold_of_team(name: str, *, team_id: int | None) -> int:
    """The same for one team, or for clients without one. One statement."""
    rows = SignalThresholds.objects.filter(Q(team=team_id) | Q(team=None), **{f"{name}__isnull": False})
    found = rows.order_by(F("team").asc(nulls_last=True)).values_list(name, flat=True).first()
    return LIMITS[name].days if found is None else found


def signals_of(found: Mapping[str, list], *, day: date) -> list[Signal]:
    """The signals of one client on `day`, the worst first; of those that were set aside too.

    `found` holds, for each rule that holds, since when, about which day, whether it never happened at all,
    what the action is about, and what is known of setting it aside.
    """
    return [_signal(code, found[code], day) for code in RULES if code in found]


def _signal(code: SignalCode, found: list, day: date) -> Signal:
    first, about, never, subject, snoozed = found
    since = date.fromisoformat(first)
    return Signal(
        code=code,
        since=since,
        about=date.fromisoformat(about),
        days=(day - since).days,
        never=never,
        subject=subject or "",
        snoozed=_snoozed(*snoozed) if snoozed else None,
    )


def _snoozed(snooze: str, until: str, reason: str, first_name: str, last_name: str) -> Snoozed:
    return Snoozed(snooze=snooze, until=date.fromisoformat(until), reason=reason, by=first_name or last_name)
