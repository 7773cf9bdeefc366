"""Invented people over some years, and what every published number counts of them.

Written apart from the product: arrays of days, one row for each person. A person has one trajectory, or a
second one after it; a trajectory has up to two regular jobs. All days are ordinals, `FAR` is "not (yet)".
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import numpy as np

from clients.models import Client
from reports.indicators.cohort import HORIZONS_IN_MONTHS, HORIZONS_IN_WEEKS
from staff.models import Team
from tests.factories import EmployerFactory
from trajectories.models import Job, Trajectory

FAR = 10_000_000
BRIDGE = 15  # a job that starts so many days after the last one ended belongs to the same spell
SUSTAINED = 91
YEARS = 5
DIMENSIONS = ("team", "funder", "target_group")
PLACES = {
    "team": ("Noord", "Zuid", "Oost"),
    "funder": ("uwv", "gemeente"),
    "target_group": ("epa", "cmd"),
}

Cell = tuple[int, str, str]  # the number of a quarter, the key of a figure, which part of it
_numbers = count(1)


@dataclass(frozen=True)
class Stories:
    """`enrolled`, `ended`, `hours`: person × trajectory. `starts`, `ends`: person × trajectory × job."""

    enrolled: np.ndarray
    ended: np.ndarray
    hours: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    place: dict[str, np.ndarray]  # by dimension the number of a value

    def __len__(self) -> int:
        return len(self.enrolled)

    def of_member(self, dimension: str, value: str) -> np.ndarray:
        """Who belongs to this team, funder or target group."""
        return self.place[dimension] == PLACES[dimension].index(value)


def stories(chance: np.random.Generator, number: int, today: date) -> Stories:
    """So many people who enrolled in the last years."""
    last, shape = today.toordinal(), (number, 2)
    enrolled = np.full(shape, FAR)
    enrolled[:, 0] = last - chance.integers(0, YEARS * 365, number)
    hours = np.where(chance.random(shape) < 0.15, 8, 0)
    starts, ends = np.full((number, 2, 2), FAR), np.full((number, 2, 2), FAR)
    ended = np.full(shape, FAR)
    for turn in (0, 1):
        if turn:
            again = (ended[:, 0] < FAR) & (chance.random(number) < 0.1)
            enrolled[:, 1] = np.where(again, ended[:, 0] + chance.integers(5, 200, number), FAR)
            enrolled[enrolled[:, 1] > last, 1] = FAR
        starts[:, turn], ends[:, turn], ended[:, turn] = _one_turn(
            chance, enrolled[:, turn], hours[:, turn], last
        )
    place = {name: chance.integers(0, len(PLACES[name]), number) for name in DIMENSIONS}
    return Stories(enrolled, ended, hours, starts, ends, place)


def _one_turn(chance, enrolled, hours, last):
    number = len(enrolled)
    delay = np.where(hours > 0, 0, chance.exponential(260, number).astype(int))
    first = np.where(chance.random(number) < 0.75, enrolled + delay, FAR)
    first_end = np.where(chance.random(number) < 0.55, first + chance.integers(5, 600, number), FAR)
    soon, late = chance.integers(1, 20, number), chance.integers(20, 300, number)
    gap = np.where(chance.random(number) < 0.5, soon, late)
    second = np.where(chance.random(number) < 0.6, first_end + gap, FAR)
    second_end = np.where(chance.random(number) < 0.4, second + chance.integers(5, 400, number), FAR)
    ended = np.where(chance.random(number) < 0.5, enrolled + chance.integers(20, 1000, number), FAR)
    ended = np.where(ended > last, FAR, ended)
    starts, ends = np.stack([first, second], axis=1), np.stack([first_end, second_end], axis=1)
    there = (starts <= last) & (starts <= ended[:, None])
    starts = np.where(there, starts, FAR)
    ends = np.where(there & (ends <= last), ends, FAR)
    return starts, ends, ended


def write(people: Stories) -> None:
    """The people as rows of the product."""
    teams = {name: Team.objects.create(name=name, code=name, kind="fact") for name in PLACES["team"]}
    employer = EmployerFactory()
    numbers = [next(_numbers) for _ in range(len(people))]
    clients = Client.objects.bulk_create(
        Client(client_number=f"K{n}", first_name="Anna", last_name=f"Voorbeeld{n}") for n in numbers
    )
    written = []
    for at, client in enumerate(clients):
        place = {name: PLACES[name][people.place[name][at]] for name in DIMENSIONS}
        place["team"] = teams[place["team"]]
        written += [
            (at, turn, Trajectory(
                trajectory_number=f"T{numbers[at]}-{turn}", client=client, kind="ips", **place,
                enrolled_on=day_of(people.enrolled[at, turn]), ended_on=day_of(people.ended[at, turn]),
                end_reason="overig" if people.ended[at, turn] < FAR else "",
                hours_worked_at_enrolment=int(people.hours[at, turn]),
            ))
            for turn in (0, 1)
            if people.enrolled[at, turn] < FAR
        ]  # fmt: skip
    Trajectory.objects.bulk_create(row for _at, _turn, row in written)
    Job.objects.bulk_create(
        Job(
            job_number=f"B{row.trajectory_number}-{job}", trajectory=row, employer=employer,
            started_on=day_of(people.starts[at, turn, job]), ended_on=day_of(people.ends[at, turn, job]),
            end_reason="overig" if people.ends[at, turn, job] < FAR else "",
            open_to_anyone=True, regular_wage=True, regular_employer=True,
        )
        for at, turn, row in written
        for job in (0, 1)
        if people.starts[at, turn, job] < FAR
    )  # fmt: skip


def day_of(number: int) -> date | None:
    return None if number >= FAR else date.fromordinal(int(number))


def cells(people: Stories, quarters: list[tuple[date, date]]) -> dict[Cell, np.ndarray]:
    """How often each person is counted in every number of every quarter."""
    found: dict[Cell, np.ndarray] = {}
    for number, (first, last) in enumerate(quarters):
        of_quarter = _of_quarter(people, first.toordinal(), last.toordinal())
        found |= {(number, key, part): counted for (key, part), counted in of_quarter.items()}
    return found


def _of_quarter(people: Stories, first: int, last: int) -> dict[tuple[str, str], np.ndarray]:
    exists = people.enrolled <= last
    ended = np.where(people.ended <= last, people.ended, FAR)
    caseload_to = np.minimum(ended, last)
    begun = people.starts <= last
    job_to = np.minimum(people.ends, last)
    without = exists & (people.hours == 0)
    there, runs = exists & (caseload_to >= first), exists & (ended >= last)
    inside = begun & (job_to >= people.enrolled[..., None]) & (job_to >= first)
    by_client = {
        "period_employment_rate": (there, inside.any(axis=2)),
        "period_employment_rate_new": (there & without, inside.any(axis=2)),
        "point_employment_rate": (runs, (begun & (job_to >= last)).any(axis=2)),
        "point_sustained_rate": (runs, _in_one_spell(people.starts, job_to, begun, last - SUSTAINED, last)),
    }
    found = {}
    for key, (denominator, numerator) in by_client.items():
        found[key, "all"] = denominator.any(axis=1)
        found[key, "yes"] = (denominator & numerator).any(axis=1)
    placed = np.where(begun & (people.starts >= people.enrolled[..., None]), people.starts, FAR).min(axis=2)
    by_trajectory = {
        ("flow.running", "all"): runs,
        ("flow.started", "all"): exists & (people.enrolled >= first),
        ("flow.ended", "all"): exists & (ended <= last) & (ended >= first),
        ("time_to_first_job.n", "all"): without,
        ("time_to_first_job.events", "all"): without & (placed < FAR),
        ("time_to_first_job.ended_without_job", "all"): without & (placed == FAR) & (ended <= last),
    }
    for months in HORIZONS_IN_MONTHS:
        key, horizon = f"cohort_placement_rate.{months}", _months_later(people.enrolled, months)
        by_trajectory[key, "all"] = without & (horizon <= last)
        by_trajectory[key, "yes"] = without & (horizon <= last) & (placed <= horizon)
        by_trajectory[key, "left out"] = without & (horizon > last)
    for weeks in HORIZONS_IN_WEEKS:
        key, long_ago = f"job_sustainment.{weeks}", without & (placed + 7 * weeks <= last)
        kept = _in_one_spell(people.starts, job_to, begun, placed, placed + 7 * weeks)
        by_trajectory[key, "all"], by_trajectory[key, "yes"] = long_ago, long_ago & kept
    found |= {name: counted.sum(axis=1) for name, counted in by_trajectory.items()}
    return {name: counted.astype(float) for name, counted in found.items()}


def _in_one_spell(starts, job_to, begun, first, last):
    """Whether one spell of jobs holds both days."""
    one_spell = begun.all(axis=2) & (starts[..., 1] <= job_to[..., 0] + BRIDGE)
    first_to = np.where(one_spell, job_to.max(axis=2), job_to[..., 0])
    in_first = begun[..., 0] & (starts[..., 0] <= first) & (first_to >= last)
    in_second = begun[..., 1] & (starts[..., 1] <= first) & (job_to[..., 1] >= last)
    return in_first | in_second


def _months_later(days: np.ndarray, months: int) -> np.ndarray:
    later = {int(day): _month_later(int(day), months) for day in np.unique(days)}
    return np.vectorize(later.__getitem__, otypes=[int])(days)


def _month_later(day: int, months: int) -> int:
    if day >= FAR:
        return FAR
    found = date.fromordinal(day)
    year, month = divmod(found.year * 12 + found.month - 1 + months, 12)
    after = date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(date(year, month + 1, 1) + timedelta(days=found.day - 1), after).toordinal()
