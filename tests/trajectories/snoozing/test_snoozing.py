"""A signal is set aside with a reason, until a day and for one spell; and it is shown again."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import AssignmentFactory, ContactFactory, TeamFactory, TrajectoryFactory, UserFactory
from trajectories.caseload.selectors import caseload_facts
from trajectories.models import SignalCode, SignalSnooze
from trajectories.snoozing.services import LONGEST_DAYS, lift_snooze, snooze_signal

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory())


@pytest.fixture
def person(worker):
    """Not seen since the enrolment of a month and a half ago."""
    trajectory = TrajectoryFactory(enrolled_on=TODAY - 45 * DAY, client__team=worker.memberships.get().team)
    AssignmentFactory(client=trajectory.client, user=worker, is_primary=True)
    return trajectory.client


def codes(client: Client) -> list[str]:
    return [signal.code for signal in caseload_facts([client], TODAY)[0].signals]


def snooze(person: Client, worker, **facts) -> SignalSnooze:
    asked = {"code": SignalCode.NOT_SEEN, "until": TODAY + 14 * DAY, "reason": "Op vakantie."}
    return snooze_signal(client=person, by=worker, **(asked | facts))


def test_one_signal_waits_and_the_others_stay(person, worker):
    assert codes(person) == [SignalCode.NOT_SEEN, SignalCode.NO_EMPLOYER]
    row = snooze(person, worker)
    assert (row.since, row.made_by) == (TODAY - 45 * DAY, worker)
    assert codes(person) == [SignalCode.NO_EMPLOYER]


def test_what_begins_anew_is_shown(person, worker, time_machine):
    """Seen in between, and not seen for four weeks after that: another spell, within the same months."""
    snooze(person, worker, until=TODAY + 90 * DAY)
    ContactFactory(client=person, occurred_at="2026-03-03T10:00:00+01:00")
    later = date(2026, 4, 1)
    time_machine.move_to(f"{later}T09:00:00+02:00", tick=False)
    (facts,) = caseload_facts([person], later)
    assert SignalCode.NOT_SEEN in {signal.code for signal in facts.signals}
    assert facts.snoozed == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"until": TODAY}, "until"),
        ({"until": TODAY + (LONGEST_DAYS + 1) * DAY}, "until"),
        ({"code": SignalCode.JOB_ENDED}, None),
    ],
)
def test_what_is_refused(person, worker, facts, field):
    with pytest.raises(RuleError) as refused:
        snooze(person, worker, **facts)
    assert refused.value.field == field
    assert not SignalSnooze.objects.exists()


def test_a_later_decision_takes_the_place_of_the_earlier(person, worker):
    first = snooze(person, worker)
    second = snooze(person, worker, until=TODAY + 30 * DAY)
    first.refresh_from_db()
    assert (first.lifted_by, second.lifted_at) == (worker, None)
    assert SignalSnooze.objects.standing().get() == second


def test_shown_again_once(person, worker):
    row = snooze(person, worker)
    lift_snooze(snooze=row, by=worker)
    assert SignalCode.NOT_SEEN in codes(person)
    with pytest.raises(RuleError):
        lift_snooze(snooze=row, by=worker)


def test_page_overview_undo_and_history(client, person, worker):
    client.force_login(worker)
    overview = reverse("trajectories:client_overview", args=[person.public_id])
    url = reverse("trajectories:signal_snooze", args=[person.public_id, SignalCode.NOT_SEEN])
    assert url in client.get(overview).content.decode()
    assert "niet gezien sinds de inschrijving, dag 45" in client.get(url).content.decode()
    answer = client.post(url, {"until": "2026-03-16", "reason": "Op vakantie."}, follow=True)
    page = answer.content.decode()
    assert "weer te zien op 16 mrt 2026. Op vakantie." in page
    assert url not in page
    lift = reverse("trajectories:snooze_lift", args=[SignalSnooze.objects.get().public_id])
    assert lift in page
    answer = client.post(lift, follow=True)
    assert url in answer.content.decode()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["signal_snoozed", "signal_snooze_lifted"]


def test_a_signal_that_does_not_exist_is_no_page(client, person, worker):
    client.force_login(worker)
    url = reverse("trajectories:signal_snooze", args=[person.public_id, "nonsense"])
    assert client.get(url).status_code == 404


def test_a_refusal_stands_on_the_form(client, person, worker):
    client.force_login(worker)
    url = reverse("trajectories:signal_snooze", args=[person.public_id, SignalCode.NOT_SEEN])
    answer = client.post(url, {"until": "2026-03-02", "reason": "Vandaag."})
    assert answer.status_code == 200
    assert "Kies een dag in de toekomst." in answer.content.decode()


def test_who_only_reads_the_file_sets_nothing_aside(client, person):
    reader = UserFactory(team=person.team)
    client.force_login(reader)
    overview = client.get(reverse("trajectories:client_overview", args=[person.public_id])).content.decode()
    assert "niet gezien sinds de inschrijving" in overview
    assert "/snoozes/" not in overview


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget(client, person, worker, count_queries, rows):
    for _number in range(rows):
        ContactFactory(client=person, kind="overleg", occurred_at="2026-02-02T10:00:00+01:00")
    client.force_login(worker)
    with count_queries(6):  # session, keys, client, the facts of the client, draft
        client.get(reverse("trajectories:signal_snooze", args=[person.public_id, SignalCode.NOT_SEEN]))
