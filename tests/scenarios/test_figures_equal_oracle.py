"""Real files in, figures out: two random folders give the numbers of an independent calculation."""

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import translation
from django.utils.timezone import localdate

from tests.oracle.comparison import differences
from tests.oracle.folders import TODAY, write_folder

pytestmark = pytest.mark.django_db

# Chosen by trial: together these folders notice thirty wrong readings of the definitions, each edge by a day.
CLIENTS, SEEDS = 100, [27, 31]
THIRD_QUARTER = {"period_from": date(2025, 7, 1), "period_to": date(2025, 9, 30)}
SCOPES = {
    "whole": {},
    "team T1": {"team": "T1"},
    "team T-3": {"team": "T-3", "as_of": TODAY},
    "funder uwv": {"funder": "uwv"},
    "funder geen": {"funder": "geen", "as_of": TODAY},
    "target group epa": {"target_group": "epa"},
    "target group overig": {"target_group": "overig", "as_of": date(2025, 8, 20)},
    "team and funder": {"team": "T2", "funder": "gemeente"},
    "other period and cohort": {
        "period_from": date(2024, 2, 1),
        "period_to": date(2024, 8, 31),
        "as_of": date(2025, 2, 28),
        "cohort_from": date(2022, 6, 1),
        "cohort_to": date(2024, 8, 31),
    },
}
OPTIONS = {"period_from": "--from", "period_to": "--to"}
OWN_APPS = ("staff", "clients", "trajectories", "reports")


@pytest.fixture(params=SEEDS)
def folder(request, tmp_path):
    write_folder(tmp_path, seed=request.param, clients=CLIENTS)
    return tmp_path


def import_cases(folder):
    out = StringIO()
    with translation.override("en"):
        call_command("import_cases", str(folder), stdout=out)
    return out.getvalue()


def placement_report(scope):
    options = {OPTIONS.get(name, "--" + name.replace("_", "-")): str(value) for name, value in scope.items()}
    out = StringIO()
    call_command("placement_report", *sum(options.items(), ()), "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def all_rows():
    """Every stored value of our own tables, history included; only the import runs are left out."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in OWN_APPS and model.__name__ != "ImportRun":
            rows[model._meta.label] = list(model._base_manager.order_by("pk").values())
    return rows


def test_every_figure_equals_the_independent_calculation_in_nine_scopes(folder):
    import_cases(folder)
    found = {}
    for name, narrowing in SCOPES.items():
        scope = THIRD_QUARTER | narrowing
        if different := differences(folder, placement_report(scope), today=localdate(), **scope):
            found[name] = different
    assert found == {}


def test_importing_twice_changes_nothing(folder):
    import_cases(folder)
    before = all_rows()
    report = import_cases(folder)
    assert all_rows() == before
    assert before["trajectories.Job"]
    assert set(re.findall(r"(\d+) (?:created|changed)", report)) == {"0"}
