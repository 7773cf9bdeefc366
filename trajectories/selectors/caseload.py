"""The caseload: who needs me today, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from staff.models import User
from trajectories.models import ContactKind, Stage, Trajectory
from trajectories.selectors.caseload_facts import CaseloadFacts

MINE, TEAM = "mine", "team"


@dataclass(frozen=True, slots=True)
class Attention:
    """One signal: the rule in words, since when, and the action that resolves it."""

    text: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """What a row shows. Days count from the day of asking; None is unknown or never."""

    client: Client
    stage: str
    stage_label: str
    days_since_seen: int | None
    days_since_contact: int | None
    followers: list[User]
    colleagues: list[User]
    days_enrolled: int | None
    employer_after_days: int | None
    job_employer: str | None
    job_week: int | None
    job_started_on: date | None
    attention: list[Attention]

    @property
    def url(self) -> str:
        return reverse("trajectories:client_overview", args=[self.client.public_id])

    @property
    def seen_text(self) -> str:
        if self.days_since_seen is None:
            return _("not seen yet")
        if self.days_since_seen == 0:
            return _("seen today")
        return ngettext("last seen %(days)s day ago", "last seen %(days)s days ago", self.days_since_seen) % {
            "days": self.days_since_seen
        }

    @property
    def colleagues_text(self) -> str:
        """With whom: the people who also follow this client."""
        people = ", ".join(f"{user.short_name} ({user.role_abbreviation})" for user in self.colleagues)
        return _("with %(people)s") % {"people": people} if people else ""

    @property
    def work_text(self) -> str:
        """The running job, else the clock until the first employer contact (seed 001: at once)."""
        if self.job_employer:
            return _("week %(week)s at %(employer)s") % {"week": self.job_week, "employer": self.job_employer}
        if self.employer_after_days is not None:
            return ngettext(
                "employer contact after %(days)s day",
                "employer contact after %(days)s days",
                self.employer_after_days,
            ) % {"days": self.employer_after_days}
        if self.days_enrolled is not None:
            return _("day %(days)s without employer") % {"days": self.days_enrolled}
        return ""


def caseload_clients(*, user: User, scope: str) -> QuerySet[Client]:
    """The clients of the caseload (`mine`) or of all teams and caseloads of `user` (`team`)."""
    listed = Client.objects.listed_for(user).select_related("team")
    return listed.on_caseload_of(user) if scope == MINE else listed


def count_running(user: User) -> dict[str, int]:
    """How many clients stand behind each tab: those whom the caseload shows without a filter."""
    own = Client.objects.on_caseload_of(user).order_by().values("pk")
    running = Client.objects.listed_for(user).filter(is_running_q())
    return running.aggregate(**{MINE: Count("pk", filter=Q(pk__in=own)), TEAM: Count("pk")})


def is_running_q() -> Q:
    """Clients with an open trajectory, or none at all yet: the file still waits for its start."""
    trajectories = Trajectory.objects.filter(client=OuterRef("pk"))
    return Q(Exists(trajectories.open())) | ~Q(Exists(trajectories))


def caseload_rows(*, facts: Iterable[CaseloadFacts], user: User) -> list[CaseloadRow]:
    """Turn facts into rows, as `user` reads them: the colleagues are the others."""
    return [_row(line, user) for line in facts]


def _row(facts: CaseloadFacts, user: User) -> CaseloadRow:
    day, job = facts.day, facts.job
    return CaseloadRow(
        client=facts.client,
        stage=facts.stage,
        stage_label=Stage(facts.stage).label if facts.stage else _("no stage yet"),
        days_since_seen=_days(facts.last_seen_on, day),
        days_since_contact=_days(facts.last_contact_on, day),
        followers=[assignment.user for assignment in facts.assignments],
        colleagues=[a.user for a in facts.assignments if a.user_id != user.pk],
        days_enrolled=_days(facts.ips_enrolled_on, day),
        employer_after_days=_days(facts.ips_enrolled_on, facts.first_employer_on),
        job_employer=job.employer.name if job else None,
        job_week=_week_of(job.started_on, day) if job else None,
        job_started_on=job.started_on if job else None,
        attention=_attention(facts),
    )


def _attention(facts: CaseloadFacts) -> list[Attention]:
    if not facts.needs_attention:
        return []
    write = f"{reverse('trajectories:contact_write')}?client={facts.client.public_id}"
    signals = []
    if facts.not_seen:
        days = _days(facts.seen_or_enrolled_on, facts.day)
        text = _("not seen for %(days)s days") if facts.last_seen_on else _("not seen yet, day %(days)s")
        signals.append(Attention(text % {"days": days}, _("write contact"), write))
    if facts.no_employer:
        text = _("no employer contact, %(days)s days") % {"days": _days(facts.ips_enrolled_on, facts.day)}
        signals.append(Attention(text, _("write employer contact"), f"{write}&kind={ContactKind.WERKGEVER}"))
    return signals


def _days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days


def _week_of(started_on: date, day: date) -> int:
    """Week 1 is the first week of the job."""
    return (day - started_on).days // 7 + 1
