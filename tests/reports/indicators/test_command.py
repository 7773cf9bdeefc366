"""manage.py placement_report, as somebody types it."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import Scope
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory
from tests.reports.cases import window

pytestmark = pytest.mark.django_db
QUARTER = ["--from", "2025-07-01", "--to", "2025-09-30"]
RATE = ["numerator", "denominator", "rate", "ci_low", "ci_high"]
BOUNDS = ["unknown", "doubtful", "best", "worst"]


def printed(capsys, *arguments):
    call_command("placement_report", *QUARTER, *arguments)
    return json.loads(capsys.readouterr().out)


def test_object_is_that_of_the_contract(capsys):
    found = printed(capsys, "--format", "json")
    assert list(found) == [
        "definition_version",
        "period",
        "as_of",
        "scope",
        "flow",
        "period_employment_rate",
        "period_employment_rate_new",
        "point_employment_rate",
        "point_sustained_rate",
        "cohort_placement_rate",
        "job_sustainment",
        "time_to_first_job",
    ]
    assert found["definition_version"] == "2026-2"
    assert found["period"] == {"from": "2025-07-01", "to": "2025-09-30"}
    assert found["as_of"] == "2025-09-30"
    assert found["scope"] == {"team": None, "funder": None, "target_group": None}
    assert list(found["flow"]) == ["running", "started", "ended"]


def test_rates_and_curve_have_the_fields_of_the_contract(capsys):
    found = printed(capsys)
    assert list(found["point_sustained_rate"]) == [*RATE, *BOUNDS]
    assert [list(rate) for rate in found["cohort_placement_rate"]] == [
        ["months", "not_yet_mature", *RATE, *BOUNDS]
    ] * 4
    assert [rate["months"] for rate in found["cohort_placement_rate"]] == [6, 12, 18, 30]
    assert [list(rate) for rate in found["job_sustainment"]] == [["weeks", *RATE]] * 3
    assert [rate["weeks"] for rate in found["job_sustainment"]] == [13, 26, 52]
    first_job = found["time_to_first_job"]
    assert list(first_job) == [
        "n",
        "events",
        "ended_without_job",
        "median_days",
        "km_median_days",
        "median_days_placed",
        "cumulative_incidence",
    ]
    points = first_job["cumulative_incidence"]
    assert [list(point) for point in points] == [["days", "value", "followed", "waiting"]] * 4
    assert [point["days"] for point in points] == [180, 365, 548, 913]


def test_command_prints_what_the_pages_compute(capsys):
    team = TeamFactory(code="noord")
    JobFactory(trajectory=TrajectoryFactory(in_team=team, funder="uwv", target_group="epa"))
    TrajectoryFactory()
    arguments = ["--team", "noord", "--funder", "uwv", "--target-group", "epa", "--as-of", "2025-08-01"]
    arguments += ["--cohort-from", "2024-01-01", "--cohort-to", "2024-01-01"]
    scope = Scope(team=team, funder="uwv", target_group="epa")
    day = date(2024, 1, 1)
    asked = window(as_of=date(2025, 8, 1), cohort_from=day, cohort_to=day)
    found = printed(capsys, *arguments)
    assert found == to_json(placement_report(scope, asked))
    assert found["scope"] == {"team": "noord", "funder": "uwv", "target_group": "epa"}
    assert found["flow"]["running"] == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_first_and_last_day_of_the_calendar_can_be_asked_for(capsys, day):
    JobFactory(trajectory=TrajectoryFactory(), ended_on=date(2024, 4, 1))
    as_of = min(day, localdate().isoformat())
    call_command("placement_report", "--from", day, "--to", day, "--as-of", as_of)
    running = {"0001-01-01": 0, "9999-12-31": 1}[day]
    assert json.loads(capsys.readouterr().out)["flow"]["running"] == running


@time_machine.travel(date(2025, 8, 12))
def test_running_period_counts_until_today(capsys):
    assert printed(capsys)["as_of"] == "2025-08-12"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "2025-10-01"], "De eerste dag (2025-10-01) ligt na de laatste dag (2025-09-30)."),
        (["--from", "1 juli"], "“1 juli” is geen datum. Schrijf die als 2026-03-31."),
        (
            ["--as-of", "9999-12-31"],
            "De peildatum (9999-12-31) ligt in de toekomst: daarvan is nog niets bekend.",
        ),
        (["--as-of", "2025-02-29"], "“2025-02-29” is geen datum. Schrijf die als 2026-03-31."),
        (
            ["--cohort-from", "2025-02-01", "--cohort-to", "2025-01-01"],
            "De eerste dag (2025-02-01) ligt na de laatste dag (2025-01-01).",
        ),
        (["--team", "noordd"], "Er is geen team met de code “noordd”. Bekende codes: noord, zuid."),
        (
            ["--funder", "UVW"],
            "--funder kent “UVW” niet. Kies uit: uwv, gemeente, zorgverzekeraar, geen.",
        ),
        (
            ["--target-group", ""],
            "--target-group kent “” niet. Kies uit: epa, cmd, jongere, vluchteling, dakloos, verslaving, "
            "overig.",
        ),
    ],
)
def test_wrong_argument_is_explained(arguments, sentence):
    TeamFactory(code="zuid")
    TeamFactory(code="noord")
    with pytest.raises(CommandError) as refusal:
        call_command("placement_report", *QUARTER, *arguments)
    assert str(refusal.value) == sentence
    assert refusal.value.returncode == 1


def test_wrong_argument_ends_with_exit_code_1_and_prints_no_figures():
    done = subprocess.run(
        [sys.executable, "manage.py", "placement_report", "--from", "2025-10-01", "--to", "2025-09-30"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "2025-10-01" in done.stderr
    assert "Traceback" not in done.stderr
