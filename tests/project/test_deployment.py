"""What a deployment relies on: migrations in step with the models, production settings without a warning."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.shows(20)

PRODUCTION = {
    "SECRET_KEY": "".join(chr(33 + number) for number in range(64)),
    "ALLOWED_HOSTS": "ips.example.org",
    "DATABASE_URL": "postgres://ips:secret@127.0.0.1:1/ips",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.base",
}


@pytest.mark.django_db
def test_models_have_no_change_without_a_migration():
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)  # exits when there is one
    assert said.getvalue() == "No changes detected\n"


@pytest.mark.parametrize(
    ("given", "told"), [({}, ""), ({"BSN_ENABLED": "true"}, "(clients.E001) BSN_ENABLED asks for")]
)
def test_production_settings_pass_the_deployment_check_unless_something_is_missing(given, told):
    # The browser tests set this for their own thread; a deployment does not have it.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={**inherited, **PRODUCTION, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == bool(told), done.stderr
    assert told in done.stderr
