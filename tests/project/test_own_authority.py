"""A certificate authority of the organisation is trusted by every kind of connection if CA_FILE names it."""

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from django.conf import settings

from tests.certificates import make_certificates

pytestmark = pytest.mark.shows(20)

# Each connects to localhost at the port in argv[1]; the server says what fits HTTP and SMTP well enough.
KINDS = {
    "mail": (
        "from django.core.mail import get_connection\n"
        "mail = get_connection('django.core.mail.backends.smtp.EmailBackend', host='localhost', port=port,"
        " use_ssl=True, timeout=5)\n"
        "assert mail.open()"
    ),
    "single sign-on": (
        "from staff.sign_on.provider import SignOnService\n"
        "session = SignOnService().client_cls()\n"
        "said = session.get(f'https://localhost:{port}/', withhold_token=True, timeout=5)\n"
        "assert said.status_code == 220"
    ),
    "queue": (
        "import redis\n"
        "pool = redis.Redis.from_url(f'rediss://localhost:{port}/0').connection_pool\n"
        "assert pool.make_connection()._connect().version()"
    ),
}
READY = b"HTTP/1.1 220 ready\r\nContent-Length: 0\r\n\r\n"


class Answer(BaseRequestHandler):
    def handle(self) -> None:
        try:
            self.request.do_handshake()
            self.request.settimeout(1)
            self.request.sendall(b"220 ready\r\n") if self.server.is_mail else self._http()
            while self.request.recv(1000):
                self.request.sendall(b"250 ready\r\n")
        except OSError:
            return

    def _http(self) -> None:
        self.request.recv(1000)
        self.request.sendall(READY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder, "localhost")
    return folder


@pytest.fixture
def server(folder, request) -> Iterator[ThreadingTCPServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.is_mail = request.node.callspec.params["kind"] == "mail"
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def connect(kind: str, port: int, **given: str) -> subprocess.CompletedProcess:
    program = f"import sys, django; django.setup(); port = int(sys.argv[1])\n{KINDS[kind]}"
    production = {
        "SECRET_KEY": "long-enough",
        "DATABASE_URL": "postgres://ips@127.0.0.1:1/ips",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.base",
    }
    environment = {**os.environ, **production, **given}
    return subprocess.run(
        [sys.executable, "-c", program, str(port)],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_authority_of_the_organisation_is_trusted_when_it_is_named(kind, server, folder):
    port = server.server_address[1]
    stranger = connect(kind, port)
    assert stranger.returncode == 1
    assert "CERTIFICATE_VERIFY_FAILED" in stranger.stderr
    known = connect(kind, port, CA_FILE=str(folder / "ca.pem"))
    assert known.returncode == 0, known.stderr


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_file_without_certificates_stops_the_start(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    done = connect("queue", 1, CA_FILE=str(path))
    assert done.returncode == 1
    assert f"CA_FILE names no certificates in PEM format: {path}" in done.stderr.splitlines()[-1]
