"""Journeys to work as they go: forwards, backwards, skipping, and straight to a job."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from random import Random

from ipsplatform.demo.careers import days_until_first_job, invent_jobs, job_at_enrolment
from ipsplatform.demo.plan import JobPlan, StageMove, TrajectoryPlan
from ipsplatform.demo.words import WORDS

TARGET_GROUPS = {
    "epa": 48,
    "cmd": 20,
    "jongere": 12,
    "verslaving": 8,
    "vluchteling": 5,
    "dakloos": 5,
    "overig": 2,
}
FUNDERS = {"epa": (40, 38, 18, 4), "cmd": (30, 20, 45, 5), "jongere": (25, 65, 5, 5)}
OTHER_FUNDERS = (22, 62, 10, 6)
IPS_PATTERNS = {
    (): 16,
    ("inloop",): 8,
    ("inloop", "dagbesteding"): 10,
    ("inloop", "dagbesteding", "begeleid_werk"): 20,
    ("inloop", "begeleid_werk"): 8,
    ("dagbesteding",): 8,
    ("dagbesteding", "begeleid_werk"): 16,
    ("begeleid_werk",): 6,
    ("begeleid_werk", "dagbesteding"): 4,
    ("dagbesteding", "begeleid_werk", "inloop", "begeleid_werk"): 4,
}
MSS_PATTERNS = {
    (): 12,
    ("inloop",): 40,
    ("inloop", "dagbesteding"): 24,
    ("inloop", "dagbesteding", "inloop"): 8,
    ("dagbesteding", "begeleid_werk"): 6,
    ("dagbesteding",): 10,
}
END_REASONS = {
    "wens_client": 44,
    "geen_contact": 18,
    "doorverwezen": 16,
    "verhuizing": 10,
    "overig": 11,
    "overleden": 1,
}


def invent_ips(rng: Random, *, enrolled_on: date, today: date, last_name: str) -> TrajectoryPlan:
    """An IPS trajectory with its jobs, stages and end, as far as today."""
    target_group = rng.choices(list(TARGET_GROUPS), weights=list(TARGET_GROUPS.values()))[0]
    weights = FUNDERS.get(target_group, OTHER_FUNDERS)
    plan = TrajectoryPlan(
        kind="ips",
        enrolled_on=enrolled_on,
        target_group=target_group,
        funder=rng.choices(("uwv", "gemeente", "zorgverzekeraar", "geen"), weights=weights)[0],
        referred_on=enrolled_on - timedelta(days=rng.randrange(2, 35)),
    )
    patience = 80 + int(rng.expovariate(1 / 400))
    wait = days_until_first_job(rng, target_group=target_group)
    if rng.random() < 0.06:
        plan.hours_worked_at_enrolment = rng.choice((4, 6, 8, 12))
        plan.jobs = [job_at_enrolment(rng, enrolled_on=enrolled_on, today=today, last_name=last_name)]
    if wait is not None and wait < patience:
        _find_work(rng, plan, wait=wait, today=today, last_name=last_name)
    else:
        _end(rng, plan, on=enrolled_on + timedelta(days=patience), today=today)
    describe(rng, plan, today=today)
    plan.moves = invent_moves(rng, plan, pattern=_pattern(rng, IPS_PATTERNS), today=today)
    return plan


def invent_mss(rng: Random, *, enrolled_on: date, today: date) -> TrajectoryPlan:
    """Support in the neighbourhood: seldom about a job, often about the next step outdoors."""
    plan = TrajectoryPlan(
        kind="mss",
        enrolled_on=enrolled_on,
        target_group=rng.choice(("epa", "epa", "cmd", "dakloos", "verslaving", "overig")),
        funder=rng.choice(("gemeente", "gemeente", "gemeente", "geen")),
        referred_on=enrolled_on - timedelta(days=rng.randrange(1, 15)),
    )
    _end(rng, plan, on=enrolled_on + timedelta(days=150 + int(rng.expovariate(1 / 450))), today=today)
    if plan.ended_on is None:
        plan.wish, plan.next_step = (rng.choice(WORDS["mss_wishes"]), rng.choice(WORDS["mss_next_steps"]))
    plan.moves = invent_moves(rng, plan, pattern=_pattern(rng, MSS_PATTERNS), today=today)
    return plan


def describe(rng: Random, plan: TrajectoryPlan, *, today: date) -> None:
    """Approval, search, wish: what is filled in along the way."""
    approved_on = plan.enrolled_on + timedelta(days=rng.randrange(-10, 50))
    plan.approved_on = approved_on if approved_on <= today and plan.funder != "geen" else None
    search_on = plan.enrolled_on + timedelta(days=rng.randrange(0, 25))
    if plan.job_search_started_on is None and search_on <= today and rng.random() < 0.85:
        plan.job_search_started_on = search_on
    plan.wish = plan.wish or rng.choice(WORDS["wishes"])


def invent_moves(
    rng: Random, plan: TrajectoryPlan, *, pattern: tuple[str, ...], today: date
) -> list[StageMove]:
    """Stages before the first job, and where somebody goes when a job is lost."""
    last_day = min(plan.ended_on or today, today)
    coming_jobs = [job for job in plan.jobs if job.started_on > plan.enrolled_on]
    first_window_ends = min([last_day, *(job.started_on - timedelta(days=2) for job in coming_jobs)])
    days = _ascending_days(rng, plan.enrolled_on, first_window_ends)
    moves = [move(rng, on=on, stage=stage) for on, stage in zip(days, pattern, strict=False)]
    moves += [move(rng, on=on, stage=stage) for on, stage in _after_jobs(rng, coming_jobs, last_day)]
    return possible_moves(moves, jobs=plan.jobs)


def possible_moves(moves: list[StageMove], *, jobs: list[JobPlan]) -> list[StageMove]:
    """The moves that the rules allow: never to the stage where somebody is, never on a day twice."""
    job_starts = {job.started_on: job for job in jobs}
    kept: dict[date, StageMove] = {}
    stage = ""
    steps: list[StageMove | JobPlan] = [*moves, *jobs]
    for step in sorted(steps, key=lambda step: step.on if isinstance(step, StageMove) else step.started_on):
        if isinstance(step, JobPlan):
            stage = stage if step.stage_goes_on else ""
        elif step.stage != stage and step.on not in kept and step.on not in job_starts:
            kept[step.on] = step
            stage = step.stage
    return list(kept.values())


def move(rng: Random, *, on: date, stage: str) -> StageMove:
    """A move with, sometimes, a reason and words of the client."""
    return StageMove(
        on=on,
        stage=stage,
        reason=rng.choice(WORDS["move_reasons"][stage]),
        client_words=rng.choice(WORDS["client_words"]),
    )


def _find_work(rng: Random, plan: TrajectoryPlan, *, wait: int, today: date, last_name: str) -> None:
    first_on = plan.enrolled_on + timedelta(days=wait)
    end = first_on + timedelta(days=170 + int(rng.expovariate(1 / 330)))
    plan.jobs += invent_jobs(rng, first_on=first_on, until=end, today=today, last_name=last_name)
    _end(rng, plan, on=end, today=today)


def _end(rng: Random, plan: TrajectoryPlan, *, on: date, today: date) -> None:
    if on >= today or any(job.started_on > on for job in plan.jobs):
        return
    plan.ended_on = on
    if plan.works_on(on):
        plan.end_reason = "doel_bereikt"
    else:
        plan.end_reason = rng.choices(list(END_REASONS), weights=list(END_REASONS.values()))[0]


def _ascending_days(rng: Random, first: date, last: date) -> Iterator[date]:
    day = first + timedelta(days=rng.randrange(0, 40))
    while day < last:
        yield day
        day += timedelta(days=rng.randrange(35, 210))


def _after_jobs(rng: Random, jobs: list[JobPlan], last_day: date) -> Iterator[tuple[date, str]]:
    for job, following in zip_longest(jobs, jobs[1:]):
        if job.ended_on is None or rng.random() < 0.4:
            continue
        on = job.ended_on + timedelta(days=rng.randrange(1, 12))
        limit = min(following.started_on - timedelta(days=2), last_day) if following else last_day
        if on < limit:
            yield on, rng.choice(("inloop", "dagbesteding", "begeleid_werk"))


def _pattern(rng: Random, patterns: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    return rng.choices(list(patterns), weights=list(patterns.values()))[0]
