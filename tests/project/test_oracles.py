"""No form and no address tells whether somebody is known here: what is there and hidden reads as what is not.

Walks every form of every page for every persona, with each field once as something of a client whom this
person does not see, and once as something that nobody has. Status and text are the same.
"""

import re
from difflib import unified_diff
from urllib.parse import quote, urlencode, urljoin
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from clients.people.erased_numbers import number_hash
from clients.service_numbers.services import record_service_number
from staff.models import AccessLine
from tests.factories import (
    CertificateFactory,
    ClientFactory,
    ContactFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.filled_forms import PageForm, forms_on
from tests.personas import PERSONAS
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, Scene, addresses, admin_addresses, make_scene
from tests.project.test_access_matrix import MATRIX

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db]

SIGNED_IN = [name for name in PERSONAS if name != "anonymous"]
HIDDEN_NUMBER, NO_NUMBER = "C-GEHEIM", "C-NIEMAND"
HIDDEN_BSN, NO_BSN = "111222333", "123456782"
NOBODY = UUID("0b8ba6a0-7b3e-4c43-9e65-0a4d44b1a0ff")
OWN_CHALLENGE = ("mfa_add_webauthn", "mfa_activate_totp")  # a random text in each answer
ASKED_BY_TEXT = ("q", "client_number", "person")
ASKED_BY_IDENTIFIER = ("client", "trajectory", "contact", "employer")
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NAME = "Xqcharlie"
ADMIN = ("_add", "_change")
# A number that is typed here is given away when it is free: so refusals are counted, and there is an end to
# trying (the tests below).
GIVES_A_NUMBER = {
    ("clients:client_register", "client_number"),
    ("clients:client_correct", "client_number"),
    ("clients:service_number_record", "number"),
}


@pytest.fixture
def scene(world, time_machine, settings):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    settings.BSN_ENABLED, settings.BSN_KEYS = True, [Fernet.generate_key().decode()]
    settings.BSN_INDEX_KEY = "an index key of more than thirty-two characters"
    return make_scene(world)


@pytest.fixture
def secrets(scene) -> list[tuple[str, str]]:
    """Pairs of something of a client whom no persona sees, and of nobody."""
    hidden = ClientFactory(client_number=HIDDEN_NUMBER, team=TeamFactory(name="FACT Elders"), last_name=NAME)
    record_service_number(client=hidden, number=HIDDEN_BSN, by=UserFactory())
    rows = (hidden, TrajectoryFactory(client=hidden), ContactFactory(client=hidden))
    return [
        (HIDDEN_NUMBER, NO_NUMBER),
        (HIDDEN_NUMBER.lower(), NO_NUMBER.lower()),
        (NAME, "Xqniemand"),
        (HIDDEN_BSN, NO_BSN),
        *((str(row.public_id), str(NOBODY)) for row in rows),
    ]


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_hidden_and_unknown_read_the_same_in_every_form(scene, secrets, persona):
    browser, told, count = browser_of(scene.world, persona), {}, 0
    for name, url in _pages(scene, persona):
        response = browser.get(url)
        if response.status_code != 200 or name in OWN_CHALLENGE:
            continue
        for form in forms_on(response.content.decode()):
            address = urljoin(url, form.action or url)
            for field in sorted(form.names - {"csrfmiddlewaretoken"}):
                of_nobody: dict[str, tuple[int, str]] = {}
                for hidden, unknown in _that_fit(form, field, secrets):
                    count += 1
                    answer = _answer(browser, address, form, field, hidden)
                    if unknown not in of_nobody:  # asked once, also when it stands beside three of somebody
                        of_nobody[unknown] = _answer(browser, address, form, field, unknown)
                    if answer != of_nobody[unknown]:
                        told[name, field] = _difference(answer, of_nobody[unknown])
    writes = any(name == "clients:client_correct" for name, _url in _pages(scene, persona, only=200))
    opens_files = persona not in ("monitor", "administrator")
    expected = {one for one in GIVES_A_NUMBER if opens_files and (writes or one[0].endswith("register"))}
    assert set(told) == expected, told
    assert count > 1


@pytest.mark.parametrize("persona", ["owner", "other_team_lead", "monitor", "administrator"])
def test_hidden_and_unknown_read_the_same_in_every_question(scene, secrets, persona):
    browser, told = browser_of(scene.world, persona), {}
    for name, url in _pages(scene, persona):
        for pair in secrets if name not in OWN_CHALLENGE else []:
            names = ASKED_BY_IDENTIFIER if UUID_TEXT.fullmatch(pair[1]) else ASKED_BY_TEXT
            questions = [
                f"{url}{'&' if '?' in url else '?'}{urlencode(dict.fromkeys(names, one))}" for one in pair
            ]
            hidden, unknown = (
                _read(browser.get(question), one) for question, one in zip(questions, pair, strict=True)
            )
            if hidden != unknown:
                told[name] = _difference(hidden, unknown)
    shown_in_admin = {"admin:clients_client_changelist"}  # the administrator sees numbers and teams
    counts_itself = {"clients:client_access", "trajectories:client_paper_export"}  # each look is one more
    assert set(told) <= shown_in_admin | counts_itself, told


@pytest.mark.parametrize("persona", ["other_worker", "other_team_lead"])
@pytest.mark.parametrize("typed", [{"last_name": "Verkeerd"}, {"birth_date": "1901-01-01"}])
def test_emergency_form_takes_as_many_statements_for_a_number_that_is_not_there(
    scene, secrets, persona, typed
):
    url, answers = reverse("clients:emergency_start"), []
    for number in (HIDDEN_NUMBER, HIDDEN_NUMBER.lower(), NO_NUMBER):
        browser = browser_of(scene.world, persona)
        sent = {"client_number": number, "reason": "hulpvraag", "explanation": "x", "hours": "1", **typed}
        with CaptureQueriesContext(connection) as asked:
            response = browser.post(url, sent)
        statements = [one["sql"].split()[0] for one in asked.captured_queries]
        answers.append((_read(response, number), statements))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("persona", ["other_worker", "other_team_lead", "teammate"])
def test_number_of_a_hidden_client_and_of_a_destroyed_file_are_refused_alike(scene, secrets, persona):
    CertificateFactory(number_hash=number_hash("C-VERNIETIGD"))
    numbers = (HIDDEN_NUMBER, HIDDEN_NUMBER.lower(), "C-VERNIETIGD", "c-vernietigd")
    answers = []
    for number in numbers:
        browser = browser_of(scene.world, persona)
        with CaptureQueriesContext(connection) as asked:
            answer = _register(browser, scene, number)
        line = AccessLine.objects.order_by("-pk").first()
        assert (line.code, line.outcome) == ("clients:client_register", "refused")
        statements = [one["sql"].split()[0] for one in asked.captured_queries]
        answers.append((_read(answer, number), statements))
    assert all(one == answers[0] for one in answers)
    assert "Dit nummer is van" not in answers[0][0][1]


def test_who_may_see_the_client_gets_the_way_to_it(scene, secrets):
    client = scene.world.client
    answer = _register(browser_of(scene.world, "owner"), scene, client.client_number.lower())
    assert reverse("trajectories:client_overview", args=[client.public_id]) in answer.content.decode()
    assert AccessLine.objects.order_by("-pk").first().client_id == client.public_id


def test_refused_attempt_stands_in_the_log_of_the_file_that_was_tried(scene, secrets):
    _register(browser_of(scene.world, "other_worker"), scene, HIDDEN_NUMBER)
    hidden = Client.objects.get(client_number=HIDDEN_NUMBER)
    assert AccessLine.objects.filter(client_id=hidden.public_id, outcome="refused").count() == 1


def test_after_so_many_refused_numbers_every_number_is_refused(scene, secrets, settings):
    settings.EMERGENCY_ATTEMPTS_PER_HOUR = 3
    browser = browser_of(scene.world, "other_worker")
    for _ in range(3):
        _register(browser, scene, HIDDEN_NUMBER)
    before = Client.objects.count()
    stopped = [_read(_register(browser, scene, number), number) for number in (HIDDEN_NUMBER, NO_NUMBER)]
    assert stopped[0] == stopped[1]
    assert Client.objects.count() == before
    assert _register(browser, scene, "").status_code == 302, "without a number the work goes on"
    other = browser_of(scene.world, "other_team_lead")
    assert _register(other, scene, NO_NUMBER, "Roos").status_code == 302, "nobody else is stopped"


def test_corrected_number_is_counted_as_well(scene, secrets, settings):
    settings.EMERGENCY_ATTEMPTS_PER_HOUR = 2
    browser, client = browser_of(scene.world, "owner"), scene.world.client
    url = reverse("clients:client_correct", args=[client.public_id])
    sent = {"last_name": client.last_name, "team": client.team.public_id}
    for _ in range(2):
        assert browser.post(url, {**sent, "client_number": HIDDEN_NUMBER}).status_code == 200
    assert browser.post(url, {**sent, "client_number": NO_NUMBER}).status_code == 200
    unchanged = {**sent, "client_number": client.client_number, "phone": "050 123"}
    assert browser.post(url, unchanged).status_code == 302, "the rest can be corrected"


def _register(browser, scene: Scene, number: str, last_name: str = "Xqanders"):
    team = scene.world.other_team if "other" in _who(browser, scene) else scene.world.team
    sent = {"last_name": last_name, "client_number": number, "team": team.public_id}
    return browser.post(reverse("clients:client_register"), sent)


def _who(browser, scene: Scene) -> str:
    pk = browser.session["_auth_user_id"]
    return next(name for name, person in scene.world.people.items() if str(person.pk) == pk)


def _pages(scene: Scene, persona: str, only: int | None = None) -> list[tuple[str, str]]:
    """Name and address of each page that opens for this persona."""
    found = [
        (name, scene.url(addresses()[name]))
        for name, (row, _post) in MATRIX.items()
        if row[persona] == 200 or (name.startswith("clients:service_number") and only is None)
    ]
    if persona == "administrator":
        found += [
            (address.name, scene.admin_url(address))
            for address in admin_addresses()
            if address.name.endswith((*ADMIN, "_changelist"))
        ]
    return found


def _that_fit(form: PageForm, field: str, secrets: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Identifiers for what holds one, a number and a name for what is typed; nothing for a fixed choice."""
    standing = {*(form.values.get(field) or []), *form.offered.get(field, set())}
    if any(UUID_TEXT.fullmatch(value) for value in standing):
        return [pair for pair in secrets if UUID_TEXT.fullmatch(pair[1])]
    if field in form.offered:
        return []
    typed = [pair for pair in secrets if not UUID_TEXT.fullmatch(pair[1])]
    if "number" not in field:  # other capitals and a citizen service number only where numbers are asked
        typed = [pair for pair in typed if pair[0] in (HIDDEN_NUMBER, NAME)]
    return typed


def _answer(browser, address: str, form: PageForm, field: str, value: str) -> tuple[int, str]:
    sent = {name: _filled(form, name) for name in form.names} | {field: value, "csrfmiddlewaretoken": ""}
    browser.cookies.pop("messages", None)  # what the answer before said
    with transaction.atomic():
        answer = _read(browser.post(address, sent), value)
        transaction.set_rollback(True)
    return answer


def _filled(form: PageForm, name: str) -> object:
    """As it stands there; what is empty gets something that is likely to be accepted."""
    standing = form.values.get(name, [""])
    if any(standing):
        return standing
    if name in form.offered:
        return sorted(form.offered[name])[-1]
    if name == "birth_date":
        return "1990-03-01"
    if name.endswith("_on") or "date" in name:
        return "2026-03-01"
    if name in ("email", "phone", "client_number", "upload"):
        return ""
    return "10" if name in ("hours", "minutes", "hours_per_week") else "Xq"


def _difference(one: tuple[int, str], other: tuple[int, str]) -> list[str]:
    """The lines that differ, for a failure that says where to look."""
    lines = unified_diff(one[1].splitlines(), other[1].splitlines(), lineterm="", n=0)
    return [f"{one[0]} and {other[0]}", *list(lines)[2:12]]


def _read(response, value: str) -> tuple[int, str]:
    """Status and text without what was sent and what differs from one answer to the next."""
    text = response.get("Location", "")
    if not response.streaming and "html" in response.get("Content-Type", ""):
        text += response.content.decode()
    text = re.sub(r"<[^>]*csrf[^>]*>", "", text)
    text = text.replace(quote(value), "VALUE")
    text = re.sub(re.escape(value), "VALUE", text, flags=re.IGNORECASE)
    text = re.sub(r"\b\w{64}\b", "TOKEN", text)
    text = re.sub(r"/\d+/", "/N/", text)  # of the row that was made
    return response.status_code, UUID_TEXT.sub("UUID", text)
