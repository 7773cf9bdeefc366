"""The independent calculation itself, against cases that were worked out by hand."""

import csv
from datetime import date, timedelta

import pytest

from tests.oracle.comparison import differences
from tests.oracle.indicators import add_months, figures

QUARTER = {"period_from": date(2025, 7, 1), "period_to": date(2025, 9, 30)}
COMPETITIVE = {"open_to_anyone": "yes", "regular_wage": "yes", "regular_employer": "yes"}


def trajectory(enrolled_on, ended_on="", *, jobs=(), client="C1", kind="ips", **facts):
    return {
        "client_number": client,
        "kind": kind,
        "enrolled_on": enrolled_on,
        "ended_on": ended_on,
        "funder": "",
        "target_group": "",
        "hours_worked_at_enrolment": "",
        "jobs": [job if isinstance(job, dict) else work(*job) for job in jobs],
    } | facts


def work(started_on, ended_on="", **flags):
    return {"started_on": started_on, "ended_on": ended_on} | COMPETITIVE | flags


@pytest.fixture
def calculate(tmp_path):
    """Write the trajectories as a folder and calculate on it; client C<n> is of team T<n>."""

    def calculate(*trajectories, **scope):
        clients = sorted({row["client_number"] for row in trajectories})
        write(
            tmp_path / "clients.csv",
            [{"client_number": c, "team_code": c.replace("C", "T")} for c in clients],
        )
        rows = [row | {"trajectory_number": str(i)} for i, row in enumerate(trajectories)]
        jobs = [
            job | {"trajectory_number": row["trajectory_number"]} for row in rows for job in row.pop("jobs")
        ]
        write(tmp_path / "trajectories.csv", rows)
        write(tmp_path / "jobs.csv", jobs)
        return figures(tmp_path, **(QUARTER | scope))

    return calculate


def write(path, rows):
    path.unlink(missing_ok=True)
    if rows:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def fraction(figure):
    return figure["numerator"], figure["denominator"]


def at(entries, key, value):
    return next(entry for entry in entries if entry[key] == value)


# -- proportions ------------------------------------------------------------------------------------------


def test_empty_denominator_gives_null_and_not_zero(calculate):
    result = calculate(trajectory("2020-01-01", "2020-02-01", hours_worked_at_enrolment="8,5"))
    empty = {"numerator": 0, "denominator": 0, "rate": None, "ci_low": None, "ci_high": None}
    bounds = {"unknown": 0, "doubtful": 0, "best": None, "worst": None}
    assert result["period_employment_rate"] == empty | bounds
    assert result["job_sustainment"][0] == {"weeks": 13} | empty
    assert result["cohort_placement_rate"][0] == {"months": 6, "not_yet_mature": 0} | empty | bounds
    point = {"days": 180, "value": None, "followed": 0, "waiting": 0}
    assert result["time_to_first_job"]["cumulative_incidence"][0] == point


# -- flow, period and point -------------------------------------------------------------------------------


def test_intervals_are_inclusive_at_both_ends(calculate):
    result = calculate(
        trajectory("2025-01-01", "2025-07-01"),
        trajectory("2025-01-01", "2025-06-30", client="C2"),
        trajectory("2025-09-30", client="C3"),
        trajectory("2025-10-01", client="C4"),
        trajectory("2025-01-01", "2025-09-30", client="C5"),
    )
    assert result["flow"] == {"running": 2, "started": 1, "ended": 2}
    assert fraction(result["period_employment_rate"]) == (0, 3)


def test_only_job_days_inside_period_and_caseload_count(calculate):
    result = calculate(
        trajectory("2025-08-01", jobs=[("2025-07-01", "2025-07-31")]),  # before enrolment
        trajectory(
            "2025-01-01", "2025-07-31", client="C2", jobs=[("2025-06-01", "2025-06-30")]
        ),  # before the period
        trajectory("2025-01-01", "2025-07-31", client="C3", jobs=[("2025-07-31", "2025-12-31")]),  # one day
    )
    assert fraction(result["period_employment_rate"]) == (1, 3)


def test_client_with_two_trajectories_counts_once(calculate):
    result = calculate(
        trajectory("2025-01-01", "2025-07-10", jobs=[("2025-02-01",)], hours_worked_at_enrolment="12"),
        trajectory("2025-07-11"),
    )
    assert fraction(result["period_employment_rate"]) == (1, 1)
    assert fraction(result["period_employment_rate_new"]) == (0, 1)
    assert result["flow"] == {"running": 1, "started": 1, "ended": 1}


@pytest.mark.parametrize("flag", COMPETITIVE)
@pytest.mark.parametrize("value", ["no", "nee", ""])
def test_job_without_all_three_flags_does_not_count(calculate, flag, value):
    result = calculate(trajectory("2025-01-01", jobs=[work("2025-02-01", **{flag: value})]))
    assert fraction(result["period_employment_rate"]) == (0, 1)
    assert result["time_to_first_job"]["events"] == 0


def test_mss_trajectory_does_not_count(calculate):
    result = calculate(trajectory("2025-01-01", kind="mss", jobs=[("2025-02-01",)]))
    assert result["flow"] == {"running": 0, "started": 0, "ended": 0}
    assert result["time_to_first_job"]["n"] == 0


def test_job_that_ends_on_the_last_day_still_runs_on_it(calculate):
    result = calculate(
        trajectory("2025-01-01", jobs=[("2025-02-01", "2025-09-30")]),
        trajectory("2025-01-01", client="C2", jobs=[("2025-02-01", "2025-09-29")]),
    )
    assert fraction(result["point_employment_rate"]) == (1, 2)


def test_sustained_needs_a_spell_begun_91_days_before_the_last_day(calculate):
    last = QUARTER["period_to"]
    result = calculate(
        trajectory("2025-01-01", jobs=[((last - timedelta(91)).isoformat(),)]),
        trajectory("2025-01-01", client="C2", jobs=[((last - timedelta(90)).isoformat(),)]),
    )
    assert fraction(result["point_sustained_rate"]) == (1, 2)


def test_fourteen_workless_days_are_bridged_and_fifteen_are_not(calculate):
    result = calculate(
        trajectory("2025-01-01", jobs=[("2025-02-01", "2025-08-01"), ("2025-08-16",)]),
        trajectory("2025-01-01", client="C2", jobs=[("2025-02-01", "2025-08-01"), ("2025-08-17",)]),
    )
    assert fraction(result["point_sustained_rate"]) == (1, 2)


def test_bridged_last_day_counts_only_when_the_next_job_is_known(calculate):
    bridging = trajectory("2025-01-01", jobs=[("2025-02-01", "2025-09-25"), ("2025-10-05",)])
    assert fraction(calculate(dict(bridging), as_of=date(2025, 10, 5))["point_sustained_rate"]) == (1, 1)
    assert fraction(calculate(dict(bridging), as_of=date(2025, 10, 4))["point_sustained_rate"]) == (0, 1)


def test_nothing_that_started_after_the_as_of_day_exists(calculate):
    result = calculate(
        trajectory("2025-01-01", "2025-09-01", jobs=[("2025-08-16",)]),
        trajectory("2025-08-16", client="C2"),
        as_of=date(2025, 8, 15),
    )
    assert result["flow"] == {"running": 1, "started": 0, "ended": 0}
    assert fraction(result["period_employment_rate"]) == (0, 1)


def test_as_of_defaults_to_the_earlier_of_period_end_and_today(calculate):
    assert calculate(trajectory("2025-01-01"), today=date(2025, 8, 1))["as_of"] == "2025-08-01"
    assert calculate(trajectory("2025-01-01"), today=date(2026, 8, 1))["as_of"] == "2025-09-30"


# -- cohorts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 6, date(2024, 8, 29)),
        (date(2023, 12, 31), 18, date(2025, 6, 30)),
        (date(2022, 11, 30), 30, date(2025, 5, 30)),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(day, months, later):
    assert add_months(day, months) == later


def test_placement_on_the_horizon_counts_and_a_day_later_does_not(calculate):
    result = calculate(
        trajectory("2024-08-31", jobs=[("2025-02-28",)]),
        trajectory("2024-08-31", client="C2", jobs=[("2025-03-01",)]),
        trajectory("2024-08-31", "2024-10-01", client="C3"),  # a drop-out stays in
        trajectory("2025-03-31", client="C4"),  # mature on the as-of day itself
        trajectory("2025-04-01", client="C5", jobs=[("2025-04-02",)]),  # too recent
    )
    half_year = at(result["cohort_placement_rate"], "months", 6)
    assert (*fraction(half_year), half_year["not_yet_mature"]) == (1, 4, 1)


def test_job_before_enrolment_is_no_placement_and_one_on_enrolment_day_is(calculate):
    result = calculate(
        trajectory("2024-01-01", jobs=[("2023-12-31",)]),
        trajectory("2024-01-01", client="C2", jobs=[("2024-01-01", "2024-01-01")]),
    )
    assert fraction(at(result["cohort_placement_rate"], "months", 12)) == (1, 2)
    assert result["time_to_first_job"]["events"] == 1


def test_cohort_window_is_inclusive_and_leaves_the_period_figures_alone(calculate):
    days = ["2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01"]
    window = {"cohort_from": date(2024, 1, 1), "cohort_to": date(2024, 12, 31)}
    result = calculate(*(trajectory(day, client=f"C{i}") for i, day in enumerate(days)), **window)
    assert result["time_to_first_job"]["n"] == 2
    assert result["period_employment_rate"]["denominator"] == 4


def test_sustainment_asks_for_the_very_day_after_so_many_weeks(calculate):
    result = calculate(
        trajectory("2025-01-01", jobs=[("2025-02-01", "2025-05-03")]),  # 2025-02-01 + 91 days
        trajectory("2025-01-01", client="C2", jobs=[("2025-02-01", "2025-05-02")]),
        trajectory("2025-01-01", client="C3", jobs=[("2025-07-02",)]),  # 91 days later is after the as-of day
    )
    assert fraction(at(result["job_sustainment"], "weeks", 13)) == (1, 2)


def test_sustainment_is_measured_from_the_placement_in_a_longer_spell(calculate):
    jobs = [("2024-12-01", "2025-06-30"), ("2025-02-01", "2025-02-10")]
    result = calculate(trajectory("2025-01-01", "2025-02-15", jobs=jobs))
    assert fraction(at(result["job_sustainment"], "weeks", 13)) == (1, 1)
    assert fraction(at(result["job_sustainment"], "weeks", 26)) == (0, 1)


def test_scope_is_team_funder_and_target_group_of_the_trajectory(calculate):
    rows = [
        trajectory("2025-01-01", funder="uwv", target_group="epa"),
        trajectory("2025-01-01", client="C2", funder="uwv", target_group="cmd"),
        trajectory("2025-01-01", client="C3"),
    ]

    def running(**scope):
        return calculate(*map(dict, rows), **scope)["flow"]["running"]

    assert [running(), running(team="T3"), running(funder="uwv"), running(funder="geen")] == [3, 1, 2, 0]
    assert running(team="T1", funder="uwv", target_group="cmd") == 0


# -- time to the first job --------------------------------------------------------------------------------


def test_time_to_first_job_counts_day_zero_ends_and_the_median_among_those_placed(calculate):
    result = calculate(
        trajectory("2025-01-01", jobs=[("2025-01-01",)]),
        trajectory("2025-01-01", client="C2", jobs=[("2025-01-11",)]),
        trajectory("2025-01-01", "2025-01-03", client="C3"),
        trajectory("2025-01-01", client="C4", hours_worked_at_enrolment="0,5", jobs=[("2025-01-02",)]),
    )["time_to_first_job"]
    assert (result["n"], result["events"], result["ended_without_job"]) == (3, 2, 1)
    assert (result["median_days"], result["km_median_days"], result["median_days_placed"]) == (10, 10, 5)
    point = {"days": 180, "value": 0.666667, "followed": 3, "waiting": 0}
    assert result["cumulative_incidence"][0] == point


def test_incidence_has_a_value_only_where_somebody_was_followed_that_long(calculate):
    result = calculate(
        trajectory("2025-04-03", jobs=[("2025-05-01",)]),  # 180 days before the as-of day
        trajectory("2025-04-04", client="C2"),
        trajectory("2025-04-03", client="C3", jobs=[("2025-09-30",)]),  # placed on day 180
        trajectory("2025-04-02", "2025-09-28", client="C4"),  # stopped on day 179
    )["time_to_first_job"]
    first, second, *_ = result["cumulative_incidence"]
    assert (first["followed"], first["waiting"]) == (3, 1)
    assert second == {"days": 365, "value": None, "followed": 0, "waiting": 0}


# -- missing answers and missing ends ---------------------------------------------------------------------


def bounds_of(part):
    return part["unknown"], part["doubtful"]


@pytest.mark.parametrize("flag", COMPETITIVE)
def test_unanswered_question_is_unknown_and_a_no_is_not(calculate, flag):
    result = calculate(
        trajectory("2025-01-01", jobs=[work("2025-02-01", **{flag: ""})]),
        trajectory("2025-01-01", client="C2", jobs=[work("2025-02-01", **{flag: "no"})]),
        trajectory("2025-01-01", client="C3", jobs=[("2025-02-01",)]),
    )
    assert bounds_of(result["period_employment_rate"]) == (1, 0)
    assert bounds_of(result["point_sustained_rate"]) == (1, 0)
    assert result["point_employment_rate"]["best"] == 0.666667
    assert result["point_employment_rate"]["worst"] == 0.333333
    assert bounds_of(at(result["cohort_placement_rate"], "months", 6)) == (1, 0)
    assert "unknown" not in result["job_sustainment"][0]


def test_client_who_counts_through_another_trajectory_is_not_unknown(calculate):
    unanswered = work("2025-07-20", regular_wage="")
    result = calculate(
        trajectory("2025-01-01", "2025-07-10", jobs=[("2025-02-01",)]),
        trajectory("2025-07-11", jobs=[unanswered]),
    )
    assert bounds_of(result["period_employment_rate"]) == (0, 0)
    assert bounds_of(result["point_employment_rate"]) == (1, 0)


def test_unanswered_job_may_join_two_spells(calculate):
    jobs = [("2025-02-01", "2025-07-01"), work("2025-07-02", "2025-08-31", regular_wage=""), ("2025-09-01",)]
    result = calculate(trajectory("2025-01-01", jobs=jobs))
    assert (fraction(result["point_sustained_rate"]), bounds_of(result["point_sustained_rate"])) == (
        (0, 1),
        (1, 0),
    )


def test_no_figure_looks_beyond_the_end_of_the_trajectory_so_none_is_doubtful(calculate):
    result = calculate(
        trajectory("2024-01-01", "2025-08-15", jobs=[("2025-08-15",)]),
        trajectory("2024-01-01", "2025-10-15", client="C2", jobs=[("2025-02-01",)]),
        as_of=date(2025, 12, 31),
    )
    keys = ("period_employment_rate", "point_employment_rate", "point_sustained_rate")
    assert {result[key]["doubtful"] for key in keys} == {0}


# -- the comparison ---------------------------------------------------------------------------------------


def test_comparison_sees_another_number_and_a_missing_one(calculate, tmp_path):
    report = calculate(trajectory("2025-01-01", jobs=[("2025-02-01",)])) | {"scope": {}}
    assert differences(tmp_path, report, today=date.max, **QUARTER) == {}
    report["point_employment_rate"] |= {"ci_low": report["point_employment_rate"]["ci_low"] + 2e-6}
    del report["flow"]["ended"]
    different = differences(tmp_path, report, today=date.max, **QUARTER)
    assert sorted(different) == ["flow.ended", "point_employment_rate.ci_low"]
