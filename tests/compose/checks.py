"""What an installation has to show. Each check raises AssertionError, and returns what is worth printing."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.compose.installation import (
    ARCHIVE_PORT,
    HOST,
    RUNBOOK,
    USER,
    Installation,
    commands,
    lines_of_cron,
)
from tests.compose.visitor import CLAIMED

APPLICATION = ("web", "worker", "beat")
ADMINISTRATOR = "eerste"
SIGN_IN = "/login/"
KILLED = 137
SLOWEST_PAGE = 3  # seconds, with forty slow visitors


def installed(installation: Installation) -> str:
    """Step by step as the manual says, with what an organisation fills in itself."""
    installation.check_out()
    installation.make_keys()
    backups = installation.folder / "backups"
    backups.mkdir()
    os.chown(backups, USER, USER)
    secrets, proxy, start, administrator = commands("Install")
    installation.follow(secrets)
    installation.set(
        ALLOWED_HOSTS=HOST,
        CA_FILE=installation.folder / "ca.pem",
        PROXY_CERTIFICATE_FILE=installation.folder / "server.pem",
        PROXY_KEY_FILE=installation.folder / "server.key",
        BACKUP_RECIPIENT=installation.recipient,
        BACKUP_DIR=backups,
    )
    installation.follow(proxy, start)
    installation.follow(administrator)
    return ", ".join(sorted(container["Name"].strip("/") for container in installation.containers()))


def healthy(installation: Installation) -> None:
    for container in installation.containers():
        name, state = container["Config"]["Labels"]["com.docker.compose.service"], container["State"]
        if name == "migrate":
            assert (state["Status"], state["ExitCode"]) == ("exited", 0), state
        else:
            assert state.get("Health", {}).get("Status") == "healthy", (name, state)
            assert container["RestartCount"] == 0, name


def runs_without_root(installation: Installation) -> None:
    for name in APPLICATION:
        said = installation.compose(
            "exec",
            "-T",
            name,
            "sh",
            "-c",
            "id -u; stat -c %u /proc/1; find /app /venv ! -readable; touch /app/x 2>&1 || true",
        ).split("\n")
        assert said[:2] == [str(USER)] * 2, said
        assert "Read-only file system" in said[2], said


def pages_over_tls(installation: Installation) -> str:
    """A visitor comes in by TLS only, signs in, and is counted by the address that the proxy saw."""
    said = installation.visit(ADMINISTRATOR, installation.environment["DJANGO_SUPERUSER_PASSWORD"])
    assert said["status"] == 200, said
    assert said["is_form"], said
    assert (said["plain"], said["plain_leads_to"]) == (308, f"https://{HOST}/login/"), said
    assert said["signed_in"] == 302, said
    assert "Server" not in said["headers"], said
    assert "Strict-Transport-Security" in said["headers"], said
    seen = installation.ask_database(
        "SELECT DISTINCT address FROM staff_accessline WHERE address IS NOT NULL"
    )
    gateway = installation.engine.docker(
        "network", "inspect", "ips_default", "--format", "{{(index .IPAM.Config 0).Gateway}}"
    ).strip()
    assert seen == gateway, (seen, CLAIMED)
    return f"counted as {seen}, not as the {CLAIMED} that was claimed"


def not_stopped_by_slow_visitors(installation: Installation) -> str:
    """They wait at the proxy. What is larger than any page takes is refused, there or at the first look."""
    said = installation.slowly()
    assert said["longest"] < SLOWEST_PAGE, said
    assert {*said["large"]} <= {400, 403, 413}, said
    return f"{said['longest']:.1f} s at most"


def limited(installation: Installation) -> None:
    for container in installation.containers():
        name, host = container["Name"], container["HostConfig"]
        assert host["Memory"] > 0, name
        assert set(host["LogConfig"]["Config"]) == {"max-size", "max-file"}, name
        assert container["Config"]["StopTimeout"] >= 20, name


def secrets_stay_secret(installation: Installation) -> str:
    """No secret in what the engine tells of a container, or in a list of processes."""
    told = json.dumps(installation.containers())
    for container in installation.containers():
        if container["State"]["Running"]:
            told += installation.engine.docker("top", container["Id"], "-eo", "pid,args")
    secrets = [path.read_text().strip() for path in (installation.code / "secrets").iterdir()]
    assert len(secrets) == 5
    assert not any(secret in told for secret in secrets)
    return f"{len(secrets)} secrets"


def trusts_the_own_authority(installation: Installation) -> None:
    """By the library of mail and queue, and by the client of single sign-on."""
    installation.compose(
        "exec", "-T", "web", "python", "-c",
        "import socket, ssl, django; django.setup()\n"
        "from staff.sign_on.provider import SignOnSession\n"
        f"plain = socket.create_connection(('proxy', 443)); name = '{HOST}'\n"
        "ssl.create_default_context().wrap_socket(plain, server_hostname=name)\n"
        "real = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda host, *more, **named: real('proxy', *more, **named)\n"
        "said = SignOnSession().get(f'https://{name}/login/', withhold_token=True, timeout=10)\n"
        "assert said.status_code == 200",
    )  # fmt: skip


def several_web_processes(installation: Installation) -> str:
    installation.set(WEB_REPLICAS=2)
    installation.follow("docker compose up --detach --wait")
    assert len(installation.compose("ps", "--quiet", "web").split()) == 2
    for _time in range(100):
        installation.visit()
        # Of Compose, not of the engine: what a container says on its error output comes along.
        told = installation.compose("logs", "--no-color", "web").splitlines()
        asked = Counter(line.split("|")[0].strip() for line in told if "GET /login/" in line)
        if len(asked) == 2:
            return ", ".join(f"{name}: {pages} pages" for name, pages in sorted(asked.items()))
    raise AssertionError("the proxy asks one of the two only")


def by_cron(installation: Installation) -> str:
    """Each line that the documents give to cron, twice: it migrates nothing, and sends each line once."""
    here = {
        "/srv/ips": installation.code,
        "/srv/exported": installation.folder / "exported",
        "/var/log/ips": installation.folder / "log",
        "/run/lock": installation.folder,
    }
    migrated = installation.compose("ps", "--all", "--quiet", "migrate")
    script = "\n".join([*commands("Watching: a SIEM", RUNBOOK), *2 * lines_of_cron()])
    for outside, inside in here.items():
        script = script.replace(outside, str(inside))
    installation.follow(script)
    assert installation.compose("ps", "--all", "--quiet", "migrate") == migrated
    sent = [json.loads(line) for line in (installation.folder / "log/access.jsonl").read_text().splitlines()]
    numbers = [line["id"] for line in sent]
    assert numbers
    assert len(set(numbers)) == len(numbers)
    return f"{len(sent)} lines of the access log"


def secrets_replaced(installation: Installation) -> str:
    """Passwords: everybody stays signed in. The key that a leak is about: nobody does."""
    password = installation.environment["DJANGO_SUPERUSER_PASSWORD"]
    session = installation.visit(ADMINISTRATOR, password)["cookie"]
    files = {path: path.read_text() for path in (installation.code / "secrets").iterdir()}
    passwords, forget = commands("A new secret")
    installation.follow(passwords)
    assert not installation.leads_to(session).startswith(SIGN_IN)
    leaked, ask = commands("A leak, or the suspicion of one", RUNBOOK)
    installation.follow(leaked)
    same = [path.name for path, before in files.items() if path.read_text() == before]
    assert same == ["POSTGRES_PASSWORD"]
    assert installation.leads_to(session).startswith(SIGN_IN)
    assert installation.visit(ADMINISTRATOR, password)["signed_in"] == 302
    installation.follow(forget)
    questions = re.findall(r"^ *```sql\n(.*?)^ *```$", RUNBOOK.read_text(), re.DOTALL | re.MULTILINE)
    said = installation.follow(f"{ask.strip()} <<'SQL'\n{''.join(questions)}SQL")
    assert said.count("(0 rows)") == len(questions)  # nobody of those names was here
    return "the old session led to the sign-in page"


def numbers_switched_on(installation: Installation) -> None:
    """Citizen service numbers, by keys that the manual makes, and their change."""
    installation.follow("\n".join(commands("Citizen service numbers")))


def upgraded_and_back(installation: Installation) -> str:
    backup, start, back = commands("Upgrade")
    installation.follow(backup, start)
    installation.ask_database("UPDATE staff_user SET last_name = 'Na de back-up'")
    said = installation.follow(back)
    assert installation.ask_database("SELECT last_name FROM staff_user") == "Eerste"
    return re.search(r".*\d+ rijen.*|.*rows.*", said).group()


def restored_on_a_new_server(installation: Installation) -> None:
    installation.compose("down", "--volumes")
    installation.follow("\n".join(commands("Restoring a backup file, step by step")))
    assert installation.ask_database("SELECT username FROM staff_user") == ADMINISTRATOR


def base_backup_over_tls(installation: Installation) -> str:
    """Across the network, and not without TLS; each segment in the archive."""
    archive, password = installation.folder / "archive", "of-the-copy"
    archive.mkdir()
    installation.set(
        COMPOSE_FILE="docker-compose.yml:docker/compose.proxy.yml:docker/compose.archive.yml",
        ARCHIVE_DIR=archive, ARCHIVE_TIMEOUT="5s", DATABASE_LISTEN=f"127.0.0.1:{ARCHIVE_PORT}",
        REPLICATION_PASSWORD=password,
        DATABASE_CERTIFICATE_FILE=installation.folder / "server.pem",
        DATABASE_KEY_FILE=installation.folder / "server.key",
    )  # fmt: skip
    installation.follow("docker compose up --detach --wait", "docker compose exec postgres create-role.sh")

    def copied(mode: str, name: str) -> str:
        where = (
            f"host=127.0.0.1 port={ARCHIVE_PORT} user=ips_backup sslmode={mode} sslrootcert=/outside/ca.pem"
        )
        return installation.engine.docker(
            "run", "--rm", "--network=host", f"--volume={installation.folder}:/outside",
            "--env", f"PGPASSWORD={password}", "--entrypoint=bash", "postgres:18", "-ec",
            f"pg_basebackup --pgdata=/outside/{name} --checkpoint=fast --dbname='{where}'\n"
            f"pg_verifybackup /outside/{name}",
        )  # fmt: skip

    said = copied("verify-full", "base")
    with pytest.raises(AssertionError, match=r"no pg_hba\.conf entry for replication connection"):
        copied("disable", "open")
    for role, secret in (("ips", "DATABASE_PASSWORD"), ("ips_owner", "DATABASE_OWNER_PASSWORD")):
        for mode in ("disable", "require"):
            known = (installation.code / "secrets" / secret).read_text().strip()
            where = f"host=127.0.0.1 port={ARCHIVE_PORT} user={role} dbname=ips sslmode={mode}"
            with pytest.raises(AssertionError, match=r"pg_hba\.conf rejects connection"):
                installation.engine.docker(
                    "run", "--rm", "--network=host", "--env", f"PGPASSWORD={known}", "--entrypoint=psql",
                    "postgres:18", where, "-c", "SELECT 1",
                )  # fmt: skip
    segments = [path for path in Path(archive).iterdir() if re.fullmatch(r"[0-9A-F]{24}", path.name)]
    assert segments
    return f"{said.strip()}; {len(segments)} segments archived; refused without TLS, and to other roles"


def back_from_the_archive(installation: Installation) -> str:
    """By the base backup of the check before this one, to the moment before a mistake."""
    change = "UPDATE staff_user SET last_name = '{}'; SELECT pg_sleep(0.1)"
    installation.ask_database(change.format("Voor de vergissing"))
    moment = installation.ask_database("SELECT clock_timestamp()")
    installation.ask_database(change.format("Vergissing"))
    stop, choose, *others = commands("Coming back from the archive, step by step")
    choose = re.sub(r"(?<=BASE=)\S+", str(installation.folder / "base"), choose)
    choose = re.sub(r'(?<=MOMENT=").+(?=")', moment, choose)
    installation.follow(stop, choose, *others)
    assert installation.ask_database("SELECT last_name FROM staff_user") == "Voor de vergissing"
    healthy(installation)
    return f"to {moment}"


def stops_in_time(installation: Installation) -> None:
    """Nobody had to be killed."""
    installation.compose("stop")
    ended = {container["Name"]: container["State"]["ExitCode"] for container in installation.containers()}
    assert KILLED not in ended.values(), ended
    assert not any(container["State"]["OOMKilled"] for container in installation.containers())


FIRST = [
    ("installed by the manual", installed),
    ("every service healthy", healthy),
    (f"as user {USER}, all files readable, nothing to write", runs_without_root),
    ("pages over TLS, the visitor's own address", pages_over_tls),
]
MORE = [
    ("slow and large bodies wait at the proxy", not_stopped_by_slow_visitors),
    ("limits of memory, log and stopping", limited),
    ("secrets in files only", secrets_stay_secret),
    ("an authority of the organisation is trusted", trusts_the_own_authority),
    ("two web processes behind the proxy", several_web_processes),
    ("new secrets by the manual, a leaked one by the runbook", secrets_replaced),
    ("citizen service numbers switched on by the manual", numbers_switched_on),
    ("lines of cron", by_cron),
    ("upgraded by the manual, and the way back", upgraded_and_back),
    ("restored by the manual on empty volumes", restored_on_a_new_server),
    ("base backup over TLS, log archived", base_backup_over_tls),
    ("back from the archive by the manual, to a moment", back_from_the_archive),
]
LAST = [("stops in time", stops_in_time)]
