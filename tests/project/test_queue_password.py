"""The command of the queue in docker-compose.yml, as it stands there, with the real Valkey: any password."""

import os
import subprocess
import time

import pytest
import redis
import yaml
from django.conf import settings

from ipsplatform.embedded.servers import Valkey, free_port

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
# Compose writes a dollar sign for the shell in the container twice.
COMMAND = [word.replace("$$", "$") for word in COMPOSE["services"]["redis"]["command"]]
# The image's entry point hands the command over; here it adds where the server may listen and write.
ENTRY = """#!/bin/sh
shift
exec {server} --bind 127.0.0.1 --port {port} --dir {folder} "$@"
"""
PASSWORDS = [
    'with "double" quotes',
    "with 'single' quotes",
    "back\\slash \\x41 \\n and one at the end\\",
    '\\"',
    "$HOME `id` $(id) ${IFS}",
    " spaces around ",
    "# % * ? ; & | < > ! ~ { } [ ]",
    "é€ß",
]


@pytest.fixture
def start(tmp_path):
    """Starts the command with this environment; the port, and the process."""
    started = []

    def run(**environment: str) -> tuple[int, subprocess.Popen]:
        port, entry = free_port(), tmp_path / "docker-entrypoint.sh"
        server = Valkey(tmp_path).command(None)[0]
        entry.write_text(ENTRY.format(server=server, port=port, folder=tmp_path))
        entry.chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"
        process = subprocess.Popen(
            COMMAND, env={"PATH": path, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        started.append(process)
        return port, process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def answers(port: int, password: str, process: subprocess.Popen) -> bool:
    """Whether the queue takes this password; waits until it listens."""
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None, process.stdout.read().decode()
        assert time.monotonic() < deadline
        try:
            with redis.Redis(host="127.0.0.1", port=port, password=password) as queue:
                return queue.ping()
        except redis.AuthenticationError:
            return False
        except redis.ConnectionError:
            time.sleep(0.05)


@pytest.mark.parametrize("password", PASSWORDS)
def test_password_of_the_queue_may_hold_any_character(start, tmp_path, password):
    file = tmp_path / "REDIS_PASSWORD"
    file.write_text(f"{password}\n")
    port, process = start(REDIS_PASSWORD_FILE=str(file))
    assert answers(port, password, process)
    assert not answers(port, f"{password}x", process)


def test_password_of_the_queue_comes_from_the_environment_as_well(start):
    port, process = start(REDIS_PASSWORD=PASSWORDS[0])
    assert answers(port, PASSWORDS[0], process)


def test_queue_does_not_start_without_a_password(start):
    _port, process = start()
    said, _nothing = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "REDIS_PASSWORD is empty" in said.decode()
