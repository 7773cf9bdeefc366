"""What leaves the product of a run: everything the page shows, nothing that it hides, no formulas."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.models import PeriodKind
from reports.runs.services import store_run
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from tests.reports.team.teams import NOON, make_team

pytestmark = pytest.mark.django_db
PERIOD = {"period_from": date(2026, 7, 1), "period_to": date(2026, 9, 30)}


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def example():
    return make_team()


@pytest.fixture
def run(example):
    TrajectoryFactory(in_team=TeamFactory(name="FACT West"), enrolled_on=date(2026, 1, 5))
    return store_run(period_kind=PeriodKind.QUARTER, **PERIOD)


def export(client, user, run, file_format, **query):
    client.force_login(user)
    return client.get(reverse("reports:run_export", args=[run.public_id, file_format]), query)


def table(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def book(response):
    return load_workbook(io.BytesIO(response.content))


def test_csv_holds_every_figure_of_the_scope(client, example, run):
    lines = {line["Sleutel"]: line for line in table(export(client, example.lead, run, "csv"))}
    figures = to_json(placement_report(Scope(team=example.team), ReportWindow.of(*PERIOD.values())))
    rate = figures["period_employment_rate"]
    shown = lines["period_employment_rate"]
    assert (shown["Teller"], shown["Noemer"]) == (str(rate["numerator"]), str(rate["denominator"]))
    columns = {
        "Waarde": "rate",
        "95% laag": "ci_low",
        "95% hoog": "ci_high",
        "Minstens": "worst",
        "Hoogstens": "best",
    }
    assert {name: number(shown[name]) for name in columns} == {
        name: rate[field] for name, field in columns.items()
    }
    assert (shown["Onbekende antwoorden"], shown["Twijfelachtig"]) == (str(rate["unknown"]), "0")
    assert lines["flow.running"]["Waarde"] == str(figures["flow"]["running"])
    assert lines["cohort_placement_rate.12"]["Nog te kort"] == str(
        figures["cohort_placement_rate"][1]["not_yet_mature"]
    )
    point = figures["time_to_first_job"]["cumulative_incidence"][0]
    curve = lines["time_to_first_job.cumulative_incidence.180"]
    assert number(curve["Waarde"]) == point["value"]
    assert (curve["Zo lang gevolgd"], curve["Wacht nog"]) == (str(point["followed"]), str(point["waiting"]))
    assert {line["Team"] for line in lines.values()} == {"FACT Noord"}
    assert len(lines) == 3 + 4 + 4 + 3 + 10


def number(text):
    """As Dutch Excel reads it: a comma, and no point."""
    assert "." not in text
    return float(text.replace(",", "."))


def test_workbook_shows_percentages_that_keep_their_decimals(client, example, run):
    cells = {row[3].value: row for row in book(export(client, example.lead, run, "xlsx"))["FACT Noord"]}
    rate = cells["period_employment_rate"]
    counted = rate[5].value / rate[6].value
    assert (rate[7].value, rate[7].number_format) == (pytest.approx(counted, abs=1e-15), "0.0%")
    assert {rate[column].number_format for column in (8, 9)} == {"0.0%"}
    assert cells["flow.running"][7].number_format == "General"


def test_file_says_why_there_is_no_value(client, example, run):
    lines = {line["Sleutel"]: line["Waarde"] for line in table(export(client, example.lead, run, "csv"))}
    assert lines["time_to_first_job.cumulative_incidence.913"] == "nog niet te zeggen"


def test_workbook_explains_itself(client, example, run):
    sheets = book(export(client, example.lead, run, "xlsx"))
    assert sheets.sheetnames == ["FACT Noord", "Definities", "Over dit bestand"]
    keys = {row[3].value for row in sheets["FACT Noord"].iter_rows(min_row=2)}
    explained = {row[0].value for row in sheets["Definities"].iter_rows(min_row=2)}
    assert keys <= explained
    about = {row[0].value: row[1].value for row in sheets["Over dit bestand"].iter_rows(min_row=2)}
    assert (about["Revisie"], about["Definities"]) == (1, "2026-2")
    assert about["Stand per"].date() == date(2026, 9, 30)
    assert about["Geëxporteerd door"] == str(example.lead)
    assert about["Geëxporteerd op"] == "2026-11-22 12:00"


def test_team_takes_out_its_own_scopes_only(client, example, run):
    lines = table(export(client, example.lead, run, "csv", all=1))
    assert {line["Team"] for line in lines} == {"FACT Noord"}
    assert {line["Financier"] for line in lines} == {"alle financiers", "UWV"}
    stranger = UserFactory(teamleider=True, team=TeamFactory())
    assert export(client, stranger, run, "csv", all=1).status_code == 404
    assert export(client, stranger, run, "xlsx", team=example.team.public_id).status_code == 404


def test_monitor_takes_out_every_team_without_small_numbers(client, example, run):
    monitor = UserFactory(monitor=True)
    lines = table(export(client, monitor, run, "csv", all=1))
    assert {line["Team"] for line in lines} == {"hele organisatie", "FACT Noord", "FACT West"}
    counts = {line[name] for line in lines for name in ("Teller", "Noemer", "Nog te kort")}
    counts |= {line["Waarde"] for line in lines if line["Sleutel"].startswith("flow")}
    assert not {"1", "2", "3", "4"} & counts
    withheld = {line["Waarde"] for line in lines if line["Team"] != "hele organisatie"}
    assert withheld == {"niet getoond: te kleine aantallen om te delen"}
    assert not [line for line in lines if line["Team"] != "hele organisatie" and line["Financier"] == "UWV"]


def test_workbook_of_the_monitor_has_no_small_numbers(client, run):
    sheets = book(export(client, UserFactory(monitor=True), run, "xlsx", all=1))
    assert sheets.sheetnames[:3] == ["hele organisatie", "FACT Noord", "FACT West"]
    cells = [cell.value for name in sheets.sheetnames[:3] for row in sheets[name].iter_rows() for cell in row]
    assert not {1, 2, 3, 4} & {cell for cell in cells if isinstance(cell, int)}
    about = {row[0].value: row[1].value for row in sheets["Over dit bestand"].iter_rows(min_row=2)}
    assert about["Bedoeld voor"] == "binnen de organisatie; geef dit bestand niet door"
    assert "onder de 5" in about["Kleine aantallen"]
    definitions = [row[1].value for row in sheets["Definities"].iter_rows(min_row=2)]
    assert "niet getoond: te kleine aantallen om te delen" in definitions


def test_a_file_for_outside_the_organisation_says_so_and_hides_numbers_under_ten(client, example, run):
    monitor = UserFactory(monitor=True)
    response = export(client, monitor, run, "xlsx", all=1, **{"for": "outside"})
    assert 'filename="ips-2026-07-01-2026-09-30-r1-voor-buiten.xlsx"' in response["Content-Disposition"]
    sheets = book(response)
    about = {row[0].value: row[1].value for row in sheets["Over dit bestand"].iter_rows(min_row=2)}
    assert about["Bedoeld voor"] == "buiten de organisatie"
    assert "onder de 10" in about["Kleine aantallen"]
    numbers = [cell.value for row in sheets["hele organisatie"].iter_rows() for cell in row]
    assert not set(range(1, 10)) & {number for number in numbers if isinstance(number, int)}
    assert export(client, example.lead, run, "xlsx", **{"for": "outside"}).status_code == 404


def test_names_are_no_formulas_and_fit_a_sheet(client):
    team = TeamFactory(name="=cmd|'/C calc'!A0 [Noord/Zuid] and much more than fits")
    TrajectoryFactory(in_team=team, enrolled_on=date(2026, 1, 5))
    run = store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    lead = UserFactory(teamleider=True, team=team)
    assert table(export(client, lead, run, "csv"))[0]["Team"].startswith("'=cmd")
    sheet = book(export(client, lead, run, "xlsx")).worksheets[0]
    assert sheet["A2"].value.startswith("'=cmd")
    assert sheet["A2"].data_type == "s"


def test_another_format_does_not_exist(client, example, run):
    assert export(client, example.lead, run, "pdf").status_code == 404


@pytest.mark.parametrize("rows", [1, 12])
def test_export_query_budget(client, count_queries, rows):
    lead = UserFactory(teamleider=True, team=TeamFactory())
    team = lead.memberships.get().team
    for number in range(rows):
        TrajectoryFactory(in_team=team, enrolled_on=date(2026, 1, 1 + number))
    run = store_run(period_kind=PeriodKind.QUARTER, **PERIOD)
    client.force_login(lead)
    with count_queries(4):  # session with user, run, scopes, figures
        client.get(reverse("reports:run_export", args=[run.public_id, "xlsx"]), {"all": 1})
