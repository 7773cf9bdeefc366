"""One number, one list: what a tab, a heading or a figure counts is what the list behind it shows."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from tests.factories import ContactFactory, EmployerFactory, JobFactory, StagePeriodFactory, TrajectoryFactory
from tests.harness import StrictClient
from tests.project.scene import TODAY

pytestmark = [pytest.mark.shows(3), pytest.mark.django_db]

LINK_TO_PEOPLE = re.compile(r'<a\b[^>]*href="([^"]*/team/people/[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture
def full(world, time_machine):
    """A team with clients in every stage, some with work, one ended, one elsewhere."""
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    employer = EmployerFactory(name="Korenschoof")
    for number in range(7):
        trajectory = TrajectoryFactory(
            in_team=world.team,
            followed_by=world.people["owner"] if number % 2 else None,
            enrolled_on=date(2025, 1 + number, 1),
        )
        StagePeriodFactory(
            trajectory=trajectory,
            stage=("inloop", "dagbesteding", "begeleid_werk")[number % 3],
            started_on=trajectory.enrolled_on,
        )
        if number > 3:
            JobFactory(trajectory=trajectory, employer=employer, started_on=date(2025, 12, number))
            ContactFactory(client=trajectory.client, employer=employer, kind="werkgever")
    TrajectoryFactory(in_team=world.team, ended=True)
    JobFactory(trajectory=TrajectoryFactory(in_team=world.other_team), employer=employer)
    return world


@pytest.fixture
def browser(full) -> StrictClient:
    browser = StrictClient()
    browser.force_login(full.people["owner"])
    return browser


@pytest.mark.parametrize("scope", ["mine", "team"])
def test_tab_of_the_caseload_counts_its_rows(browser, scope):
    context = browser.get(reverse("trajectories:caseload_list"), {"scope": scope}).context
    tab = next(tab for tab in context["tabs"] if tab.is_current)
    assert tab.count == context["count"] == len(context["rows"]) > 0


@pytest.mark.parametrize("state", ["", "ended", "all"])
def test_filtered_count_is_the_number_of_rows_and_of_exported_lines(browser, state):
    asked = {"scope": "team", "state": state}
    context = browser.get(reverse("trajectories:caseload_list"), asked).context
    export = browser.get(reverse("trajectories:caseload_export", args=["csv"]), asked)
    lines = export.content.decode("utf-8-sig").splitlines()
    assert context["count"] == len(context["rows"]) == len(lines) - 1


def test_stages_of_the_team_add_up_to_the_team(browser):
    url = reverse("trajectories:caseload_list")
    stages = ["inloop", "dagbesteding", "begeleid_werk", "betaalde_baan", "none"]
    counts = [browser.get(url, {"scope": "team", "stage": stage}).context["count"] for stage in stages]
    assert sum(counts) == browser.get(url, {"scope": "team"}).context["count"]


def test_search_counts_what_it_shows(browser):
    results = browser.get(reverse("trajectories:search"), {"q": "Groot"}).context["results"]
    assert results.client_count == len(results.clients) > 0


def test_employer_counts_the_same_jobs_everywhere(browser):
    found = browser.get(reverse("trajectories:search"), {"q": "Korenschoof"}).context["results"].employers[0]
    listed = browser.get(reverse("trajectories:employer_list")).context["rows"][0]
    page = browser.get(reverse("trajectories:employer_detail", args=[found.employer.public_id])).context
    running = [job for job in page["jobs"] if job.ended_on is None]
    assert found.running_jobs == listed.running_jobs == len(running) == 3
    assert page["job_count"] == len(page["jobs"])
    assert page["contact_count"] == len(page["page"])


def test_every_number_of_the_team_page_counts_the_people_behind_it(browser):
    page = browser.get(reverse("reports:team_dashboard")).content.decode()
    links = [(unescape(link), _words(inside)) for link, inside in LINK_TO_PEOPLE.findall(page)]
    numbers = [(link, int(words)) for link, words in links if words.isdigit()]
    assert len(numbers) >= 3
    for link, number in numbers:
        context = browser.get(link).context
        assert number == context["people"].total == len(context["rows"]), link


def _words(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html).strip()
