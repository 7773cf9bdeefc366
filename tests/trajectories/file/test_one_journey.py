"""A client makes one journey, also with two trajectories: every page says the same of it."""

import csv
import io
from dataclasses import dataclass
from datetime import date

import pytest
from django.urls import reverse

from clients.models import Client
from tests.factories import JobFactory, StagePeriodFactory, TeamFactory, TrajectoryFactory, UserFactory
from trajectories.models import Position, Stage, position

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_sunday(time_machine):
    time_machine.move_to("2026-11-22T12:00:00+01:00", tick=False)


@dataclass(frozen=True)
class Journey:
    """Open stages of the IPS and the MSS trajectory, one that an ended trajectory left open, and a job."""

    ips: str = ""
    mss: str = ""
    left_open: str = ""
    works: bool = False


JOURNEYS = {
    "nog geen fase": Journey(),
    "inloop": Journey(ips=Stage.INLOOP),
    "dagbesteding, ook inloop": Journey(ips=Stage.INLOOP, mss=Stage.DAGBESTEDING),
    "begeleid werk, ook dagbesteding": Journey(ips=Stage.BEGELEID_WERK, mss=Stage.DAGBESTEDING),
    "inloop ": Journey(ips=Stage.INLOOP, left_open=Stage.BEGELEID_WERK),
    "betaalde baan": Journey(works=True),
    "betaalde baan, ook dagbesteding": Journey(mss=Stage.DAGBESTEDING, works=True),
}


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory(name="FACT Noord"))


def make(journey: Journey, worker) -> Client:
    team = worker.memberships.get().team
    ips = TrajectoryFactory(in_team=team, followed_by=worker, enrolled_on=date(2026, 1, 5))
    mss = TrajectoryFactory(client=ips.client, mss=True, enrolled_on=date(2026, 1, 5))
    old = TrajectoryFactory(client=ips.client, enrolled_on=date(2024, 1, 5), ended_on=date(2025, 1, 5))
    for trajectory, stage in ((ips, journey.ips), (mss, journey.mss), (old, journey.left_open)):
        if stage:
            StagePeriodFactory(trajectory=trajectory, stage=stage, started_on=trajectory.enrolled_on)
    if journey.works:
        JobFactory(trajectory=ips, started_on=date(2026, 2, 2))
    return ips.client


@pytest.mark.parametrize(("words", "journey"), JOURNEYS.items())
def test_every_page_names_the_same_stage(client, worker, words, journey):
    words, person = words.strip(), make(journey, worker)
    client.force_login(worker)
    overview = client.get(reverse("trajectories:client_overview", args=[person.public_id]))
    sheet = client.get(reverse("trajectories:client_journey_print", args=[person.public_id]))
    found = client.get(reverse("trajectories:search"), {"q": person.last_name})
    caseload = client.get(reverse("trajectories:caseload_list"))
    export = client.get(reverse("trajectories:caseload_export", args=["csv"]))
    (line,) = csv.DictReader(io.StringIO(export.content.decode("utf-8-sig")), delimiter=";")
    assert line["Fase"] == words
    for page in (overview, found, caseload):
        assert f">{words}<" in page.content.decode().replace("\n", "").replace("  ", "")
    assert (f"Hier ben ik nu: <b>{words}</b>" in sheet.content.decode()) == (words != "nog geen fase")


@pytest.mark.parametrize(("words", "journey"), JOURNEYS.items())
def test_picture_filter_and_team_page_count_by_the_same_stage(client, worker, words, journey):
    stage = words.strip().partition(",")[0]
    person = make(journey, worker)
    client.force_login(worker)
    picture = client.get(reverse("trajectories:client_journey", args=[person.public_id])).context["journey"]
    here = [str(stop.stage.label) for stop in reversed(picture.stops) if stop.is_here]
    assert ", ook ".join(here) == ("" if stage == "nog geen fase" else words.strip())
    board = client.get(reverse("reports:team_dashboard")).context
    assert {bar.label: bar.value for bar in board["stages"] if bar.value} == {stage: 1}
    (bar,) = [bar for bar in board["stages"] if bar.value]
    assert len(client.get(bar.url).context["rows"]) == 1


def test_of_two_running_jobs_both_are_named(client, worker):
    person = make(JOURNEYS["betaalde baan"], worker)
    JobFactory(
        trajectory=person.trajectories.get(kind="ips", ended_on=None),
        started_on=date(2026, 11, 16),
        employer__name="Hotel De Kade",
    )
    client.force_login(worker)
    first = person.trajectories.get(kind="ips", ended_on=None).jobs.order_by("started_on").first()
    for page in (
        reverse("trajectories:client_overview", args=[person.public_id]),
        reverse("trajectories:caseload_list"),
    ):
        text = client.get(page).content.decode()
        assert first.employer.name in text
        assert "Hotel De Kade" in text
    listed = client.get(reverse("trajectories:caseload_list")).content.decode()
    assert f"week 42 bij {first.employer.name}, week 1 bij Hotel De Kade" in listed


def test_nothing_open_is_no_stage_and_a_stage_is_named_once():
    assert position(open_stages=[], has_job=False) == Position("")
    both = position(open_stages=["inloop", "inloop", "begeleid_werk"], has_job=True)
    assert both == Position("betaalde_baan", ("begeleid_werk", "inloop"))
