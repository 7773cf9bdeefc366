"""Every form of every page: sent twice it is saved once, and nobody is overwritten (ADR 43)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from staff.models import SavedForm
from staff.typed.selectors import draft_of
from tests.factories import AssignmentFactory, ClientFactory
from tests.filled_forms import PageForm, forms_on, open_form
from tests.harness import StrictClient
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, make_scene
from tests.project.test_access_matrix import MATRIX
from tests.waiting import held_up, somebody_waits, wait_for
from trajectories.models import Contact, Employer, StagePeriod, Trajectory

pytestmark = [pytest.mark.shows(17), pytest.mark.django_db]

# What a person types; the other fields stay as the page shows them. Every form of ours stands here.
FILLED = {
    "clients:client_register": {"last_name": "Vis", "client_number": "C 9001"},
    "clients:client_correct": {"municipality": "Veldhoven"},
    "clients:assignment_add": {"user": "teammate"},
    "clients:assignment_hand_over": {"to": "teammate"},
    "clients:assignment_correct": {"started_on": "2021-01-04"},
    "clients:assignment_end": {},
    "clients:consent_give": {"recipient_name": "Bakkerij De Molen"},
    "clients:ground_record": {"recipient_name": "Werkplein De Kempen", "source": "Afspraak van mei."},
    "clients:review_detail": {"verdict": "in_order"},
    "staff:access_change_detail": {"verdict": "refused", "note": "Niet besproken."},
    "trajectories:contact_write": {
        "client": "client",
        "kind": "werk",
        "location": "elders",
        "note": "Vacature bekeken.",
    },
    "trajectories:appointment_make": {"client": "client", "note": "Samen naar de bakker."},
    "trajectories:appointment_change": {"note": "Samen de brief lezen."},
    "trajectories:appointment_move": {"day": "2026-03-03"},
    "trajectories:appointment_cancel": {"which": "this"},
    "trajectories:appointment_miss": {"reached_out": "gebeld"},
    "trajectories:contact_withdraw": {"reason": "Verkeerde cliënt."},
    "trajectories:contact_correct": {"note": "Vacature gevonden.", "location": "elders"},
    "trajectories:trajectory_start": {"kind": "mss"},
    "trajectories:trajectory_plan": {"next_step": "Bellen met de bakker."},
    "trajectories:trajectory_correct": {"hours_worked_at_enrolment": "4"},
    "trajectories:trajectory_end": {"reason": "verhuizing", "followers": "stay"},
    "trajectories:trajectory_reopen": {"reason": "Te vroeg beëindigd."},
    "trajectories:trajectory_withdraw": {"reason": "Dubbel gestart."},
    "trajectories:stage_add": {"stage": "dagbesteding", "started_on": "2024-01-01", "ended_on": "2024-01-31"},
    "trajectories:stage_withdraw": {"reason": "Hoort er niet."},
    "trajectories:death_record": {"told_by": "Een zus."},
    "trajectories:stage_move": {"stage": "dagbesteding", "reason": "Toe aan meer."},
    "trajectories:stage_end": {},
    "trajectories:stage_correct": {"reason": "Verkeerd ingevuld."},
    "trajectories:job_register": {"employer_name": "Hotel De Kade", "started_on": str(TODAY)},
    "trajectories:job_correct": {"occupation": "Inpakker"},
    "trajectories:job_withdraw": {"reason": "Verkeerde cliënt."},
    "trajectories:job_call_off": {"why": "De werkgever belde af."},
    "trajectories:job_end": {"reason": "contract_afgelopen"},
    "trajectories:disclosure_choose": {"employer_name": "Hotel De Kade", "may_know": "yes"},
    "trajectories:employer_add": {"name": "Hotel De Kade", "kvk_number": "1234.5678"},
    "trajectories:employer_correct": {"how_to_reach": "Voor tien uur bellen.", "is_shared": "on"},
    "trajectories:employer_person_add": {"name": "Mieke van der Velde"},
    "trajectories:employer_person_correct": {"function": "planner"},
    "trajectories:employer_person_withdraw": {"reason": "Werkt er niet meer."},
    "trajectories:employer_merge": {"employer_name": "Timmerbedrijf Van Dam"},
    "trajectories:client_export_prepare": {},
    "trajectories:proposal_keep": {"until": "2028-03-02", "reason": "Loopt nog een klacht."},
    "trajectories:proposal_correct": {"starts_on": "2020-01-01", "reason": "Later bekend."},
    "trajectories:client_hold": {"reason": "Klacht."},
    "trajectories:signal_snooze": {"reason": "Op vakantie."},
    "trajectories:signal_digest": {"hour": "8"},
}
MADE = {  # a field with room for more, and the table of what it makes
    "clients:client_register": ("municipality", "clients_client"),
    "trajectories:contact_write": ("note", "trajectories_contact"),
    "trajectories:job_register": ("occupation", "trajectories_job"),
    "trajectories:employer_add": ("how_to_reach", "trajectories_employer"),
}
EDITS = (
    "clients:client_correct",
    "trajectories:appointment_change",
    "trajectories:contact_correct",
    "trajectories:trajectory_plan",
    "trajectories:trajectory_correct",
    "trajectories:stage_correct",
    "trajectories:job_correct",
    "trajectories:employer_correct",
    "trajectories:employer_person_correct",
)


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


def opener_of(name: str) -> str:
    """Somebody who may send this form."""
    get, _post = MATRIX[name]
    return next(persona for persona in ("owner", "team_lead", "administrator") if get[persona] == 200)


def make_ready(scene, name: str) -> None:
    """What has to have happened before this form is there to send. Idempotent."""
    trajectory = scene.objects["trajectories"]
    if name == "clients:assignment_hand_over":  # to another profession: a trajectbegeleider has to remain
        remaining = scene.world.people["other_worker"]
        if not scene.world.client.assignments.filter(user=remaining).exists():
            AssignmentFactory(client=scene.world.client, user=remaining, is_primary=False)
    if name == "trajectories:employer_person_add":  # people are listed with a shared employer only
        Employer.objects.filter(pk=scene.objects["employers"].pk).update(is_shared=True)
    if name == "trajectories:employer_merge":
        Employer.objects.get_or_create(name="Timmerbedrijf Van Dam", is_shared=True)
    if name == "trajectories:trajectory_reopen":
        trajectory.stage_periods.update(ended_on=TODAY)
        Trajectory.objects.filter(pk=trajectory.pk).update(ended_on=TODAY, end_reason="overig")
    if name == "trajectories:trajectory_withdraw":
        trajectory.jobs.all().delete()
        trajectory.stage_periods.all().delete()


def filled(scene, browser, name: str) -> PageForm:
    make_ready(scene, name)
    scene = elsewhere(scene) if name == "trajectories:client_hold" else scene
    form = open_form(browser, scene.url(addresses()[name]))
    people = {"teammate": scene.world.people["teammate"].public_id, "client": scene.world.client.public_id}
    for field, value in FILLED[name].items():
        form.type_in(field, people.get(value, value))
    if name == "trajectories:stage_add":  # the stage that is there begins after the forgotten one
        form.type_in(f"from_{scene.objects['stages'].public_id.hex}", "2024-02-01")
    fill_required(form)
    return form


def elsewhere(scene):
    """About another client, on whose file no hold stands yet."""
    other = ClientFactory(team=scene.world.team)
    return replace(scene, objects=scene.objects | {"clients": other})


def fill_required(form: PageForm) -> None:
    """What has to be chosen and is not: the first that is offered; dates that are missing: today."""
    for field, offered in form.offered.items():
        if field not in form.values or form.values[field] == [""]:
            chosen = sorted(offered - {""})
            if chosen and field in MUST:
                form.values[field] = chosen[:1]
            if field.startswith("becomes-"):  # an open job, when the support ends
                form.values[field] = ["goes_on"]
    for field in form.names & {"on", "started_on", "given_on"}:
        if form.values.get(field) in (None, [""]):
            form.values[field] = [str(TODAY)]


MUST = {
    "user", "to", "recipient", "purpose", "kinds_of_data", "obtained", "kind_of_data", "basis", "has_read",
    "team", "reason", "what_next", "stage", "contract", "may_know", "employer_may_know",
}  # fmt: skip


def rows() -> dict[str, int]:
    """How many rows each table of ours has, besides what is remembered of asking."""
    names = [
        model._meta.db_table
        for app in ("staff", "clients", "trajectories", "reports")
        for model in apps.get_app_config(app).get_models()
        if model._meta.db_table not in {"staff_accessline", "staff_staffsession", "staff_draft"}
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names))
        return dict(cursor.fetchall())


def test_every_form_carries_a_number(scene):
    """And stands in the list above, so that the walks below take it along."""
    numbered = set()
    for name in MATRIX:
        if name.startswith(("clients:", "trajectories:", "staff:")) and MATRIX[name][0]["anonymous"] == 302:
            persona = next((one for one in ("owner", "team_lead") if MATRIX[name][0][one] == 200), None)
            if persona is None:
                continue
            page = browser_of(scene.world, persona).get(scene.url(addresses()[name])).content.decode()
            if any("form_number" in form.names for form in forms_on(page)):
                numbered.add(name)
    unsaved = {"clients:emergency_start"}  # its own walk: tests/clients/emergency
    assert numbered - unsaved == {*FILLED}


@pytest.mark.parametrize("name", sorted(FILLED))
def test_a_form_that_is_sent_twice_is_saved_once(scene, name):
    browser = browser_of(scene.world, opener_of(name))
    form = filled(scene, browser, name)
    first = browser.post(form.action, form.values)
    assert first.status_code == 302, _errors(first)
    after = rows()
    again = browser.post(form.action, form.values)
    assert again.status_code == 302, _errors(again)
    assert again.url == first.url
    assert rows() == after
    assert SavedForm.objects.filter(number=form.values["form_number"][0]).count() == 1
    told = [str(one) for one in browser.get(again.url, follow=True).context["messages"]]
    assert any("Dit was al opgeslagen" in text for text in told), told


@pytest.mark.parametrize(
    "name", ["clients:client_register", "trajectories:contact_write", "trajectories:job_register"]
)
def test_sent_again_with_more_text_shows_both_and_loses_nothing(scene, name):
    browser = browser_of(scene.world, opener_of(name))
    form = filled(scene, browser, name)
    field = {"clients:client_register": "municipality", "trajectories:contact_write": "note"}.get(
        name, "occupation"
    )
    browser.post(form.action, form.values)
    after = rows()
    form.values[field] = ["Daarna nog dit."]
    answer = browser.post(form.action, form.values)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Dit formulier is al opgeslagen" in page
    assert page.count("Daarna nog dit.") >= 2  # in the form, and beside what was saved
    assert rows() == after


def test_what_was_typed_later_is_added_to_the_contact(scene):
    browser = browser_of(scene.world, "owner")
    form = filled(scene, browser, "trajectories:contact_write")
    browser.post(form.action, form.values)
    contact = Contact.objects.get(public_id=form.values["form_number"][0])
    form.values["note"] = ["Vacature bekeken. En gebeld."]
    page = browser.post(form.action, form.values).content.decode()
    correct = reverse("trajectories:contact_correct", args=[contact.public_id])
    assert f'href="{correct}"' in page
    assert draft_of(scene.world.people["owner"], page=correct).entries.count(
        ["note", "Vacature bekeken. En gebeld."]
    )


@pytest.mark.parametrize("name", EDITS)
def test_an_older_version_is_not_saved_over_a_newer_one(scene, name):
    browser = browser_of(scene.world, opener_of(name))
    older, newer = (filled(scene, browser, name) for _tab in range(2))
    field, value = next(iter(FILLED[name].items()))
    newer.values[field] = [f"{value}1" if value.isdigit() else f"{value} Anders."]
    older.values[field] = [f"{value}2" if value.isdigit() else f"{value} Ouder."]
    first = browser.post(newer.action, newer.values)
    assert first.status_code == 302, _errors(first)
    after = rows()
    answer = browser.post(older.action, older.values)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "ergens anders veranderd" in page
    assert newer.values[field][0] in page
    assert older.values[field][0] in page
    assert rows() == after
    (chosen,) = [form for form in forms_on(page) if "form_seen" in form.names]
    assert browser.post(older.action, chosen.values).status_code == 302  # both were shown: it is a choice now


def test_a_colleague_is_named_and_what_nobody_typed_in_is_taken_over(scene):
    mine, theirs = browser_of(scene.world, "owner"), browser_of(scene.world, "team_lead")
    name = "trajectories:trajectory_correct"
    older, newer = (filled(scene, browser, name) for browser in (mine, theirs))
    newer.values |= {"funder": ["gemeente"], "hours_worked_at_enrolment": ["0"]}
    assert theirs.post(newer.action, newer.values).status_code == 302
    page = mine.post(older.action, older.values).content.decode()
    assert f"{scene.world.people['team_lead']} heeft dit veranderd terwijl jij typte" in page
    (form,) = [form for form in forms_on(page) if "form_seen" in form.names]
    assert form.values["funder"] == ["gemeente"]
    assert form.values["hours_worked_at_enrolment"] == ["4"]


def test_a_move_that_a_colleague_made_is_shown_first(scene):
    mine, theirs = browser_of(scene.world, "owner"), browser_of(scene.world, "team_lead")
    name = "trajectories:stage_move"
    older, newer = (filled(scene, browser, name) for browser in (mine, theirs))
    newer.values["stage"] = ["begeleid_werk"]
    assert theirs.post(newer.action, newer.values).status_code == 302
    answer = mine.post(older.action, older.values)
    page = answer.content.decode()
    assert "heeft dit veranderd" in page, _errors(answer)
    assert StagePeriod.objects.open().get().stage == "begeleid_werk"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["clients:client_register", "trajectories:contact_write", "trajectories:job_register"]
)
def test_five_presses_at_once_save_one(scene, name):
    form = filled(scene, browser_of(scene.world, "owner"), name)
    before = rows()
    answers: list[int] = []

    def press() -> None:
        browser = StrictClient()
        scene.world.sign_in(browser, "owner")
        answers.append(browser.post(form.action, form.values).status_code)
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(5)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert answers == [302] * 5
    after = rows()
    assert after["staff_savedform"] == before["staff_savedform"] + 1
    table = {
        "clients:client_register": "clients_client",
        "trajectories:contact_write": "trajectories_contact",
    }
    made = table.get(name, "trajectories_job")
    assert after[made] == before[made] + 1


@pytest.mark.django_db(transaction=True)
def test_the_second_press_is_not_asked_about_the_client_of_the_first(scene):
    """It looks for doubles at the moment that the first is written: what it finds is its own client.

    Before that moment the second press saw no saved form; the table is locked, so it waits where it looks.
    """
    form = filled(scene, browser_of(scene.world, "owner"), "clients:client_register")
    before = rows()
    browsers = [StrictClient(), StrictClient()]
    for one in browsers:
        scene.world.sign_in(one, "owner")

    def press_beside():
        try:
            return browsers[1].post(form.action, form.values)
        finally:
            connection.close()  # that of this thread

    with ThreadPoolExecutor(1) as thread:
        with held_up("clients_client"):
            first = browsers[0].post(form.action, form.values)
            second = thread.submit(press_beside)
            wait_for(lambda: somebody_waits() or second.done())
            assert not second.done()
        answer = second.result()
    assert (first.status_code, answer.status_code) == (302, 302), _errors(answer)
    assert answer.url == first.url
    assert rows()["clients_client"] == before["clients_client"] + 1


def test_the_number_of_somebody_else_is_ones_own_form(scene):
    """A number is of one person: nobody learns by it what a colleague saved."""
    mine, theirs = browser_of(scene.world, "owner"), browser_of(scene.world, "peer_owner")
    form = filled(scene, mine, "trajectories:trajectory_plan")
    mine.post(form.action, form.values)
    other = filled(scene, theirs, "trajectories:trajectory_plan")
    other.values["form_number"] = form.values["form_number"]
    other.values["next_step"] = ["Samen koffie drinken."]
    assert theirs.post(other.action, other.values).status_code == 302
    assert SavedForm.objects.filter(number=form.values["form_number"][0]).count() == 2


def _errors(answer) -> object:
    form = (answer.context or {}).get("form")
    return form.errors.as_json() if form is not None else answer.status_code
