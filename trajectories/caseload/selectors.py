"""What a list shows of each client: the caseload, search, the dashboard, the client's file.

The database decides who stands on a page and in which order, and knows the facts of those (`clocks.py`);
what follows from them is told here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Q

from clients.models import Client, ClientQuerySet
from staff.models import User
from trajectories.caseload.clocks import Line, RunningJob, lines_of, need
from trajectories.models import Position, is_running_q, position
from trajectories.signals.selectors import Signal, signals_of

MINE, TEAM = "mine", "team"
NO_STAGE = "none"
FACTS_AT_ONCE = 500  # clients of an export: what a statement asks stays short


@dataclass(frozen=True, kw_only=True)
class CaseloadFacts:
    """One client on `day`. Days without a value are unknown or never; counts of days end on `day`.

    The clocks are those of the present episode: what happened before it starts none.
    """

    client: Client
    day: date
    line: Line

    @property
    def jobs(self) -> list[RunningJob]:
        """The regular jobs that run, in the order in which they began."""
        return self.line.jobs

    @property
    def followers(self) -> list[User]:
        """Who follows the client on the day, in the order in which they began."""
        return self.line.followers

    @property
    def last_contact_on(self) -> date | None:
        """The last contact of any kind in which the client took part."""
        return self.line.last_contact_on

    @property
    def last_seen_on(self) -> date | None:
        """The last one of those face to face."""
        return self.line.last_seen_on

    @property
    def first_employer_on(self) -> date | None:
        """The first visit to an employer since the enrolment of the IPS trajectory that runs."""
        return self.line.first_employer_on

    @cached_property
    def position(self) -> Position:
        """Where the client takes part, and what runs beside it."""
        if self.client.is_deceased:
            return Position("")
        return position(open_stages=self.line.open_stages, has_job=self.has_job)

    @property
    def stage(self) -> str:
        """A running regular job, else the furthest open stage, else none yet (domain.md, section 4)."""
        return self.position.stage

    @property
    def is_open(self) -> bool:
        """Whether any trajectory of the client is running."""
        return self.line.running_since is not None

    @property
    def ended_on(self) -> date | None:
        """The last day of the support of a client without a running trajectory; None while one runs."""
        return self.line.support_ended_on

    @property
    def is_watched(self) -> bool:
        """Whether somebody keeps in touch after the end: "vinger aan de pols"."""
        return self.ended_on is not None and bool(self.followers) and not self.client.is_deceased

    @property
    def ips_enrolled_on(self) -> date | None:
        """The first day of the running IPS trajectory, where the clock of rapid job search begins."""
        return self.line.ips_enrolled_on

    @property
    def enrolled_on(self) -> date | None:
        """The enrolment of the IPS trajectory, else of the first other one that runs."""
        return self.ips_enrolled_on or self.line.running_since

    @property
    def funder(self) -> str:
        """Who pays for the running IPS trajectory; empty when unknown or without one."""
        return self.line.funder

    @property
    def job(self) -> RunningJob | None:
        """The running regular job that began first."""
        return self.jobs[0] if self.jobs else None

    @property
    def has_job(self) -> bool:
        """Whether the client has a running regular job."""
        return bool(self.jobs)

    @property
    def job_week(self) -> int | None:
        """Week 1 is the first week of the job."""
        return (self.day - self.job.started_on).days // 7 + 1 if self.job else None

    @property
    def seen_or_enrolled_on(self) -> date | None:
        """The last meeting face to face, else the day of enrolment; None without either."""
        return self.last_seen_on or self.enrolled_on

    @property
    def days_since_seen(self) -> int | None:
        """Days since the client was last met face to face; None when that never happened in this episode.

        The count ends with the support, unless somebody keeps in touch.
        """
        return _days(self.last_seen_on, self.day) if self._counts else None

    @property
    def days_since_contact(self) -> int | None:
        """Days since the last contact of any kind; as `days_since_seen`."""
        return _days(self.last_contact_on, self.day) if self._counts else None

    @property
    def _counts(self) -> bool:
        return (self.ended_on is None and not self.client.is_deceased) or self.is_watched

    @property
    def days_enrolled(self) -> int | None:
        """Days since the enrolment of the IPS trajectory."""
        return _days(self.ips_enrolled_on, self.day)

    @property
    def employer_after_days(self) -> int | None:
        """Days from that enrolment until the first visit to an employer."""
        return _days(self.ips_enrolled_on, self.first_employer_on)

    @property
    def signals(self) -> list[Signal]:
        """The reasons to look at this client, the worst first, without what was set aside."""
        return [signal for signal in self._signals if signal.snoozed is None]

    @property
    def snoozed(self) -> list[Signal]:
        """The signals that hold and were set aside until a day."""
        return [signal for signal in self._signals if signal.snoozed is not None]

    def has_signal(self, code: str) -> bool:
        """Whether the signal with this code asks for attention to the client."""
        return any(signal.code == code for signal in self.signals)

    @cached_property
    def _signals(self) -> list[Signal]:
        return signals_of(self.line.signals, day=self.day)


def caseload_facts(clients: Iterable[Client], day: date) -> list[CaseloadFacts]:
    """The facts of `clients` on `day`, in their order, in one statement however many they are.

    Of a client who was destroyed in between there are none.
    """
    clients = list(clients)
    lines = lines_of([client.pk for client in clients], day) if clients else {}
    return [CaseloadFacts(client=one, day=day, line=lines[one.pk]) for one in clients if one.pk in lines]


def facts_by_need(clients: ClientQuerySet, day: date) -> list[CaseloadFacts]:
    """The facts of all of these, who needs me first on top: the order of `in_order_of_need`."""
    return sorted(caseload_facts(clients.in_list_order(), day), key=lambda one: one.line.need)


def facts_in_batches(clients: Iterable[Client], day: date) -> Iterator[CaseloadFacts]:
    """The same for a whole list, some hundreds at a time: for an export, which shows everybody."""
    clients = list(clients)
    for first in range(0, len(clients), FACTS_AT_ONCE):
        yield from caseload_facts(clients[first : first + FACTS_AT_ONCE], day)


def in_order_of_need(clients: ClientQuerySet, day: date) -> ClientQuerySet:
    """Who needs me first: the worst signal, of those the oldest, then not seen for longest; then by name."""
    return clients.alias(need=need(day)).in_list_order(after=("need",))


def caseload_clients(*, user: User, scope: str) -> ClientQuerySet:
    """The clients of the caseload (`mine`) or of all teams and caseloads of `user` (`team`)."""
    listed = Client.objects.listed_for(user).select_related("team")
    return listed.on_caseload_of(user) if scope == MINE else listed


def count_running(user: User) -> dict[str, int]:
    """How many clients stand behind each tab: those whom the caseload shows without a filter."""
    own = Client.objects.keys_followed_by(user)
    running = Client.objects.listed_for(user).filter(is_running_q())
    return running.aggregate(**{MINE: Count("pk", filter=Q(pk__in=own)), TEAM: Count("pk")})


def _days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days
