"""A visitor, on the server itself: `… visitor HOST CA [USER PASSWORD | --cookie COOKIE | --slow]`.

Prints as JSON what the first page answers, over TLS and without; with a name it signs in as well, claiming to
come from another address; with the cookie of such a visit it says only where the first page leads to; a slow
one sends a byte a second, from many lines, while somebody else asks for a page. It runs in the namespace of
the engine, so it is a program of its own.
"""

import http.client
import json
import re
import socket
import ssl
import sys
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode

CLAIMED = "203.0.113.77"  # of nobody: RFC 5737
SLOW_LINES, SLOW_SECONDS = 40, 12
PART = b"x" * 100_000
LARGE = {"/login/": 4_000_000, "/admin/trajectories/importrun/add/": 240_000_000}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Connection(http.client.HTTPSConnection):
    """To this machine, whatever the name."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", 443), timeout=30)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


class Visitor:
    def __init__(self, host: str, authority: str) -> None:
        self.host, self.context = host, ssl.create_default_context(cafile=authority)
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(self, path: str, form: dict | None = None) -> tuple[http.client.HTTPResponse, str]:
        connection = Connection(self.host, context=self.context)
        headers = {
            "X-Forwarded-For": CLAIMED,
            "Cookie": self.cookie(),
        }
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"https://{self.host}{path}",
            }
        connection.request("GET" if form is None else "POST", path, form and urlencode(form), headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        return answer, answer.read().decode()

    def cookie(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())

    def sign_in(self, name: str, password: str) -> dict:
        _answer, page = self.ask("/login/")
        form = {"login": name, "password": password, "csrfmiddlewaretoken": TOKEN.search(page).group(1)}
        answer, _page = self.ask("/login/", form)
        self.ask(answer.headers.get("Location", "/"))
        return {"signed_in": answer.status, "cookie": self.cookie()}


def without_tls(host: str) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=30)
    connection.request("GET", "/login/", headers={"Host": host})
    answer = connection.getresponse()
    return {"plain": answer.status, "plain_leads_to": answer.headers.get("Location", "")}


def slowly(visitor: Visitor) -> dict:
    """More slow visitors than there are threads, and what somebody else gets meanwhile, in seconds."""
    head = "POST /login/ HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: 1000000\r\n\r\n"
    lines = [Connection(visitor.host, context=visitor.context) for _line in range(SLOW_LINES)]
    for line in lines:
        line.connect()
        line.sock.sendall(head.format(visitor.host, "application/x-www-form-urlencoded").encode())
    waited = []
    for _second in range(SLOW_SECONDS):
        for line in lines:
            line.sock.sendall(b"a")
        began = time.monotonic()
        answer, _page = visitor.ask("/login/")
        waited.append(time.monotonic() - began if answer.status == 200 else float("inf"))
        time.sleep(1)
    for line in lines:
        line.close()
    return {"longest": max(waited), "large": [too_large(visitor, path) for path in LARGE]}


def too_large(visitor: Visitor, path: str) -> int:
    """The answer to a body that is announced, and larger than any page takes."""
    connection = Connection(visitor.host, context=visitor.context)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(LARGE[path]))
    connection.endheaders()
    for _part in range(LARGE[path] // len(PART)):
        try:
            connection.send(PART)
        except OSError:
            break
    return connection.getresponse().status


def main(host: str, authority: str, *who: str) -> None:
    visitor = Visitor(host, authority)
    if who[:1] == ("--cookie",):
        visitor.cookies.load(who[1])
        answer, _page = visitor.ask("/")
        print(json.dumps({"leads_to": answer.headers.get("Location", "")}))
        return
    if who[:1] == ("--slow",):
        print(json.dumps(slowly(visitor)))
        return
    answer, page = visitor.ask("/login/")
    said = {
        "status": answer.status,
        "is_form": bool(TOKEN.search(page)),
        "headers": dict(answer.headers.items()),
    }
    said |= without_tls(host)
    if who:
        said |= visitor.sign_in(*who)
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
