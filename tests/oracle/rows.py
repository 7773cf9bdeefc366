"""The rows of an import folder as the independent calculation reads them."""

import csv
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Job:
    started_on: date
    ended_on: date | None


@dataclass(frozen=True)
class Trajectory:
    number: str
    client: str
    team: str
    kind: str
    funder: str
    target_group: str
    enrolled_on: date
    ended_on: date | None
    working: bool
    jobs: tuple[Job, ...]  # competitive ones only
    possible: tuple[Job, ...]  # and those with an unanswered question and no "no"


def read_trajectories(folder):
    teams = {row["client_number"]: row.get("team_code", "") for row in read_rows(folder, "clients.csv")}
    jobs, possible = {}, {}
    for row in read_rows(folder, "jobs.csv"):
        job = Job(read_date(row["started_on"]), read_date(row.get("ended_on")))
        if is_competitive(row):
            jobs.setdefault(row["trajectory_number"], []).append(job)
        if is_possible(row):
            possible.setdefault(row["trajectory_number"], []).append(job)
    return [
        Trajectory(
            number=row["trajectory_number"],
            client=row["client_number"],
            team=teams[row["client_number"]],
            kind=row["kind"],
            funder=row.get("funder", ""),
            target_group=row.get("target_group", ""),
            enrolled_on=read_date(row["enrolled_on"]),
            ended_on=read_date(row.get("ended_on")),
            working=read_number(row.get("hours_worked_at_enrolment")) > 0,
            jobs=tuple(jobs.get(row["trajectory_number"], ())),
            possible=tuple(possible.get(row["trajectory_number"], ())),
        )
        for row in read_rows(folder, "trajectories.csv")
    ]


def read_rows(folder, name):
    path = Path(folder) / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        file.seek(0)
        return list(csv.DictReader(file, delimiter=max(",;", key=header.count)))


def read_date(text):
    if not text:
        return None
    if text[2] == "-":
        text = "-".join(reversed(text.split("-")))
    return date.fromisoformat(text)


def read_number(text):
    return Fraction((text or "0").replace(",", "."))


def is_competitive(row):
    return all(answer in ("yes", "ja") for answer in answers(row))


def is_possible(row):
    return all(answer in ("yes", "ja", "", None) for answer in answers(row))


def answers(row):
    return [row.get(flag) for flag in ("open_to_anyone", "regular_wage", "regular_employer")]
