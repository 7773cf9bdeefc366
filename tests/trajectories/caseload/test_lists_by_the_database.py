"""The database chooses, sorts and counts the clients of a list by the rules that Python knows (ADR 55)."""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from tests.factories import ClientFactory, ContactFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.trajectories.caseload.at_random import Caseload
from tests.trajectories.caseload.told import TODAY, Told
from tests.trajectories.caseload.told_signals import WORST_FIRST
from trajectories.caseload.clocks import Line
from trajectories.caseload.forms import ANY_SIGNAL, WATCHED, CaseloadFilterForm
from trajectories.caseload.selectors import (
    MINE,
    NO_STAGE,
    TEAM,
    caseload_clients,
    caseload_facts,
    facts_by_need,
)
from trajectories.models import Funder, SignalCode, Stage, is_running_q

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

CLIENTS = 110
LINE = {one.name for one in fields(Line)}
SEEDS = range(6)
ASKED = [
    {},
    *({"stage": stage} for stage in (*Stage.values, NO_STAGE)),
    *({"attention": signal} for signal in (*SignalCode, ANY_SIGNAL)),
    *({"funder": funder} for funder in Funder.values),
    {"stage": NO_STAGE, "attention": ANY_SIGNAL},
    {"funder": Funder.UWV, "attention": SignalCode.NOT_SEEN},
]
SHOWN = [
    {"state": state, "order": order} for state, order in product(("", "ended", WATCHED, "all"), ("", "name"))
]


STATES: dict[str, Callable[[Told], bool]] = {
    "": lambda told: told.is_shown_as_running,
    "ended": lambda told: not told.is_shown_as_running,
    WATCHED: lambda told: told.is_watched,
    "all": lambda _told: True,
}


def expected(listed: Iterable[Told], asked: dict[str, str]) -> list[Told]:
    """Who stands on the list, in its order; `listed` is in the order of names."""
    found = [told for told in listed if STATES[asked.get("state", "")](told)]
    if stage := asked.get("stage"):
        found = [told for told in found if told.stage == ("" if stage == NO_STAGE else stage)]
    if funder := asked.get("funder"):
        found = [told for told in found if told.funder == funder]
    if attention := asked.get("attention"):
        codes = set(SignalCode) if attention == ANY_SIGNAL else {attention}
        found = [told for told in found if codes & {code for code, *_days in told.signals}]
    if asked.get("order") == "name":
        return found
    return sorted(found, key=_need)


def _need(told: Told) -> tuple[int, date, date]:
    """The worst signal, the oldest of those, then who was not seen for longest."""
    worst = told.signals[0] if told.signals else None
    place = WORST_FIRST.index(worst[0]) if worst else len(WORST_FIRST)
    return place, worst[1] if worst else date.min, told.waits_since or date.max


@pytest.fixture(params=SEEDS)
def caseload(request) -> Caseload:
    made = Caseload(Random(request.param), TODAY)  # the same people in every run
    made.write(CLIENTS)
    return made


def listed_for(caseload: Caseload, scope: str) -> list[Told]:
    clients = caseload_clients(user=caseload.worker, scope=scope).in_list_order()
    return [Told(client) for client in clients.prefetch_related("trajectories", "contacts")]


def asked_of_the_database(caseload: Caseload, scope: str, asked: dict[str, str]) -> list[int]:
    query = QueryDict(mutable=True)
    query.update(asked)
    form = CaseloadFilterForm(query, user=caseload.worker, day=TODAY, scope=scope)
    found = form.filter(caseload_clients(user=caseload.worker, scope=scope))
    return [client.pk for client in form.in_order(found)]


def test_every_list_and_its_order_are_those_of_the_rules(caseload):
    names = {told.client.pk: told.client.client_number for told in listed_for(caseload, TEAM)}
    sizes = set()
    for scope in (MINE, TEAM):
        listed = listed_for(caseload, scope)
        for shown, chosen in product(SHOWN, ASKED):
            asked = shown | chosen
            right = [told.client.pk for told in expected(listed, asked)]
            found = asked_of_the_database(caseload, scope, asked)
            assert [names[pk] for pk in found] == [names[pk] for pk in right], (scope, asked)
            sizes.add(len(right))
    assert len(sizes) > 20  # lists of all lengths were compared


def test_who_fit_on_one_page_stand_in_the_same_order(caseload, client):
    client.force_login(caseload.worker)
    for scope in (MINE, TEAM):
        right = [told.client.pk for told in expected(listed_for(caseload, scope), {})]
        running = caseload_clients(user=caseload.worker, scope=scope).filter(is_running_q())
        assert [one.client.pk for one in facts_by_need(running, TODAY)] == right
        page = client.get(reverse("trajectories:caseload_list"), {"scope": scope})
        assert [row.client.pk for row in page.context["rows"]] == right[:50]


def test_facts_are_those_of_the_rules(caseload):
    listed = listed_for(caseload, TEAM)
    facts = {line.client.pk: line for line in caseload_facts([told.client for told in listed], TODAY)}
    for told in listed:
        line = facts[told.client.pk]
        names = (
            *("stage", "funder", "last_contact_on", "last_seen_on", "first_employer_on"),
            *("enrolled_on", "ended_on", "jobs"),
        )
        one, other = ({name: getattr(of, name) for name in names} for of in (line, told))
        assert one == other, told.client.client_number
        shown = [(one.code, one.since, one.about, one.days, one.never) for one in line.signals]
        assert shown == told.signals, told.client.client_number
        asleep = [(one.code, one.since, one.snoozed.until) for one in line.snoozed]
        assert asleep == [
            (one.code, one.since, one.until) for one in told.told_signals.found if one.until is not None
        ]
        assert line.seen_or_enrolled_on == told.waits_since
        assert line.is_open == bool(told.running)
        assert line.ips_enrolled_on == (told.ips.enrolled_on if told.ips else None)
        assert line.line.open_stages == told.open_stages
        people = [(one.pk, str(one), one.short_name, one.role_abbreviation) for one in line.followers]
        assert people == told.followers
    met = {name for line in facts.values() for name in LINE if getattr(line.line, name)}
    assert met == LINE, "nobody has what was not met: it was compared with nothing"
    codes = {code for told in listed for code, *_days in told.signals}
    assert len(codes) > 8  # of eleven; the boundaries of each are in tests/trajectories/signals


def test_the_episode_that_ended_last_holds_all_that_overlapped_it():
    """The one that ended last is not the one that began last; chance seldom makes both and a third before."""
    client = ClientFactory()
    for first, last in ((200, 60), (100, 10), (50, 40)):
        enrolled_on, ended_on = TODAY - timedelta(days=first), TODAY - timedelta(days=last)
        TrajectoryFactory(client=client, enrolled_on=enrolled_on, ended_on=ended_on)
    seen_on = TODAY - timedelta(days=150)
    ContactFactory(client=client, occurred_at=datetime.combine(seen_on, time(12), tzinfo=UTC))
    (facts,) = caseload_facts([client], TODAY)
    assert (facts.last_seen_on, Told(client).last_seen_on) == (seen_on, seen_on)


def test_pages_counts_and_export_show_that_list(caseload, client):
    client.force_login(caseload.worker)
    lists = {scope: listed_for(caseload, scope) for scope in (MINE, TEAM)}
    running = [len(expected(lists[scope], {})) for scope in (MINE, TEAM)]
    for asked in (
        {},
        {"state": "all"},
        {"state": "all", "attention": ANY_SIGNAL},
        {"state": "all", "order": "name"},
    ):
        query = {"scope": TEAM, **asked}
        right = [told.client for told in expected(lists[TEAM], asked)]
        found: list[Client] = []
        for number in range(1, len(right) // 50 + 2):
            page = client.get(reverse("trajectories:caseload_list"), query | {"page": number})
            found += [row.client for row in page.context["rows"]]
            assert page.context["count"] == len(right)
            assert [tab.count for tab in page.context["tabs"]] == running
        assert found == right
        export = client.get(reverse("trajectories:caseload_export", args=["csv"]), query)
        lines = list(csv.reader(export.content.decode("utf-8-sig").splitlines(), delimiter=";"))
        assert [line[0] for line in lines[1:]] == [one.client_number for one in right]


def test_a_page_asks_only_about_who_stands_on_it(client):
    """Beside the one statement that chooses and the one that counts."""
    worker = UserFactory(team=TeamFactory())
    people = [one.client.pk for one in TrajectoryFactory.create_batch(60, followed_by=worker)]
    client.force_login(worker)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("trajectories:caseload_list"), {"scope": MINE})
    shown = {row.client.pk for row in page.context["rows"]}
    of_keys = [
        set(map(int, keys.split(", ")))
        for query in queries
        for keys in re.findall(r'"(?:client_id|id)" IN \(([\d, ]+)\)', query["sql"])
    ]
    assert len(shown) == 50
    assert of_keys.count(shown) == 1
    assert {len(keys) for keys in of_keys} == {50, len(people)}
