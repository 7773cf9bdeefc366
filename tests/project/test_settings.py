"""Settings per surrounding: production asks for what it needs, the demo and the tests bring their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.shows(2, 20)

COMPULSORY = {
    "SECRET_KEY": "long-enough",
    "DATABASE_URL": "postgres://ips@127.0.0.1:1/ips",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    ours = {*COMPULSORY, "DJANGO_SETTINGS_MODULE", "DATABASE_POOL_SIZE", "LOG_LEVEL"}
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", COMPULSORY)
def test_production_names_the_variable_that_is_missing(missing):
    given = {name: value for name, value in COMPULSORY.items() if name != missing}
    done = run("-c", "import ipsplatform.settings.base", environment=given)
    assert done.returncode == 1
    assert f"The environment variable {missing} is not set" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("module", ["ipsplatform.wsgi", "ipsplatform.celery"])
def test_servers_use_production_settings_unless_told_otherwise(module):
    show = f"import os, {module}; print(os.environ['DJANGO_SETTINGS_MODULE'])"
    done = run("-c", show, environment=COMPULSORY)
    assert done.stdout.strip() == "ipsplatform.settings.base"


def test_web_process_keeps_a_pool_and_a_celery_process_none():
    show = "from ipsplatform.settings.base import DATABASES; print(DATABASES['default'].get('OPTIONS'))"
    web = run("-c", show, environment=COMPULSORY)
    worker = run("-c", show, environment={**COMPULSORY, "DATABASE_POOL_SIZE": "0"})
    assert "'max_size': 8" in web.stdout
    assert "pool" not in worker.stdout


@pytest.mark.parametrize(("scheme", "asked"), [("redis", "None"), ("rediss", "CERT_REQUIRED")])
def test_over_tls_the_broker_must_show_who_it_is(scheme, asked):
    show = (
        "import django; django.setup(); from celery import current_app as app;"
        "print(repr((app.connection_for_write().ssl or {}).get('ssl_cert_reqs')))"
    )
    url = f"{scheme}://127.0.0.1:1/0"
    environment = {**COMPULSORY, "REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.base"}
    assert asked in run("-c", show, environment=environment).stdout


@pytest.mark.parametrize(("surrounding", "required"), [("base", True), ("demo", False)])
def test_only_the_demo_relaxes_the_second_factor(surrounding, required):
    show = f"from ipsplatform.settings.{surrounding} import SECOND_FACTOR_REQUIRED as it; print(it)"
    assert run("-c", show, environment=COMPULSORY).stdout.split()[-1] == str(required)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER has to begin with https://"),
        ({"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "x"}, "OIDC_CLIENT_SECRET"),
    ],
)
def test_half_a_sign_on_service_is_refused_at_the_start(given, told):
    done = run("-c", "import ipsplatform.settings.base", environment={**COMPULSORY, **given})
    assert done.returncode == 1
    assert told in done.stderr.splitlines()[-1]


def test_single_sign_on_is_off_unless_there_is_an_issuer():
    show = "from ipsplatform.settings.base import *; print([OIDC_ISSUER, OIDC_SECOND_FACTOR_VALUES])"
    assert run("-c", show, environment=COMPULSORY).stdout.strip() == "['', ['mfa']]"


@pytest.mark.parametrize(("given", "is_promised"), [({}, False), ({"HSTS_PRELOAD": "true"}, True)])
def test_the_whole_domain_is_promised_by_decision_only(given, is_promised):
    show = "from ipsplatform.settings.base import SECURE_HSTS_PRELOAD as it; print(it)"
    assert run("-c", show, environment={**COMPULSORY, **given}).stdout.strip() == str(is_promised)


def test_static_files_of_production(tmp_path: Path):
    """The storage of production refuses a style sheet that names a missing file.

    Who collects is another user than who serves, in the image: every file is readable, under any umask.
    The list of all files is not among those that are served.
    """
    served, listed = tmp_path / "served", tmp_path / "listed"
    collect = (
        "import os; os.umask(0o077)\n"
        "import django; django.setup()\n"
        "from django.conf import settings; from django.core.management import call_command\n"
        f"settings.STATIC_ROOT, settings.STATIC_MANIFEST_ROOT = {str(served)!r}, {str(listed)!r}\n"
        "call_command('collectstatic', interactive=False, verbosity=0)"
    )
    done = run(
        "-c", collect, environment={**COMPULSORY, "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.base"}
    )
    assert done.returncode == 0, done.stderr
    assert list(served.rglob("staticfiles*.json")) == []
    assert [path.name for path in listed.iterdir()] == ["staticfiles.json"]
    for path in [*served.rglob("*"), *listed.rglob("*")]:
        needed = 0o055 if path.is_dir() else 0o044
        assert path.stat().st_mode & needed == needed, f"{path} is for one user"


def test_runtime_packages_are_those_that_are_tested():
    def pins(name: str) -> set[str]:
        text = (settings.BASE_DIR / "requirements" / name).read_text()
        return set(re.findall(r"^([\w.-]+==\S+)", text, re.MULTILINE))

    assert pins("runtime.txt")
    assert pins("runtime.txt") <= pins("all.txt")


def test_no_lock_file_names_a_host():
    names = ("requirements/all.txt", "requirements/runtime.txt")
    texts = [(settings.BASE_DIR / name).read_text() for name in names]
    assert all("://" not in text for text in texts)
    assert '"resolved"' not in (settings.BASE_DIR / "package-lock.json").read_text()
