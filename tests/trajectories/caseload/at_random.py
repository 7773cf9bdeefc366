"""Caseloads at random: people who came back, ended, died, wait, work twice, or agreed on a job for later."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from clients.models import Assignment, Client
from staff.models import Role, Team, User
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    DisclosureFactory,
    EmployerFactory,
    JobFactory,
    OccurrenceFactory,
    SignalSnoozeFactory,
    SignalThresholdsFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.trajectories.caseload.told_signals import ToldSignals
from trajectories.models import (
    AFTER_DEATH,
    RECORDED_STAGES,
    Appointment,
    Contact,
    ContactKind,
    DisclosureChoice,
    Employer,
    Funder,
    Job,
    Location,
    Occurrence,
    OccurrenceState,
    SignalSnooze,
    StagePeriod,
    TargetGroup,
    Trajectory,
    TrajectoryKind,
)
from trajectories.models.repeating import Repeats, days_between, rule_of

# On both sides of each threshold, and of a day.
DAYS_AGO = [0, 1, 2, 3, 4, 7, 8, 27, 28, 29, 30, 31, 32, 60, 200, 273, 274, 275, 400]
DAYS_AHEAD = [0, 1, 6, 7, 8, 13, 14, 15, 60]  # of a job that is agreed
APPROVED_FOR = [-1, 0, 30, 89, 90, 91, 300]
HOURS = [time(0, 10), time(0, 59), time(12), time(23, 50)]  # before two o'clock UTC is still on another day
NAMES = ["Groot", "groot", "Çelik", "Celan", "Zwart", "Ðorđević"]
WRITTEN = (
    Client, Trajectory, StagePeriod, Job, Contact, Assignment, DisclosureChoice, Appointment, Occurrence,
)  # fmt: skip
KINDS = [kind for kind in ContactKind if kind != AFTER_DEATH]


@dataclass
class Caseload:
    """A member of staff with colleagues and clients, written in a few statements. `day` is today."""

    random: Random
    day: date
    worker: User = field(init=False)
    others: list[User] = field(init=False)
    teams: list[Team | None] = field(init=False)
    employers: list[Employer] = field(init=False)
    rows: dict[type, list] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own, second, foreign = TeamFactory(), TeamFactory(), TeamFactory()
        self.worker = UserFactory(team=own)
        self.worker.memberships.create(team=second, started_on=date(2020, 1, 1))
        self.others = [
            UserFactory(team=own),
            UserFactory(ervaringsdeskundige=True, team=foreign),
            UserFactory(is_active=False),
        ]
        self.teams = [own, own, own, second, foreign, None]
        self.employers = EmployerFactory.create_batch(2)
        # Two teams have thresholds of their own, for some signals.
        SignalThresholdsFactory(team=second, not_seen_days=14, job_starts_days=15, no_follower_days=2)
        SignalThresholdsFactory(team=foreign, job_contact_first_days=3, unanswered_days=8, job_ended_days=2)

    def write(self, clients: int) -> None:
        """Make so many clients with everything about them."""
        for number in range(clients):
            person = ClientFactory.build(
                client_number=f"R{number:04d}",
                team=self.random.choice(self.teams),
                last_name=self.random.choice(NAMES),
                first_name=self.random.choice(["Anna", "Bo"]),
                death_told_by="",
            )
            self._add(person)
            self._live(person)
        for model in WRITTEN:
            model.objects.bulk_create(self.rows.get(model, []))
        SignalSnooze.objects.bulk_create(self._snoozes())

    def _snoozes(self) -> list[SignalSnooze]:
        """Of some signals that hold: of this spell or another one, until a day to come or one that passed."""
        made = []
        for person in self.rows[Client]:
            for told in ToldSignals(person, self.day).found:
                if self.random.random() < 0.15:
                    begun = told.since - timedelta(days=self.random.choice([0, 0, 0, 1]))
                    until = self.day + timedelta(days=self.random.choice([0, 1, 20]))
                    made.append(
                        SignalSnoozeFactory.build(
                            client=person, code=told.code, since=begun, made_by=self.worker,
                            until=max(until, begun + timedelta(days=1)),
                        )
                    )  # fmt: skip
        return made

    def _add(self, row: object) -> None:
        self.rows.setdefault(type(row), []).append(row)

    def _live(self, person: Client) -> None:
        if self.random.random() < 0.12:
            person.died_on, person.death_told_by = self.random.choice([self.day, self._past()]), "zijn broer"
        trajectories = self._trajectories(person)
        for trajectory in trajectories:
            self._stages(trajectory)
            for _number in range(self.random.choice([0, 0, 1, 1, 2])):
                self._job(trajectory)
        for _number in range(self.random.choice([0, 1, 2, 5])):
            self._contact(person, trajectories)
        self._assignments(person)
        self._choices(person)
        for _number in range(self.random.choice([0, 0, 1, 2])):
            self._appointment(person)

    def _choices(self, person: Client) -> None:
        for employer in self.employers:
            if self.random.random() < 0.2:
                taken_back = self.random.random() < 0.3
                self._add(
                    DisclosureFactory.build(
                        client=person, employer=employer, may_know=self.random.random() < 0.5,
                        recorded_by=self.worker, given_on=self._past(),
                        withdrawn_at=timezone.now() if taken_back else None,
                        withdrawn_by=self.worker if taken_back else None,
                    )
                )  # fmt: skip

    def _past(self) -> date:
        return self.day - timedelta(days=self.random.choice(DAYS_AGO))

    def _trajectories(self, person: Client) -> list[Trajectory]:
        """Some that ended, also today and also at the same time as others; of the living some that run."""
        last = person.died_on or self.day
        made = []
        for _number in range(self.random.choice([0, 0, 1, 2, 3, 4])):
            ended_on = last - timedelta(days=self.random.choice([0, 0, 0, *DAYS_AGO]))
            enrolled_on = ended_on - timedelta(days=self.random.choice([0, 1, 40, 300]))
            made.append((self.random.choice(TrajectoryKind.values), enrolled_on, ended_on))
        if person.died_on is None:
            running = self.random.choice([(), ("ips",), ("ips",), ("mss",), ("ips", "mss")])
            made += [(kind, self._past(), None) for kind in running]
        self.random.shuffle(made)
        rows = [
            TrajectoryFactory.build(
                client=person, team=None, kind=kind, enrolled_on=start, ended_on=end,
                funder=self.random.choice(["", *Funder.values]),
                target_group=self.random.choice(["", *TargetGroup.values, "epa", "cmd"]), **self._approval(),
            )
            for kind, start, end in made
        ]  # fmt: skip
        for row in rows:
            self._add(row)
        return rows

    def _approval(self) -> dict[str, date | None]:
        """None, one with its last day, or one whose last day follows from the target group."""
        until = self.day + timedelta(days=self.random.choice(APPROVED_FOR))
        approved_on = until - timedelta(days=self.random.choice([730, 731, 1095, 1096]))
        return self.random.choice(
            [{}, {}, {"approved_on": approved_on, "approved_until": until}, {"approved_on": approved_on}]
        )

    def _stages(self, trajectory: Trajectory) -> None:
        """Up to three, one after the other; the last may run, have ended today or have yet to begin."""
        start, end = trajectory.enrolled_on, trajectory.ended_on
        for _number in range(self.random.choice([0, 1, 1, 3])):
            start += timedelta(days=self.random.choice([0, 1, 30]))
            until = start + timedelta(days=self.random.choice([0, 1, 29, 100]))
            until = self.random.choice([until, until, self.day, None])
            if until is None or (end and until > end):
                until = end
            if (until and until < start) or (end and start > end):
                return
            stage = self.random.choice(RECORDED_STAGES)
            self._add(
                StagePeriodFactory.build(trajectory=trajectory, stage=stage, started_on=start, ended_on=until)
            )
            if until is None:
                return
            start = until + timedelta(days=1)

    def _job(self, trajectory: Trajectory) -> None:
        start = self.random.choice([self._past(), self._ahead(), trajectory.enrolled_on])
        if trajectory.ended_on and start > trajectory.ended_on:
            start = trajectory.ended_on
        end = self.random.choice([None, None, start, self.day, self.day - timedelta(days=1)])
        if end and end < start:
            end = None
        flags = ("open_to_anyone", "regular_wage", "regular_employer")
        answers = {flag: self.random.choice([True, True, True, True, None, False]) for flag in flags}
        self._add(
            JobFactory.build(
                trajectory=trajectory,
                employer=self.random.choice(self.employers),
                started_on=start,
                ended_on=end,
                **answers,
            )
        )

    def _ahead(self) -> date:
        return self.day + timedelta(days=self.random.choice(DAYS_AHEAD))

    def _contact(self, person: Client, trajectories: list[Trajectory]) -> None:
        """Often on or beside the day of an enrolment, and around midnight."""
        days = [self._past(), *(one.enrolled_on for one in trajectories)]
        on = self.random.choice(days) + timedelta(days=self.random.choice([0, 0, -1, 1]))
        on = min(on, person.died_on or self.day, self.day - timedelta(days=1))
        self._add(
            ContactFactory.build(
                client=person,
                staff=self.worker,
                employer=None,
                kind=self.random.choice([*KINDS, ContactKind.WERK, ContactKind.WERKGEVER]),
                face_to_face=self.random.choice([True, True, True, False, None]),
                occurred_at=timezone.make_aware(datetime.combine(on, self.random.choice(HOURS))),
            )
        )

    def _appointment(self, person: Client) -> None:
        """Once or as a series, to come or long begun; of some days something was said."""
        begins = self.random.choice([self._ahead(), self._past()])
        if person.died_on is not None and begins > person.died_on:
            begins = person.died_on
        repeats = self.random.choice(list(Repeats))
        appointment = AppointmentFactory.build(
            client=person, made_by=self.worker, starts_on=begins, repeats=rule_of(repeats, begins),
            location=self.random.choice([*Location.values, ""]),
            repeats_until=self.day + timedelta(days=self.random.choice([0, 5, 90])) if repeats else None,
        )  # fmt: skip
        self._add(appointment)
        near = begins, self.day + timedelta(days=40)
        for day in days_between(
            appointment.repeats, first_on=begins, until=appointment.repeats_until, since=near[0], to=near[1]
        ):
            if self.random.random() < 0.4:
                self._add(self._said_of(appointment, day))

    def _said_of(self, appointment: Appointment, day: date) -> Occurrence:
        state = self.random.choice(["", *OccurrenceState.values])
        moved = self.random.choice([None, self._ahead(), self._past()]) if day > self.day or state else None
        return OccurrenceFactory.build(
            appointment=appointment, original_on=day, state=state, starts_on=moved,
            starts_at=time(10) if moved else None, ends_at=time(11) if moved else None,
            reached_out="gebeld" if state == OccurrenceState.MISSED else "",
        )  # fmt: skip

    def _assignments(self, person: Client) -> None:
        fixed_person = self.random.choice([None, self.worker, self.others[0], self.others[2]])  # or who left
        for user in (self.worker, *self.others):
            if self.random.random() < 0.6:
                continue
            end = self.random.choice([None, None, None, self.day, self.day - timedelta(days=1)])
            was = self.random.random() < 0.1  # in a role that this person has no more
            role = Role.KWARTIERMAKER if was else user.role
            fixed = user is fixed_person and not was
            self._add(
                AssignmentFactory.build(
                    client=person, user=user, role=role, is_primary=fixed, ended_on=end,
                    started_on=date(2022, 1, 3),
                )
            )  # fmt: skip
