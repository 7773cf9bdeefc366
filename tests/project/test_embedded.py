"""The embedded servers: started by the first, reused by the next, stopped after the last."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import redis
from django.conf import settings

from ipsplatform.embedded import keeper
from ipsplatform.embedded.servers import ROLES_MADE, Postgres, Valkey, as_service_user
from tests.waiting import PATIENCE, wait_for

COMPUTES = "SELECT sum(sqrt(i)) FROM generate_series(1, 30000000) AS i"
USER = """
import json, os, sys
from ipsplatform.embedded import keeper
keeper.provide()
names = "DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL"
print(json.dumps([os.environ.get(name, "") for name in names]), flush=True)
sys.stdin.readline()
"""


class Process:
    """Another process that uses the servers until it is told to leave."""

    def __init__(self, folder: Path, **environment: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        self.popen = subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=settings.BASE_DIR,
            env={**clean, "IPS_LOCAL_DIR": str(folder), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def addresses(self) -> list[str]:
        return json.loads(self.popen.stdout.readline())

    def leave(self) -> int:
        """Tell it to end; its exit code."""
        self.popen.communicate("\n", timeout=PATIENCE)
        return self.popen.returncode

    def kill(self) -> None:
        self.popen.kill()
        self.popen.communicate(timeout=PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "local"
    keeper.stop(tmp_path / "local")


def servers_of(folder: Path) -> list[psutil.Process]:
    return [found for found in (Postgres(folder).process(), Valkey(folder).process()) if found]


def wait_until_keeper_has_looked(folder: Path) -> None:
    """It touches this file after every look; the first look may have begun before we asked."""
    ready = folder / "ready"
    for _ in range(2):
        before = ready.stat().st_mtime_ns
        wait_for(lambda before=before: ready.stat().st_mtime_ns != before)


def test_owner_has_the_tables_and_the_application_has_no_power_of_its_own(folder):
    process = Process(folder)
    database_url, redis_url, owner_url = process.addresses()
    facts = (
        "SELECT rolname, rolsuper, rolcreatedb, rolbypassrls, datdba = pg_roles.oid"
        " FROM pg_roles JOIN pg_database ON datname = current_database() WHERE rolname = current_user"
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for name in ("btree_gist", "pg_trgm", "unaccent"):
            owner.execute(f"CREATE EXTENSION {name}")
        assert owner.execute(facts).fetchone() == ("ips_owner", False, True, False, True)
        assert owner.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    with psycopg.connect(database_url, autocommit=True) as application:
        assert application.execute(facts).fetchone() == ("ips", False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE mine (id integer)")
    assert redis.Redis.from_url(redis_url).ping()
    assert process.leave() == 0


def test_data_of_an_earlier_version_goes_to_the_owner(folder):
    first = Process(folder)
    database_url, _, owner_url = first.addresses()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("GRANT CREATE ON SCHEMA public TO ips")
    with psycopg.connect(database_url) as application:  # as it was: the application owned what it made
        application.execute("CREATE TABLE kept AS SELECT 42 AS value")
    assert first.leave() == 0
    wait_for(lambda: not servers_of(folder))
    (folder / "postgres" / ROLES_MADE).unlink()
    second = Process(folder)
    with psycopg.connect(second.addresses()[2]) as owner:
        owner.execute("ALTER TABLE kept ADD COLUMN more integer")
        assert owner.execute("SELECT value FROM kept").fetchone() == (42,)
    assert second.leave() == 0


def test_superuser_and_strangers_stay_outside(folder):
    process = Process(folder)
    database_url, redis_url, _ = process.addresses()
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(database_url, user="postgres")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(database_url, password="guess")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=urlsplit(redis_url).port, password="guess").ping()
    assert (folder / "addresses.json").stat().st_mode & 0o077 == 0
    assert process.leave() == 0


def test_servers_are_reused_and_stop_after_the_last_user(folder):
    first = Process(folder)
    addresses = first.addresses()
    second = Process(folder)
    assert second.addresses() == addresses
    pids = [server.pid for server in servers_of(folder)]
    assert first.leave() == 0
    wait_until_keeper_has_looked(folder)
    assert [server.pid for server in servers_of(folder)] == pids
    assert second.leave() == 0
    wait_for(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_two_that_start_at_once_share_one_pair(folder):
    processes = [Process(folder) for _ in range(4)]
    assert len({tuple(process.addresses()) for process in processes}) == 1
    assert [process.leave() for process in processes] == [0] * 4


def test_killed_user_leaves_nothing_behind(folder):
    process = Process(folder)
    process.addresses()
    servers = servers_of(folder)
    process.kill()
    wait_for(lambda: not servers_of(folder) and not any(server.is_running() for server in servers))


def test_data_and_ports_are_the_same_at_the_next_start(folder):
    first = Process(folder)
    addresses = first.addresses()
    with psycopg.connect(addresses[2]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    redis.Redis.from_url(addresses[1]).set("kept", "42")
    assert first.leave() == 0
    second = Process(folder)
    assert second.addresses() == addresses
    with psycopg.connect(addresses[2]) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (42,)
    assert redis.Redis.from_url(addresses[1]).get("kept") == b"42"
    assert second.leave() == 0


def test_keeper_that_is_just_ending_is_waited_for(folder):
    """The kernel gives its locks back one by one: for a moment it seems to run, and nobody starts another."""
    folder.mkdir()
    lock = os.open(folder / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    process = Process(folder)
    wait_for(lambda: is_locked(folder / "start.lock"))
    os.close(lock)
    psycopg.connect(process.addresses()[0]).close()
    assert process.leave() == 0


def is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_servers_start_again_after_everything_was_killed(folder):
    first = Process(folder)
    addresses = first.addresses()
    with psycopg.connect(addresses[2]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    os.kill(int((folder / "keeper.pid").read_text()), signal.SIGKILL)
    for server in servers_of(folder):
        server.kill()
    first.kill()
    assert (folder / "postgres/postmaster.pid").exists()
    second = Process(folder)
    with psycopg.connect(second.addresses()[2]) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (42,)
    assert second.leave() == 0


def words_of(process: psutil.Process) -> str:
    """What a process calls itself; nothing when it has ended meanwhile, as those that clean up do."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def test_a_statement_that_outlives_the_first_process_keeps_nothing_away(folder):
    """PostgreSQL refuses to start until it has ended; the keeper asks again."""
    user = Process(folder)
    address = user.addresses()[2]
    code = f"import psycopg; psycopg.connect({address!r}).execute({COMPUTES!r})"
    computing = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    with psycopg.connect(address, autocommit=True) as connection:
        active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        wait_for(lambda: connection.execute(active).fetchone() == (2,))
    first = Postgres(folder).process()
    busy = [child for child in first.children() if "SELECT" in words_of(child)]
    first.kill()
    wait_for(lambda: Postgres(folder).is_running() and answers(address))
    computing.wait(PATIENCE)
    assert len(busy) == 1
    assert user.leave() == 0


def answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def test_stale_pid_file_with_the_number_of_another_process(folder):
    first = Process(folder)
    first.addresses()
    assert first.leave() == 0
    wait_for(lambda: not servers_of(folder))
    for path in (folder / "postgres/postmaster.pid", folder / "valkey/valkey.pid"):
        path.write_text(f"{os.getpid()}\n")
    second = Process(folder)
    with psycopg.connect(second.addresses()[0]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert second.leave() == 0


def test_killed_server_comes_back_on_the_same_port(folder):
    process = Process(folder)
    database_url, *_ = process.addresses()
    killed = Postgres(folder).process()
    killed.kill()
    wait_for(lambda: answers(database_url))
    assert process.leave() == 0


def test_addresses_in_the_environment_replace_the_embedded_ones(folder):
    given = {"DATABASE_URL": "postgres://u@db.example/x", "REDIS_URL": "redis://queue.example/0"}
    process = Process(folder, **given)
    assert process.addresses() == [*given.values(), ""]
    assert process.leave() == 0
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to a service user")
def test_service_user_of_root_reaches_a_checkout_in_a_closed_folder(tmp_path):
    """PostgreSQL asks access(2) whether its own programs are there, and so does find."""
    program = tmp_path / "program"
    program.touch(mode=0o755)
    tmp_path.chmod(0o700)
    find = [shutil.which("find"), str(program), "-executable"]
    done = subprocess.run(as_service_user(find, tmp_path), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(program)
    whoami = subprocess.run(
        as_service_user([shutil.which("id"), "-u"], tmp_path), capture_output=True, check=True
    )
    assert int(whoami.stdout) != 0
