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


@pytest.mark.parametrize("seed", range(3))
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
