"""The rules of a list in plain Python, over all rows of a client: what the database has to agree with."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from clients.models import Assignment, Client
from ipsplatform.common.periods import runs_on
from tests.trajectories.caseload.told_signals import ToldSignals
from trajectories.models import (
    CLIENT_CONTACT_KINDS,
    Job,
    StagePeriod,
    Trajectory,
    TrajectoryKind,
    position,
    present_episode,
)

TODAY = date(2026, 3, 2)


@dataclass
class Told:
    """What the rules say of one client, in plain Python over all rows that there are."""

    client: Client

    @cached_property
    def trajectories(self) -> list[Trajectory]:
        return sorted(self.client.trajectories.all(), key=lambda one: (one.enrolled_on, one.pk))

    @cached_property
    def running(self) -> list[Trajectory]:
        return [one for one in self.trajectories if runs(one, started_on=one.enrolled_on)]

    @property
    def ips(self) -> Trajectory | None:
        return next((one for one in self.running if one.kind == TrajectoryKind.IPS), None)

    @cached_property
    def jobs(self) -> list[tuple[date, str]]:
        found = Job.objects.filter(trajectory__client=self.client).order_by("started_on", "pk")
        return [(job.started_on, job.employer.name) for job in found if job.is_competitive and runs(job)]

    @property
    def works(self) -> bool:
        return bool(self.jobs)

    @property
    def is_shown_as_running(self) -> bool:
        if not self.trajectories:
            return self.client.died_on is None
        return any(one.is_open for one in self.trajectories)

    @cached_property
    def is_watched(self) -> bool:
        return not self.is_shown_as_running and self.client.died_on is None and bool(self.followers)

    @cached_property
    def followers(self) -> list[tuple[int, str, str, str]]:
        found = Assignment.objects.filter(client=self.client).order_by("started_on", "pk")
        people = [one.user for one in found if runs(one)]
        return [(one.pk, str(one), one.short_name, one.role_abbreviation) for one in people]

    @cached_property
    def stage(self) -> str:
        if self.client.is_deceased:
            return ""
        return position(open_stages=self.open_stages, has_job=self.works).stage

    @cached_property
    def open_stages(self) -> list[str]:
        periods = StagePeriod.objects.filter(trajectory__in=self.running).order_by("started_on", "pk")
        return [one.stage for one in periods if runs(one)]

    @property
    def ended_on(self) -> date | None:
        episode = present_episode(self.trajectories, TODAY)
        return episode.ended_on if episode else None

    @property
    def funder(self) -> str:
        return self.ips.funder if self.ips else ""

    @cached_property
    def contacts(self) -> list[tuple[date, bool | None]]:
        """Those of the present episode in which the client took part."""
        episode = present_episode(self.trajectories, TODAY)
        begin = episode.started_on if episode else date.min
        found = [one for one in self.client.contacts.all() if one.kind in CLIENT_CONTACT_KINDS]
        days = [(day_of(one.occurred_at), one.face_to_face) for one in found]
        return [(day, seen) for day, seen in days if day >= begin]

    @property
    def last_contact_on(self) -> date | None:
        return max((day for day, _seen in self.contacts), default=None)

    @cached_property
    def last_seen_on(self) -> date | None:
        return max((day for day, seen in self.contacts if seen), default=None)

    @cached_property
    def first_employer_on(self) -> date | None:
        if self.ips is None:
            return None
        visits = [day_of(one.occurred_at) for one in self.client.contacts.all() if one.is_employer_visit]
        return min((day for day in visits if day >= self.ips.enrolled_on), default=None)

    @property
    def enrolled_on(self) -> date | None:
        enrolled = self.ips or (self.running[0] if self.running else None)
        return enrolled.enrolled_on if enrolled else None

    @cached_property
    def waits_since(self) -> date | None:
        return self.last_seen_on or self.enrolled_on

    @cached_property
    def told_signals(self) -> ToldSignals:
        return ToldSignals(self.client, TODAY)

    @cached_property
    def signals(self) -> list[tuple[str, date, date, int, bool]]:
        """Code, since when, about which day, how many days, never at all; the worst first."""
        return [
            (one.code, one.since, one.about, (TODAY - one.since).days, one.never)
            for one in self.told_signals.awake
        ]


def runs(row, started_on: date | None = None) -> bool:
    return runs_on(TODAY, started_on=started_on or row.started_on, ended_on=row.ended_on)


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()
