"""The copy of their own data that a client gets: complete, and about nobody else."""

import json
from dataclasses import replace
from datetime import date
from uuid import uuid4

import jsonschema
import pytest
from django.conf import settings
from django.urls import reverse

from clients.models import ClientExport
from ipsplatform.common.declared import nouns_of_clients
from staff.models import AccessLine
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.harness import StrictClient
from tests.personas import MAY_WRITE_IN_THE_FILE
from tests.project.scene import export_of
from trajectories.client_data.selectors import texts_of
from trajectories.models import Contact

pytestmark = [pytest.mark.shows(14), pytest.mark.django_db]

SCHEMA = json.loads((settings.BASE_DIR / "docs/client-data-2.schema.json").read_text(encoding="utf-8"))
NOTE = "trajectories.Contact.note"


@pytest.fixture
def file(world, on_monday):
    """A whole file around the client of the world."""
    owner = world.people["owner"]
    trajectory = TrajectoryFactory(client=world.client, wish="Bij dieren werken", next_step="Proefdag")
    StagePeriodFactory(trajectory=trajectory, recorded_by=owner, client_words="Ik durf het")
    JobFactory(trajectory=trajectory, employer__name="Kinderboerderij", occupation="Verzorger")
    return {
        "trajectory": trajectory,
        "first": ContactFactory(client=world.client, staff=owner, note="Ze vertelt over haar werk"),
        "second": ContactFactory(client=world.client, staff=owner, note="Over haar broer Bram"),
    }


def prepare_url(world) -> str:
    return reverse("trajectories:client_export_prepare", args=[world.client.public_id])


def typed(world, client, **left_out) -> dict:
    """What a browser sends: every text given but those in `left_out`, {field of the form: reason}."""
    form = client.get(prepare_url(world)).context["form"]
    given = {text.key: "geven" for text in form.texts}
    return {"texts_key": form["texts_key"].value(), "has_read": "on"} | given | left_out


def as_json(client, export: ClientExport) -> dict:
    return json.loads(client.get(reverse("trajectories:client_json_export", args=[export.public_id])).content)


def undecided() -> list[str]:
    """Fields about clients that stand in no decision, and decisions without a field."""
    return [
        f"{model._meta.label}.{name}"
        for model, declared in nouns_of_clients().items()
        for name in sorted(set(declared.fields) ^ {*declared.given.fields, *declared.given.left_out})
    ]


def test_every_field_about_a_client_is_given_or_left_out_with_a_reason():
    assert undecided() == [], "decide in `declared` of the model: given, or left out and why"
    for model, declared in nouns_of_clients().items():
        assert not set(declared.given.fields) & set(declared.given.left_out), model
        assert all(declared.given.left_out.values()), model


def test_a_field_that_nobody_decided_about_is_found(monkeypatch):
    given = Contact.declared.given
    less = replace(given, fields=given.fields[:-2])
    monkeypatch.setattr(Contact, "declared", replace(Contact.declared, given=less))
    assert undecided() == ["trajectories.Contact.created_at", "trajectories.Contact.note"]


def test_file_for_machines_fits_its_schema_and_holds_every_row(world, client, file):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    content = as_json(client, export_of(world.client, world.people["owner"]))
    jsonschema.validate(content, SCHEMA)
    assert content["person"]["client_number"] == world.client.client_number
    assert content["trajectories"][0]["wish"] == "Bij dieren werken"
    assert content["stages"][0]["client_words"] == "Ik durf het"
    assert content["jobs"][0]["employer"] == "Kinderboerderij"
    assert [contact["note"] for contact in content["contacts"]] == [
        "Ze vertelt over haar werk",
        "Over haar broer Bram",
    ]
    assert len(content["assignments"]) == 2
    assert content["access"]
    assert content["changes"]


def test_schema_knows_the_fields_that_are_given():
    for declared in nouns_of_clients().values():
        given = declared.given
        if given.section:
            part = SCHEMA["properties"][given.section]
            assert set(part.get("items", part)["properties"]) == set(given.fields), given.section


def test_paper_holds_the_same_texts_in_words(world, client, file):
    world.sign_in(client, "owner")
    export = export_of(world.client, world.people["owner"])
    page = client.get(reverse("trajectories:client_paper_export", args=[export.public_id])).content.decode()
    for text in texts_of(world.client):
        assert text.value in page
    assert "Kinderboerderij" in page
    assert "IPS-trajectbegeleider" in page


def test_nobody_else_is_in_it(world, client, file):
    """Others with the same employer, team and worker leave no trace, and no colleague has a name."""
    marker, owner = "Xqderde", world.people["owner"]
    other = ClientFactory(team=world.team, last_name=marker, first_name=marker, followed_by=owner)
    theirs = TrajectoryFactory(client=other, wish=marker)
    employer = file["trajectory"].jobs.get().employer
    JobFactory(trajectory=theirs, employer=employer, occupation=marker)
    ContactFactory(client=other, staff=owner, employer=employer, kind="werkgever", note=marker)
    ContactFactory(client=None, staff=owner, employer=employer, kind="werkgever", note=marker)
    colleague = UserFactory(casemanager=True, last_name="Xqcollega", team=world.team)
    AssignmentFactory(client=world.client, user=colleague)
    world.sign_in(client, "owner")
    export = export_of(world.client, owner)
    paper = client.get(reverse("trajectories:client_paper_export", args=[export.public_id])).content.decode()
    machine = json.dumps(as_json(client, export), ensure_ascii=False)
    strangers = [marker, colleague.last_name, str(other.public_id), theirs.trajectory_number]
    strangers += [person.last_name for person in world.people.values()]
    strangers += [person.staff_number for person in world.people.values()]
    shown = paper[paper.index("<main") :]
    assert not [name for name in strangers if name in shown or name in machine]
    assert not [person for person in world.people.values() if str(person.public_id) in machine]


def test_text_is_left_out_with_its_reason(world, client, file):
    owner = world.sign_in(client, "owner")
    key = f"{NOTE}-{file['second'].public_id}"
    page = client.get(prepare_url(world)).content.decode()
    assert "Over haar broer Bram" in page
    assert "csrfmiddlewaretoken" in page[page.index("texts_key") - 500 :]
    answer = client.post(prepare_url(world), typed(world, client, **{key: "andere"}))
    export = ClientExport.objects.get(made_by=owner)
    assert answer.url == reverse("trajectories:client_paper_export", args=[export.public_id])
    assert list(export.left_out.values_list("field", "row", "reason")) == [
        (NOTE, file["second"].public_id, "andere")
    ]
    page = client.get(answer.url).content.decode()
    assert "broer Bram" not in page
    assert "[weggelaten: het gaat over iemand anders]" in page
    content = as_json(client, export)
    jsonschema.validate(content, SCHEMA)
    assert [contact["note"] for contact in content["contacts"]] == ["Ze vertelt over haar werk", None]
    assert content["left_out"] == [{"field": NOTE, "reason": "andere"}]


def test_texts_have_to_be_read_and_to_be_the_same_still(world, client, file):
    world.sign_in(client, "owner")
    values = typed(world, client)
    answer = client.post(prepare_url(world), values | {"has_read": ""})
    assert "has_read" in answer.context["form"].errors
    file["first"].note = "Over de buurvrouw"
    file["first"].save()
    answer = client.post(prepare_url(world), values)
    assert "Intussen is er iets geschreven" in answer.context["form"].non_field_errors()[0]
    assert not ClientExport.objects.exists()


def test_refused_form_can_be_sent_again(world, client, file):
    """The page shows what is there now, so what comes next is about that."""
    world.sign_in(client, "owner")
    values = typed(world, client)
    answer = client.post(prepare_url(world), values | {"texts_key": "old"})
    shown = answer.context["form"]["texts_key"].value()
    assert client.post(prepare_url(world), values | {"texts_key": shown}).status_code == 302


@pytest.mark.parametrize("name", ["client_paper_export", "client_json_export"])
def test_new_text_closes_an_export(world, client, file, name):
    world.sign_in(client, "owner")
    export = export_of(world.client, world.people["owner"])
    ContactFactory(client=world.client, note="Over de buurvrouw")
    answer = client.get(reverse(f"trajectories:{name}", args=[export.public_id]))
    assert answer.url == prepare_url(world)


def test_note_can_not_become_code(world, client, file):
    ContactFactory(client=world.client, note="<b>vet</b>")
    world.sign_in(client, "owner")
    assert "&lt;b&gt;vet" in client.get(prepare_url(world)).content.decode()
    export = export_of(world.client, world.people["owner"])
    page = reverse("trajectories:client_paper_export", args=[export.public_id])
    assert "&lt;b&gt;vet" in client.get(page).content.decode()


@pytest.mark.parametrize("name", ["client_paper_export", "client_json_export"])
def test_export_is_logged_with_its_rows(world, client, file, name):
    world.sign_in(client, "owner")
    export = export_of(world.client, world.people["owner"])
    client.get(reverse(f"trajectories:{name}", args=[export.public_id]))
    line = AccessLine.objects.latest("pk")
    assert (line.action, line.part, line.client_id) == ("E", "export", world.client.public_id)
    # Person, two assignments, trajectory, stage, job, two contacts, and the making of this copy.
    assert line.row_count == 9
    assert line.relation == "caseload"


@pytest.mark.parametrize(("persona", "expected"), MAY_WRITE_IN_THE_FILE)
def test_who_may_give_data(world, file, persona, expected):
    export = export_of(world.client, world.people["owner"])
    browser = StrictClient()
    world.sign_in(browser, persona)
    for name in ("client_paper_export", "client_json_export"):
        answer = browser.get(reverse(f"trajectories:{name}", args=[export.public_id]))
        assert answer.status_code == expected
    assert browser.get(prepare_url(world)).status_code == expected


def test_unknown_export_is_not_found(world, client):
    world.sign_in(client, "owner")
    assert client.get(reverse("trajectories:client_paper_export", args=[uuid4()])).status_code == 404


def test_client_with_an_empty_file_gets_a_paper_too(world, client, on_monday):
    world.sign_in(client, "owner")
    answer = client.post(prepare_url(world), typed(world, client), follow=True)
    assert "Hier is niets over vastgelegd" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize(
    ("name", "budget"),
    # prepare: session, user, client, may write, fifteen kinds of rows; copies: these twice (are the texts
    # still the same?), left out texts, access with teams, changes with names.
    [("export_prepare", 21), ("paper_export", 42), ("json_export", 41)],
)
@pytest.mark.usefixtures("file")
def test_query_budget(world, count_queries, rows, name, budget):
    for month in range(rows):
        ContactFactory(client=world.client, staff=UserFactory())
        trajectory = TrajectoryFactory(
            client=world.client, enrolled_on=date(2023, 1, 1), ended_on=date(2023, 2, 1)
        )
        StagePeriodFactory(trajectory=trajectory, recorded_by=UserFactory())
        JobFactory(trajectory=trajectory, started_on=date(2023, 1, month + 1))
    browser = StrictClient()
    world.sign_in(browser, "owner")
    export = export_of(world.client, world.people["owner"])
    subject = world.client if name == "export_prepare" else export
    with count_queries(budget):
        assert (
            browser.get(reverse(f"trajectories:client_{name}", args=[subject.public_id])).status_code == 200
        )
