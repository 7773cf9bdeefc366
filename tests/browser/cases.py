"""The people and journeys that the browser tests look at, and what every page must satisfy."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page

from clients.models import Client
from staff.models import Team, User
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.models import Stage, Trajectory

NARROW = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Caseload:
    """One worker with three clients, and a fourth whom only a colleague follows."""

    team: Team
    worker: User
    starting: Client
    learning: Client
    working: Client
    of_colleague: Client


def days_ago(number: int) -> date:
    return timezone.localdate() - timedelta(days=number)


def make_caseload() -> Caseload:
    team = TeamFactory(name="FACT Noord")
    worker, colleague = UserFactory(team=team), UserFactory(ervaringsdeskundige=True, team=team)
    starting = _enrolled(team, worker, "Jansen", enrolled=41)
    StagePeriodFactory(trajectory=starting, stage=Stage.INLOOP, started_on=days_ago(41))
    learning = _enrolled(team, worker, "Groot", enrolled=200)
    StagePeriodFactory(trajectory=learning, stage=Stage.BEGELEID_WERK, started_on=days_ago(150))
    ContactFactory(client=learning.client, staff=worker, occurred_at=timezone.now() - timedelta(days=3))
    working = _enrolled(team, worker, "Yilmaz", enrolled=400)
    JobFactory(trajectory=working, started_on=days_ago(60))
    AssignmentFactory(client=working.client, user=colleague)
    of_colleague = _enrolled(team, colleague, "Visser", enrolled=90)
    return Caseload(
        team, worker, starting.client, learning.client, working.client, of_colleague=of_colleague.client
    )


def _enrolled(team: Team, worker: User, last_name: str, *, enrolled: int) -> Trajectory:
    client = ClientFactory(team=team, last_name=last_name, name_prefix="", followed_by=worker)
    return TrajectoryFactory(client=client, enrolled_on=days_ago(enrolled))


def assert_no_sideways_scrolling(page: Page) -> None:
    page.wait_for_load_state()
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room, f"{page.url} is {width} px wide on a screen of {room} px"


def tab_to(page: Page, selector: str, *, within: int = 60) -> None:
    """Press Tab until the focus is on the first element that fits `selector`."""
    for _ in range(within):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{page.url}: {within} tabs do not reach {selector}")
