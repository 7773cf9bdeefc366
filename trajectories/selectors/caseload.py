"""The caseload: who needs me today, and why."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Assignment, Client
from staff.models import User
from trajectories.models import ContactKind, Stage, Trajectory
from trajectories.selectors.caseload_columns import with_caseload_columns

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
    colleagues: list[User]
    days_enrolled: int | None
    employer_after_days: int | None
    job_employer: str | None
    job_week: int | None
    job_started_on: date | None
    attention: list[Attention]

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


def caseload_clients(*, user: User, scope: str, day: date) -> QuerySet[Client]:
    """The clients of the caseload (`mine`) or of all teams and caseloads of `user` (`team`)."""
    visible = Client.objects.visible_to(user)
    if scope == MINE:
        visible = visible.on_caseload_of(user)
    return with_caseload_columns(visible.select_related("team"), day)


def count_running(*, user: User, scope: str) -> int:
    """How many clients stand behind a tab: those whom the caseload shows without a filter."""
    clients = Client.objects.visible_to(user)
    if scope == MINE:
        clients = clients.on_caseload_of(user)
    return clients.filter(is_running_q()).count()


def is_running_q() -> Q:
    """Clients with an open trajectory, or none at all yet: the file still waits for its start."""
    trajectories = Trajectory.objects.filter(client=OuterRef("pk"))
    return Q(Exists(trajectories.open())) | ~Q(Exists(trajectories))


def caseload_rows(*, clients: list[Client] | QuerySet[Client], user: User, day: date) -> list[CaseloadRow]:
    """Turn annotated clients into rows. `clients` come from `caseload_clients`, with colleagues."""
    return [_row(client, user, day) for client in clients]


def with_colleagues(clients: QuerySet[Client], day: date) -> QuerySet[Client]:
    """Fetch who follows each client on `day`, the people of one client in the order they came."""
    running = Assignment.objects.running_on(day).select_related("user").order_by("started_on", "pk")
    return clients.prefetch_related(Prefetch("assignments", queryset=running, to_attr="running_assignments"))


def _row(client: Client, user: User, day: date) -> CaseloadRow:
    return CaseloadRow(
        client=client,
        stage=client.stage,
        stage_label=Stage(client.stage).label if client.stage else _("no stage yet"),
        days_since_seen=_days(client.last_seen_on, day),
        days_since_contact=_days(client.last_contact_on, day),
        colleagues=[a.user for a in client.running_assignments if a.user_id != user.pk],
        days_enrolled=_days(client.ips_enrolled_on, day),
        employer_after_days=_days(client.ips_enrolled_on, client.first_employer_on),
        job_employer=client.job_employer,
        job_week=_week_of(client.job_started_on, day),
        job_started_on=client.job_started_on,
        attention=_attention(client, day),
    )


def _attention(client: Client, day: date) -> list[Attention]:
    write = f"{reverse('trajectories:contact_write')}?client={client.public_id}"
    signals = []
    if client.not_seen:
        days = _days(client.seen_or_enrolled_on, day)
        text = _("not seen for %(days)s days") if client.last_seen_on else _("not seen yet, day %(days)s")
        signals.append(Attention(text % {"days": days}, _("write contact"), write))
    if client.no_employer:
        text = _("no employer contact, %(days)s days") % {"days": _days(client.ips_enrolled_on, day)}
        signals.append(Attention(text, _("write employer contact"), f"{write}&kind={ContactKind.WERKGEVER}"))
    return signals


def _days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days


def _week_of(started_on: date | None, day: date) -> int | None:
    """Week 1 is the first week of the job."""
    return None if started_on is None else (day - started_on).days // 7 + 1
