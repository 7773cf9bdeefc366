"""No page reads a big table from one end to the other (ADR 51, 52, 55).

The tables of the tests are too small to need an index, so PostgreSQL is told to read none in full and to join
by look-ups only. What it still reads without a condition on an index, has none that fits.
"""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, make_scene
from tests.project.test_access_matrix import MATRIX

pytestmark = [pytest.mark.django_db]

BIG = {
    "clients_client", "clients_assignment", "trajectories_contact", "trajectories_trajectory",
    "trajectories_job", "trajectories_stageperiod", "staff_auditevent",
}  # fmt: skip
# Pages of a whole team or organisation count everything in it; their figures are computed by the worker.
COUNTS_ALL = {"reports:report_now", "reports:team_people", "reports:run_list"}
ASKED = {
    "trajectories:search": ["?q=groot 315"],
    "trajectories:client_options": ["?client_text=C 0315"],
    "trajectories:employer_names": ["?employer_name=bakkerij", "?employer_name=bakkerij&with_people=1"],
    "trajectories:employer_list": ["?q=bakkerij&place=assen&sector=C&placed=running&quiet=90"],
    "trajectories:caseload_list": [
        "?scope=mine",
        "?scope=team",
        "?scope=team&order=name",
        "?scope=team&state=ended&attention=not_seen",
        "?scope=team&state=watched",
        "?scope=team&state=all&attention=any",
        "?scope=team&stage=inloop&funder=uwv",
    ],
    "trajectories:caseload_export": ["?scope=team&state=all"],
}
PLANNER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def reads_in_full(statement: str) -> set[str]:
    """The big tables that PostgreSQL has to read from one end to the other for this statement."""
    with connection.cursor() as cursor:
        cursor.execute(PLANNER)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    plan = found if isinstance(found, list) else json.loads(found)
    return {
        f"{node['Node Type']} on {node['Relation Name']}"
        for node in nodes(plan[0]["Plan"])
        if node.get("Relation Name") in BIG
        and node["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan")
        and "Index Cond" not in node
    }


def read_by(name: str) -> list[str]:
    get, _post = MATRIX[name]
    return [persona for persona in ("owner", "team_lead") if get[persona] == 200]


PAGES = sorted(
    name
    for name in MATRIX
    if name.startswith(("clients:", "trajectories:", "reports:")) and read_by(name) and name not in COUNTS_ALL
)


def test_no_page_reads_a_big_table_in_full(scene):
    found = {}
    for name in PAGES:
        for persona in read_by(name):
            browser = browser_of(scene.world, persona)
            with CaptureQueriesContext(connection) as queries:
                for asked in ASKED.get(name, [""]):
                    url = scene.url(addresses()[name]) + asked
                    assert browser.get(url).status_code == 200, url
            for query in queries:
                if query["sql"].startswith(("SELECT", "(SELECT", "WITH")) and (
                    read := reads_in_full(query["sql"])
                ):
                    found[f"{name} as {persona}: {query['sql'][:1500]}"] = read
    assert not found, "\n\n".join(f"{read}\n{page}" for page, read in found.items())


def test_a_statement_without_an_index_is_found_out():
    assert reads_in_full("SELECT id FROM trajectories_contact WHERE note = 'x'")
    assert not reads_in_full("SELECT id FROM trajectories_contact WHERE client_id = 1")
    own = "SELECT client_id FROM clients_assignment WHERE user_id = 1"
    teams = "SELECT team_id FROM staff_teammembership WHERE user_id = 1"
    assert reads_in_full(f"SELECT id FROM clients_client WHERE id IN ({own}) OR team_id IN ({teams})")
    assert not reads_in_full("SELECT id FROM clients_client WHERE id IN (1, 2) OR team_id IN (3)")
