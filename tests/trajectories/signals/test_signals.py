"""A signal is declared once: its rule, its words and its action beside each other."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from clients.models import Client
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    ContactFactory,
    DisclosureFactory,
    EmployerFactory,
    JobFactory,
    OccurrenceFactory,
    SignalSnoozeFactory,
    SignalThresholdsFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.trajectories.caseload.told_signals import WORST_FIRST, ToldSignals
from trajectories.caseload.selectors import caseload_facts
from trajectories.models import LIMITS, SignalCode, SignalThresholds
from trajectories.signals.pages import WORDS, attention_of
from trajectories.signals.selectors import RULES, Signal

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def signals(client: Client) -> list[Signal]:
    return caseload_facts([client], TODAY)[0].signals


def codes(client: Client) -> list[str]:
    """What the database says, after comparing it with the days that were walked in plain Python."""
    found = [str(signal.code) for signal in signals(client)]
    told = ToldSignals(Client.objects.get(pk=client.pk), TODAY)
    assert found == [one.code for one in told.awake]
    return found


def quiet(**facts: object) -> Client:
    """A client without any signal: seen yesterday, an employer visited, followed by a fixed person."""
    worker = UserFactory(team=facts.pop("team", None) or TeamFactory())
    trajectory = TrajectoryFactory(
        enrolled_on=TODAY - 60 * DAY, client__team=worker.memberships.get().team, **facts
    )
    AssignmentFactory(client=trajectory.client, user=worker, is_primary=True)
    ContactFactory(client=trajectory.client, occurred_at=at(TODAY - 59 * DAY), employer_visit=True)
    ContactFactory(client=trajectory.client, occurred_at=at(TODAY - DAY))
    return trajectory.client


def at(day: date) -> str:
    return f"{day}T12:00:00+01:00"


def job(client: Client, **facts: object) -> None:
    JobFactory(trajectory=client.trajectories.get(), **facts)


def not_spoken_since(client: Client, day: date) -> None:
    """The last contact with the client was on `day`."""
    client.contacts.exclude(kind="werkgever").delete()
    ContactFactory(client=client, occurred_at=at(day))


def test_every_signal_has_its_rule_and_its_words_in_one_order():
    assert list(RULES) == list(WORDS) == list(SignalCode)
    assert [code.value for code in SignalCode] == WORST_FIRST


def test_a_client_with_whom_all_is_well_has_none():
    assert codes(quiet()) == []


@pytest.mark.parametrize(("days", "holds"), [(3, False), (4, True)])
def test_job_ended(days, holds):
    client = quiet()
    job(client, started_on=TODAY - 50 * DAY, ended_on=TODAY - days * DAY)
    not_spoken_since(client, TODAY - (days + 1) * DAY)
    assert (SignalCode.JOB_ENDED in codes(client)) is holds
    ContactFactory(client=client, occurred_at=at(TODAY - days * DAY), face_to_face=False)
    assert SignalCode.JOB_ENDED not in codes(client)


@pytest.mark.parametrize(("days", "holds"), [(2, False), (3, True)])
def test_job_started(days, holds):
    client = quiet()
    job(client, started_on=TODAY - days * DAY)
    not_spoken_since(client, TODAY - (days + 1) * DAY)
    assert (SignalCode.JOB_STARTED in codes(client)) is holds


@pytest.mark.parametrize(("ahead", "holds"), [(-1, False), (0, True), (7, True), (8, False)])
def test_job_starts(ahead, holds):
    client = quiet()
    job(client, started_on=TODAY + ahead * DAY)
    not_spoken_since(client, TODAY + (ahead - 8) * DAY if ahead < 8 else TODAY)
    assert (SignalCode.JOB_STARTS in codes(client)) is holds


@pytest.mark.parametrize(("face_to_face", "holds"), [(True, False), (False, True)])
def test_who_was_seen_since_the_start_came_near_needs_no_visit(face_to_face, holds):
    client = quiet()
    job(client, started_on=TODAY + 4 * DAY)
    client.contacts.exclude(kind="werkgever").delete()
    ContactFactory(client=client, occurred_at=at(TODAY - 3 * DAY), face_to_face=face_to_face)
    assert (SignalCode.JOB_STARTS in codes(client)) is holds


@pytest.mark.parametrize(
    ("planned", "holds"),
    [
        ({"starts_on": TODAY}, False),
        ({"starts_on": TODAY - DAY}, True),  # it is over, and nobody said that it was kept
        ({"starts_on": TODAY + 8 * DAY}, False),  # three days after the start: then a contact is asked for
        ({"starts_on": TODAY + 9 * DAY}, True),
        ({"starts_on": TODAY, "location": "telefoon"}, True),
        ({"starts_on": TODAY - 21 * DAY, "weekly": True}, False),
        ({"starts_on": TODAY - 21 * DAY, "weekly": True, "repeats_until": TODAY - DAY}, True),
    ],
)
def test_a_planned_visit_ends_the_signal_that_a_job_starts(planned, holds):
    client = quiet()
    job(client, started_on=TODAY + 5 * DAY)
    not_spoken_since(client, TODAY - 8 * DAY)
    AppointmentFactory(client=client, **planned)
    assert (SignalCode.JOB_STARTS in codes(client)) is holds


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ({"state": "cancelled"}, True),
        ({"state": "missed", "reached_out": "gebeld"}, True),
        ({"state": "kept"}, False),
        ({"starts_on": TODAY + 20 * DAY, "starts_at": time(9), "ends_at": time(10)}, True),
    ],
)
def test_what_was_said_of_a_visit_counts(said, holds):
    client = quiet()
    job(client, started_on=TODAY + 5 * DAY)
    not_spoken_since(client, TODAY - 8 * DAY)
    visit = AppointmentFactory(client=client, starts_on=TODAY)
    OccurrenceFactory(appointment=visit, original_on=TODAY, **said)
    assert (SignalCode.JOB_STARTS in codes(client)) is holds


@pytest.mark.parametrize(("ahead", "holds"), [(-1, False), (0, True), (14, True), (15, False)])
def test_no_disclosure(ahead, holds):
    client, employer = quiet(), EmployerFactory()
    job(client, started_on=TODAY + ahead * DAY, employer=employer)
    assert (SignalCode.NO_DISCLOSURE in codes(client)) is holds
    DisclosureFactory(client=client, employer=employer, may_know=False)
    assert SignalCode.NO_DISCLOSURE not in codes(client)


@pytest.mark.parametrize(("days", "holds"), [(28, False), (29, True)])
def test_not_seen(days, holds):
    client = quiet()
    not_spoken_since(client, TODAY - days * DAY)
    ContactFactory(client=client, occurred_at=at(TODAY - DAY), face_to_face=False)
    assert (codes(client) == [SignalCode.NOT_SEEN]) is holds


@pytest.mark.parametrize(
    ("started", "silent", "holds"),
    [
        (date(2026, 2, 3), 7, False),
        (date(2026, 2, 3), 8, True),  # 3 March is a month later: still the first month
        (date(2026, 2, 2), 8, False),
        (date(2026, 1, 1), 31, False),
        (date(2026, 1, 1), 32, True),
    ],
)
def test_job_contact(started, silent, holds):
    client = quiet()
    job(client, started_on=started)
    not_spoken_since(client, TODAY - silent * DAY)
    assert (SignalCode.JOB_CONTACT in codes(client)) is holds


@pytest.mark.parametrize(("days", "holds"), [(273, False), (274, True)])
def test_long_without_job(days, holds):
    client = quiet()
    client.trajectories.update(enrolled_on=TODAY - 400 * DAY)
    job(client, started_on=TODAY - 390 * DAY, ended_on=TODAY - days * DAY)
    assert (SignalCode.LONG_WITHOUT_JOB in codes(client)) is holds


@pytest.mark.parametrize(("ahead", "holds"), [(-10, True), (90, True), (91, False)])
def test_approval_ends(ahead, holds):
    end = TODAY + ahead * DAY
    client = quiet(approved_on=TODAY - 50 * DAY, approved_until=end)
    assert (codes(client) == [SignalCode.APPROVAL_ENDS]) is holds


@pytest.mark.parametrize(("group", "years"), [("epa", 3), ("cmd", 2), ("jongere", None)])
def test_an_approval_without_a_last_day_has_that_of_its_target_group(group, years):
    client = quiet(approved_on=TODAY.replace(year=TODAY.year - (years or 3)) + DAY, target_group=group)
    found = [signal.about for signal in signals(client) if signal.code == SignalCode.APPROVAL_ENDS]
    assert found == ([TODAY + DAY] if years else [])
    assert codes(client) == ([SignalCode.APPROVAL_ENDS] if years else [])


def test_no_follower_also_when_the_fixed_person_left():
    client = quiet()
    client.assignments.update(ended_on=TODAY - DAY)
    assert codes(client) == [SignalCode.NO_FOLLOWER]
    client.assignments.update(ended_on=None)
    assert codes(client) == []
    user = client.assignments.get().user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert codes(client) == [SignalCode.NO_FOLLOWER]


def test_unanswered_from_the_day_after_the_start():
    client = quiet()
    job(client, started_on=TODAY, regular_wage=None, employer=known(client))
    assert SignalCode.UNANSWERED not in codes(client)
    client.trajectories.get().jobs.update(started_on=TODAY - DAY)
    assert codes(client) == [SignalCode.UNANSWERED]


def known(client: Client):
    employer = EmployerFactory()
    DisclosureFactory(client=client, employer=employer, may_know=True)
    return employer


def test_nothing_is_asked_of_somebody_without_support_or_who_died():
    client = quiet()
    not_spoken_since(client, TODAY - 40 * DAY)
    assert codes(client) == [SignalCode.NOT_SEEN]
    client.trajectories.update(ended_on=TODAY - DAY, end_reason="doel_bereikt")
    assert codes(client) == []


def test_thresholds_of_a_team_are_above_those_of_the_organisation():
    own, other = TeamFactory(), TeamFactory()
    SignalThresholdsFactory(team=own, not_seen_days=40)
    clients = quiet(team=own), quiet(team=other)
    for client in clients:
        not_spoken_since(client, TODAY - 35 * DAY)
    assert [codes(client) for client in clients] == [[], [SignalCode.NOT_SEEN]]
    SignalThresholds.objects.filter(team=None).update(not_seen_days=36)
    assert codes(clients[1]) == []


def test_what_came_with_the_product_holds_when_the_row_of_the_organisation_is_gone():
    client = quiet()
    not_spoken_since(client, TODAY - 29 * DAY)
    SignalThresholds.objects.all().delete()
    assert codes(client) == [SignalCode.NOT_SEEN]
    assert {name: limit.days for name, limit in LIMITS.items()}["not_seen_days"] == 28


def test_a_signal_that_was_set_aside_waits_until_its_day_and_for_this_spell_alone():
    client = quiet()
    seen_on = TODAY - 30 * DAY
    not_spoken_since(client, seen_on)
    snooze = SignalSnoozeFactory(client=client, code=SignalCode.NOT_SEEN, since=seen_on, until=TODAY + DAY)
    assert codes(client) == []
    (waiting,) = caseload_facts([client], TODAY)[0].snoozed
    assert (waiting.snoozed.until, waiting.snoozed.reason) == (TODAY + DAY, snooze.reason)
    snooze.until = TODAY
    snooze.save(update_fields=["until"])
    assert codes(client) == [SignalCode.NOT_SEEN]
    snooze.until, snooze.since = TODAY + DAY, seen_on - DAY
    snooze.save(update_fields=["until", "since"])
    assert codes(client) == [SignalCode.NOT_SEEN]


def test_words_tell_apart_who_was_never_seen_and_who_not_for_long():
    client = TrajectoryFactory(enrolled_on=TODAY - timedelta(days=60)).client
    write = f"/contacts/write/?client={client.public_id}"
    reader = UserFactory(team=client.team)

    def told() -> list[tuple[str, str]]:
        found = attention_of(client, signals(client), user=reader)
        return [(one.text, one.url) for one in found if one.code in ("not_seen", "no_employer")]

    without_employer = ("geen werkgeverscontact, 60 dagen", f"{write}&kind=werkgever")
    assert told() == [("niet gezien sinds de inschrijving, dag 60", write), without_employer]
    ContactFactory(client=client, occurred_at="2026-01-22T10:00:00+01:00")
    assert told() == [("39 dagen niet gezien", write), without_employer]


def test_an_action_is_offered_to_who_may_do_it_and_opens_filled_in(client):
    team, employer = TeamFactory(), EmployerFactory()
    follower, lead = UserFactory(team=team), UserFactory(teamleider=True, team=team)
    reader = UserFactory(team=team)
    person = quiet(team=team, approved_on=TODAY - 30 * DAY, approved_until=TODAY + DAY)
    person.assignments.all().delete()
    AssignmentFactory(client=person, user=follower, is_primary=False)
    person.trajectories.update(enrolled_on=TODAY - 400 * DAY)
    job(person, started_on=TODAY + DAY, employer=employer)
    job(person, started_on=TODAY - DAY, regular_wage=None, employer=known(person))
    found = {user: attention_of(person, signals(person), user=user) for user in (follower, lead, reader)}
    urls = {user: {one.code: one.url for one in lines} for user, lines in found.items()}
    by_writing = {"no_disclosure", "long_without_job", "approval_ends", "unanswered"}
    assert by_writing < set(urls[follower])
    assert {code for code, url in urls[reader].items() if url} == set(urls[reader]) - by_writing - {
        "no_follower"
    }
    assert {code for code, url in urls[follower].items() if not url} == {"no_follower"}
    assert all(urls[lead].values())
    client.force_login(lead)
    assert {client.get(url).status_code for url in urls[lead].values()} == {200}
    page = client.get(urls[lead]["no_disclosure"])
    assert page.context["form"]["employer_name"].value() == employer.name


def test_a_list_shows_the_worst_and_how_many_more(client):
    person = quiet()
    not_spoken_since(person, TODAY - 40 * DAY)
    person.assignments.update(is_primary=False)
    client.force_login(person.assignments.get().user)
    page = client.get(reverse("trajectories:caseload_list")).content.decode()
    assert "40 dagen niet gezien" in page
    assert "en nog 1 signaal" in page
    assert "nog geen vaste trajectbegeleider" not in page
    overview = client.get(reverse("trajectories:client_overview", args=[person.public_id])).content.decode()
    for text in ("40 dagen niet gezien", "nog geen vaste trajectbegeleider", "sinds 21 jan", "Later"):
        assert text in overview


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget_of_a_caseload_with_all_signals(client, count_queries, rows):
    worker = UserFactory(team=TeamFactory())
    for _number in range(rows):
        person = quiet(team=worker.memberships.get().team, approved_until=TODAY + DAY, approved_on=TODAY)
        person.assignments.all().delete()
        AssignmentFactory(client=person, user=worker, is_primary=False)
        person.contacts.all().delete()
        person.trajectories.update(enrolled_on=TODAY - 400 * DAY)
        job(person, started_on=TODAY - 80 * DAY, ended_on=TODAY - 9 * DAY)
        job(person, started_on=TODAY - 9 * DAY, regular_wage=None)
        job(person, started_on=TODAY + DAY)
        assert len(codes(person)) == len(SignalCode) - 1  # who had a job last month is not long without one
        SignalSnoozeFactory(client=person, since=TODAY - 400 * DAY)
    client.force_login(worker)
    for scope in ("mine", "team"):
        with count_queries(12):
            page = client.get(reverse("trajectories:caseload_list"), {"scope": scope})
        assert len(page.context["rows"]) == rows
