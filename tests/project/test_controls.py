"""Control characters: no form lets one in, and every export survives those that are stored already."""

import csv
import io
import json
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import reverse
from openpyxl import load_workbook

from clients.models import Client
from ipsplatform.common.spreadsheets import safe_cell
from ipsplatform.common.texts import holds_controls, without_controls
from staff.models import Team, User
from tests.filled_forms import forms_on
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, admin_addresses, make_scene
from tests.project.test_every_form import ADMIN, OPENED_BY, OURS
from trajectories.models import Employer

TEXTS = (models.CharField, models.TextField)
DIRTY = "\x01\x0b\x1f\x85\ufffe"


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


# Without these nobody is signed in any more.
KEYS = {"User.password", "StaffSession.session_data", "StaffSession.session_key"}


def text_columns():
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                if f"{model.__name__}.{field.name}" not in KEYS and isinstance(field, TEXTS):
                    yield model, field


def stored_controls():
    """The columns in which a control character stands."""
    found = set()
    with connection.cursor() as cursor:
        for model, field in text_columns():
            table, column = map(connection.ops.quote_name, (model._meta.db_table, field.column))
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} ~ '[\\x01-\\x08\\x0b\\x1f\\x85]')"
            )
            if cursor.fetchone()[0]:
                found.add(f"{model._meta.label}.{field.name}")
    return found


def filled(form, *, dirty):
    sent = {}
    for name in form.names - {"csrfmiddlewaretoken"}:
        standing = form.values.get(name, [""])
        is_text = name not in form.offered and not standing[0].isdigit() and "form_number" not in name
        sent[name] = [f"{standing[0] or 'Tekst'}{DIRTY if dirty else ''}"] if is_text else standing
    return sent


@pytest.mark.django_db
def test_no_form_of_any_page_stores_one(scene):
    pages = [(persona, scene.url(addresses()[name])) for name, persona in OPENED_BY.items()]
    in_admin = [one for one in admin_addresses() if one.name.endswith(ADMIN)]
    pages += [("administrator", scene.admin_url(one)) for one in in_admin]
    saved, dirty = 0, {}
    for persona, url in pages:
        browser = browser_of(scene.world, persona)
        with transaction.atomic():
            answer = browser.get(url)
            for form in forms_on(answer.content.decode()) if answer.status_code == 200 else []:
                sent = browser.post(urljoin(url, form.action or url), filled(form, dirty=True))
                saved += sent.status_code == 302
            if columns := stored_controls():
                dirty[url] = columns
            transaction.set_rollback(True)
    assert saved >= 5, "some of these forms are saved"
    assert dirty == {}


def spoil():
    """Put control characters behind every text that takes them."""
    spoiled = set()
    for model, field in text_columns():
        value = Concat(F(field.name), Value(DIRTY), output_field=models.TextField())
        try:
            with transaction.atomic():
                if model._base_manager.exclude(**{field.name: ""}).update(**{field.name: value}):
                    spoiled.add(f"{model._meta.label}.{field.name}")
        except DatabaseError:  # a code, a history that nobody changes, a length
            continue
    return spoiled


@pytest.mark.django_db
def test_every_export_survives_what_is_stored(scene):
    browsers = {persona: browser_of(scene.world, persona) for persona in set(OPENED_BY.values())}
    spoiled = spoil()
    assert {"clients.Client.last_name", "trajectories.Employer.name", "staff.Team.name"} <= spoiled
    read = set()
    for name, persona in OPENED_BY.items():
        address = addresses()[name]
        url = scene.url(address)
        for asked in {url, url.replace("export.csv", "export.xlsx")}:
            answer = browsers[persona].get(asked)
            if "attachment" in answer.headers.get("Content-Disposition", ""):
                read.add(asked.rpartition(".")[2] if "export." in asked else "json")
                look_at(answer)
    assert read >= {"csv", "xlsx"}


def look_at(answer):
    kind = answer.headers["Content-Type"]
    if "spreadsheetml" in kind:
        rows = [row for page in load_workbook(io.BytesIO(answer.content)) for row in page.iter_rows()]
        assert not any(holds_controls(str(cell.value)) for row in rows for cell in row)
        assert not any(cell.data_type == "f" for row in rows for cell in row)
    elif "csv" in kind:
        text = answer.content.decode("utf-8-sig")
        assert not holds_controls(text)
        assert list(csv.reader(io.StringIO(text), delimiter=";"))
    else:
        json.loads(answer.content)


LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4  # no place to break


@pytest.mark.django_db
@pytest.mark.parametrize("text", [LONG[:120], f"{LONG[:30]} {LONG[30:50]} {LONG[50:118]}"])
def test_every_workbook_shows_a_long_name_in_full(scene, text):
    """A cell that is longer than its column is wide has more lines: its neighbour would cover the rest."""
    Client.objects.update(last_name=text)
    for model, field in ((Employer, "name"), (Team, "name"), (User, "last_name")):
        model.objects.update(**{field: text[: model._meta.get_field(field).max_length]})
    browsers = {persona: browser_of(scene.world, persona) for persona in set(OPENED_BY.values())}
    told, cut = "", []
    for name, persona in OPENED_BY.items():
        url = scene.url(addresses()[name]).replace("export.csv", "export.xlsx")
        answer = browsers[persona].get(url)
        if "spreadsheetml" in answer.headers.get("Content-Type", ""):
            for page in load_workbook(io.BytesIO(answer.content)):
                cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
                told += " ".join(str(cell.value) for cell in cells)
                cut += [(name, cell.coordinate) for cell in cells if is_covered(page, cell)]
    assert cut == []
    assert text.lower() in told.lower()


def is_covered(page, cell) -> bool:
    is_wide = len(str(cell.value)) > page.column_dimensions[cell.column_letter].width
    return isinstance(cell.value, str) and is_wide and not cell.alignment.wrap_text


@pytest.mark.django_db
def test_the_workbook_of_a_team_is_made_with_a_name_that_was_stored_before(scene):
    Client.objects.update(last_name=f"Groot{DIRTY}")
    url = reverse("trajectories:caseload_export", args=["xlsx"])
    answer = browser_of(scene.world, "owner").get(url)
    [page, *_others] = load_workbook(io.BytesIO(answer.content))
    told = [str(cell.value) for row in page.iter_rows() for cell in row]
    assert any("GROOT" in text for text in told), told


@pytest.mark.parametrize(
    ("text", "cell"),
    [("\x01=1+1", "'=1+1"), ("a\x00b", "ab"), ("regel\r\ntwee\t", "regel\r\ntwee\t"), ("é", "é"), (12, 12)],
)
def test_a_cell_loses_them_before_it_is_looked_at(text, cell):
    assert safe_cell(text) == cell


def test_what_people_write_stays():
    assert without_controls("Zoë 👩‍🔧 naïef\n\tİ") == "Zoë 👩‍🔧 naïef\n\tİ"
