"""Whatever somebody sends with any form of any page: an answer or a refusal, and a refusal saves nothing."""

from urllib.parse import urljoin

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from clients.service_numbers.services import record_service_number
from staff.models import StaffAction
from tests.filled_forms import PageForm, forms_on
from tests.personas import PERSONAS
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, admin_addresses, make_scene
from tests.project.test_access_matrix import MATRIX

pytestmark = [pytest.mark.shows(19), pytest.mark.django_db]

OPENED_BY = {
    name: next(persona for persona in PERSONAS if row[persona] == 200)
    for name, (row, _post) in MATRIX.items()
    if 200 in row.values()
}
ADMIN = ("_add", "_change", "_password_change")
# Written whatever the answer is: that somebody asked, and that somebody is there.
OURS = ("clients", "trajectories", "staff", "reports")
REMEMBERED = {"staff_accessline", "staff_staffsession"}
TRIED = (StaffAction.EMERGENCY_TRIED, StaffAction.NUMBER_TRIED)
LIKELY = [
    *(
        "",
        " ",
        "\x00",
        "é" * 200,
        "<script>alert(1)</script>",
        "=1+1",
        "'; --",
        "../../etc/passwd",
        "%s{{x}}",
    ),
    *("0001-01-01", "9999-12-31", "2024-02-29", "2024-02-30", "2026-03-02", "2026-03-03", "2026-03-02T25:00"),
    *("2026-03-02T08:00", "0001-01-01T00:00", "30", "-1", "0", "1e400", "NaN", "99999999999999999999", "1,5"),
    *("yes", "no", "unknown", "on", "other", "end", "stage", "betaalde_baan", "werkgever", "telefoon"),
    *("111222333", "111222334", "10464554", "identiteit"),
]
values = st.one_of(
    st.sampled_from(LIKELY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.uuids().map(str),
)
files = st.binary(max_size=200).map(lambda content: SimpleUploadedFile("../dossier.zip", content))


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.mark.parametrize("persona", sorted(set(OPENED_BY.values())))
def test_any_input_gets_an_answer(scene, persona):
    browser = browser_of(scene.world, persona)
    found = [
        send_anything(browser, scene.url(addresses()[name]), examples=12)
        for name, opener in OPENED_BY.items()
        if opener == persona
    ]
    assert any(found), "no form was found: the pages have changed their ways"


def test_any_input_with_a_citizen_service_number_gets_an_answer(scene, settings):
    """Where numbers are kept; elsewhere these pages are not there."""
    settings.BSN_ENABLED, settings.BSN_KEYS = True, [Fernet.generate_key().decode()]
    settings.BSN_INDEX_KEY = "an index key of more than thirty-two characters"
    browser = browser_of(scene.world, "owner")
    record = scene.url(addresses()["clients:service_number_record"])
    assert send_anything(browser, record, examples=12)
    record_service_number(client=scene.world.client, number="111222333", by=scene.world.people["owner"])
    found = [
        send_anything(browser, scene.url(addresses()[f"clients:service_number{page}"]), examples=12)
        for page in ("", "_record")  # with a number: the form that shows it, and the one that replaces it
    ]
    assert all(found)


def test_any_input_of_the_administrator_gets_an_answer(scene):
    browser = browser_of(scene.world, "administrator")
    asked = [address for address in admin_addresses() if address.name.endswith(ADMIN)]
    found = [send_anything(browser, scene.admin_url(address), examples=4) for address in asked]
    assert sum(found) > 8


def send_anything(browser, url: str, *, examples: int) -> bool:
    """Whether this page has forms that can be sent; each is sent with all kinds of things in it."""
    response = browser.get(url)
    forms = forms_on(response.content.decode()) if response.status_code == 200 else []
    before: dict[str, dict[str, str]] = {}  # by address: whatever is sent is rolled back, so it stays

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def send(data):
        note(f"on {url}")
        form = data.draw(st.sampled_from(forms))
        sent = {name: _drawn(data, form, name) for name in sorted(form.names)}
        with transaction.atomic():
            address = urljoin(url, form.action or url)
            if address not in before:
                before[address] = kept(besides=address)
            answer = browser.post(address, sent)
            assert answer.status_code < 500
            if answer.status_code not in (204, 302):
                assert kept(besides=address) == before[address], (
                    f"refused with {answer.status_code}, and yet something was saved"
                )
            transaction.set_rollback(True)

    if forms:
        send()
    return bool(forms)


def kept(*, besides: str) -> dict[str, str]:
    """What each table of ours holds, as a digest, besides what that address logs of a look.

    An attempt with a number that does not fit is no half-written form: that it was tried is kept on purpose.
    """
    looks = {"staff_auditevent"} if besides.endswith("/reveal/") else set()
    ours = [model._meta.db_table for app in OURS for model in apps.get_app_config(app).get_models()]
    digest = "md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"
    tried = ", ".join(f"'{action}'" for action in TRIED)
    besides_tries = {"staff_auditevent": f" WHERE action NOT IN ({tried})"}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', {digest} FROM {name} t{besides_tries.get(name, '')}"
                for name in {*ours} - REMEMBERED - looks
            )
        )
        return dict(cursor.fetchall())


def _drawn(data, form: PageForm, name: str):
    """As it stands in the form, one of what is offered, or anything."""
    if name == "csrfmiddlewaretoken":
        return ""
    standing = form.values.get(name, [""])
    choices = [st.just(standing), values]
    if form.offered.get(name):
        choices.append(st.sampled_from(sorted(form.offered[name])))
    if name in ("archive", "file", "upload"):
        choices.append(files)
    return data.draw(st.one_of(choices), label=name)
