"""Who saw whom when: the two professions, employers, groups and consultations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from ipsplatform.demo import words
from ipsplatform.demo.plan import ContactPlan, Follower, JobPlan, TrajectoryPlan
from ipsplatform.demo.work import EMPLOYERS, pick_employer
from staff.models import Role

RECENT_DAYS = 150
SETTLING_DAYS = 45
KIND_BY_SITUATION = {
    "steun": "steun",
    "werkgever": "werkgever",
    "werkgever_baan": "werkgever",
    "groep": "groep",
    "overleg": "overleg",
}
PLACES = {
    "werk": ("elders", "thuis", "instelling", "werkplek", "telefoon", "beeldbellen"),
    "steun": ("thuis", "elders", "instelling", "telefoon"),
    "werkgever": ("werkplek", "werkplek", "werkplek", "telefoon"),
    "groep": ("elders", "instelling"),
    "overleg": ("instelling", "beeldbellen", "telefoon"),
}
AT_A_DISTANCE = ("telefoon", "beeldbellen")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often this client is seen. Contacts of the last `quiet_days` do not exist (yet)."""

    recent_days: int = RECENT_DAYS
    older_every: int = 60
    quiet_days: int = 0
    first_employer_visit: int | None = 20


@dataclass(frozen=True, slots=True)
class Moment:
    """A contact before it has words."""

    day: date
    follower: Follower
    situation: str
    job: JobPlan | None = None
    in_person: bool = False


def usual_rhythm(rng: Random, plan: TrajectoryPlan) -> Rhythm:
    """Most clients are seen often enough; some are not, and some wait long for the first employer."""
    first_visit: int | None = max(3, int(rng.gauss(24, 10)))
    if rng.random() < 0.14:
        first_visit = rng.choice((None, 45, 62, 80))
    is_quiet = plan.ended_on is None and rng.random() < 0.09
    return Rhythm(
        older_every=50 if plan.ended_on is None else 75,
        quiet_days=rng.randrange(29, 55) if is_quiet else rng.randrange(0, 9),
        first_employer_visit=first_visit,
    )


def add_contacts(rng: Random, plan: TrajectoryPlan, *, first_name: str, today: date, rhythm: Rhythm) -> None:
    """Fill `plan.contacts`; nothing lies in the future, so the same day gives the same rows."""
    last_day = min(plan.ended_on or today, today - timedelta(days=1 + rhythm.quiet_days))
    moments = list(_moments(rng, plan, rhythm=rhythm, today=today))
    plan.contacts = [
        _contact(rng, moment, first_name=first_name)
        for moment in moments
        if plan.enrolled_on <= moment.day <= last_day
    ]


def _moments(rng: Random, plan: TrajectoryPlan, *, rhythm: Rhythm, today: date) -> Iterator[Moment]:
    lead, *others = plan.followers
    yield Moment(plan.enrolled_on + timedelta(days=rng.randrange(0, 4)), lead, "kennismaking")
    if lead.role == Role.IPS_TRAJECTBEGELEIDER:
        yield Moment(plan.enrolled_on + timedelta(days=rng.randrange(7, 15)), lead, "profiel")
        yield from _employer_visits(rng, plan, rhythm=rhythm, today=today)
        for job in plan.jobs:
            yield from _around_job(rng, job, lead=lead, recent_from=_recent_from(rhythm, today))
    for day in _days(rng, plan, every=13, rhythm=rhythm, today=today):
        yield _usual(plan, lead, day)
    for follower in others:
        yield from _moments_of_other(rng, plan, follower, rhythm=rhythm, today=today)
    if plan.ended_on is not None and plan.end_reason not in ("geen_contact", "overleden"):
        yield Moment(plan.ended_on - timedelta(days=rng.randrange(0, 5)), lead, "afronding")


def _moments_of_other(
    rng: Random, plan: TrajectoryPlan, follower: Follower, *, rhythm: Rhythm, today: date
) -> Iterator[Moment]:
    every = 19 if follower.role == Role.ERVARINGSDESKUNDIGE else 32
    for day in _days(rng, plan, every=every, rhythm=rhythm, today=today):
        if day < follower.started_on:
            continue
        choice = rng.random()
        if follower.role == Role.CASEMANAGER and choice < 0.5:
            yield Moment(day, follower, "overleg")
        elif choice < 0.12:
            yield Moment(day, follower, "groep")
        else:
            yield Moment(day, follower, "steun")


def _employer_visits(rng: Random, plan: TrajectoryPlan, *, rhythm: Rhythm, today: date) -> Iterator[Moment]:
    if rhythm.first_employer_visit is None or plan.job_search_started_on is None:
        return
    first = plan.enrolled_on + timedelta(days=rhythm.first_employer_visit)
    yield Moment(first, plan.followers[0], "werkgever", in_person=True)
    day = max(first, _recent_from(rhythm, today)) + timedelta(days=rng.randrange(8, 22))
    while plan.ended_on is None and day < today:
        if not plan.works_on(day):
            yield Moment(day, plan.followers[0], "werkgever")
        day += timedelta(days=rng.randrange(14, 28))


def _around_job(rng: Random, job: JobPlan, *, lead: Follower, recent_from: date) -> Iterator[Moment]:
    """Follow-along: weekly in the first month, and at once when a job is lost."""
    weeks = 4 if job.started_on >= recent_from else 1
    yield Moment(job.started_on + timedelta(days=1), lead, "start", job)
    for week in range(1, weeks + 1):
        day = job.started_on + timedelta(days=7 * week + rng.randrange(-1, 2))
        if job.runs_on(day):
            yield Moment(day, lead, _about(job, day), job)
    visit = job.started_on + timedelta(days=rng.randrange(15, 40))
    if job.offer.contract != "zzp" and job.runs_on(visit) and rng.random() < 0.5:
        yield Moment(visit, lead, "werkgever_baan", job)
    if job.ended_on is not None:
        yield Moment(job.ended_on + timedelta(days=rng.randrange(1, 4)), lead, "einde_baan", job)


def _days(rng: Random, plan: TrajectoryPlan, *, every: int, rhythm: Rhythm, today: date) -> Iterator[date]:
    """Often in the last weeks of a running trajectory, now and then before."""
    recent_from = _recent_from(rhythm, today)
    day = plan.enrolled_on + timedelta(days=14 + rng.randrange(every))
    while day < min(plan.ended_on or today, today):
        is_recent = plan.ended_on is None and day >= recent_from
        yield day
        pause = every if is_recent else max(every, rhythm.older_every)
        following = day + timedelta(days=max(5, int(rng.gauss(pause, pause / 5))))
        if plan.ended_on is None and not is_recent and following > recent_from:
            following = max(day + timedelta(days=every), recent_from + timedelta(days=rng.randrange(every)))
        day = following


def _contact(rng: Random, moment: Moment, *, first_name: str) -> ContactPlan:
    kind = KIND_BY_SITUATION.get(moment.situation, "werk")
    place, sentence = words.pick_note(rng, moment.situation, in_person=moment.in_person)
    anywhere = [one for one in PLACES[kind] if not (moment.in_person and one in AT_A_DISTANCE)]
    location = place or rng.choice(anywhere)
    employer = moment.job.offer.employer if moment.job else pick_employer(rng)
    occupation = moment.job.offer.occupation if moment.job else rng.choice(EMPLOYERS[employer])
    return ContactPlan(
        at=_office_hour(rng, moment.day),
        by=moment.follower.username_on(moment.day),
        kind=kind,
        location=location,
        minutes=rng.choice((10, 15, 20)) if location == "telefoon" else rng.choice((30, 45, 45, 60)),
        note=words.fill(sentence, first_name=first_name, occupation=occupation, employer=employer),
        face_to_face=location not in AT_A_DISTANCE,
        employer=employer if kind == "werkgever" else "",
        hiring_manager=rng.random() < 0.6 if kind == "werkgever" else None,
    )


def _usual(plan: TrajectoryPlan, lead: Follower, day: date) -> Moment:
    job = next((job for job in plan.jobs if job.runs_on(day)), None)
    if lead.role != Role.IPS_TRAJECTBEGELEIDER:
        return Moment(day, lead, "steun")
    return Moment(day, lead, _about(job, day) if job else "zoeken", job)


def _about(job: JobPlan, day: date) -> str:
    if job.offer.contract == "zzp":
        return "eigen_bedrijf"
    return "inwerken" if (day - job.started_on).days < SETTLING_DAYS else "baan"


def _recent_from(rhythm: Rhythm, today: date) -> date:
    return today - timedelta(days=rhythm.recent_days)


def _office_hour(rng: Random, day: date) -> datetime:
    """A quarter of an hour between nine and half past four; the Friday before, when `day` is a weekend."""
    day -= timedelta(days=max(0, day.weekday() - 4))
    minutes = 9 * 60 + 15 * rng.randrange(30)
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZoneInfo(settings.TIME_ZONE))
