"""A birth date that is known in part, through every door in and out of the product (ADR 57)."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import Workbook

from clients.models import Client
from clients.people.selectors import possible_duplicates
from clients.people.services import correct_client, register_client
from ipsplatform.common.partial_dates import PartialDate, Precision
from staff.models import AuditEvent
from tests.factories import ClientFactory, ContactFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.project.crawl import browser_of, text_of
from tests.project.scene import TODAY, addresses, export_of, make_scene
from tests.trajectories.case_import.import_files import VALID, run_import, write_all, write_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

YEAR = PartialDate(date(1987, 1, 1), Precision.YEAR)
MONTH = PartialDate(date(1987, 3, 1), Precision.MONTH)
DAY = PartialDate(date(1987, 3, 14))
PRETENDS = ("1-1-1987", "01-01-1987", "1987-01-01", "1 jan 1987", "1 januari 1987", "1/1/1987", "01/01/1987")


@pytest.fixture
def team():
    return TeamFactory(code="N")


@pytest.fixture
def worker(client, team):
    worker = UserFactory(team=team)
    client.force_login(worker)
    return worker


def born(birth, **more) -> Client:
    return ClientFactory(birth_date=birth.earliest, birth_precision=birth.precision, **more)


@pytest.mark.parametrize(
    ("written", "birth"),
    [("1987", YEAR), ("3-1987", MONTH), ("03-1987", MONTH), ("14-3-1987", DAY), ("031987", MONTH)],
)
def test_a_person_is_registered_and_corrected_as_it_is_known(client, worker, team, written, birth):
    form = {"last_name": "Groot", "birth_date": written, "team": team.public_id}
    client.post("/clients/register/", form)
    person = Client.objects.get()
    assert person.birth == birth
    page = client.get(reverse("clients:client_correct", args=[person.public_id])).context["form"]
    assert page["birth_date"].value() == birth.as_typed
    sent = {name: page[name].value() or "" for name in page.fields}
    client.post(reverse("clients:client_correct", args=[person.public_id]), sent | {"birth_date": "5-1988"})
    event = AuditEvent.objects.get(action="client_corrected")
    assert event.changes == {"birth_date": [birth.iso, "1988-05"]}
    history = client.get(reverse("trajectories:client_overview", args=[person.public_id])).content.decode()
    assert f"{birth.in_words} → mei 1988" in history


def test_what_is_refused_stands_beside_the_field(client, worker, team):
    for written in ("3-87", "87", "2027", "4-2026", "32-1-1987"):
        answer = client.post(
            "/clients/register/", {"last_name": "Groot", "birth_date": written, "team": team.public_id}
        )
        assert list(answer.context["form"].errors) == ["birth_date"], written


def test_undo_puts_back_what_was_known(client, worker, team):
    person = born(YEAR, team=team, followed_by=worker)
    url = reverse("clients:client_correct", args=[person.public_id])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    number = "5b0c6f5e-2d7e-4c53-b5f1-3d1f3f0f6f10"
    client.post(url, sent | {"birth_date": "14-3-1987", "form_number": number})
    person.refresh_from_db()
    assert person.birth == DAY
    client.post(reverse("clients:form_undo", args=[number]))
    person.refresh_from_db()
    assert person.birth == YEAR


@pytest.mark.parametrize("precision", [Precision.MONTH, Precision.YEAR])
@pytest.mark.parametrize("day", [date(1987, 3, 14), None])
def test_the_database_keeps_no_more_than_is_known(precision, day):
    person = ClientFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.filter(pk=person.pk).update(birth_date=day, birth_precision=precision)


def test_no_page_and_no_file_says_more_than_is_known(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene = make_scene(world)
    correct_client(client=world.client, birth_date=date(1986, 5, 6), by=world.people["owner"])
    correct_client(client=world.client, birth_date=YEAR, by=world.people["owner"])
    pages = {name: scene.url(one) for name, one in addresses().items()}
    pages |= {name: f"/search/?q={name}" for name in (world.client.last_name, "1987")}
    told, pretending = 0, {}
    for persona in ("owner", "team_lead", "administrator"):
        browser = browser_of(world, persona)
        for name, url in pages.items():
            text = text_of(browser.get(url))
            told += "1987" in text
            if found := [one for one in PRETENDS if one in text]:
                pretending[persona, name] = found
    assert told > 10, "the walk reads pages that tell it"
    assert pretending == {}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1987", {"year", "month", "day"}),
        ("3-1987", {"year", "month", "day"}),
        ("maart 1987", {"year", "month", "day"}),
        ("4-1987", {"year"}),
        ("14-3-1987", {"year", "month", "day"}),
        ("15-3-1987", {"year", "month"}),
        ("1988", set()),
    ],
)
def test_search_finds_who_may_be_meant(client, worker, team, asked, found):
    for name, birth in {"year": YEAR, "month": MONTH, "day": DAY}.items():
        born(birth, last_name=name, first_name="", name_prefix="", team=team)
    rows = client.get(reverse("trajectories:search"), {"q": asked}).context["rows"]
    assert {row.client.last_name for row in rows} == found
    if asked == "14-3-1987":
        assert rows[0].client.last_name == "day", "who is known to be born then comes first"


@pytest.mark.parametrize(
    ("known", "asked", "is_double"),
    [
        (YEAR, DAY, True),
        (DAY, YEAR, True),
        (MONTH, DAY, True),
        (MONTH, YEAR, True),
        (MONTH, PartialDate(date(1987, 4, 2)), False),
        (YEAR, PartialDate(date(1988, 1, 1)), False),
    ],
)
def test_known_in_part_may_be_the_same_person(worker, team, known, asked, is_double):
    person = born(known, last_name="Wvut", first_name="Zyx", name_prefix="", team=team)
    found = possible_duplicates(
        user=worker, first_name="Anna", name_prefix="", last_name="Groot", birth_date=asked
    )
    assert found == ([person] if is_double else [])


def test_what_lies_in_what_takes_the_earliest_day(worker, team):
    person = born(YEAR, team=team)
    TrajectoryFactory(client=person, enrolled_on="1987-01-01", team=team)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(client=person, occurred_at="1986-12-31T12:00Z")
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.filter(pk=person.pk).update(died_on="1986-12-31", death_told_by="de zus")
    assert Client.objects.filter(pk=person.pk).update(died_on="1987-01-01", death_told_by="de zus") == 1


def test_an_emergency_asks_a_day_that_is_known(world, client):
    Client.objects.filter(pk=world.client.pk).update(birth_date="1987-01-01", birth_precision="year")
    world.sign_in(client, "other_worker")
    typed = {"client_number": world.client.client_number, "birth_date": "01-01-1987", "reason": "hulpvraag",
             "explanation": "crisisdienst belt", "hours": "2"}  # fmt: skip
    assert client.post(reverse("clients:emergency_start"), typed).status_code == 200
    assert not world.client.emergency_accesses.exists()


@pytest.mark.parametrize(
    ("cell", "birth"),
    [("1987", YEAR), ("1987-03", MONTH), ("1987-03-14", DAY), ("03-1987", MONTH), ("14-03-1987", DAY),
     ("19870000", YEAR), ("00-03-1987", MONTH), ("", None)],
)  # fmt: skip
def test_a_file_says_what_is_known(tmp_path, cell, birth):
    write_all(tmp_path, clients={"birth_date": cell})
    assert run_import(tmp_path).written
    assert Client.objects.get().birth == birth
    again = {file.name: (file.created, file.changed) for file in run_import(tmp_path).files}
    assert again["clients.csv"] == (0, 0)


def test_a_file_that_knows_less_takes_nothing_away(tmp_path):
    write_all(tmp_path, clients={"birth_date": "14-03-1987"})
    run_import(tmp_path)
    for cell, kept, changed in (("1987", DAY, {}), ("3-1987", DAY, {}), ("1988", None, {"birth_date": 1})):
        write_file(tmp_path, "clients", {"birth_date": cell})
        report = next(one for one in run_import(tmp_path).files if one.name == "clients.csv")
        assert (report.changes, Client.objects.get().birth) == (
            changed,
            kept or PartialDate(date(1988, 1, 1), Precision.YEAR),
        )


@pytest.mark.parametrize(
    ("shown_as", "iso"), [("mmm-yy", "1987-03"), ("mm-yyyy", "1987-03"), ("dd-mm-yyyy", "1987-03-01")]
)
def test_a_month_that_excel_made_a_day_of_is_a_month(tmp_path, shown_as, iso):
    book = Workbook()
    page = book.active
    page.append([*VALID["clients"]])
    page.append([*(VALID["clients"] | {"birth_date": date(1987, 3, 1)}).values()])
    page.cell(2, [*VALID["clients"]].index("birth_date") + 1).number_format = shown_as
    write_all(tmp_path)
    (tmp_path / "clients.csv").unlink()
    book.save(tmp_path / "clients.xlsx")
    assert run_import(tmp_path).refusals == ()
    assert Client.objects.get().birth.iso == iso


@pytest.mark.parametrize("birth", [YEAR, MONTH, DAY])
def test_what_the_client_gets_goes_in_again(client, world, tmp_path, birth):
    correct_client(client=world.client, birth_date=birth, by=world.people["owner"])
    world.sign_in(client, "owner")
    export = export_of(world.client, world.people["owner"])
    url = reverse("trajectories:client_json_export", args=[export.public_id])
    person = json.loads(client.get(url).content)["person"]
    assert person["birth_date"] == birth.iso
    paper = client.get(reverse("trajectories:client_paper_export", args=[export.public_id])).content.decode()
    assert birth.written("j F Y") in paper
    write_all(tmp_path, clients={"client_number": "C1", "birth_date": person["birth_date"]})
    assert run_import(tmp_path).written
    assert Client.objects.get(client_number="C1").birth == birth


def test_the_header_says_which_ages_are_possible(client, worker, team):
    person = born(YEAR, team=team, followed_by=worker)
    page = client.get(reverse("trajectories:client_overview", args=[person.public_id])).content.decode()
    assert "38 of 39 jaar (1987)" in page


def test_a_service_takes_a_day_as_before(worker, team):
    person = register_client(last_name="Groot", birth_date=date(1987, 3, 14), team=team, by=worker)
    assert person.birth == DAY
