"""Jobs: found, kept, lost and found again."""

from datetime import date, timedelta
from random import Random

from ipsplatform.demo.plan import JobPlan
from ipsplatform.demo.work import invent_offer

STARTS_SOON = timedelta(days=7)
JOB_LENGTHS = ((20, 85), (91, 240), (240, 420), (420, 900))
GAPS = ((2, 14), (15, 140))
END_REASONS = {
    "contract_afgelopen": 42,
    "ontslag_genomen": 22,
    "ontslagen": 9,
    "andere_baan": 12,
    "gezondheid": 11,
    "overig": 4,
}


def days_until_first_job(rng: Random, *, target_group: str) -> int | None:
    """Most people would find work in the end, many of them in the first year; None: never here."""
    chance = 0.74 if target_group in ("jongere", "cmd") else 0.68
    if rng.random() > chance:
        return None
    return 12 + int(rng.weibullvariate(310, 1.2))


def invent_jobs(rng: Random, *, first_on: date, until: date, today: date, last_name: str) -> list[JobPlan]:
    """The jobs that start from `first_on` up to `until`; the last one may go on after it."""
    jobs: list[JobPlan] = []
    start = first_on
    while start <= min(until, today + STARTS_SOON):
        low, high = rng.choices(JOB_LENGTHS, weights=(24, 28, 23, 25))[0]
        ended_on = start + timedelta(days=rng.randrange(low, high))
        job = _job(rng, start, ended_on if ended_on < today else None, last_name)
        jobs.append(job)
        if job.ended_on is None or rng.random() < 0.25:
            break
        low, high = rng.choices(GAPS, weights=(35, 65))[0]
        start = job.ended_on + timedelta(days=rng.randrange(low, high))
    if jobs and rng.random() < 0.05:
        jobs.append(_side_job(rng, beside=jobs[0], today=today, last_name=last_name))
    return sorted((job for job in jobs if job.started_on <= until), key=lambda job: job.started_on)


def job_at_enrolment(rng: Random, *, enrolled_on: date, today: date, last_name: str) -> JobPlan:
    """Work that somebody has already and wants to keep."""
    started_on = enrolled_on - timedelta(days=rng.randrange(40, 500))
    ended_on = enrolled_on + timedelta(days=rng.randrange(60, 600))
    return _job(rng, started_on, ended_on if ended_on < today else None, last_name)


def _job(rng: Random, started_on: date, ended_on: date | None, last_name: str) -> JobPlan:
    offer = invent_offer(rng, last_name=last_name)
    reason = rng.choices(list(END_REASONS), weights=list(END_REASONS.values()))[0]
    if offer.contract == "zzp":
        reason = "overig"  # nobody dismisses the self-employed
    return JobPlan(
        offer=offer,
        started_on=started_on,
        ended_on=ended_on,
        end_reason=reason if ended_on else "",
        stage_goes_on=rng.random() < 0.2,
    )


def _side_job(rng: Random, *, beside: JobPlan, today: date, last_name: str) -> JobPlan:
    started_on = min(beside.started_on + timedelta(days=rng.randrange(10, 60)), today)
    ended_on = started_on + timedelta(days=rng.randrange(20, 120))
    return _job(rng, started_on, ended_on if ended_on < today else None, last_name)
