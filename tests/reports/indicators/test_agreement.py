"""The figures against an independent calculation, over random folders with every nasty edge."""

import random
from datetime import date, timedelta

import pytest

from clients.models import Client
from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from staff.models import Team
from tests.oracle.comparison import differences
from tests.oracle.folders import TODAY, write_folder
from tests.reports.folders import load_folder
from trajectories.models import Employer, Job, Trajectory

pytestmark = pytest.mark.django_db

QUARTER = {"period_from": date(2025, 7, 1), "period_to": date(2025, 9, 30)}
SCOPES = [
    {},
    {"team": "T1"},
    {"team": "T2"},
    {"team": "M1"},
    {"funder": "uwv"},
    {"funder": "geen"},
    {"target_group": "epa"},
    {"funder": "gemeente", "target_group": "cmd"},
    {"team": "T-3", "funder": "zorgverzekeraar", "target_group": "jongere"},
]
DAYS = [
    {},
    {"as_of": date(2025, 12, 31)},
    {"as_of": date(2025, 8, 15)},
    {"as_of": date(2025, 6, 30)},
    {"as_of": date(2022, 3, 1)},
    {"cohort_from": date(2024, 2, 29), "cohort_to": date(2025, 3, 31)},
    {"period_from": date(2024, 2, 29), "period_to": date(2024, 2, 29)},
    {"period_from": date(2025, 10, 1), "period_to": date(2026, 3, 31), "as_of": TODAY},
    {"period_from": date(2020, 1, 1), "period_to": TODAY + timedelta(days=1), "as_of": TODAY},
]


BOUNDED = (
    "period_employment_rate",
    "period_employment_rate_new",
    "point_employment_rate",
    "point_sustained_rate",
)


@pytest.mark.parametrize("seed", range(2))
def test_figures_equal_the_independent_calculation(seed, tmp_path):
    write_folder(tmp_path, seed=seed, clients=60)
    teams = load_folder(tmp_path)
    for scope in SCOPES:
        for days in DAYS:
            asked = QUARTER | days
            team = scope.get("team")
            report = placement_report(
                Scope(**scope | {"team": teams[team] if team else None}), ReportWindow(**_filled(asked))
            )
            found = differences(tmp_path, to_json(report), today=TODAY, **scope, **asked)
            assert found == {}, (scope, days)


@pytest.mark.parametrize("seed", range(10, 14))
def test_fifty_random_scopes_of_a_random_folder_equal_the_independent_calculation(seed, tmp_path):
    """Four folders: 200 scopes of any team, funder, target group, period, as-of day and cohort."""
    write_folder(tmp_path, seed=seed, clients=80)
    teams, rng = load_folder(tmp_path), random.Random(seed)
    bounds = set()
    for _ in range(50):
        scope, asked = _random_scope(rng, teams), _random_days(rng)
        team = scope.get("team")
        report = to_json(
            placement_report(Scope(**scope | {"team": teams.get(team)}), ReportWindow(**_filled(asked)))
        )
        assert differences(tmp_path, report, today=TODAY, **scope, **asked) == {}, (scope, asked)
        bounds |= {report[key]["unknown"] for key in BOUNDED} | {
            point["followed"] for point in report["time_to_first_job"]["cumulative_incidence"]
        }
    assert len(bounds) > 5  # the scopes differ in what is new in these definitions


def _random_scope(rng, teams):
    chosen = {
        "team": rng.choice(list(teams)),
        "funder": rng.choice(["uwv", "gemeente", "zorgverzekeraar", "geen"]),
        "target_group": rng.choice(["epa", "cmd", "jongere", "overig"]),
    }
    return {name: value for name, value in chosen.items() if rng.random() < 0.35}


def _random_days(rng):
    days = sorted(TODAY - timedelta(days=rng.randrange(1500)) for _ in range(4))
    asked = {"period_from": days[0], "period_to": days[2]}
    if rng.random() < 0.6:
        asked["as_of"] = rng.choice([days[1], days[3], TODAY])
    if rng.random() < 0.3:
        asked |= {"cohort_from": days[0], "cohort_to": days[3]}
    return asked


def _filled(asked):
    return {"as_of": min(asked["period_to"], TODAY)} | asked


@pytest.mark.parametrize("seed", range(2))
def test_order_of_the_rows_is_irrelevant(seed, tmp_path):
    write_folder(tmp_path, seed=seed, clients=40)
    reports = []
    for shuffle in (lambda rows: None, random.Random(seed).shuffle):
        load_folder(tmp_path, shuffle=shuffle)
        reports.append(placement_report(Scope(), ReportWindow(**_filled(QUARTER))))
        for model in (Job, Employer, Trajectory, Client, Team):
            model.objects.all().delete()
    assert reports[0] == reports[1]
