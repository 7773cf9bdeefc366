"""Jobs that try each edge of the definitions: one recipe for each way in which counting goes wrong."""

from datetime import timedelta

from tests.oracle.indicators import add_months

EMPLOYERS = [
    "Bakkerij 't Hoekje",
    "Café Zoë; de bar",
    "Müller, Söhne & Co",
    "Albert",
    'Gemeente "Kempen"',
    "Eigen zaak",
]
OCCUPATIONS = ["kok", "chauffeur", "administratief medewerker", "ervaringsdeskundige", None]
CONTRACTS = ["vast", "tijdelijk", "uitzend", "zzp", None]
JOB_END_REASONS = [
    "contract_afgelopen",
    "ontslag_genomen",
    "ontslagen",
    "andere_baan",
    "gezondheid",
    "overig",
]
FLAGS = ("open_to_anyone", "regular_wage", "regular_employer")


def job_rows(rng, trajectories, today):
    """Deal every recipe in turn, so that a folder of some size has all of them."""
    rows, deck = [], []
    for trajectory in trajectories:
        if rng.random() < 0.3:
            continue
        deck = deck or rng.sample(RECIPES, k=len(RECIPES))
        for start, end in deck.pop()(rng, trajectory, today):
            if start <= (trajectory["ended_on"] or today):
                rows.append(
                    job_row(rng, len(rows) + 1, trajectory, start, end if end and end <= today else None)
                )
    return rows


def job_row(rng, number, trajectory, started_on, ended_on):
    flags = dict.fromkeys(FLAGS, True)
    if rng.random() < 0.2:
        flags[rng.choice(FLAGS)] = rng.choice([False, None])
    return {
        "job_number": f"J{number:04}",
        "trajectory_number": trajectory["trajectory_number"],
        "employer": rng.choice(EMPLOYERS),
        "occupation": rng.choice(OCCUPATIONS),
        "started_on": started_on,
        "ended_on": ended_on,
        "hours_per_week": rng.choice([None, 4, 12.5, 24, 36]),
        "contract": rng.choice(CONTRACTS),
        "end_reason": rng.choice(JOB_END_REASONS) if ended_on else None,
    } | flags


def later(day, days):
    return day + timedelta(days=days)


def some_day(rng, trajectory, today):
    """A day on which a job of this trajectory may start."""
    last = trajectory["ended_on"] or today
    return later(trajectory["enrolled_on"], rng.randrange((last - trajectory["enrolled_on"]).days + 1))


# -- recipes: each gives pairs of first and last day ---------------------------------------------------


def ordinary(rng, trajectory, today):
    start = some_day(rng, trajectory, today)
    return [(start, rng.choice([None, later(start, rng.randrange(700))]))]


def on_enrolment_day(rng, trajectory, today):
    return [(trajectory["enrolled_on"], later(trajectory["enrolled_on"], rng.choice([0, 91, 400])))]


def on_the_last_day(rng, trajectory, today):
    return [(trajectory["ended_on"] or today, None)]


def one_day(rng, trajectory, today):
    start = some_day(rng, trajectory, today)
    return [(start, start)]


def overlapping(rng, trajectory, today):
    start = some_day(rng, trajectory, today)
    end = later(start, rng.randrange(30, 300))
    return [(start, end), (later(start, 10), later(end, 45)), (end, None)]


def nested(rng, trajectory, today):
    start = some_day(rng, trajectory, today)
    return [
        (start, later(start, 400)),
        (later(start, 20), later(start, 40)),
        (later(start, 414), later(start, 700)),
    ]


def after_a_gap(workless):
    def recipe(rng, trajectory, today):
        start = some_day(rng, trajectory, today)
        end = later(start, rng.randrange(20, 200))
        return [(start, end), (later(end, workless + 1), rng.choice([None, later(end, 250)]))]

    return recipe


def before_enrolment(rng, trajectory, today):
    return [(later(trajectory["enrolled_on"], -300), later(trajectory["enrolled_on"], -rng.choice([1, 40])))]


def across_enrolment(rng, trajectory, today):
    start = later(trajectory["enrolled_on"], -rng.choice([1, 120]))
    return [(start, rng.choice([None, later(trajectory["enrolled_on"], 60)]))]


def joined_from_before(rng, trajectory, today):
    """A spell that began before enrolment and contains the placement, joined or just not."""
    placed = later(trajectory["enrolled_on"], rng.choice([0, 5]))
    return [
        (later(placed, -200), later(placed, -rng.choice([15, 16]))),
        (placed, later(placed, rng.choice([60, 120]))),
    ]


def carried_by_an_older_job(rng, trajectory, today):
    """The job of the placement is short; a job from before enrolment carries the spell on."""
    enrolled_on = trajectory["enrolled_on"]
    return [
        (later(enrolled_on, -30), later(enrolled_on, 300)),
        (later(enrolled_on, 7), later(enrolled_on, 20)),
    ]


def on_a_month_horizon(rng, trajectory, today):
    horizon = add_months(trajectory["enrolled_on"], rng.choice([6, 12, 18]))
    return [(later(horizon, rng.choice([0, 1])), None)]


def on_a_week_horizon(rng, trajectory, today):
    start = some_day(rng, trajectory, today)
    return [(start, later(start, 7 * rng.choice([13, 26, 52]) - rng.choice([0, 1])))]


def outlasting(rng, trajectory, today):
    last = trajectory["ended_on"] or today
    return [(max(later(last, -20), trajectory["enrolled_on"]), later(last, 50))]


def round_a_quarter_end(rng, trajectory, today):
    """A gap across a quarter's end, a job that ends on it, or one of just 91 days."""
    quarter_end = later(today.replace(month=rng.choice([4, 7, 10]), day=1), -1)
    gap = [(later(quarter_end, -200), later(quarter_end, -5)), (later(quarter_end, 5), None)]
    exact = [(later(quarter_end, -rng.choice([90, 91])), rng.choice([None, quarter_end]))]
    return rng.choice([gap, exact, [(later(quarter_end, 1), None)], [(quarter_end, quarter_end)]])


RECIPES = [
    ordinary,
    ordinary,
    on_enrolment_day,
    on_the_last_day,
    one_day,
    overlapping,
    nested,
    after_a_gap(14),
    after_a_gap(15),
    before_enrolment,
    across_enrolment,
    joined_from_before,
    carried_by_an_older_job,
    on_a_month_horizon,
    on_a_week_horizon,
    outlasting,
    round_a_quarter_end,
]
