"""A client of a list in words: the caseload, search, the client's file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import Client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.spreadsheets import Sheet, sheet_of
from staff.models import User
from trajectories.caseload.clocks import RunningJob
from trajectories.caseload.selectors import CaseloadFacts
from trajectories.journey.pages import position_name
from trajectories.signals.pages import Attention, SetAside, attention_of, set_aside_of, signal_text


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One client as `user` reads it: the colleagues are the others."""

    facts: CaseloadFacts
    user: User

    @property
    def client(self) -> Client:
        return self.facts.client

    @property
    def url(self) -> str:
        return reverse("trajectories:client_overview", args=[self.client.public_id])

    @property
    def stage(self) -> str:
        return self.facts.stage

    @property
    def stage_label(self) -> str:
        if self.client.is_deceased:
            return _("deceased")
        if not self.stage and self.facts.ended_on:
            return _("support ended")
        return position_name(self.facts.position)

    @property
    def seen_text(self) -> str:
        facts, days = self.facts, self.facts.days_since_seen
        if self.client.died_on:
            return _("died on %(day)s") % {"day": day_text(self.client.died_on)}
        if facts.ended_on and not facts.is_watched:
            return _("up to %(day)s") % {"day": day_text(facts.ended_on)}
        if days is None:
            return _("not seen since the enrolment") if facts.is_open else _("not seen yet")
        if days == 0:
            return _("seen today")
        return ngettext("last seen %(days)s day ago", "last seen %(days)s days ago", days) % {"days": days}

    @property
    def colleagues_text(self) -> str:
        """With whom: the people who also follow this client."""
        others = [user for user in self.facts.followers if user.pk != self.user.pk]
        people = ", ".join(f"{user.short_name} ({user.role_abbreviation})" for user in others)
        return _("with %(people)s") % {"people": people} if people else ""

    @property
    def work_text(self) -> str:
        """The running job, else the clock until the first employer contact (seed 001: at once)."""
        facts = self.facts
        if self.client.is_deceased:
            return ""
        if facts.job:
            return ", ".join(_job_text(job, facts.day) for job in facts.jobs)
        if (days := facts.employer_after_days) is not None:
            return ngettext(
                "employer contact after %(days)s day", "employer contact after %(days)s days", days
            ) % {"days": days}
        if facts.days_enrolled is not None:
            return _("day %(days)s without employer contact") % {"days": facts.days_enrolled}
        return ""

    @property
    def attention(self) -> list[Attention]:
        """Every signal, the worst first."""
        return attention_of(self.client, self.facts.signals, user=self.user)

    @property
    def worst(self) -> Attention | None:
        """The one signal that a list shows."""
        return next(iter(attention_of(self.client, self.facts.signals[:1], user=self.user)), None)

    @property
    def more_text(self) -> str:
        """How many signals there are beside the worst."""
        more = len(self.facts.signals) - 1
        text = ngettext("and %(more)s more signal", "and %(more)s more signals", more)
        return text % {"more": more} if more > 0 else ""

    @property
    def set_aside(self) -> list[SetAside]:
        """The signals that wait until a day."""
        return set_aside_of(self.client, self.facts.snoozed, user=self.user)


def _job_text(job: RunningJob, day: date) -> str:
    """Week 1 is the first week of the job."""
    week = (day - job.started_on).days // 7 + 1
    return _("week %(week)s at %(employer)s") % {"week": week, "employer": job.employer}


def caseload_rows(*, facts: Iterable[CaseloadFacts], user: User) -> Iterator[CaseloadRow]:
    """Facts as the rows that `user` reads; each is made when it is asked for."""
    return (CaseloadRow(line, user) for line in facts)


# Label and content of each column of the export, in order.
COLUMNS: tuple[tuple[str, Callable[[CaseloadRow], object]], ...] = (
    (gettext_lazy("Client number"), lambda row: row.client.client_number),
    (gettext_lazy("Name"), lambda row: row.client.list_name),
    (gettext_lazy("Team"), lambda row: row.client.team.name if row.client.team else ""),
    (gettext_lazy("Stage"), lambda row: row.stage_label),
    (gettext_lazy("Days since seen"), lambda row: row.facts.days_since_seen),
    (gettext_lazy("Days since contact"), lambda row: row.facts.days_since_contact),
    (gettext_lazy("Followed by"), lambda row: ", ".join(map(str, row.facts.followers))),
    (gettext_lazy("Days since enrolment"), lambda row: row.facts.days_enrolled),
    (gettext_lazy("Days until the first employer contact"), lambda row: row.facts.employer_after_days),
    (gettext_lazy("Employer"), lambda row: "; ".join(job.employer for job in row.facts.jobs)),
    (gettext_lazy("Job since"), lambda row: row.facts.job.started_on if row.facts.job else None),
    (gettext_lazy("Signals"), lambda row: "; ".join(map(signal_text, row.facts.signals))),
)


def caseload_sheet(rows: Iterable[CaseloadRow]) -> Sheet:
    return sheet_of(_("Caseload"), COLUMNS, rows)
