"""Deceased is a state of the client: marked everywhere, nothing counts, one kind of contact goes on."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clients.models import Assignment, Client
from ipsplatform.common.errors import RuleError
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
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
from tests.filled_forms import send
from trajectories.caseload.selectors import caseload_facts
from trajectories.contacts.services import write_contact
from trajectories.death.services import record_death, take_back_death
from trajectories.journey.services import start_trajectory
from trajectories.models import ContactKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY, DIED = date(2026, 3, 2), date(2026, 2, 10)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def worker(team, client):
    worker = UserFactory(team=team)
    client.force_login(worker)
    return worker


@pytest.fixture
def person(team, worker):
    """With everything that runs and a signal or two."""
    person = ClientFactory(team=team, birth_date=date(1970, 5, 1))
    trajectory = TrajectoryFactory(client=person, enrolled_on=date(2025, 1, 6))
    StagePeriodFactory(trajectory=trajectory)
    JobFactory(trajectory=trajectory, started_on=date(2025, 3, 3))
    AssignmentFactory(client=person, user=worker)
    AssignmentFactory(client=person, user=UserFactory(ervaringsdeskundige=True, team=team))
    return person


def die(person, worker) -> Client:
    died = record_death(client=person, on=DIED, told_by="een zus", by=worker)
    person.refresh_from_db()
    return died


def test_what_ran_ends_with_it(person, worker):
    die(person, worker)
    trajectory = person.trajectories.get()
    assert (trajectory.ended_on, trajectory.end_reason) == (DIED, "overleden")
    assert (trajectory.stage_periods.get().ended_on, trajectory.jobs.get().ended_on) == (DIED, DIED)
    assert set(Assignment.objects.values_list("ended_on", flat=True)) == {TODAY}


def test_nothing_counts_and_no_list_waits(client, person, worker):
    waiting = ClientFactory(team=person.team)
    for one in (person, waiting):
        die(one, worker)
    for facts in caseload_facts([person, waiting], TODAY):
        assert (facts.signals, facts.stage, facts.days_since_seen, facts.is_watched) == ([], "", None, False)
    for state in ("", "watched"):
        assert list(client.get(f"/caseload/?scope=team&state={state}").context["rows"]) == []
    board = client.get(f"/team/?team={person.team.public_id}").context["board"]
    assert not {*board.clients_named}


def test_header_search_and_list_say_so_and_the_age_stops(client, person, worker, time_machine):
    die(person, worker)
    time_machine.move_to("2036-03-02T09:00:00+01:00", tick=False)
    client.force_login(worker)
    page = client.get(reverse("trajectories:client_overview", args=[person.public_id])).content.decode()
    assert "Overleden op 10 februari 2026. Gemeld door: een zus." in page
    assert "55 jaar" in page
    for url in (f"/search/?q={person.client_number}", "/caseload/?scope=team&state=ended"):
        assert "overleden op 10 feb 2026" in client.get(url).content.decode()


def test_picker_leaves_out_who_has_died(client, person, worker):
    living = TrajectoryFactory(client__team=person.team, followed_by=worker).client
    die(person, worker)
    page = client.get(reverse("trajectories:contact_write")).content.decode()
    assert str(living.public_id) in page
    assert str(person.public_id) not in page


@pytest.mark.parametrize("kind", ContactKind)
def test_only_aftercare_is_written_after_the_death(person, worker, kind):
    die(person, worker)
    facts = {
        "client": person,
        "kind": kind,
        "by": worker,
        "employer_name": "Bakker" if kind == "werkgever" else "",
    }
    later = datetime(2026, 2, 20, 9, tzinfo=UTC)
    if kind == ContactKind.NAZORG:
        assert write_contact(public_id=uuid4(), occurred_at=later, **facts).pk
        return
    assert write_contact(public_id=uuid4(), occurred_at=datetime(2026, 2, 9, 9, tzinfo=UTC), **facts).pk
    with pytest.raises(RuleError):
        write_contact(public_id=uuid4(), occurred_at=later, **facts)
    with pytest.raises(IntegrityError, match="does not lie in the life"), transaction.atomic():
        ContactFactory(client=person, kind=kind, occurred_at=later)


def test_aftercare_begins_with_the_death(person, worker):
    moment = datetime(2026, 2, 20, 9, tzinfo=UTC)
    with pytest.raises(RuleError):
        write_contact(public_id=uuid4(), client=person, kind="nazorg", occurred_at=moment, by=worker)


def test_contact_form_of_the_file_offers_aftercare_first(client, person, worker):
    url = f"{reverse('trajectories:contact_write')}?client={person.public_id}"
    kinds = [value for value, _label in client.get(url).context["form"].fields["kind"].choices]
    assert "nazorg" not in kinds
    die(person, worker)
    form = client.get(url).context["form"]
    assert form["kind"].value() == "nazorg"
    send(client, url, note="Met de zus gebeld.")
    assert person.contacts.get().kind == "nazorg"


def test_nothing_new_starts(person, worker):
    die(person, worker)
    with pytest.raises(RuleError):
        start_trajectory(client=person, kind="mss", enrolled_on=TODAY, by=worker)
    with pytest.raises(IntegrityError, match="does not lie in the life"), transaction.atomic():
        TrajectoryFactory(client=person, kind="mss", enrolled_on=date(2026, 1, 5))


def test_figures_until_that_day_stay_as_they_are(person, worker):
    window = ReportWindow.of(date(2025, 1, 1), date(2026, 2, 9))
    before = placement_report(Scope(), window)
    die(person, worker)
    assert placement_report(Scope(), window) == before


def test_what_was_recorded_about_a_later_day_comes_first(person, worker):
    ContactFactory(client=person, occurred_at=datetime(2026, 2, 20, 9, tzinfo=UTC))
    with pytest.raises(RuleError, match="20-02-2026"):
        die(person, worker)
    assert Client.objects.get(pk=person.pk).died_on is None


def test_page_records_it_and_takes_it_back(client, person, worker):
    url = reverse("trajectories:death_record", args=[person.public_id])
    page = send(client, url, on=str(DIED), told_by="de huisarts")
    back = reverse("trajectories:death_take_back", args=[person.public_id])
    assert back in page.content.decode()
    client.post(back)
    person.refresh_from_db()
    trajectory = person.trajectories.get()
    assert (person.died_on, person.death_told_by, trajectory.ended_on) == (None, "", None)
    assert trajectory.stage_periods.get().ended_on is None
    with pytest.raises(RuleError):
        take_back_death(client=person, by=worker)
