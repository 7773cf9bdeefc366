"""Every address with production settings, asked by whoever may not, in every wrong way.

gunicorn over TLS, the second factor, the application's own database role. The addresses come from the
resolver and the rights from the access matrix, so a new address joins by itself. What is new here beside the
matrix: bodies (no token, another type, too large, control characters), another person's form numbers and
drafts, numbers of files that are not there, and that no answer holds a word of the client.
"""

import json
import re
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.urls import reverse

from clients.models import Client
from staff.models import AuditEvent, Draft, SavedForm, User
from tests.filled_forms import forms_on
from tests.personas import PERSONAS
from tests.production import HOST, Production
from tests.project.scene import NOBODYS, addresses, admin_addresses, make_scene
from tests.project.test_access_matrix import MATRIX
from tests.staff.sign_on.second_factors import code_of, give_app
from trajectories.models import Contact, Employer

pytestmark = [pytest.mark.shows(1, 19, 22), pytest.mark.django_db(transaction=True)]

SENT_TO_THE_ADMIN = ("anonymous", "team_lead", "monitor", "administrator")
PASSWORD = "een lange zin die ik onthoud"
REFUSED = {400, 403, 404, 405, 413}
MAY = {200, 204, 302, 503}
NAME, BAKERY, NOTE = "Xqcharlie", "Bakkerij Xqkorenschoof", "Xqnotitie: belde in paniek."
TYPED = "Xqgetypt, nog niet bewaard"
TOO_LARGE = b"note=" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asked:
    status: int
    where: str
    text: str


class Person:
    """Somebody at a browser: cookies, and the token that goes with them."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.cookies: dict[str, str] = {}
        self.connection: HTTPSConnection | None = None

    def ask(self, method: str, url: str, body: bytes = b"", *, kind: str = FORM, token: bool = True) -> Asked:
        headers = {"Host": f"{HOST}:{self.production.port}", "Referer": f"{self.production.url}/"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method not in ("GET", "HEAD"):
            headers["Content-Type"] = kind
        if token and "__Host-csrftoken" in self.cookies:
            headers["X-CSRFToken"] = self.cookies["__Host-csrftoken"]
        with suppress(HTTPException, OSError):
            return self._asked(method, url, body, headers)
        self.connection = None  # the server had closed it: once more, on a new one
        try:
            return self._asked(method, url, body, headers)
        except OSError:
            if len(body) < len(TOO_LARGE):
                raise
            self.connection = None
            return Asked(413, "", "")  # it hangs up on whoever goes on sending: no proxy stands before it

    def _asked(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Asked:
        if self.connection is None:
            unchecked = ssl._create_unverified_context()
            port = self.production.port
            self.connection = HTTPSConnection("127.0.0.1", port, timeout=30, context=unchecked)
        self.connection.request(method, url, body=body or None, headers=headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Asked(response.status, response.headers.get("Location", ""), text)

    def send(self, url: str, **values: str) -> Asked:
        return self.ask("POST", url, urlencode(values).encode())

    def sign_in(self, user: User, secret: str) -> None:
        self.ask("GET", "/login/")
        assert self.send("/login/", login=user.username, password=PASSWORD).status == 302
        answer = self.send(reverse("mfa_authenticate"), code=code_of(secret))
        assert answer.status == 302, answer.text[-2000:]


@pytest.fixture
def production(transactional_db):
    product = Product()
    product.start()
    yield product
    product.stop()


class Product(Production):
    """With the key of the tests, so that what they seal can be opened."""

    def _environment(self, *, mail_port: int) -> dict[str, str]:
        return super()._environment(mail_port=mail_port) | {"SECRET_KEY": settings.SECRET_KEY}


@pytest.fixture
def scene(world):
    found = make_scene(world)
    Client.objects.filter(pk=world.client.pk).update(last_name=NAME)
    Employer.objects.filter(pk=found.objects["employers"].pk).update(name=BAKERY)
    Contact.objects.filter(pk=found.objects["contacts"].pk).update(note=NOTE)
    return found


class People(dict[str, Person]):
    """Everybody by name; signed in as in production when first asked for: with a password and a code."""

    def __init__(self, scene, production: Production) -> None:
        self.production, self.users = production, scene.world.people
        password = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
        User.objects.filter(pk__in=[user.pk for user in self.users.values()]).update(password=password)
        self.secrets = {name: give_app(user) for name, user in self.users.items()}

    def __missing__(self, name: str) -> Person:
        self[name] = person = Person(self.production)
        if name == "anonymous":
            person.ask("GET", "/login/")
        else:
            person.sign_in(self.users[name], self.secrets[name])
        return person


@pytest.fixture
def people(scene, production) -> People:
    return People(scene, production)


def wrong_ways(number: str) -> dict[str, tuple[str, bytes, str, bool]]:
    """By name: method, body, type, and whether the token goes along."""
    odd = {"note": "a\x00\x01\u202e", "client": "x", "on": "2026-03-02"}
    typed = urlencode({"form_number": number, "form_seen": "x", **odd}).encode()
    parts = b"--x\r\nContent-Disposition: form-data; name="
    return {
        "opened": ("GET", b"", FORM, True),
        "nothing typed": ("POST", b"", FORM, True),
        "form of another, control characters": ("POST", typed, FORM, True),
        "no token": ("POST", typed, FORM, False),
        "json": ("POST", b'{"note": ["\\u0000"]}', "application/json", True),
        "broken parts": ("POST", parts, "multipart/form-data; boundary=x", True),
        "too large": ("POST", TOO_LARGE, FORM, True),
        "another method": ("DELETE", b"", FORM, True),
        "put": ("PUT", typed, FORM, True),
    }


# What changes nothing, whoever asks; that something was changed would stand in the log of changes.
NEVER = ("no token", "too large", "another method", "put")


@dataclass(frozen=True)
class Try:
    name: str
    way: str
    url: str
    is_closed: bool  # this person gets nothing there, however it is asked


def attacks(scene, persona: str, number: str) -> list[Try]:
    """What this person tries: nobody in all ways, others in turn, and each file that is not there."""
    ways, found, turn = list(wrong_ways(number)), [], PERSONAS.index(persona)
    for at, (name, url, is_closed) in enumerate(everywhere(scene, persona)):
        if not is_closed:
            tried = [NEVER[(at + turn) % len(NEVER)]]
        elif persona == "anonymous" and not name.startswith("admin:"):
            tried = ways
        else:
            tried = [ways[(at + turn) % len(ways)]]
        found += [Try(name, way, url, is_closed) for way in tried]
        if persona != "anonymous" and (elsewhere := UUID_TEXT.sub(str(NOBODYS), url)) != url:
            found.append(Try(name, ways[(at + turn) % 3], elsewhere, is_closed=True))
    return found


def everywhere(scene, persona: str) -> Iterator[tuple[str, str, bool]]:
    """Each address, and whether it is closed to this person."""
    for name, address in addresses().items():
        given = {MATRIX[name][0][persona], MATRIX[name][1][persona]}
        to_login = persona == "anonymous" and ":" in name and 200 not in given
        is_own = not name.partition(":")[2]  # of their own account, by a package: after a code it opens
        yield name, scene.url(address), to_login or not (given & MAY or is_own)
    for address in admin_addresses() if persona in SENT_TO_THE_ADMIN else ():
        is_closed = persona != "administrator" and address.name != "admin:login"
        yield address.name, scene.admin_url(address), is_closed


def refusals_of(person: Person, tried: list[Try], number: str, words: list[str]) -> list[tuple]:
    """What was answered otherwise than it must be."""
    wrong, ways = [], wrong_ways(number)
    for one in tried:
        method, body, kind, token = ways[one.way]
        answer = person.ask(method, one.url, body, kind=kind, token=token)
        is_refused = answer.status in REFUSED or answer.status == 302  # to sign in, to a code, or back
        if answer.status >= 500 or (one.is_closed and not is_refused):
            wrong.append((one.name, one.way, answer.status, answer.where))
        if one.is_closed and (said := [word for word in words if word in answer.text]):
            wrong.append((one.name, one.way, answer.status, said))
    return wrong


def test_every_wrong_way_to_every_address_is_refused_and_says_nothing(scene, people):
    number = saved_form_of(scene, people["owner"])
    words = [NAME, BAKERY, NOTE, TYPED, scene.objects["trajectories"].trajectory_number]
    before = changes_so_far()

    def walk(persona: str) -> tuple[int, list[tuple]]:
        tried = attacks(scene, persona, number)
        return len(tried), refusals_of(people[persona], tried, number, words)

    with ThreadPoolExecutor(4) as pool:
        results = dict(zip(PERSONAS, pool.map(walk, PERSONAS), strict=True))
    assert {persona: wrong for persona, (_number, wrong) in results.items() if wrong} == {}
    assert sum(tried for tried, _wrong in results.values()) > 1000
    assert changes_so_far() == before


def changes_so_far() -> tuple:
    """What the log tells of changes, and how often somebody saved a form."""
    return sorted(AuditEvent.objects.values_list("pk", flat=True)), SavedForm.objects.count()


def test_what_somebody_typed_and_saved_is_theirs_alone(scene, people):
    """Colleagues who may open the same page get neither the draft nor the answer to the form."""
    number, client = saved_form_of(scene, people["owner"]), scene.world.client
    page = reverse("clients:client_correct", args=[client.public_id])
    entries = json.dumps([["last_name", TYPED]])
    kept = people["owner"].send(reverse("staff:draft_keep"), page=page, number=str(uuid4()), entries=entries)
    assert json.loads(kept.text) == {"kept": True}
    assert TYPED in people["owner"].ask("GET", page).text
    for persona in ("peer_owner", "team_lead", "teammate", "other_worker"):
        other = people[persona]
        assert TYPED not in other.ask("GET", page).text
        assert other.send(reverse("staff:draft_forget"), page=page).status == 204
        assert other.send(reverse("clients:form_undo", args=[number])).status == 404
    again = people["peer_owner"].send(reverse("trajectories:contact_write"), form_number=number, note="x")
    assert "al bewaard" not in again.text
    assert Draft.objects.filter(user=scene.world.people["owner"], page=page).exists()
    assert SavedForm.objects.get(number=number).undone_at is None


def saved_form_of(scene, owner: Person) -> str:
    """The number of a contact that the owner wrote."""
    url = f"{reverse('trajectories:contact_write')}?client={scene.world.client.public_id}"
    (form,) = forms_on(owner.ask("GET", url).text)
    values = {name: sent[0] for name, sent in form.values.items() if sent} | {"note": "Koffie gedronken."}
    before = Contact.objects.count()
    answer = owner.send(urljoin(url, form.action or url), **values)
    assert (answer.status, Contact.objects.count()) == (302, before + 1), answer.text[-3000:]
    return values["form_number"]
