"""Settings per surrounding: production asks for what it needs, the demo and the tests bring their own."""

import json
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


READ = set(
    re.findall(
        r"\benv\.\w+\(\s*\"([A-Z_]+)\"", (settings.BASE_DIR / "ipsplatform/settings/base.py").read_text()
    )
)


def test_every_setting_can_come_from_a_file(tmp_path):
    """The line break at its end is not part of it, and the file goes before the variable."""
    show = (
        "from ipsplatform.settings.base import env; import json, sys;"
        "print(json.dumps({name: env.str(name) for name in sys.argv[1:]}))"
    )
    for name in READ:
        (tmp_path / name).write_text(f"{COMPULSORY.get(name) or f'{name.lower()} of a file'}\n")
    # What these say has to fit what they are for.
    others = sorted(READ - {*COMPULSORY, "CA_FILE"})
    in_files = {f"{name}_FILE": str(tmp_path / name) for name in COMPULSORY}
    done = run("-c", show, *COMPULSORY, environment={**in_files, "SECRET_KEY": "not this one"})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == COMPULSORY
    ask = (
        "import sys; from ipsplatform.settings.environment import Environment; env = Environment();"
        "print([name for name in sys.argv[1:] if env.str(name) != f'{name.lower()} of a file'])"
    )
    done = run("-c", ask, *others, environment={f"{name}_FILE": str(tmp_path / name) for name in others})
    assert len(others) > 30
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("path", "reason"), [("missing", "No such file"), ("", "Is a directory"), ("noise", "text")]
)
def test_file_of_a_setting_that_can_not_be_read_is_named(tmp_path, path, reason):
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    given = {**COMPULSORY, "SECRET_KEY_FILE": str(tmp_path / path)}
    done = run("-c", "import ipsplatform.settings.base", environment=given)
    assert done.returncode == 1
    assert re.search(f"The file in SECRET_KEY_FILE .*{reason}", done.stderr.splitlines()[-1])


def test_password_may_hold_any_character_and_need_not_be_in_the_url():
    show = (
        "from ipsplatform.settings.base import *; from urllib.parse import urlsplit, unquote;"
        "queue = urlsplit(REDIS_URL);"
        "print([DATABASES['default']['PASSWORD'], DATABASE_OWNER['PASSWORD'], unquote(queue.password),"
        " queue.hostname, CELERY_BROKER_URL == CACHES['default']['LOCATION'] == REDIS_URL])"
    )
    odd = "a/b@c:d?e#f%20 g"
    passwords = dict.fromkeys(("DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD", "REDIS_PASSWORD"), odd)
    given = {**COMPULSORY, "DATABASE_OWNER_URL": "postgres://ips_owner@127.0.0.1:1/ips", **passwords}
    assert run("-c", show, environment=given).stdout.strip() == repr([odd, odd, odd, "127.0.0.1", True])


def test_password_in_the_url_still_works():
    show = "from ipsplatform.settings.base import *; print([DATABASES['default']['PASSWORD'], REDIS_URL])"
    url = "redis://:word@127.0.0.1:1/0"
    given = {**COMPULSORY, "DATABASE_URL": "postgres://ips:word@127.0.0.1:1/ips", "REDIS_URL": url}
    assert run("-c", show, environment=given).stdout.strip() == repr(["word", url])


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
