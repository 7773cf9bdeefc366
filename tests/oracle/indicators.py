"""Every indicator of docs/domain.md (definition 2026-2) in naive Python: loops and sets of days.

A ministry reads these numbers, so each place where the definition can be read in two ways is listed here
with the reading that is used and why. Nothing of the product is imported.

 1. What is a running trajectory's last day? The day that it ends still counts: intervals are inclusive,
    so somebody who ends on the last day of the quarter is both `running` and `ended`.
 2. Are `started`, `ended`, `running` clients or trajectories? Trajectories. The employment rates count
    clients.
 3. What if R lies inside or before the period? Nothing of after R exists: who enrolled or started a job
    after R is unknown, and an end after R is not known yet. With R before the period nobody is on the
    caseload in it: "–".
 4. Which jobs count for the period rate? Only jobs of the trajectory that is on the caseload, and only
    their days inside the caseload interval: days before enrolment and after the end do not make a client
    "employed".
 5. Is a job competitive when one of its three flags is empty? No: empty is unknown, and unknown is not
    "yes".
 6. Can one and the same client count as not new and as new? Yes: `_new` looks at each trajectory's own
    hours.
 7. Does a work spell include days before enrolment? Yes: a spell is made of all competitive jobs of the
    trajectory, and jobs before enrolment belong to it. It also goes on after the trajectory's end:
    follow-along has no end.
 8. Does a spell contain the (at most 14) workless days that it bridges? Yes: joined is one spell. So a
    client may be sustained on a last day without a job on it (known only when R is later than the last
    day). In a gap whose next job has not started by R nothing is bridged: the spell ended.
 9. "Begun at least 91 days before": first day of the spell <= last day - 91.
10. "The work spell that begins at the placement": the spell that contains the placement p, measured from
    p, even when an earlier job (before enrolment) joins it. The months are counted from p, not from the
    spell's first day.
11. Is a job that already runs at enrolment a placement? No, a placement starts on or after enrolment; it
    does count for the period and point rates. With `hours_worked_at_enrolment` empty such a client is
    "not working", literally.
12. May a placement fall after the trajectory's end? A job that starts after it is refused, so it does not
    occur.
13. Months: 31 August + 6 months = 28 (29) February; 29 February 2024 + 12 months = 28 February 2025.
14. `not_yet_mature`: not working at enrolment, enrolled in the cohort window and on or before R, enrolled
    + h months > R.
15. Which trajectories are in `job_sustainment` and `time_to_first_job`? As for the cohort rate: the
    cohort window, enrolled on or before R, not working at enrolment. The period has no influence on them
    (only through R).
16. Kaplan-Meier median: the first day on which the curve has come down to 50% or lower ("reaches 50%").
    statsmodels' `quantile(0.5)` asks for strictly lower, and its floating error decides a tie by chance.
17. Cumulative incidence at t days: null unless somebody enrolled at least t days before R. Somebody, but no
    events: 0. After the last observation the last value is kept (a step function).
18. A placement and another trajectory's end on the same day: both are at risk on that day (the usual
    convention).
19. `median_days_placed`: the middle one, or the mean of the two middle ones (so it can end in .5).
20. Funder, target group and team empty: unknown. In the whole, but in no filter; "geen" is not the same
    as empty.
21. A trajectory of a client without a team belongs to no team.
22. `waiting` at t days: enrolled at least t days before R, and neither placed nor ended before day t: an
    event on day t itself still waits (the number at risk).
23. `median_days`: the first day on which the cumulative incidence is one half or more.
24. `unknown` and `doubtful` are counted in the unit of the figure: a client who is in the numerator through
    another trajectory is not unknown.
25. Unanswered: at least one of the three flags empty and none "no". R decides what has no end: an end after
    R is open.
26. Can a figure be doubtful at all? Not while a job can't start after its trajectory ended: no figure with
    these four values looks at a day after that end. It is counted here by the letter all the same.
"""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from statistics import median

from tests.oracle.estimators import (
    cumulative_incidence,
    kaplan_meier_median,
    proportion,
    rounded_rate,
    step_value,
)
from tests.oracle.rows import Job, read_trajectories

HORIZONS = (6, 12, 18, 30)
WEEKS = (13, 26, 52)
INCIDENCE_DAYS = (180, 365, 548, 913)
BRIDGE = 14
SUSTAINED = 91


def figures(
    folder,
    *,
    period_from,
    period_to,
    as_of=None,
    team=None,
    funder=None,
    target_group=None,
    cohort_from=None,
    cohort_to=None,
    today=date.max,
):
    """Give the JSON object of the report contract for one folder and one scope."""
    as_of = as_of or min(period_to, today)
    known = [
        known_at(as_of, t) for t in read_trajectories(folder) if t.kind == "ips" and t.enrolled_on <= as_of
    ]
    wanted = {"team": team, "funder": funder, "target_group": target_group}
    rows = [
        t for t in known if all(value is None or getattr(t, key) == value for key, value in wanted.items())
    ]
    window = (cohort_from or date.min, cohort_to or date.max)
    cohort = [t for t in rows if window[0] <= t.enrolled_on <= window[1] and not t.working]
    period, last = days(period_from, period_to), min(period_to, as_of)
    return {
        "definition_version": "2026-2",
        "period": {"from": period_from.isoformat(), "to": period_to.isoformat()},
        "as_of": as_of.isoformat(),
        "flow": flow(rows, period, last, as_of),
        "period_employment_rate": period_rate(rows, period, as_of),
        "period_employment_rate_new": period_rate([t for t in rows if not t.working], period, as_of),
        "point_employment_rate": point_rate(rows, last, as_of),
        "point_sustained_rate": sustained_rate(rows, last, as_of),
        "cohort_placement_rate": [placement_rate(cohort, months, as_of) for months in HORIZONS],
        "job_sustainment": [sustainment(cohort, weeks, as_of) for weeks in WEEKS],
        "time_to_first_job": time_to_first_job(cohort, as_of),
    }


# -- what was known on the as-of day -------------------------------------------------------------------


def known_at(as_of, trajectory):
    """The trajectory as somebody saw it on the as-of day."""
    return replace(
        trajectory,
        ended_on=end_known_at(as_of, trajectory.ended_on),
        jobs=jobs_known_at(as_of, trajectory.jobs),
        possible=jobs_known_at(as_of, trajectory.possible),
    )


def jobs_known_at(as_of, jobs):
    return tuple(
        Job(job.started_on, end_known_at(as_of, job.ended_on)) for job in jobs if job.started_on <= as_of
    )


def with_possible_jobs(trajectory):
    return replace(trajectory, jobs=trajectory.possible)


def with_jobs_ended(as_of, trajectory):
    """A job without an end, in a trajectory that ended before R, ends with that trajectory."""
    if trajectory.ended_on is None or trajectory.ended_on >= as_of:
        return trajectory
    jobs = tuple(replace(job, ended_on=job.ended_on or trajectory.ended_on) for job in trajectory.jobs)
    return replace(trajectory, jobs=jobs)


def end_known_at(as_of, ended_on):
    return ended_on if ended_on is not None and ended_on <= as_of else None


def days(first, last):
    """The set of days of an inclusive interval, as day numbers."""
    return set(range(first.toordinal(), last.toordinal() + 1))


def caseload_days(trajectory, as_of):
    return days(trajectory.enrolled_on, trajectory.ended_on or as_of)


def job_days(trajectory, as_of):
    """All days on which at least one competitive job runs."""
    return set().union(*(days(job.started_on, job.ended_on or as_of) for job in trajectory.jobs))


def spells(trajectory, as_of):
    """The work spells, each a set of days that includes the workless days that it bridges."""
    found, spell = [], []
    for day in sorted(job_days(trajectory, as_of)):
        if spell and day - spell[-1] - 1 > BRIDGE:
            found.append(spell)
            spell = []
        spell.append(day)
    if spell:
        found.append(spell)
    return [set(range(spell[0], spell[-1] + 1)) for spell in found]


def placement(trajectory):
    """The start of the first competitive job on or after enrolment, or None."""
    return min(
        (job.started_on for job in trajectory.jobs if job.started_on >= trajectory.enrolled_on), default=None
    )


def add_months(day, months):
    """Calendar months later, clipped to the end of the month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# -- the indicators ------------------------------------------------------------------------------------


def flow(rows, period, last, as_of):
    return {
        "running": sum(last.toordinal() in caseload_days(t, as_of) for t in rows),
        "started": sum(t.enrolled_on.toordinal() in period for t in rows),
        "ended": sum(t.ended_on is not None and t.ended_on.toordinal() in period for t in rows),
    }


def bounded(count, rows, as_of):
    """A proportion with what missing answers and missing ends could make of it.

    `count` gives the sets of those in the numerator and in the denominator.
    """
    holds, everybody = count(rows)
    possible, _ = count([with_possible_jobs(t) for t in rows])
    certain, _ = count([with_jobs_ended(as_of, t) for t in rows])
    unknown, doubtful = len((possible & everybody) - holds), len(holds - certain)
    return proportion(len(holds), len(everybody)) | {
        "unknown": unknown,
        "doubtful": doubtful,
        "best": rounded_rate(len(holds) + unknown, len(everybody)),
        "worst": rounded_rate(len(holds) - doubtful, len(everybody)),
    }


def period_rate(rows, period, as_of):
    return bounded(partial(working_in, period, as_of), rows, as_of)


def working_in(period, as_of, rows):
    on_caseload, employed = set(), set()
    for t in rows:
        followed = period & caseload_days(t, as_of)
        if followed:
            on_caseload.add(t.client)
        if followed & job_days(t, as_of):
            employed.add(t.client)
    return employed, on_caseload


def point_rate(rows, last, as_of):
    return bounded(partial(working_on, last, as_of), rows, as_of)


def working_on(last, as_of, rows):
    running = [t for t in rows if last.toordinal() in caseload_days(t, as_of)]
    employed = {t.client for t in running if last.toordinal() in job_days(t, as_of)}
    return employed, {t.client for t in running}


def sustained_rate(rows, last, as_of):
    return bounded(partial(working_long_on, last, as_of), rows, as_of)


def working_long_on(last, as_of, rows):
    running = [t for t in rows if last.toordinal() in caseload_days(t, as_of)]
    sustained = {
        t.client
        for t in running
        for spell in spells(t, as_of)
        if last.toordinal() in spell and last.toordinal() - min(spell) >= SUSTAINED
    }
    return sustained, {t.client for t in running}


def placement_rate(cohort, months, as_of):
    too_recent = [t for t in cohort if add_months(t.enrolled_on, months) > as_of]
    rate = bounded(partial(placed_within, months, as_of), cohort, as_of)
    return {"months": months, "not_yet_mature": len(too_recent)} | rate


def placed_within(months, as_of, cohort):
    mature = [t for t in cohort if add_months(t.enrolled_on, months) <= as_of]
    placed = [t for t in mature if (p := placement(t)) and p <= add_months(t.enrolled_on, months)]
    return {t.number for t in placed}, {t.number for t in mature}


def sustainment(cohort, weeks, as_of):
    numerator = denominator = 0
    for t in cohort:
        start = placement(t)
        if start is None or start + timedelta(days=7 * weeks) > as_of:
            continue
        denominator += 1
        spell = next(spell for spell in spells(t, as_of) if start.toordinal() in spell)
        numerator += start.toordinal() + 7 * weeks in spell
    return {"weeks": weeks} | proportion(numerator, denominator)


def time_to_first_job(cohort, as_of):
    observed = [first_job_or_else(t, as_of) for t in cohort]
    placed = [day for day, what in observed if what == "placed"]
    curve = cumulative_incidence(observed)
    followed = [(as_of - t.enrolled_on).days for t in cohort]
    return {
        "n": len(observed),
        "events": len(placed),
        "ended_without_job": sum(what == "ended" for _, what in observed),
        "median_days": next((day for day, value in curve if value >= Fraction(1, 2)), None),
        "km_median_days": kaplan_meier_median(observed),
        "median_days_placed": median(placed) if placed else None,
        "cumulative_incidence": [
            {
                "days": day,
                "value": step_value(curve, day) if max(followed, default=-1) >= day else None,
                "followed": sum(known >= day for known in followed),
                "waiting": sum(
                    known >= day and happened >= day
                    for known, (happened, _) in zip(followed, observed, strict=True)
                ),
            }
            for day in INCIDENCE_DAYS
        ],
    }


def first_job_or_else(trajectory, as_of):
    """What happened first, and after how many days: placed, ended (without a job) or nothing yet."""
    start = placement(trajectory)
    if start is not None:
        return (start - trajectory.enrolled_on).days, "placed"
    if trajectory.ended_on is not None:
        return (trajectory.ended_on - trajectory.enrolled_on).days, "ended"
    return (as_of - trajectory.enrolled_on).days, "nothing"
