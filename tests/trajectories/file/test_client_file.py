"""The client's file: what each tab shows, to whom, and its price in statements."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from ipsplatform.common.declared import AnyAction
from staff.audit import services as audit
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.journey import services
from trajectories.journey.selectors import client_rows, trajectories_of
from trajectories.models import Stage, TrajectoryEndReason

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TABS = ["client_overview", "client_journey", "client_contacts", "client_work", "client_journey_print"]
# On every tab: the session with its person, whom they see, client, people around, trajectories.
# Overview and journey: stages, jobs, contacts since the episode began; nothing of these is asked again.
BUDGETS = {
    "client_overview": 14,  # clocks, what lies ahead, last contacts, changes, sharing (2)
    "client_journey": 8,
    "client_contacts": 7,  # authors, contacts
    "client_work": 7,
    "client_journey_print": 9,  # the organisation
    "client_sharing": 12,
}


@pytest.fixture
def worker():
    return UserFactory(team=TeamFactory(name="FACT Noord"), first_name="Maaike", last_name="Visser")


@pytest.fixture
def trajectory(worker):
    return TrajectoryFactory(
        followed_by=worker, client__birth_date=date(1990, 3, 3), enrolled_on="2026-01-20"
    )


def page(client, name, person, **query):
    return client.get(reverse(f"trajectories:{name}", args=[person.public_id]), query)


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", TABS)
def test_tab_of_a_new_client_without_anything(client, worker, name):
    person = ClientFactory(followed_by=worker, last_name="Leeg")
    client.force_login(worker)
    assert person.full_name in text_of(page(client, name, person)) or "LEEG" in text_of(
        page(client, name, person)
    )


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("anonymous", 302),
        ("owner", 200),
        ("peer_owner", 200),
        ("teammate", 200),
        ("team_lead", 200),
        ("other_worker", 404),
        ("other_team_lead", 404),
        ("monitor", 404),
        ("administrator", 404),
    ],
)
def test_who_opens_the_file(client, world, name, persona, status):
    TrajectoryFactory(client=world.client)
    world.sign_in(client, persona)
    assert page(client, name, world.client).status_code == status


def test_header_names_the_person_and_the_people_around(client, worker, trajectory):
    AssignmentFactory(
        client=trajectory.client, user=UserFactory(ervaringsdeskundige=True, last_name="Bakker")
    )
    client.force_login(worker)
    text = text_of(page(client, "client_overview", trajectory.client))
    assert trajectory.client.list_name in text
    assert f"{trajectory.client.client_number} · {trajectory.client.team.name} · 35 jaar" in text
    assert "Maaike Visser" in text
    assert "Maaike Bakker" in text


def test_contact_button_knows_the_client(client, worker, trajectory):
    client.force_login(worker)
    link = f"{reverse('trajectories:contact_write')}?client={trajectory.client.public_id}"
    assert link in text_of(page(client, "client_work", trajectory.client))


def test_overview_shows_wish_signals_and_the_last_three_contacts(client, worker, trajectory):
    services.correct_trajectory(trajectory=trajectory, wish="Ik wil met honden werken.", by=worker)
    for day in (1, 2, 3, 4):
        ContactFactory(
            client=trajectory.client, occurred_at=datetime(2026, 2, day, tzinfo=UTC), note=f"verslag {day}"
        )
    client.force_login(worker)
    response = page(client, "client_overview", trajectory.client)
    text = text_of(response)
    assert "Ik wil met honden werken." in text
    assert [line.text for line in response.context["last_contacts"]] == [
        "verslag 4",
        "verslag 3",
        "verslag 2",
    ]
    assert [signal.text for signal in response.context["row"].attention] == [
        "geen werkgeverscontact, 41 dagen"
    ]


def test_banner_offers_to_start_a_trajectory(client, worker):
    person = ClientFactory(followed_by=worker)
    client.force_login(worker)
    start = reverse("trajectories:trajectory_start", args=[person.public_id])
    text = text_of(page(client, "client_overview", person))
    assert "Er is nog geen traject begonnen" in text
    assert start in text


def test_file_stays_readable_after_the_trajectory(client, worker):
    trajectory = TrajectoryFactory(followed_by=worker, ended=True)
    client.force_login(worker)
    text = text_of(page(client, "client_journey", trajectory.client))
    assert "Er loopt nu geen traject" in text
    assert str(TrajectoryEndReason(trajectory.end_reason).label) in text


@pytest.mark.parametrize("name", TABS[:4])
def test_teammate_reads_without_buttons_that_are_refused(client, world, name):
    trajectory = TrajectoryFactory(client=world.client)
    StagePeriodFactory(trajectory=trajectory)
    JobFactory(trajectory=trajectory)
    world.sign_in(client, "teammate")
    text = text_of(page(client, name, world.client))
    start = "/trajectories/start/"
    for part in ("/correct/", "/end/", "/move/", "/register/", start, "/plan/", "/assignments/"):
        assert part not in text, part
    assert reverse("trajectories:contact_write") in text


@pytest.mark.parametrize(("persona", "shown"), [("team_lead", True), ("owner", False)])
def test_only_the_lead_sees_assigning(client, world, persona, shown):
    world.sign_in(client, persona)
    text = text_of(page(client, "client_overview", world.client))
    assert (reverse("clients:assignment_add", args=[world.client.public_id]) in text) is shown


def test_journey_tab_tells_who_recorded_a_stage_and_why(client, worker, trajectory):
    services.move_to_stage(
        trajectory=trajectory,
        stage=Stage.DAGBESTEDING,
        on=date(2026, 2, 1),
        reason="Wil meer ritme.",
        client_words="Ik wil eruit.",
        by=worker,
    )
    client.force_login(worker)
    text = text_of(page(client, "client_journey", trajectory.client))
    assert "Wil meer ritme." in text
    assert "Ik wil eruit." in text
    assert "Maaike Visser" in text
    assert "4 weken" in text


def test_contacts_of_both_professions_in_one_time_line(client, worker, trajectory):
    peer = UserFactory(ervaringsdeskundige=True, first_name="Joris")
    mine = ContactFactory(
        client=trajectory.client, staff=worker, occurred_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    ContactFactory(client=trajectory.client, staff=peer, kind="steun")
    client.force_login(worker)
    lines = page(client, "client_contacts", trajectory.client).context["lines"]
    assert [line.correct_url for line in lines] == [
        reverse("trajectories:contact_correct", args=[mine.public_id]),
        None,
    ]
    assert "Joris (ED)" in lines[1].meta


@pytest.mark.parametrize(("query", "kinds"), [("kind=steun", ["Steun"]), ("kind=x", ["Werk", "Steun"])])
def test_contacts_are_filtered_by_kind(client, worker, trajectory, query, kinds):
    ContactFactory(client=trajectory.client, occurred_at=datetime(2026, 2, 1, tzinfo=UTC))
    ContactFactory(client=trajectory.client, kind="steun")
    client.force_login(worker)
    url = reverse("trajectories:client_contacts", args=[trajectory.client.public_id])
    assert [line.title for line in client.get(f"{url}?{query}").context["lines"]] == kinds


def test_contacts_are_filtered_by_author_and_htmx_gets_the_rows(client, worker, trajectory):
    ContactFactory(client=trajectory.client, staff=worker, note="van mij")
    ContactFactory(client=trajectory.client, note="van een ander")
    client.force_login(worker)
    url = reverse("trajectories:client_contacts", args=[trajectory.client.public_id])
    response = client.get(f"{url}?by={worker.public_id}", headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert [line.text for line in response.context["lines"]] == ["van mij"]


def test_fifty_contacts_a_page(client, worker, trajectory):
    ContactFactory.create_batch(51, client=trajectory.client, staff=worker)
    client.force_login(worker)
    first = page(client, "client_contacts", trajectory.client)
    second = page(client, "client_contacts", trajectory.client, page=2)
    assert (len(first.context["lines"]), len(second.context["lines"])) == (50, 1)


def test_work_tab_puts_running_before_coming_before_ended(client, worker, trajectory):
    ended = JobFactory(trajectory=trajectory, started_on="2025-01-01", ended_on="2025-06-30")
    coming = JobFactory(trajectory=trajectory, started_on="2026-03-09")
    running = JobFactory(trajectory=trajectory, started_on="2026-02-01")
    client.force_login(worker)
    response = page(client, "client_work", trajectory.client)
    assert [[line.job for line in lines] for _title, lines in response.context["groups"]] == [
        [running],
        [coming],
        [ended],
    ]
    assert "6 maanden" in text_of(response)


def test_work_tab_lists_contacts_with_employers(client, worker, trajectory):
    visit = ContactFactory(client=trajectory.client, employer_visit=True)
    ContactFactory(client=trajectory.client)
    client.force_login(worker)
    lines = page(client, "client_work", trajectory.client).context["employer_contacts"]
    assert [line.title for line in lines] == [f"Werkgever · {visit.employer.name}"]


def test_sheet_for_the_client_holds_only_what_is_the_clients_own(client, worker, trajectory):
    services.correct_trajectory(trajectory=trajectory, wish="Ik wil bakker worden.", by=worker)
    services.move_to_stage(
        trajectory=trajectory, stage=Stage.INLOOP, on=date(2026, 2, 1), reason="intern verslag", by=worker
    )
    ContactFactory(client=trajectory.client, note="geheim verslag")
    client.force_login(worker)
    text = text_of(page(client, "client_journey_print", trajectory.client))
    assert "Ik wil bakker worden." in text
    assert "Inloop: sinds 1 februari 2026" in text
    assert "intern verslag" not in text
    assert "geheim verslag" not in text
    assert "werkgeverscontact" not in text


def test_history_says_who_changed_what(client, worker, trajectory):
    services.correct_trajectory(trajectory=trajectory, funder="gemeente", by=worker)
    client.force_login(worker)
    line = page(client, "client_overview", trajectory.client).context["history"].lines[0]
    assert (line.sentence, line.by) == ("Traject gewijzigd", "Maaike Visser")
    assert [(change.field, change.before, change.after) for change in line.changes] == [
        ("financier", "UWV", "gemeente")
    ]


def test_history_shows_twenty_and_then_all(client, worker, trajectory):
    for number in range(21):
        services.correct_trajectory(trajectory=trajectory, next_step=f"stap {number}", by=worker)
    client.force_login(worker)
    first = page(client, "client_overview", trajectory.client).context["history"]
    assert (len(first.lines), first.has_more) == (20, True)
    everything = page(client, "client_overview", trajectory.client, history="all").context["history"]
    assert (len(everything.lines), everything.has_more) == (21, False)


def test_history_is_of_this_client_only(client, worker, trajectory):
    other = TrajectoryFactory(followed_by=worker)
    services.correct_trajectory(trajectory=other, next_step="van een ander", by=worker)
    client.force_login(worker)
    assert page(client, "client_overview", trajectory.client).context["history"].lines == []


@pytest.fixture
def full_file(worker, trajectory):
    """A file with as many rows of each kind as asked."""

    def fill(rows: int):
        for number in range(rows):
            day = date(2026, 2, number + 1)
            ContactFactory(client=trajectory.client, employer_visit=True, occurred_at=NOW - timedelta(number))
            AppointmentFactory(client=trajectory.client, starts_on=(NOW + timedelta(number)).date())
            JobFactory(trajectory=trajectory, started_on=day)
            StagePeriodFactory(trajectory=trajectory, started_on=day, ended_on=day, recorded_by=UserFactory())
            AssignmentFactory(client=trajectory.client, user=UserFactory(ervaringsdeskundige=True))
            services.correct_trajectory(trajectory=trajectory, next_step=f"stap {number}", by=worker)
        return trajectory.client

    return fill


@pytest.mark.parametrize("name", BUDGETS)
@pytest.mark.parametrize("rows", [1, 12])
def test_tab_query_budget(client, count_queries, full_file, name, rows):
    person = full_file(rows)
    client.force_login(person.assignments.get(is_primary=True).user)
    with count_queries(BUDGETS[name]):
        page(client, name, person)


def test_overview_query_budget_with_everything_in_its_history(client, count_queries, full_file, worker):
    """Rows that were taken back and reasons of emergencies are found in one statement, people and employers
    in one each.
    """
    person = full_file(2)
    job, colleague = (
        person.trajectories.get().jobs.first(),
        person.assignments.filter(is_primary=False).first(),
    )
    for row in (job, colleague):
        audit.withdraw(row, reason="bij vergissing", by=worker)
    client.force_login(worker)
    with count_queries(BUDGETS["client_overview"] + 3):
        history = page(client, "client_overview", person).context["history"]
    assert {line.name for line in history.lines if line.action == AnyAction.WITHDRAWN} == {
        f"baan {job.employer}",
        f"toewijzing {colleague.user}",
    }


def test_overview_reads_no_contact_from_before_the_present_episode(client, worker):
    person = ClientFactory(followed_by=worker)
    TrajectoryFactory(client=person, enrolled_on="2023-01-01", ended_on="2023-12-31")
    TrajectoryFactory(client=person, enrolled_on="2026-01-20")
    ContactFactory.create_batch(3, client=person, occurred_at=datetime(2023, 5, 1, tzinfo=UTC))
    now = ContactFactory(
        client=person, occurred_at=datetime(2026, 1, 19, 23, 30, tzinfo=UTC)
    )  # the 20th here
    rows = client_rows(person, trajectories_of(person))
    assert [contact.pk for contact in rows.contacts] == [now.pk]
