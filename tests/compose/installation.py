"""One installation, made as docs/operations.md says: the commands there are run as they stand."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from pyrage.x25519 import Identity

from ipsplatform.embedded.keeper import BASE_DIR
from tests.certificates import make_certificates
from tests.compose.engine import Engine, run

HOST = "ips.example.org"
MANUAL, RUNBOOK = BASE_DIR / "docs/operations.md", BASE_DIR / "docs/hardening.md"
USER = 10001
ARCHIVE_PORT = 15432
# What a person answers, and a terminal that there is not.
UNATTENDED = {
    "docker compose exec ": "docker compose exec -T --env DJANGO_SUPERUSER_PASSWORD ",
    "createsuperuser": "createsuperuser --noinput --username eerste --last_name Eerste --email=",
}


def commands(title: str, document: Path = MANUAL) -> list[str]:
    """The blocks of commands in a chapter of a document, in order."""
    chapter = re.search(
        rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", document.read_text(), re.DOTALL | re.MULTILINE
    )
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```$", chapter.group(2), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]


def lines_of_cron() -> list[str]:
    """The commands that the documents give to cron."""
    text = f"{MANUAL.read_text()}\n{RUNBOOK.read_text()}"
    return re.findall(r"^[\d*/]+(?: +[\d*/]+){4} +(.+)$", text, re.MULTILINE)


class Installation:
    """A checkout under a umask, with its containers."""

    def __init__(self, engine: Engine, folder: Path, *, umask: int) -> None:
        self.engine, self.folder, self.code = engine, folder, folder / "ips"
        self.umask = umask
        self.environment = {**engine.environment, "DJANGO_SUPERUSER_PASSWORD": "een-lang-wachtwoord-77"}

    def check_out(self) -> None:
        """The files of this working tree, with the modes that `git clone` gives under the umask."""
        self.code.mkdir(parents=True)
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=BASE_DIR, capture_output=True, check=True).stdout.split(b"\0")
        present = b"\0".join(name for name in names if name and (BASE_DIR / name.decode()).is_file())
        packed = subprocess.run(
            ["tar", "--create", "--null", "--files-from=-"],
            cwd=BASE_DIR,
            input=present,
            capture_output=True,
            check=True,
        ).stdout
        subprocess.run(
            ["tar", "--extract", "--no-same-permissions", "--no-same-owner"],
            cwd=self.code, input=packed, umask=self.umask, check=True,
        )  # fmt: skip
        self.code.chmod(0o777 & ~self.umask)

    def follow(self, *blocks: str) -> str:
        """Run blocks of the manual as one script, as root under the umask of the checkout."""
        script = "\n".join(blocks)
        for word, without_terminal in UNATTENDED.items():
            script = script.replace(word, without_terminal)
        return run(
            "bash", "-euo", "pipefail", "-c", script, cwd=self.code, env=self.environment, umask=self.umask
        )

    def set(self, **values: object) -> None:
        with (self.code / ".env").open("a") as settings:
            settings.writelines(f"{name}={value}\n" for name, value in values.items())

    def compose(self, *command: object) -> str:
        return run("docker", "compose", *command, cwd=self.code, env=self.environment)

    def containers(self) -> list[dict]:
        """What the engine knows of each container."""
        numbers = self.compose("ps", "--all", "--quiet").split()
        return json.loads(self.engine.docker("inspect", *numbers))

    def ask_database(self, statement: str) -> str:
        return self.compose(
            "exec", "-T", "postgres", "psql", "-U", "postgres", "-d", "ips", "-AtXc", statement
        ).strip()

    def visit(self, *who: str) -> dict:
        said = self.engine.outside(
            BASE_DIR / ".venv/bin/python", "-m", "tests.compose.visitor", HOST, self.folder / "ca.pem", *who
        )
        return json.loads(said)

    def leads_to(self, cookie: str) -> str:
        """Where the first page sends somebody who brings this cookie; empty when it is shown."""
        said = self.engine.outside(
            BASE_DIR / ".venv/bin/python", "-m", "tests.compose.visitor",
            HOST, self.folder / "ca.pem", "--cookie", cookie,
        )  # fmt: skip
        return json.loads(said)["leads_to"]

    def slowly(self) -> dict:
        """What a visitor gets while many others send a byte a second."""
        return self.visit("--slow")

    def remove(self) -> None:
        self.compose("down", "--volumes", "--timeout", "5")
        shutil.rmtree(self.folder)

    def make_keys(self) -> None:
        """What an organisation has: an authority for certificates, one of the server, a key for backups."""
        make_certificates(self.folder, HOST, "postgres")
        key = Identity.generate()
        (self.code / "key.txt").write_text(f"# public key: {key.to_public()}\n{key}\n")
        self.recipient = str(key.to_public())
