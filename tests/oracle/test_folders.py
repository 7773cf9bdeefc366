"""The random folders keep their promises, and each nasty feature is really in them."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.oracle.folders import TODAY, write_folder
from tests.oracle.indicators import placement
from tests.oracle.rows import is_competitive, read_date, read_number, read_rows, read_trajectories
from tests.oracle.styles import COLUMNS

SEEDS = range(20)


@pytest.fixture(scope="module", params=SEEDS)
def folder(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("folder")
    write_folder(folder, seed=request.param)
    return folder


def table(folder, name):
    rows = read_rows(folder, f"{name}.csv")
    return [row | {key: read_date(row[key][:10]) for key in row if key.endswith("_on")} for row in rows]


def grouped(rows, *keys):
    found = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def overlap(rows, first="started_on", last="ended_on"):
    """Whether two of the periods share a day."""
    rows = sorted(rows, key=lambda row: row[first])
    return any((a[last] or date.max) >= b[first] for a, b in pairwise(rows))


def test_same_seed_gives_the_same_folder(tmp_path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_folder(tmp_path / name, seed=seed)
    contents = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert contents["a"] == contents["b"]
    assert contents["a"] != contents["c"]


def test_folder_has_the_asked_number_of_clients_and_no_date_after_today(tmp_path):
    today = date(2024, 5, 17)
    write_folder(tmp_path, seed=3, clients=25, today=today)
    assert len(table(tmp_path, "clients")) == 25
    dates = [value for name in COLUMNS for row in table(tmp_path, name) for value in row.values()]
    assert max(value for value in dates if isinstance(value, date)) <= today


def test_stages_of_a_trajectory_never_overlap(folder):
    stages = grouped(table(folder, "stages"), "trajectory_number")
    assert not any(overlap(rows) for rows in stages.values())


def test_trajectories_of_one_kind_follow_each_other(folder):
    for rows in grouped(table(folder, "trajectories"), "client_number", "kind").values():
        assert not overlap(rows, first="enrolled_on")
        assert sum(row["ended_on"] is None for row in rows) <= 1


@pytest.mark.parametrize("name", ["trajectories", "jobs"])
def test_an_end_has_a_reason_and_a_reason_has_an_end(folder, name):
    assert all(bool(row["ended_on"]) == bool(row["end_reason"]) for row in table(folder, name))


def test_one_trajectbegeleider_at_a_time(folder):
    rows = [row for row in table(folder, "assignments") if row["role"] == "ips_trajectbegeleider"]
    assert not any(overlap(own) for own in grouped(rows, "client_number").values())


def test_job_never_starts_after_its_trajectory_ended(folder):
    ends = {row["trajectory_number"]: row["ended_on"] for row in table(folder, "trajectories")}
    assert all(
        job["started_on"] <= (ends[job["trajectory_number"]] or TODAY) for job in table(folder, "jobs")
    )


@pytest.mark.parametrize("name", COLUMNS)
def test_ends_follow_starts_and_nothing_lies_in_the_future(folder, name):
    for row in table(folder, name):
        start = row.get("started_on") or row.get("enrolled_on")
        assert not row.get("ended_on") or start <= row["ended_on"]
        assert all(value <= TODAY for value in row.values() if isinstance(value, date))


def test_contacts_are_with_somebody_and_not_in_the_future(folder):
    for row in table(folder, "contacts"):
        assert row["client_number"] or row["employer"]
        assert read_date(row["occurred_at"][:10]) <= TODAY


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("teams", ["team_code"]),
        ("staff", ["staff_number"]),
        ("clients", ["client_number"]),
        ("trajectories", ["trajectory_number"]),
        ("jobs", ["job_number"]),
        ("contacts", ["contact_number"]),
        ("stages", ["trajectory_number", "stage", "started_on"]),
        ("assignments", ["client_number", "staff_number", "role", "started_on"]),
    ],
)
def test_rows_are_recognisable_by_their_numbers(folder, name, key):
    assert all(len(rows) == 1 for rows in grouped(table(folder, name), *key).values())


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        ("clients", "team_code", "teams"),
        ("staff", "team_code", "teams"),
        ("trajectories", "client_number", "clients"),
        ("stages", "trajectory_number", "trajectories"),
        ("jobs", "trajectory_number", "trajectories"),
        ("assignments", "staff_number", "staff"),
        ("assignments", "client_number", "clients"),
        ("contacts", "staff_number", "staff"),
        ("contacts", "client_number", "clients"),
    ],
)
def test_every_number_that_is_referred_to_exists(folder, name, column, target):
    known = {row[column] for row in table(folder, target)} | {""}
    assert {row[column] for row in table(folder, name)} <= known


# -- nasty features ---------------------------------------------------------------------------------------


def count_features(folder):
    return Counter(
        feature for each in (of_files, of_trajectories, of_jobs, of_people) for feature in each(folder)
    )


def of_files(folder):
    for name in COLUMNS:
        path = folder / f"{name}.csv"
        if not path.exists():
            yield "absent file"
            continue
        raw = path.read_bytes()
        header = raw.splitlines()[0].decode("utf-8-sig")
        yield "BOM" if raw.startswith(b"\xef\xbb\xbf") else "no BOM"
        yield "semicolon" if ";" in header else "comma"
        yield "CRLF" if raw.splitlines(keepends=True)[0].endswith(b"\r\n") else "LF"
        if len(header.replace(";", ",").split(",")) < len(COLUMNS[name].split()):
            yield "absent column"
        yield from of_cells(read_rows(folder, f"{name}.csv"))


def of_cells(rows):
    marks = {
        "ja": "ja/nee",
        "yes": "yes/no",
        "8.5": "decimal point",
        "8,5": "decimal comma",
        "van der": "prefix",
    }
    for row in rows:
        for key, value in row.items():
            if value in marks:
                yield marks[value]
            if key.endswith("_on") and value:
                yield "Dutch date" if value[2] == "-" else "ISO date"
            for mark, feature in (
                ("\n", "newline"),
                ('"', "quote"),
                (";", "semicolon in a cell"),
                ("é", "accent"),
            ):
                if mark in value:
                    yield feature


def of_trajectories(folder):
    rows = table(folder, "trajectories")
    for row in rows:
        yield row["kind"]
        yield "leap day" if (row["enrolled_on"].month, row["enrolled_on"].day) == (2, 29) else "other day"
        yield "31 August" if (row["enrolled_on"].month, row["enrolled_on"].day) == (8, 31) else "other day"
        yield "one-day trajectory" if row["enrolled_on"] == row["ended_on"] else "longer trajectory"
        yield "working at enrolment" if read_number(row["hours_worked_at_enrolment"]) > 0 else "not working"
        yield from (f"empty {key}" for key in ("funder", "target_group", "ended_on") if not row[key])
    for own in grouped(rows, "client_number").values():
        kinds = [row["kind"] for row in own]
        if kinds.count("ips") > 1:
            yield "ips after ips"
        if len(set(kinds)) > 1 and overlap(own, first="enrolled_on"):
            yield "ips beside mss"


def of_jobs(folder):
    jobs = grouped(table(folder, "jobs"), "trajectory_number")
    for trajectory in read_trajectories(folder):
        own = sorted(jobs.get((trajectory.number,), []), key=lambda job: job["started_on"])
        yield from (feature for job in own for feature in of_job(trajectory, job))
        if overlap(own):
            yield "overlapping jobs"
        for before, after in pairwise(own):
            gap = (after["started_on"] - before["ended_on"]).days - 1 if before["ended_on"] else 0
            yield f"gap of {gap}" if gap in (14, 15) else "other gap"
        start = placement(trajectory)
        if start and any(job.started_on < trajectory.enrolled_on for job in trajectory.jobs):
            yield "placement after a job from before enrolment"


def of_job(trajectory, job):
    yield "competitive" if is_competitive(job) else "not competitive"
    for flag in ("open_to_anyone", "regular_wage", "regular_employer"):
        yield f"{flag} {job[flag].replace('nee', 'no') or 'empty'}"
    days = {"on enrolment day": trajectory.enrolled_on, "on the last day": trajectory.ended_on}
    yield from (f"job starts {name}" for name, day in days.items() if job["started_on"] == day)
    yield "job before enrolment" if job["started_on"] < trajectory.enrolled_on else "job after"
    yield "job starts on R" if job["started_on"] in (TODAY, TODAY - timedelta(92)) else "another day"
    yield "open job" if job["ended_on"] is None else "ended job"
    if trajectory.ended_on and (job["ended_on"] or date.max) > trajectory.ended_on:
        yield "job outlasts the trajectory"
    if job["started_on"] == job["ended_on"]:
        yield "one-day job"
    if trajectory.kind == "mss":
        yield "job of an mss trajectory"


def of_people(folder):
    for row in table(folder, "clients"):
        yield "client without team" if not row["team_code"] else "client of a team"
    busy = grouped(table(folder, "trajectories"), "client_number")
    yield from (
        "client without trajectory" for row in table(folder, "clients") if (row["client_number"],) not in busy
    )
    for rows in grouped(table(folder, "assignments"), "client_number").values():
        yield "handed over" if len([row for row in rows if row["ended_on"]]) > 1 else "one worker"


FEATURES = {
    "trajectories": "leap day, 31 August, one-day trajectory, working at enrolment, not working, ips after"
    " ips, ips beside mss, mss, empty funder, empty target_group, empty ended_on",
    "jobs": "overlapping jobs, gap of 14, gap of 15, one-day job, open job, job starts on enrolment day,"
    " job starts on the last day, job starts on R, job before enrolment, job outlasts the trajectory,"
    " placement after a job from before enrolment, job of an mss trajectory",
    "flags": "not competitive, open_to_anyone no, regular_wage no, regular_employer no, open_to_anyone empty,"
    " regular_wage empty, regular_employer empty",
    "people": "client without team, client without trajectory, handed over",
    "files": "absent file, absent column, BOM, no BOM, semicolon, comma, CRLF, LF, ja/nee, yes/no, accent,"
    " decimal point, decimal comma, Dutch date, ISO date, prefix, newline, quote, semicolon in a cell",
}


@pytest.fixture(scope="module")
def total(tmp_path_factory):
    """How often each feature is in the folders of all seeds together."""
    total = Counter()
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp("folder")
        write_folder(folder, seed=seed)
        total += count_features(folder)
    return total


@pytest.mark.parametrize("group", FEATURES)
def test_every_nasty_feature_is_in_the_folders(total, group):
    assert [feature for feature in FEATURES[group].split(", ") if not total[feature]] == []
