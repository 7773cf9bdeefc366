"""Everything a monitor can reach, read like a monitor does, then solved for what was hidden."""

import csv
import io
from datetime import date
from urllib.parse import urlencode

import numpy as np
import pytest
from django.core.cache import cache
from django.urls import reverse

from reports.indicators.report import FIGURES
from reports.indicators.trend import quarter_of
from reports.models import MonitoringRun, PeriodKind, ScopeFigures
from reports.runs.services import store_run
from reports.small_numbers import selectors
from reports.small_numbers.counts import BLOCKS, INSIDE, OUTSIDE, is_small
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.reports.small_numbers.solver import is_recoverable
from tests.reports.team.teams import NOON
from trajectories.models import Job, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.shows(15, 30)]
QUARTERS = [(date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 9, 30))]
KEY = "period_employment_rate"
WITHHELD = "niet getoond: te kleine aantallen om te delen"
# By team and funder: at work, and not.
PLACES = {
    ("Noord", "uwv"): (12, 14),
    ("Noord", "gemeente"): (8, 9),
    ("Zuid", "uwv"): (9, 20),
    ("Zuid", "gemeente"): (2, 3),
    ("Oost", "uwv"): (3, 12),
    ("West", "gemeente"): (10, 12),
}


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def runs():
    """Two quarters in which enough people came and went."""
    teams = {name: TeamFactory(name=name) for name, _funder in PLACES}
    for (name, funder), (at_work, waiting) in PLACES.items():
        for number in range(at_work + waiting):
            day = date(2026, 2 + 3 * (number % 3), 3)  # February, May, August
            found = TrajectoryFactory(in_team=teams[name], funder=funder, enrolled_on=day)
            if number < at_work:
                JobFactory(
                    trajectory=found, started_on=date(2026, 6, 1) if number % 3 == 0 else date(2026, 8, 9)
                )
    for day in (date(2026, 6, 9), date(2026, 9, 9)):
        for name in ("Noord", "Zuid"):
            TrajectoryFactory.create_batch(6, in_team=teams[name], enrolled_on=date(2026, 1, 5), ended_on=day)
    return [make_run(*days) for days in QUARTERS]


@pytest.fixture
def corrected(runs):
    """The same, with a second revision of the last quarter."""
    Job.objects.filter(trajectory__team__name="Noord").order_by("pk").first().delete()
    return [*runs, make_run(*QUARTERS[1])]


def make_run(first, last):
    return store_run(period_kind=PeriodKind.QUARTER, period_from=first, period_to=last)


@pytest.fixture
def monitor(client):
    user = UserFactory(monitor=True)
    client.force_login(user)
    return user


def groups(client, run):
    page = client.get(reverse("reports:run_detail", args=[run.public_id]))
    offered = page.context["form"].fields["group"].choices
    return ["", *(value for _name, choices in offered[1:] for value, _label in choices)]


def page_of(client, run, group):
    return client.get(reverse("reports:run_detail", args=[run.public_id]), {"group": group})


def exported(client, run, **query):
    url = reverse("reports:run_export", args=[run.public_id, "csv"])
    text = client.get(f"{url}?{urlencode(query)}").content.decode("utf-8-sig")
    return [line for line in csv.DictReader(io.StringIO(text), delimiter=";") if line["Sleutel"] == KEY]


def test_pages_files_and_trend_show_the_same_members(client, monitor, corrected):
    runs, open_groups = corrected, []
    for run in (runs[0], runs[-1]):
        for group in groups(client, run):
            page = page_of(client, run, group)
            (line,) = [line for line in page.context["report"].period if line.key == KEY]
            (row,) = exported(client, run, group=group)
            shown = not (line.is_withheld or line.is_hidden)
            assert (row["Teller"] == (line.numerator.text if shown else "")) or not shown
            assert line.is_withheld == (row["Waarde"] == WITHHELD)
            assert (WITHHELD in page.content.decode().lower()) == line.is_withheld
            assert bool(page.context["trend"]) == (shown and run != runs[0])
            open_groups += [(run.pk, group)] * (shown and bool(group))
    assert open_groups


def kinds_of():
    """Team, funder and what one was in each quarter: as many unknowns as there are sorts of people."""
    teams, funders = sorted({t for t, _ in PLACES}), sorted({f for _, f in PLACES})
    states = ("away", "no", "yes")
    return [(t, f, a, b) for t in teams for f in funders for a in states for b in states]


def row_of(kinds, member, quarter, state):
    dimension, value = member
    place = {"team": 0, "funder": 1}.get(dimension)
    return np.array([float((place is None or k[place] == value) and k[2 + quarter] == state) for k in kinds])


def read_lines(lines):
    """(member, at work, not) of every line of a file with a number in it."""
    for line in lines:
        if line["Teller"].isdigit():
            funder = {"UWV": "uwv", "gemeente": "gemeente"}.get(line["Financier"])
            team = None if line["Team"] == "hele organisatie" else line["Team"]
            if line["Doelgroep"] == "alle doelgroepen":
                member = ("team", team) if team else (("funder", funder) if funder else ("", ""))
                yield member, int(line["Teller"]), int(line["Noemer"]) - int(line["Teller"])


def truth_of(runs):
    found = {}
    for number, run in enumerate(runs):
        for row in ScopeFigures.objects.one_way().filter(run=run, target_group="").select_related("team"):
            rate = row.figures[KEY]
            member = (
                ("team", row.team.name) if row.team else (("funder", row.funder) if row.funder else ("", ""))
            )
            found[number, member] = {
                "yes": rate["numerator"],
                "no": rate["denominator"] - rate["numerator"],
            }
    return found


@pytest.mark.parametrize("query", [{"all": "1"}, {"all": "1", "for": "outside"}])
def test_no_hidden_number_follows_from_all_files_together(client, monitor, runs, query):
    threshold = OUTSIDE if "for" in query else INSIDE
    kinds, truth = kinds_of(), truth_of(runs)
    rows, sums = [], []
    for quarter, run in enumerate(runs):
        for member, yes, no in read_lines(exported(client, run, **query)):
            assert not is_small(yes, threshold)
            assert not is_small(no, threshold)
            rows += [row_of(kinds, member, quarter, state) for state in ("yes", "no")]
            sums += [yes, no]
    hidden = [
        row_of(kinds, member, quarter, state)
        for (quarter, member), counts in truth.items()
        for state, count in counts.items()
        if is_small(count, threshold)
    ]
    assert rows
    assert hidden
    people = people_behind(kinds)
    assert np.allclose(np.array(rows) @ people, sums)
    assert not [cell for cell in hidden if is_recoverable(cell, rows, people)]


def people_behind(kinds):
    """The people themselves, counted kind by kind."""
    people = np.zeros(len(kinds))
    for found in Trajectory.objects.select_related("team"):
        states = []
        for first, last in QUARTERS:
            gone = found.ended_on and found.ended_on < first
            jobs = found.jobs.filter(started_on__lte=last)
            states.append("away" if gone or found.enrolled_on > last else "yes" if jobs else "no")
        people[kinds.index((found.team.name, found.funder, *states))] += 1
    return people


def test_of_a_corrected_quarter_only_the_newest_revision_is_read(client, monitor, corrected):
    first, replaced, newest = corrected
    listed = client.get(reverse("reports:run_list")).context["rows"]
    assert [row.run for _name, _text, row in listed] == [newest, first]
    for name, rest in (("run_detail", []), ("run_export", ["csv"])):
        answers = [
            client.get(reverse(f"reports:{name}", args=[run.public_id, *rest])).status_code
            for run in corrected
        ]
        assert answers == [200, 404, 200]
    page = client.get(reverse("reports:run_detail", args=[newest.public_id])).content.decode()
    assert "Gecorrigeerd" in page
    assert str(replaced.public_id) not in page


def test_what_the_replaced_revision_withheld_stays_withheld(client, monitor, corrected):
    scope = ("Team", "Financier", "Doelgroep")
    withheld = [
        {
            tuple(line[name] for name in scope)
            for line in exported(client, run, all="1")
            if line["Waarde"] == WITHHELD
        }
        for run in (corrected[0], corrected[-1])
    ]
    assert withheld[0] == withheld[1]
    assert withheld[0]


def test_a_combination_asked_by_hand_is_not_there(client, monitor, runs):
    row = ScopeFigures.objects.exclude(team=None).exclude(funder="").first()
    both = {"team": str(row.team.public_id), "funder": row.funder}
    page = client.get(reverse("reports:run_detail", args=[runs[0].public_id]), both)
    assert page.context["scope_text"] == "hele organisatie"
    page = client.get(
        reverse("reports:run_detail", args=[runs[0].public_id]), {"group": f"team-{both['team']}-uwv"}
    )
    assert page.context["row"] is None


@pytest.mark.parametrize("key", [key for key, figure in FIGURES.items() if figure.numerator])
def test_any_rate_can_be_shown_of_a_division(client, monitor, runs, monkeypatch, key):
    """A figure with `is_of_division` needs no second place: its counts and horizon say how it is compared."""
    monkeypatch.setattr(selectors, "BLOCKS", (*BLOCKS, key))
    cache.clear()
    hidden, _with_period = selectors.withheld(INSIDE)
    cache.clear()
    assert key in hidden


def test_a_month_is_not_there_for_a_reader_outside(client, monitor, runs):
    month = store_run(period_kind=PeriodKind.MONTH, period_from=date(2026, 9, 1), period_to=date(2026, 9, 30))
    assert client.get(reverse("reports:run_detail", args=[month.public_id])).status_code == 404
    assert client.get(reverse("reports:run_export", args=[month.public_id, "csv"])).status_code == 404
    listed = client.get(reverse("reports:run_list"), {"kind": "month"})
    assert listed.context["rows"] == []
    assert not ScopeFigures.objects.visible_to(monitor).filter(run=month).exists()


def test_the_list_shows_the_leading_figures_of_the_whole_organisation(client, monitor, runs):
    rows = client.get(reverse("reports:run_list")).context["rows"]
    texts = {row.run: text for _name, text, row in rows}
    whole = runs[-1].scopes.get(team=None, funder="", target_group="").figures[KEY]
    assert f"({whole['numerator']} van {whole['denominator']})" in texts[runs[-1]]
    assert all(" werkte (" in text for text in texts.values())


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget_of_a_reader_outside(client, count_queries, monitor, rows):
    for number in range(rows):
        TrajectoryFactory(in_team=TeamFactory(), enrolled_on=date(2026, 1, 1 + number))
    run = [make_run(*days) for days in QUARTERS][-1]
    team = run.scopes.exclude(team=None).filter(funder="", target_group="").first().team
    query = {"group": f"team-{team.public_id}"}
    url = reverse("reports:run_detail", args=[run.public_id])
    client.get(url, query)  # what is withheld is cached from here on
    with count_queries(6):  # session with user, run, scopes, figures, trend, which quarters there are
        client.get(url, query)


@pytest.fixture
def quarters():
    """As many stored quarters as asked, the last one over in September 2026."""

    def make(count: int) -> list[MonitoringRun]:
        TrajectoryFactory(in_team=TeamFactory(), enrolled_on=date(2023, 10, 1))
        firsts = [date(2023 + month // 12, 1 + month % 12, 1) for month in range(9, 45, 3)]
        return [make_run(*quarter_of(first)) for first in firsts[-count:]]

    return make


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget_of_a_run_with_runs_before_it(client, count_queries, monitor, quarters, rows):
    url = reverse("reports:run_detail", args=[quarters(rows)[-1].public_id])
    client.get(url)  # what is withheld is cached from here on
    with count_queries(6):
        client.get(url)


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget_of_the_list_of_a_reader_outside(client, count_queries, monitor, quarters, rows):
    quarters(rows)
    client.get(reverse("reports:run_list"))  # what is withheld is cached from here on
    with count_queries(7):  # with user, count, runs, last revisions, leading figures, quarters, unfinished
        page = client.get(reverse("reports:run_list"))
    assert len(page.context["rows"]) == rows
