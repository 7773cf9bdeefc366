"""A real OpenID provider in a process of its own (openid_server.py), and somebody who signs in there."""

import os
import subprocess
import sys
import tempfile
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client


class OpenIDProvider:
    """Start, stop, and sign in at one provider; `issuer` is its address."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.issuer = ""

    def start(self) -> None:
        environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}  # plain HTTP on this machine
        with tempfile.TemporaryFile() as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.openid_server"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            self.issuer = self.process.stdout.readline().strip()
            if not self.issuer:
                self.stop()
                log.seek(0)
                raise RuntimeError(f"The provider does not start:\n{log.read().decode(errors='replace')}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def knows(self, subject: str, **claims) -> None:
        """What the provider says of `subject`, in the id token and at userinfo."""
        self._ask("put", f"/users/{subject}", json=claims)

    def publishes(self, key: str) -> None:
        """Its "own" key, or "another" one than it signs with."""
        self._ask("put", f"/key/{key}")

    def says_of_itself(self, **more) -> None:
        """What its configuration holds beside, or instead of, what it is."""
        self._ask("put", "/configuration", json=more)

    def approve(self, address: str, subject: str) -> str:
        """Sign in there as `subject`; answers where the provider sends the browser to."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def refuse(self, address: str) -> str:
        """Stop there. The package leaves out the state, which RFC 6749 section 4.1.2.1 asks for."""
        answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=10)
        return f"{answer.headers['Location']}&state={asked_of(address)['state']}"

    def _ask(self, method: str, path: str, **options) -> None:
        requests.request(method, self.issuer + path, timeout=10, **options).raise_for_status()


def begin(browser: Client, **more) -> str:
    """Press the button on the sign-in page; answers the address at the provider."""
    response = browser.post("/login/single-sign-on/", more)
    assert response.status_code == 200, response.content
    return response.headers["Refresh"].removeprefix("0; url=")


def come_back(browser: Client, address: str):
    """The provider sent the browser to `address`: our part of it."""
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def asked_of(address: str) -> dict[str, str]:
    """What stands in the address of the provider."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
