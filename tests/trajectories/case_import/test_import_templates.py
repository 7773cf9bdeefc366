"""Empty files to fill in, by command and from the page of the upload; a workbook that is uploaded."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from clients.models import Client
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import VALID, run_import, write_file
from tests.trajectories.case_import.test_import_uploads import ADD, ask, sign_in
from trajectories.case_import import services as import_run
from trajectories.case_import.tables.running import TABLES
from trajectories.models import ImportRun, ImportState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def by(settings):
    settings.IMPORT_NEEDS_SECOND_PERSON = False
    return UserFactory(beheerder=True)


def headings(book):
    return {page.title: [cell.value for cell in page[1]] for page in book.worksheets}


@pytest.mark.parametrize("path", ["import.xlsx", "folder"])
def test_template_names_every_column_and_can_be_imported(tmp_path, path):
    call_command("import_template", tmp_path / path)
    report = run_import(tmp_path if path.endswith("xlsx") else tmp_path / path)
    assert report.refusals == ()
    assert {file.name: file.read for file in report.files} == {table.name: 0 for table in TABLES}


def test_workbook_explains_every_column_at_its_heading(tmp_path):
    call_command("import_template", tmp_path / "import.xlsx")
    book = load_workbook(tmp_path / "import.xlsx")
    for table in TABLES:
        told = {cell.value: cell.comment.text for cell in book[table.name.removesuffix(".csv")][1]}
        assert list(told) == [column.name for column in table.columns]
        for column in table.columns:
            assert ("(compulsory)" in told[column.name]) == column.compulsory
            assert told[column.name].startswith(table.label_of(column.name))
    assert "ips, mss" in book["trajectories"]["C1"].comment.text


def test_csv_templates_have_a_text_that_explains_every_column(tmp_path):
    call_command("import_template", tmp_path / "x")
    explained = (tmp_path / "x" / "LEESMIJ.txt").read_text(encoding="utf-8-sig")
    for table in TABLES:
        with (tmp_path / "x" / table.name).open(encoding="utf-8-sig") as file:
            assert next(csv.reader(file, delimiter=";")) == [column.name for column in table.columns]
        assert all(f"{column.name}: " in explained for column in table.columns)


def test_template_leaves_alone_what_is_there(tmp_path):
    call_command("import_template", tmp_path / "x.xlsx")
    with pytest.raises(CommandError, match="here already"):
        call_command("import_template", tmp_path / "x.xlsx")


def test_page_of_the_upload_gives_both(client, by):
    sign_in(client, by)
    page = client.get(ADD).content.decode()
    for ending in ("xlsx", "zip"):
        url = reverse(f"admin:trajectories_importrun_template_{ending}")
        assert f'href="{url}"' in page
        content = client.get(url).content
        if ending == "xlsx":
            assert headings(load_workbook(io.BytesIO(content)))["teams"][0] == "team_code"
        else:
            assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == len(TABLES) + 1


def test_a_workbook_is_uploaded_and_read(client, by):
    book = Workbook()
    book.active.title = "clients"
    for row in (list(VALID["clients"]), [*list(VALID["clients"].values())[:2], None, "1990-05-01"]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    sign_in(client, by)
    client.post(ADD, {"upload": SimpleUploadedFile("aanlevering.xlsx", content.getvalue())})
    run = ImportRun.objects.get()
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert (run.state, Client.objects.get().client_number) == (ImportState.DONE, "C1")


def test_names_to_look_at_are_for_who_uploaded_and_are_not_stored(client, by, tmp_path):
    write_file(tmp_path, "clients", {"last_name": "Çelik", "team_code": ""})
    run = ask(tmp_path, by, dry_run=True)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert "elik" not in str(run.report)
    url = reverse("admin:trajectories_importrun_change", args=[run.pk])
    sign_in(client, by)
    assert "<strong>Çelik</strong>" in client.get(url).content.decode()
    sign_in(client, UserFactory(beheerder=True))
    page = client.get(url).content.decode()
    assert "Çelik" not in page
    assert "clients.csv: read as UTF-8." in page


def test_emptying_is_allowed_by_the_form(client, by, tmp_path):
    people = [{"client_number": f"C{one}", "team_code": ""} for one in range(11)]
    write_file(tmp_path, "clients", *(one | {"phone": "0612345678"} for one in people))
    run_import(tmp_path)
    write_file(tmp_path, "clients", *(one | {"phone": ""} for one in people))
    run = ask(tmp_path, by)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert (run.state, Client.objects.filter(phone="").count()) == (ImportState.REFUSED, 0)
    sign_in(client, by)
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert f'href="{ADD}?allow-emptying=yes"' in page
    assert "phone" not in page[page.index("Lines per file") :]
    run = ask(tmp_path, by, allow_emptying=True)
    import_run.perform_import(run_pk=run.pk)
    assert Client.objects.filter(phone="").count() == 11
