"""The product as it runs in production: base settings, gunicorn over TLS, a worker, a mail server.

On the database of this test process and with a queue of its own. Demo and tests relax what one machine can't
have; what only works there does not work.
"""

import base64
import email
import hashlib
import os
import re
import secrets
import signal
import ssl
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import policy
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from ipsplatform.embedded.servers import free_port
from ipsplatform.operations.processes import end_with_parent
from tests.celery_process import environment_of_test_database
from tests.waiting import comes_true, wait_for

HOST = "ips.example.org"
MAIL_SECONDS = 2.0  # what the mail server takes for a mail; nobody may have to wait for it
# What the tests set for themselves; `.env` of an installation does not have these.
NOT_IN_PRODUCTION = ("DJANGO_ALLOW_ASYNC_UNSAFE", "DATABASE_OWNER_URL", "DATABASE_POOL_SIZE", "LOG_LEVEL")
STOP_SECONDS = 20


class Production:
    """Start and stop all of it; `url` is its address, `mails_to` what arrived in a mailbox."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="production-"))
        self.mailboxes = self.folder / "mail"
        self.mailboxes.mkdir()
        self.port = free_port()
        self.url = f"https://{HOST}:{self.port}"
        self.certificate = Certificate(self.folder)
        self.mail_server: subprocess.Popen | None = None
        self.environment: dict[str, str] = {}
        self.processes: list[subprocess.Popen] = []

    def start(self) -> None:
        self.environment = self._environment(mail_port=self._start_mail_server())
        redis.Redis.from_url(self.environment["REDIS_URL"]).flushdb()
        self.manage("collectstatic", "--noinput")
        web = ["gunicorn", "ipsplatform.wsgi", f"--bind=127.0.0.1:{self.port}", "--workers=2", "--threads=4"]
        pem = self.certificate
        tls = [f"--certfile={pem.certificate_file}", f"--keyfile={pem.key_file}", "--no-control-socket"]
        self._run("web", *web, *tls, "--access-logfile=-")
        worker = ["celery", "-A", "ipsplatform", "worker", "--concurrency=2", "--loglevel=INFO"]
        self._run("worker", *worker, "--without-gossip", "--without-mingle", DATABASE_POOL_SIZE="0")
        if not comes_true(self._answers):
            self.stop()
            raise RuntimeError(f"The product does not start:\n{self.log()}")

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=STOP_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self.mail_server is not None:
            self.mail_server.kill()
            self.mail_server.wait()
            self.mail_server.stdin.close()
            self.mail_server.stdout.close()

    def manage(self, *command: str, **more: str) -> str:
        """Run a command of `manage.py` as an operator does; what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment | {"DATABASE_POOL_SIZE": "0"} | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails_to(self, address: str) -> list[str]:
        """The texts that arrived there, in the order in which they came."""
        found = [
            email.message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self.mailboxes.glob("*.eml"))
        ]
        return [str(one.get_content()) for one in found if one["X-To"] == address]

    def is_told(self, address: str, text: str) -> bool:
        """Whether a mail with this text comes to this mailbox."""
        return comes_true(lambda: any(text in mail for mail in self.mails_to(address)))

    def links_to(self, address: str) -> list[str]:
        """Where somebody chooses a password, in the order in which the mails came."""
        link = re.compile(rf"{re.escape(self.url)}/password/choose/\S+")
        return [found.group() for mail in self.mails_to(address) if (found := link.search(mail))]

    def link_to(self, address: str, number: int = 1) -> str:
        """The link with this number, once it is there."""
        wait_for(lambda: len(self.links_to(address)) >= number)
        return self.links_to(address)[number - 1]

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def _run(self, name: str, *command: str, **more: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", *command],
                    cwd=settings.BASE_DIR,
                    env=self.environment | more,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=_end_with_tests,  # noqa: PLW1509 (one thread)
                )
            )

    def _start_mail_server(self) -> int:
        self.mail_server = subprocess.Popen(
            [sys.executable, "-m", "tests.mail_server", str(self.mailboxes), str(MAIL_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return int(self.mail_server.stdout.readline())

    def _environment(self, *, mail_port: int) -> dict[str, str]:
        given = environment_of_test_database()
        queue = f"/{8 + settings.TEST_PROCESS_NUMBER % 8}"  # a worker of other tests listens to the usual one
        return {name: value for name, value in given.items() if name not in NOT_IN_PRODUCTION} | {
            "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.base",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": self.url,
            "REDIS_URL": settings.REDIS_URL.rsplit("/", maxsplit=1)[0] + queue,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "EMAIL_FROM": f"no-reply@{HOST}",
            "NEXT_LINK_SECONDS": "0",  # the walk forgets its password more often than people do
            "MEDIA_ROOT": str(self.folder / "media"),
            "ERASED_IDS_FILE": str(self.folder / "erased-ids.jsonl"),
        }

    def _answers(self) -> bool:
        if any(process.poll() is not None for process in self.processes):
            return True
        with suppress(OSError, HTTPException):
            unchecked = ssl._create_unverified_context()
            asked = HTTPSConnection("127.0.0.1", self.port, timeout=5, context=unchecked)
            asked.request("GET", "/health/live/", headers={"Host": HOST})
            return asked.getresponse().status == 200
        return False


def _end_with_tests() -> None:
    end_with_parent(signal.SIGKILL)


class Certificate:
    """One that this machine made for itself; a browser is told to accept this key and no other."""

    def __init__(self, folder: Path) -> None:
        self.certificate_file, self.key_file = folder / "tls.crt", folder / "tls.key"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        encoding, formats = serialization.Encoding, serialization.PublicFormat
        public = key.public_key().public_bytes(encoding.DER, formats.SubjectPublicKeyInfo)
        self.key_hash = base64.b64encode(hashlib.sha256(public).digest()).decode()
        self.certificate_file.write_bytes(certificate.public_bytes(encoding.PEM))
        self.key_file.touch(mode=0o600)
        self.key_file.write_bytes(
            key.private_bytes(encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
