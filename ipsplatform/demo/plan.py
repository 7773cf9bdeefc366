"""What will be recorded, thought out before anything is written: plain facts, no database."""

from dataclasses import dataclass, field
from datetime import date, datetime

from ipsplatform.demo.names import Person
from ipsplatform.demo.work import Offer


@dataclass(frozen=True, slots=True)
class StageMove:
    on: date
    stage: str
    reason: str = ""
    client_words: str = ""


@dataclass(frozen=True, slots=True)
class JobPlan:
    offer: Offer
    started_on: date
    ended_on: date | None = None
    end_reason: str = ""
    stage_goes_on: bool = False

    def runs_on(self, day: date) -> bool:
        return self.started_on <= day and (self.ended_on is None or self.ended_on >= day)


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who follows the client; with `successor` the next one takes over from `handed_over_on`."""

    username: str
    role: str
    started_on: date
    ended_on: date | None = None
    successor: str = ""
    handed_over_on: date | None = None

    def username_on(self, day: date) -> str:
        if self.handed_over_on is not None and day >= self.handed_over_on:
            return self.successor
        return self.username


@dataclass(frozen=True, slots=True)
class ContactPlan:
    at: datetime
    by: str
    kind: str
    location: str
    minutes: int
    note: str
    face_to_face: bool
    employer: str = ""
    hiring_manager: bool | None = None


@dataclass(slots=True)
class TrajectoryPlan:
    kind: str
    enrolled_on: date
    funder: str
    target_group: str
    ended_on: date | None = None
    end_reason: str = ""
    referred_on: date | None = None
    approved_on: date | None = None
    approved_until: date | None = None
    job_search_started_on: date | None = None
    hours_worked_at_enrolment: int = 0
    wish: str = ""
    next_step: str = ""
    moves: list[StageMove] = field(default_factory=list)
    jobs: list[JobPlan] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    contacts: list[ContactPlan] = field(default_factory=list)

    def works_on(self, day: date) -> bool:
        return any(job.runs_on(day) for job in self.jobs)


@dataclass(slots=True)
class ClientPlan:
    """One client with everything that happened. An empty team: not in a team yet."""

    person: Person
    team: str
    trajectories: list[TrajectoryPlan] = field(default_factory=list)

    @property
    def died_on(self) -> date | None:
        """The day on which support ended by the death of the client."""
        ends = (one.ended_on for one in self.trajectories if one.end_reason == "overleden")
        return next(ends, None)
