"""A process carries a heavy library only from the moment that it uses it."""

import subprocess
import sys

import pytest
from django.conf import settings

HEAVY = {"statsmodels", "scipy", "pandas", "numpy", "altair", "vl_convert"}
SETUP = "import django, importlib, sys; django.setup(); from django.conf import settings; "
STARTS = {
    "web": "importlib.import_module(settings.ROOT_URLCONF); ",
    "worker": "from ipsplatform.celery import app; app.loader.import_default_modules(); app.finalize(); ",
}
LOADED = f"print(sorted({HEAVY} & sys.modules.keys()), 'reports.runs.tasks' in sys.modules)"


@pytest.mark.parametrize(("process", "has_tasks"), [("web", False), ("worker", True)])
def test_statistics_and_drawing_are_not_loaded_when_a_process_starts(process, has_tasks):
    program = SETUP + STARTS[process] + LOADED
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("] ") == ["[", f"{has_tasks}\n"]
