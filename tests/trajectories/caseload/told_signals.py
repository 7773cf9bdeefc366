"""The signals of one client by walking over days, in plain Python: what the database has to agree with.

Nothing of the product's own rules is used here: rows are read, days are counted, and domain.md, section 6, is
written down a second time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone

from clients.models import Assignment, Client
from trajectories.models import (
    Appointment,
    DisclosureChoice,
    Job,
    SignalSnooze,
    SignalThresholds,
    Trajectory,
)

WITH_CLIENT = {"werk", "steun", "groep"}
WORST_FIRST = [
    "job_ended", "job_started", "job_starts", "no_disclosure", "not_seen", "job_contact", "no_employer",
    "long_without_job", "approval_ends", "no_follower", "unanswered",
]  # fmt: skip
USUAL = {
    "job_ended_days": 3, "job_started_days": 3, "job_starts_days": 7, "no_disclosure_days": 14,
    "not_seen_days": 28, "job_contact_first_days": 7, "job_contact_later_days": 31, "no_employer_days": 30,
    "long_without_job_days": 274, "approval_ends_days": 90, "no_follower_days": 0, "unanswered_days": 0,
}  # fmt: skip
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ToldSignal:
    """One signal that holds: since when, about which day, never at all; `until` is set for a snooze."""

    code: str
    since: date
    about: date
    never: bool
    until: date | None


@dataclass
class ToldSignals:
    """What holds of one client on `today`."""

    client: Client
    today: date

    @cached_property
    def found(self) -> list[ToldSignal]:
        """The worst first, with those that were set aside."""
        if self.client.died_on is not None or self.begin is None:
            return []
        rules = {code: getattr(self, f"_{code}")() for code in WORST_FIRST}
        return [self._with_snooze(code, *said) for code, said in rules.items() if said is not None]

    @property
    def awake(self) -> list[ToldSignal]:
        return [one for one in self.found if one.until is None]

    @cached_property
    def running(self) -> list[Trajectory]:
        rows = self.client.trajectories.all()
        running = [
            one for one in rows if one.enrolled_on <= self.today and self._is_on(one.ended_on, self.today)
        ]
        return sorted(running, key=lambda one: (one.enrolled_on, one.pk))

    @property
    def begin(self) -> date | None:
        """The first day of the support that runs, where every clock starts."""
        return self.running[0].enrolled_on if self.running else None

    @cached_property
    def ips_since(self) -> date | None:
        return next((one.enrolled_on for one in self.running if one.kind == "ips"), None)

    @cached_property
    def jobs(self) -> list[Job]:
        return list(Job.objects.filter(trajectory__client=self.client).order_by("started_on", "pk"))

    @cached_property
    def days(self) -> dict[str, set[date]]:
        """On which days of the episode the client was spoken with and seen, and employers were visited."""
        found: dict[str, set[date]] = {"spoken": set(), "seen": set(), "visited": set()}
        for contact in self.client.contacts.all():
            day = timezone.localtime(contact.occurred_at).date()
            if day >= self.begin and contact.kind in WITH_CLIENT:
                found["spoken"].add(day)
                if contact.face_to_face:
                    found["seen"].add(day)
            if contact.kind == "werkgever" and contact.face_to_face:
                found["visited"].add(day)
        return found

    def limit(self, name: str) -> int:
        """The days of the team, else of the organisation."""
        for row in self.thresholds:
            if getattr(row, name) is not None:
                return getattr(row, name)
        return USUAL[name]

    @cached_property
    def thresholds(self) -> list[SignalThresholds]:
        rows = list(SignalThresholds.objects.all())
        own = [row for row in rows if row.team_id is not None and row.team_id == self.client.team_id]
        return own + [row for row in rows if row.team_id is None]

    @cached_property
    def snoozes(self) -> list[SignalSnooze]:
        return list(SignalSnooze.objects.filter(client=self.client, lifted_at=None))

    @cached_property
    def choices(self) -> list[DisclosureChoice]:
        return list(DisclosureChoice.objects.filter(client=self.client, withdrawn_at=None))

    def _with_snooze(self, code: str, since: date, about: date, never: bool) -> ToldSignal:
        own = [one for one in self.snoozes if (one.code, one.since) == (code, since)]
        until = next((one.until for one in own if one.until > self.today), None)
        return ToldSignal(code, since, about, never, until)

    def _is_on(self, last_day: date | None, day: date) -> bool:
        return last_day is None or day <= last_day

    def _runs(self, job: Job, day: date) -> bool:
        return job.started_on <= day and self._is_on(job.ended_on, day)

    def _walk(self, first: date) -> Iterator[date]:
        """Each day from `first` until today."""
        day = first
        while day <= self.today:
            yield day
            day += ONE_DAY

    def _was_silent(self, first: date) -> bool:
        return not any(day in self.days["spoken"] for day in self._walk(first))

    def _job_ended(self) -> tuple | None:
        ends = [
            job.ended_on
            for job in self.jobs
            if job.ended_on and self.begin <= job.ended_on < self.today and self._was_silent(job.ended_on)
        ]
        late = [end for end in ends if len(list(self._walk(end))) - 1 > self.limit("job_ended_days")]
        return (min(ends), min(ends), False) if late else None

    def _job_started(self) -> tuple | None:
        starts = [
            job.started_on
            for job in self.jobs
            if self._runs(job, self.today)
            and job.started_on >= self.begin
            and self._was_silent(job.started_on)
        ]
        late = [start for start in starts if len(list(self._walk(start))) > self.limit("job_started_days")]
        return (min(starts), min(starts), False) if late else None

    def _coming(self, name: str) -> list[tuple[date, Job]]:
        """Jobs that start today or so many days ahead, each with the day on which that came near."""
        ahead = self.limit(name)
        days = [self.today + timedelta(days=number) for number in range(ahead + 1)]
        return [
            (max(job.started_on - timedelta(days=ahead), self.begin), job)
            for job in self.jobs
            if job.started_on in days
        ]

    def _job_starts(self) -> tuple | None:
        ahead = timedelta(days=self.limit("job_starts_days"))
        near = [
            (job.started_on, since)
            for since, job in self._coming("job_starts_days")
            if not self._is_visited(
                job.started_on - ahead, job.started_on + timedelta(days=self.limit("job_started_days"))
            )
        ]
        return (min(near)[1], min(near)[0], False) if near else None

    def _is_visited(self, first: date, last: date) -> bool:
        """Whether the client was seen from `first` on, or a visit up to `last` lies ahead or was kept."""
        if any(day in self.days["seen"] for day in self._walk(first)):
            return True
        return any(
            first <= day <= last and (day >= self.today or state == "kept")
            for appointment in self.client.appointments.exclude(location__in=["telefoon", "beeldbellen"])
            for day, state in self._visits(appointment, last)
        )

    def _visits(self, appointment: Appointment, last: date) -> Iterator[tuple[date, str]]:
        """Days and states of the occurrences that were not called off and not missed."""
        said = {one.original_on: one for one in appointment.occurrences.all()}
        for day in days_of(appointment, last + timedelta(days=40)):
            one = said.get(day)
            if one is None or one.state not in ("cancelled", "missed"):
                yield (one.starts_on or day if one else day), one.state if one else ""

    def _no_disclosure(self) -> tuple | None:
        near = [
            (job.started_on, since)
            for since, job in self._coming("no_disclosure_days")
            if job.employer_id not in {choice.employer_id for choice in self.choices}
        ]
        return (min(near)[1], min(near)[0], False) if near else None

    def _not_seen(self) -> tuple | None:
        since, never = self.ips_since or self.begin, True
        for day in self._walk(self.begin):
            if day in self.days["seen"]:
                since, never = day, False
        late = len(list(self._walk(since))) - 1 > self.limit("not_seen_days")
        return (since, since, never) if late else None

    def _job_contact(self) -> tuple | None:
        late = []
        for job in self.jobs:
            if not self._runs(job, self.today):
                continue
            first = max(job.started_on, self.begin)
            since = first
            for day in self._walk(first):
                if day in self.days["spoken"]:
                    since = day
            name = "first" if self.today < a_month_after(job.started_on) else "later"
            if len(list(self._walk(since))) - 1 > self.limit(f"job_contact_{name}_days"):
                late.append(since)
        return (min(late), min(late), min(late) not in self.days["spoken"]) if late else None

    def _no_employer(self) -> tuple | None:
        if self.ips_since is None or self._works(self.today):
            return None
        for day in self._walk(self.ips_since):
            if day in self.days["visited"]:
                return None
        late = len(list(self._walk(self.ips_since))) - 1 > self.limit("no_employer_days")
        return (self.ips_since, self.ips_since, True) if late else None

    def _works(self, day: date) -> bool:
        return any(
            job.open_to_anyone and job.regular_wage and job.regular_employer and self._runs(job, day)
            for job in self.jobs
        )

    def _long_without_job(self) -> tuple | None:
        if self.ips_since is None or self._works(self.today):
            return None
        since, never = self.ips_since, True
        for day in self._walk(self.ips_since):
            if self._works(day):
                since, never = day, False
        late = (self.today - since).days >= self.limit("long_without_job_days")
        return (since, since, never) if late else None

    def _approval_ends(self) -> tuple | None:
        ends = []
        for one in self.running:
            end = one.approved_until
            if end is None and one.approved_on is not None:
                months = {"epa": 36, "cmd": 24}.get(one.target_group, 0)
                end = one.approved_on
                for _month in range(months):
                    end = a_month_after(end, day=one.approved_on.day)
                end = end if months else None
            if end is not None:
                ends.append(end)
        ahead = self.limit("approval_ends_days")
        if not ends or min(ends) > self.today + timedelta(days=ahead):
            return None
        return max(min(ends) - timedelta(days=ahead), self.begin), min(ends), False

    def _no_follower(self) -> tuple | None:
        if self.ips_since is None:
            return None
        fixed = [
            one
            for one in Assignment.objects.filter(client=self.client).select_related("user")
            if one.is_primary
        ]
        there = [
            one for one in fixed if one.started_on <= self.today and self._is_on(one.ended_on, self.today)
        ]
        if any(one.user.is_active for one in there):
            return None
        since, never = self.ips_since, True
        for day in self._walk(self.ips_since):
            if any(one.ended_on == day for one in fixed):
                since, never = day, False
        late = (self.today - since).days > self.limit("no_follower_days")
        return (since, since, never) if late else None

    def _unanswered(self) -> tuple | None:
        unknown = [
            max(job.started_on, self.begin)
            for job in self.jobs
            if self._runs(job, self.today)
            and None in (job.open_to_anyone, job.regular_wage, job.regular_employer)
        ]
        late = [day for day in unknown if (self.today - day).days > self.limit("unanswered_days")]
        return (min(unknown), min(unknown), False) if late else None


def a_month_after(start: date, *, day: int | None = None) -> date:
    """The same day of the next month, or its last day; `day` is the day of the month that is meant."""
    wanted = day or start.day
    first = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - ONE_DAY
    return first.replace(day=min(wanted, last.day))


def days_of(appointment: Appointment, last: date) -> Iterator[date]:
    """The days of an appointment up to `last`, one step after the other as a person turns the leaves."""
    first, rule = appointment.starts_on, appointment.repeats
    until = min(last, appointment.repeats_until or last)
    if not rule:
        yield from (
            first + timedelta(days=number) for number in range((appointment.ends_on - first).days + 1)
        )
        return
    day = first
    while day <= until:
        yield day
        if rule.startswith("FREQ=WEEKLY"):
            day += 7 * int(rule[-1]) * ONE_DAY
        elif "BYDAY" in rule:
            day = same_weekday_of_next_month(day, first)
        else:
            day = a_month_after(day, day=first.day)


def same_weekday_of_next_month(day: date, first: date) -> date:
    """The second Tuesday after a second Tuesday; the last one where `first` was a fifth."""
    month = a_month_after(day, day=1)
    found = []
    while len(found) == 0 or month.month == found[0].month:
        found.append(month)
        month += ONE_DAY
    same = [one for one in found if one.weekday() == first.weekday()]
    nth = (first.day - 1) // 7
    return same[-1] if nth == 4 else same[nth]
