"""Each view says whether it shows, adds, changes, removes or exports; the access log writes what it says."""

from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ipsplatform.common.access import AccessAction, action_of, button_to, exports, form_to, notes_of, reads
from ipsplatform.common.errors import RuleError
from ipsplatform.common.form_actions import button_action
from staff.models import AccessLine, AuditEvent
from tests.factories import ConsentFactory, StagePeriodFactory
from tests.filled_forms import forms_on
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, make_scene

OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
ADDED = {
    "clients:assignment_add", "clients:client_register", "clients:consent_give", "clients:emergency_start",
    "clients:ground_record", "clients:service_number_record", "mfa_activate_totp", "mfa_add_webauthn",
    "reports:run_start", "trajectories:client_export_prepare", "trajectories:client_hold",
    "trajectories:appointment_make", "trajectories:calendar_feed_make", "trajectories:contact_write",
    "trajectories:disclosure_choose", "trajectories:employer_add", "trajectories:employer_person_add",
    "trajectories:job_register", "trajectories:signal_snooze", "trajectories:stage_add",
    "trajectories:trajectory_start",
}  # fmt: skip
REMOVED = {
    "clients:service_number_remove", "mfa_deactivate_totp", "mfa_remove_webauthn", "session_end",
    "session_end_others", "single_sign_on_unlink", "staff:draft_forget",
    "trajectories:calendar_feed_revoke", "trajectories:contact_withdraw",
    "trajectories:employer_person_withdraw",
    "trajectories:job_call_off",
    "trajectories:job_withdraw", "trajectories:stage_withdraw", "trajectories:trajectory_withdraw",
}  # fmt: skip
EXPORTED = {
    "reports:run_export", "trajectories:caseload_export", "trajectories:client_json_export",
    "trajectories:client_paper_export",
}  # fmt: skip


def our_views(patterns=None, space: str = ""):
    """Name and view of every address whose view is written here."""
    for entry in patterns or get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                inner = f"{entry.namespace}:" if entry.namespace else space
                yield from our_views(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and _module_of(entry.callback).startswith(OURS):
            yield space + entry.name, entry.callback


def _module_of(view) -> str:
    return getattr(view, "view_class", view).__module__


def said(action: AccessAction) -> set[str]:
    return {name for name, view in our_views() if view.does == action}


def test_every_view_says_what_it_does():
    assert sum(1 for _ in our_views()) > 70
    assert [name for name, view in our_views() if not hasattr(view, "does")] == []
    assert said(AccessAction.CREATE) == ADDED
    assert said(AccessAction.DELETE) == REMOVED
    assert said(AccessAction.EXECUTE) == EXPORTED


@pytest.mark.parametrize(
    ("view", "method", "status", "action"),
    [
        (reads, "get", 200, "R"),
        (exports, "get", 200, "E"),
        (exports, "get", 302, "R"),  # led on to something that must be looked at first
        (exports, "get", 403, "E"),
        (form_to(AccessAction.CREATE), "get", 200, "R"),
        (form_to(AccessAction.CREATE), "post", 200, "R"),  # the form came back
        (form_to(AccessAction.CREATE), "post", 302, "C"),
        (button_to(AccessAction.DELETE), "post", 302, "D"),
        (button_to(AccessAction.DELETE), "post", 403, "R"),
        (lambda view: view, "post", 302, "U"),  # a package's page
        (lambda view: view, "get", 200, "R"),
    ],
)
def test_action_of_an_answer(view, method, status, action):
    request = getattr(RequestFactory(), method)("/")
    request.resolver_match = type("Match", (), {"func": view(lambda _request: HttpResponse())})
    assert action_of(request, status) == action


def test_a_note_overrules_what_the_view_says():
    request = RequestFactory().post("/")
    request.resolver_match = None
    notes_of(request).action = AccessAction.CREATE
    assert action_of(request, 302) == "C"


@pytest.mark.parametrize(
    ("view", "refused"),
    [(reads, "post"), (exports, "post"), (button_to("U"), "get"), (form_to("U"), "put")],
)
def test_another_method_is_refused(view, refused):
    answer = view(lambda _request: HttpResponse())
    assert answer(getattr(RequestFactory(), refused)("/")).status_code == 405


@pytest.mark.django_db
def test_withdrawing_a_stage_is_a_removal(world, client):
    world.sign_in(client, "owner")
    period = StagePeriodFactory(trajectory__client=world.client)
    withdraw = reverse("trajectories:stage_withdraw", args=[period.public_id])
    client.post(withdraw, {"reason": "Verkeerd.", "form_number": str(uuid4())})
    assert AccessLine.objects.get().action == "D"


@pytest.mark.django_db
def test_an_administrator_who_adds_somebody_adds(world, client):
    world.sign_in(client, "administrator")
    typed = {"code": "zonnebloem", "name": "Team Zonnebloem", "kind": "fact"}
    client.get(reverse("admin:staff_team_add"))
    assert client.post(reverse("admin:staff_team_add"), typed).status_code == 302
    assert list(AccessLine.objects.order_by("pk").values_list("action", flat=True)) == ["R", "C"]


def _last_action() -> str:
    return AccessLine.objects.latest("pk").action


def test_a_press_that_is_refused_was_a_look(world, client):
    """No row changed, so the log tells of no deed."""
    world.sign_in(client, "monitor")
    client.post(reverse("reports:run_start"), {})
    assert _last_action() == AccessAction.READ
    world.sign_in(client, "owner")
    period = StagePeriodFactory(trajectory__client=world.client)
    number = uuid4()
    withdraw = reverse("trajectories:stage_withdraw", args=[period.public_id])
    client.post(withdraw, {"reason": "Verkeerd.", "form_number": str(number)})
    undo = reverse("clients:form_undo", args=[number])
    client.post(undo)
    assert _last_action() == AccessAction.UPDATE
    client.post(undo)
    assert _last_action() == AccessAction.READ


def test_a_refusal_of_a_service_at_a_button_was_a_look(rf):
    def refuse(by):
        raise RuleError("no")

    request = rf.post("/")
    request.user = None
    request._messages = CookieStorage(request)
    button_action(request, refuse, said="done", then="/")
    assert (notes_of(request).action, notes_of(request).is_refused) == (AccessAction.READ, True)


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE"])
def test_an_export_by_another_method_is_none(rf, method):
    request = rf.generic(method, "/")
    notes_of(request).action = AccessAction.EXECUTE
    request.resolver_match = None
    assert action_of(request, 405) == AccessAction.READ


PRESSED_BY = ("owner", "team_lead", "other_worker")
OF_FILES = ("clients:", "trajectories:", "reports:")


@pytest.mark.django_db
@pytest.mark.parametrize("persona", PRESSED_BY)
def test_a_deed_in_the_log_is_a_change_that_was_recorded_and_nothing_else_is(world, time_machine, persona):
    """Every form and every button of every address, sent as it stands, twice."""
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene, browser = make_scene(world), browser_of(world, persona)
    wrong, deeds, looks = [], set(), set()
    for name, address in addresses().items():
        if not name.startswith(OF_FILES):
            continue
        for recorded, action in pressed_twice(browser, scene.url(address)):
            (looks if action == AccessAction.READ else deeds).add(name)
            if recorded == (action == AccessAction.READ):
                wrong.append((name, recorded, action))
    assert not wrong
    assert persona == "other_worker" or len(deeds) >= 5 <= len(looks)


def pressed_twice(browser, url: str):
    """Whether a change was recorded, and what the log says, of each time that the answer led on."""
    page = browser.get(url)
    forms = forms_on(page.content.decode()) if page.status_code == 200 else []
    sent = [(urljoin(url, form.action or url), form.values) for form in forms]
    for action, values in sent or [(url, {})]:
        with transaction.atomic():
            for _time in range(2):
                before = AuditEvent.objects.count()
                response = browser.post(action, values)
                if response.status_code == 302 and "/language/" not in action and "/logout/" not in action:
                    yield AuditEvent.objects.count() > before, _last_action()
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_correction_of_nothing_and_a_second_press_were_looks(world, client):
    world.sign_in(client, "owner")
    consent = ConsentFactory(client=world.client, recorded_by=world.people["owner"])
    withdraw = reverse("clients:consent_withdraw", args=[consent.public_id])
    actions = []
    for _time in range(2):
        client.post(withdraw)
        actions.append(_last_action())
    assert actions == ["U", "R"]


@pytest.mark.django_db
def test_a_contact_that_is_sent_twice_was_written_once(world, client):
    world.sign_in(client, "owner")
    values = {
        "form_number": "0b8ba6a0-7b3e-4c43-9e65-0a4d44b1a001", "client": world.client.public_id,
        "kind": "werk", "location": "thuis", "occurred_at": "2026-03-01T10:00", "face_to_face": "yes",
    }  # fmt: skip
    actions = []
    for _time in range(2):
        assert client.post(reverse("trajectories:contact_write"), values).status_code == 302
        actions.append(_last_action())
    assert actions == ["C", "R"]
    world.sign_in(client, "teammate")
    answer = client.post(reverse("trajectories:contact_write"), values)
    text = answer.content.decode()
    assert "Dit formulier is al eerder gebruikt" in text
    assert "public id" not in text.casefold()
