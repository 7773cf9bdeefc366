"""PostgreSQL and Valkey from Python wheels, for the demo and the tests.

A process that needs them calls `provide()`. The first caller starts a keeper, a process of its own that runs
both servers; everyone who uses them holds a shared lock. The kernel drops that lock when a process ends,
however it ends, and when nobody holds it any more the keeper stops the servers: nothing stays behind.
"""

import atexit
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from ipsplatform.embedded.servers import (
    START_SECONDS,
    Addresses,
    EmbeddedError,
    Postgres,
    Server,
    Valkey,
    free_port,
    port_is_open,
)

POLL_SECONDS = 0.2
REFUSED_SECONDS = 60  # how long what is left of a killed server may keep a new one from starting
LOCK_SECONDS = 10  # the kernel gives back the locks of an ended process one by one, in any order
BASE_DIR = Path(__file__).resolve().parent.parent.parent


def local_dir() -> Path:
    return Path(os.environ.get("IPS_LOCAL_DIR") or BASE_DIR / ".local").expanduser().resolve()


def provide() -> None:
    """Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, with embedded servers where they are not set."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    addresses = use(local_dir())
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = addresses.database_url
        os.environ["DATABASE_OWNER_URL"] = addresses.owner_url
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = addresses.redis_url


def use(folder: Path) -> Addresses:
    """Start the servers of this folder unless they run, and keep them until this process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    in_use = _open_lock(folder / "in-use.lock")
    try:
        fcntl.flock(in_use, fcntl.LOCK_SH)  # waits while a keeper is shutting down
        with _locked(folder / "start.lock"):
            _wait_until_ready(folder)
    except BaseException:
        os.close(in_use)
        raise
    atexit.register(_leave, in_use, os.getpid())
    addresses = _read_addresses(folder)
    if not addresses.owner_password:
        raise EmbeddedError(
            f"An earlier version runs in {folder}. Stop it and start again: it is upgraded then."
        )
    return addresses


def stop(folder: Path) -> None:
    """Stop the servers of this folder, whoever uses them."""
    if not folder.is_dir():
        return
    deadline = time.monotonic() + START_SECONDS
    while _keeper_runs(folder):
        with suppress(OSError, ValueError):  # no number yet, or the keeper has just ended
            os.kill(int((folder / "keeper.pid").read_text()), signal.SIGTERM)
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The servers in {folder} do not stop.")
        time.sleep(POLL_SECONDS)
    for server in (Postgres(folder), Valkey(folder)):  # left over when the keeper itself was killed
        server.stop()


def _leave(in_use: int, owner: int) -> None:
    if os.getpid() == owner:  # a forked child shares the lock, it has no say in it
        os.close(in_use)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_soon(lock: int) -> bool:
    """Take a lock that its holder, a keeper that has just ended, may still be giving back."""
    deadline = time.monotonic() + LOCK_SECONDS
    while not _try_lock(lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _keeper_runs(folder: Path) -> bool:
    lock = _open_lock(folder / "keeper.lock")
    try:
        return not _try_lock(lock)
    finally:
        os.close(lock)


def _start_keeper(folder: Path) -> subprocess.Popen:
    (folder / "ready").unlink(missing_ok=True)
    command = [sys.executable, "-m", "ipsplatform.embedded", "keep", str(folder)]
    with (folder / "keeper.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 (our own module)
            command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _wait_until_ready(folder: Path) -> None:
    """Until the servers answer, with a keeper of our own unless one runs, or once it has ended."""
    deadline, keeper = time.monotonic() + 2 * START_SECONDS, None
    while True:
        if keeper is None and not _keeper_runs(folder):
            keeper = _start_keeper(folder)
        if (folder / "ready").exists():
            addresses = _read_addresses(folder)
            if port_is_open(addresses.postgres_port) and port_is_open(addresses.valkey_port):
                break
        if (keeper and keeper.poll() is not None) or time.monotonic() > deadline:
            last_lines = (folder / "keeper.log").read_text(errors="replace").splitlines()[-1:]
            raise EmbeddedError("\n".join([f"PostgreSQL and Valkey do not start in {folder}.", *last_lines]))
        time.sleep(0.05)
    if keeper:
        keeper.returncode = 0  # it outlives this process: no warning about a child that still runs


def _read_addresses(folder: Path) -> Addresses:
    return Addresses(**json.loads((folder / "addresses.json").read_text()))


# The keeper


def keep(folder: Path) -> None:
    """Run both servers until nobody uses them any more. A server that dies is started again."""
    lock, in_use = _open_lock(folder / "keeper.lock"), _open_lock(folder / "in-use.lock")
    if not _lock_soon(lock):
        return
    (folder / "keeper.pid").write_text(str(os.getpid()))
    asked_to_stop: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.append(True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    servers = (Postgres(folder), Valkey(folder))
    try:
        _run_until(lambda: bool(asked_to_stop) or _try_lock(in_use), servers=servers, folder=folder)
    finally:
        (folder / "ready").unlink(missing_ok=True)
        for server in servers:
            server.stop()
        (folder / "keeper.pid").unlink(missing_ok=True)


def _run_until(done: Callable[[], bool], *, servers: tuple[Server, ...], folder: Path) -> None:
    ready = folder / "ready"
    while not done():
        stopped = [server for server in servers if not server.is_running()]
        if stopped:
            ready.unlink(missing_ok=True)
            addresses = _choose_addresses(folder, stopped)
            for server in stopped:
                _start(server, addresses)
        ready.touch()
        time.sleep(POLL_SECONDS)


def _start(server: Server, addresses: Addresses) -> None:
    """Start it, also while something of its last life still ends.

    A statement that computes does not notice at once that the first process of PostgreSQL was killed, and
    until it does PostgreSQL refuses to start. Raises EmbeddedError when it keeps refusing.
    """
    deadline = time.monotonic() + (REFUSED_SECONDS if server.has_run() else 0)
    while True:
        try:
            server.start(addresses)
        except EmbeddedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def _choose_addresses(folder: Path, stopped: list[Server]) -> Addresses:
    """Take the ports of the last run, or free ones when another program sits there by now."""
    path, draft = folder / "addresses.json", folder / "addresses.json.new"
    known = json.loads(path.read_text()) if path.exists() else {}
    for password in ("password", "owner_password"):
        known.setdefault(password, secrets.token_urlsafe(24))
    for server in stopped:
        if server.port_key not in known or port_is_open(known[server.port_key]):
            known[server.port_key] = free_port()
    addresses = Addresses(**known)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(addresses)))
    draft.replace(path)
    return addresses


def main(arguments: list[str]) -> None:
    match arguments:
        case ["keep", folder]:
            try:
                keep(Path(folder))
            except EmbeddedError as error:
                sys.exit(str(error))
        case ["stop"]:
            stop(local_dir())
        case _:
            sys.exit("usage: python -m ipsplatform.embedded stop")
