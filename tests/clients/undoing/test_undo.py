"""Every action can be undone on its day by the button in its message, and is then as if it had not been."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from clients.models import Client, ProposalState
from staff.models import AuditEvent, SavedForm
from tests.factories import ClientFactory, ProposalFactory, TeamFactory, UserFactory
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, make_scene
from tests.project.test_access_matrix import MATRIX
from tests.project.test_forms_saved_once import FILLED, filled, opener_of

pytestmark = [pytest.mark.shows(17), pytest.mark.django_db]

# What has no undo, and why. Everything else that changes a row of ours has one.
PRESSED = (  # one press of a button
    "clients:consent_withdraw",
    "clients:ground_end",
    "trajectories:disclosure_withdraw",
    "trajectories:hold_lift",
    "trajectories:snooze_lift",
    "trajectories:employer_share",
)
WITHOUT = {
    "clients:client_register": "a number that was given stays given; details can be changed",
    "clients:review_detail": "a verdict has told the privacy officer; it stands",
    "clients:review_lift": "a block can be laid again by the next verdict only; it was told",
    "clients:emergency_start": "the file was opened and everybody was told",
    "clients:emergency_end": "a new reason is asked for opening it again",
    "clients:service_number_record": "no history holds the number; record it again",
    "clients:service_number_remove": "no history holds the number; the page asks first",
    "clients:service_number_reveal": "what was seen was seen",
    "clients:form_undo": "is the undo",
    "staff:access_change_detail": "a second person decided, and what was asked was done",
    "staff:access_change_withdraw": "can be asked again",
    "staff:draft_keep": "typing",
    "staff:draft_forget": "the page that offers it asks nothing else",
    "trajectories:calendar_feed_make": "what was shown once can't be unseen; revoke it",
    "trajectories:calendar_feed_revoke": "who had the address may be the reason; make another",
    "trajectories:import_own_row_answer": "the page gives another answer to the same question",
    "trajectories:import_row_answer": "the page gives another answer to the same question",
    "trajectories:client_export_prepare": "a copy is made; nothing of the file changes",
    "trajectories:proposal_approve": "the undo in its message is the withdrawal of the approval",
    "trajectories:proposal_withdraw": "approving again is the button on the same page",
    "trajectories:employer_merge": "the page that merges takes apart, for 90 days",
    "trajectories:employer_unmerge": "the page that takes apart merges",
    "trajectories:death_take_back": "the page that records a death is there again",
    "trajectories:proposal_keep": "the database lets a decision about a destruction stand",
    "trajectories:proposal_correct": "the database lets a decision about a destruction stand",
    "reports:run_start": "figures are counted; nothing that they count changes",
}
NAMELESS = (  # they lead to a page that says nothing, or are about a colleague
    "clients:review_detail",
    "trajectories:client_export_prepare",
    "trajectories:signal_digest",
    "trajectories:employer_add",  # about no client
    "trajectories:employer_correct",
    "trajectories:employer_merge",
    "trajectories:employer_person_add",
    "trajectories:employer_person_correct",
    "trajectories:employer_person_withdraw",
)
OF_ACCOUNTS = re.compile(r"^(account|mfa|session|single_sign_on|set_language|admin)")
UNDO = re.compile(r'action="(/forms/[0-9a-f-]+/undo/)"')
# What remembers: everything else has to be as it was.
REMEMBERS = {"staff_auditevent", "staff_savedform", "staff_accessline", "staff_staffsession", "staff_draft"}


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


def everything() -> dict[str, list]:
    """Every row of every table of ours, without what only remembers."""
    found = {}
    for app in ("staff", "clients", "trajectories", "reports"):
        for model in apps.get_app_config(app).get_models():
            if not hasattr(model, "pgh_tracked_model") and model._meta.db_table not in REMEMBERS:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT to_jsonb(t) FROM {model._meta.db_table} t ORDER BY id")
                    found[model._meta.label] = cursor.fetchall()
    return found


def undo_url(browser, answer) -> str:
    """The address behind the button in the message that follows."""
    found = UNDO.findall(browser.get(answer.url, follow=True).content.decode())
    assert len(found) == 1, f"no undo in the message after {answer.url}"
    return found[0]


def do(scene, name: str, *, at_the_press=lambda: None):
    """Somebody who may does it; the browser and the answer. `at_the_press` looks just before."""
    if name in PRESSED:
        post = MATRIX[name][1]
        browser = browser_of(scene.world, "owner" if post["owner"] == 302 else "team_lead")
        at_the_press()
        return browser, browser.post(scene.url(addresses()[name]))
    browser = browser_of(scene.world, opener_of(name))
    form = filled(scene, browser, name)
    at_the_press()
    return browser, browser.post(form.action, form.values)


def changing() -> set[str]:
    """The addresses that can change something: what is sent to them is not only a question."""
    return {
        name
        for name, (_get, post) in MATRIX.items()
        if any(status in (200, 302) for persona, status in post.items() if persona != "anonymous")
        and not OF_ACCOUNTS.match(name)
    }


def test_every_action_can_be_undone_or_says_why_not():
    with_undo = {*FILLED, *PRESSED} - WITHOUT.keys()
    off = {"clients:service_number_record", "clients:service_number_remove", "clients:service_number_reveal"}
    nobody_may = {"clients:emergency_end", "staff:draft_keep", "staff:draft_forget", "clients:form_undo"}
    assert changing() <= with_undo | WITHOUT.keys()
    assert WITHOUT.keys() - changing() <= off | nobody_may
    assert not WITHOUT.keys() & set(PRESSED)


@pytest.mark.parametrize("name", sorted({*FILLED, *PRESSED} - WITHOUT.keys()))
def test_what_was_done_is_undone_by_the_button_in_its_message(scene, name):
    before = {}
    browser, answer = do(scene, name, at_the_press=lambda: before.update(everything()))
    assert answer.status_code == 302, answer.context["form"].errors
    assert everything() != before
    lines = AuditEvent.objects.count()
    url = undo_url(browser, answer)
    told = browser.post(url, follow=True).content.decode()
    after = everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert "ngedaan gemaakt" in told
    assert AuditEvent.objects.count() > lines  # and the log tells so
    again = browser.post(url, follow=True).content.decode()
    assert "al ongedaan gemaakt" in again
    assert everything() == after


@pytest.mark.parametrize("name", sorted(FILLED.keys() & WITHOUT.keys()))
def test_what_has_no_undo_offers_none(scene, name):
    browser, answer = do(scene, name)
    assert not UNDO.search(browser.get(answer.url, follow=True).content.decode())


@pytest.mark.parametrize("name", ["trajectories:job_end", "trajectories:contact_write"])
def test_the_next_day_it_is_too_late(scene, time_machine, name):
    browser, answer = do(scene, name)
    url = undo_url(browser, answer)
    time_machine.move_to(f"{TODAY + timedelta(days=1)}T09:00:00+01:00", tick=False)
    browser.force_login(scene.world.people["owner"])
    after = everything()
    assert "op de dag zelf" in browser.post(url, follow=True).content.decode()
    assert everything() == after


def test_only_who_did_it_undoes_it(scene):
    browser, answer = do(scene, "trajectories:job_end")
    url = undo_url(browser, answer)
    for persona in ("peer_owner", "team_lead", "teammate", "other_worker", "monitor", "administrator"):
        assert browser_of(scene.world, persona).post(url).status_code == 404
    assert scene.world.client.trajectories.get().jobs.get().ended_on == TODAY


def test_what_somebody_went_on_with_stays(scene):
    browser, answer = do(scene, "trajectories:job_correct")
    url = undo_url(browser, answer)
    other = browser_of(scene.world, "team_lead")
    form = filled(scene, other, "trajectories:job_correct")
    form.values["occupation"] = ["Kok"]
    other.post(form.action, form.values)
    after = everything()
    assert "is hiermee verdergegaan" in browser.post(url, follow=True).content.decode()
    assert everything() == after


def test_a_trajectory_with_a_stage_by_now_is_not_taken_away(scene):
    browser, answer = do(scene, "trajectories:trajectory_start")
    url = undo_url(browser, answer)
    started = scene.world.client.trajectories.latest("pk")
    started.stage_periods.create(stage="inloop", started_on=TODAY)
    assert "is hiermee verdergegaan" in browser.post(url, follow=True).content.decode()
    assert scene.world.client.trajectories.filter(pk=started.pk).exists()


def test_out_of_sight_there_is_no_way_back(scene):
    browser, answer = do(scene, "trajectories:job_end")
    url = undo_url(browser, answer)
    scene.world.client.assignments.update(ended_on=TODAY - timedelta(days=1))
    scene.world.client.team = scene.world.other_team
    scene.world.client.save()
    assert browser.post(url).status_code == 404


def test_an_approval_is_undone_by_withdrawing_it(client):
    team = TeamFactory()
    lead, proposal = UserFactory(teamleider=True, team=team), ProposalFactory(client=ClientFactory(team=team))
    client.force_login(lead)
    answer = client.post(reverse("trajectories:proposal_approve", args=[proposal.public_id]))
    withdraw = reverse("trajectories:proposal_withdraw", args=[proposal.public_id])
    page = client.get(answer.url).content.decode()
    assert f'action="{withdraw}"' in page
    client.post(withdraw)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.VOORGESTELD


def test_after_the_undo_the_same_form_can_be_saved_again(scene):
    """Back, and pressing once more: now it is wanted after all."""
    browser = browser_of(scene.world, "owner")
    form = filled(scene, browser, "trajectories:contact_write")
    answer = browser.post(form.action, form.values)
    browser.post(undo_url(browser, answer))
    before = everything()
    again = browser.post(form.action, form.values)
    assert again.status_code == 302
    assert everything() != before
    assert SavedForm.objects.filter(number=form.values["form_number"][0]).count() == 1
    assert undo_url(browser, again)


@pytest.mark.parametrize("name", sorted(FILLED.keys() - {"staff:access_change_detail", *NAMELESS}))
def test_a_message_names_whom_it_is_about(scene, name):
    browser, answer = do(scene, name)
    told = [str(one) for one in browser.get(answer.url, follow=True).context["messages"]]
    now = Client.objects.filter(pk=scene.world.client.pk).first() or scene.world.client
    last = Client.objects.order_by("-pk").first()  # registered just now, or made for this form
    assert any(one.list_name in text for text in told for one in (now, last)), told


def test_ways_back_are_on_the_pages_of_the_file(scene):
    """Where somebody sees what is wrong."""
    pages = {
        "client_journey": ("/withdraw/", "/stages/add/"),
        "client_work": ("/withdraw/",),
        "client_contacts": ("/withdraw/",),
    }
    browser = browser_of(scene.world, "owner")
    for page, links in pages.items():
        text = browser.get(scene.url(addresses()[f"trajectories:{page}"])).content.decode()
        for link in links:
            assert link in text, (page, link)
