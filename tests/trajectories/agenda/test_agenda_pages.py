"""The agenda and the pages of an appointment, as caseworkers use them."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from clients.models import Client
from staff.models import AccessLine
from tests.factories import (
    AppointmentFactory,
    AttendeeFactory,
    ClientFactory,
    EmployerFactory,
    OccurrenceFactory,
    TeamFactory,
    UserFactory,
)
from tests.filled_forms import open_form, send
from trajectories.models import Appointment, Contact, Occurrence

pytestmark = [pytest.mark.shows(3), pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

MONDAY = date(2026, 3, 2)
AGENDA = "/agenda/"


@pytest.fixture
def person(caseworker):
    return ClientFactory(last_name="Zwart", name_prefix="", team=TeamFactory(), followed_by=caseworker)


@pytest.fixture
def visit(caseworker, person):
    return AppointmentFactory(client=person, made_by=caseworker)


def page(client, url: str = AGENDA) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def url_of(name: str, appointment, on: date | None = None) -> str:
    url = reverse(f"trajectories:appointment_{name}", args=[appointment.public_id])
    return f"{url}?on={on}" if on else url


def test_an_empty_week_says_what_to_do(client, caseworker):
    text = page(client)
    assert "Niets gepland deze week" in text
    assert "Afspraak maken" in text


def test_the_week_shows_when_with_whom_and_where(client, caseworker, visit):
    colleague = UserFactory(first_name="Joris", ervaringsdeskundige=True)
    AttendeeFactory(appointment=visit, user=colleague)
    text = page(client)
    for words in ("ma 2 mrt", "08:00–08:30", "ZWART, Anna", "thuis · met Joris (ED)", "week 10"):
        assert words in text


def test_what_was_agreed_about_a_client_is_read_on_its_own_page_only(client, caseworker, visit):
    """A list names people; the words of a file have a line of the log of their own (ADR 42)."""
    assert visit.note not in page(client)
    assert visit.note in page(client, url_of("detail", visit))
    list_line, line = AccessLine.objects.order_by("pk")
    assert (list_line.client_id, list_line.listed) == (None, [visit.client.public_id])
    assert (line.client_id, line.part) == (visit.client.public_id, "contacts")


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("?week=2026-W53", "week 53 · 28 december 2026 tot en met 3 januari 2027"),
        ("?week=2027-W01", "week 1 · 4 januari tot en met 10 januari 2027"),
        ("?day=2027-01-01", "week 53 · 28 december 2026 tot en met 3 januari 2027"),
        ("?day=2026-03-29", "week 13 · 23 maart tot en met 29 maart 2026"),
        ("?week=2026-W54", "week 10"),
        ("?week=0001-W01", "week 10"),
        ("?week=9999-W52", "week 10"),
        ("?day=9999-12-31", "week 10"),
        ("?week=maandag&day=vandaag", "week 10"),
    ],
)
def test_weeks_are_those_of_the_calendar_on_the_wall(client, caseworker, asked, title):
    assert title in page(client, AGENDA + asked)


def test_the_way_to_the_week_before_and_after_week_53(client, caseworker):
    text = page(client, f"{AGENDA}?week=2026-W53")
    assert f'href="{AGENDA}?week=2026-W52"' in text
    assert f'href="{AGENDA}?week=2027-W01"' in text


def test_a_phone_is_shown_one_day_with_the_way_to_the_others(client, caseworker, visit):
    text = page(client, f"{AGENDA}?day=2026-03-03")
    assert text.count("agenda-chosen") == 1
    assert f'href="{AGENDA}?day=2026-03-02"' in text
    assert f'href="{AGENDA}?day=2026-03-04"' in text


def test_what_comes_back_moved_and_cancelled_says_so(client, caseworker, person):
    series = AppointmentFactory(weekly=True, client=person, made_by=caseworker)
    OccurrenceFactory(appointment=series, original_on=date(2026, 3, 9))
    OccurrenceFactory(
        appointment=series, original_on=date(2026, 3, 16), state="", starts_on=date(2026, 3, 11),
        starts_at=time(14), ends_at=time(15),
    )  # fmt: skip
    text = page(client, f"{AGENDA}?week=2026-W11")
    for words in (
        "elke week op maandag",
        "agenda-cancelled",
        "afgezegd",
        "14:00–15:00",
        "verzet, was op ma 16 mrt",
    ):
        assert words in text


def test_overlaps_are_shown(client, caseworker, visit):
    AppointmentFactory(
        client=None, made_by=caseworker, starts_at=time(8, 15), employer=EmployerFactory(name="De Kade")
    )
    text = page(client)
    assert "tegelijk met 08:15–08:30 De Kade" in text


def test_colleagues_of_the_team_do_not_see_what_is_about_no_client(client, caseworker):
    team = caseworker.memberships.get().team
    private = AppointmentFactory(client=None, made_by=UserFactory(team=team), note="Tandarts.")
    assert client.get(url_of("detail", private)).status_code == 404
    assert "Niets gepland" in page(client)


def test_whose_client_moved_away_is_gone_from_the_agenda(client, caseworker, visit):
    visit.client.assignments.update(ended_on=MONDAY - timedelta(days=1))
    assert "ZWART" not in page(client)
    assert client.get(url_of("detail", visit)).status_code == 404


def test_who_no_longer_follows_and_still_sees_the_client_is_told(client, caseworker, visit):
    Client.objects.update(team=caseworker.memberships.get().team)
    visit.client.assignments.update(ended_on=MONDAY - timedelta(days=1))
    assert "je volgt deze cliënt niet" in page(client)


def test_from_an_appointment_that_was_kept_to_its_contact_in_two_interactions(client, caseworker, visit):
    """Press *Gehad* in the agenda; press *Bewaar*."""
    keep = f"/contacts/write/?appointment={visit.public_id}&amp;on=2026-03-02"
    assert f'href="{keep}"' in page(client)
    told = send(client, keep.replace("&amp;", "&")).content.decode()
    contact = Contact.objects.get()
    assert (contact.client, contact.staff, contact.minutes) == (visit.client, caseworker, 30)
    assert (contact.kind, contact.location, contact.face_to_face) == ("werk", "thuis", True)
    assert contact.occurred_at.isoformat() == "2026-03-02T07:00:00+00:00"
    assert Occurrence.objects.get().state == "kept"
    assert "Contact bewaard" in told
    assert "gehad" in told
    assert keep not in page(client)


def test_a_visit_to_an_employer_becomes_a_contact_with_that_employer(client, caseworker, person):
    visit = AppointmentFactory(
        client=person, made_by=caseworker, employer=EmployerFactory(name="De Kade"), ends_at=time(8, 50)
    )
    form = open_form(client, f"/contacts/write/?appointment={visit.public_id}")
    values = {name: form.values[name][0] for name in ("kind", "employer_name", "minutes", "minutes_other")}
    assert values == {
        "kind": "werkgever",
        "employer_name": "De Kade",
        "minutes": "other",
        "minutes_other": "50",
    }


def test_a_visit_that_a_colleague_told_of_is_not_written_twice(client, caseworker, visit):
    url = f"/contacts/write/?appointment={visit.public_id}"
    form = open_form(client, url)
    OccurrenceFactory(appointment=visit, state="kept")
    answer = client.post(url, form.values)
    assert "al geschreven" in answer.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("asked", ["appointment=x", "appointment=8f14e45f-ceea-467f-ab6d-000000000000"])
def test_an_appointment_that_is_not_there_fills_in_nothing(client, caseworker, asked):
    assert client.get(f"/contacts/write/?{asked}").status_code == 404


def test_of_an_appointment_of_another_team_nothing_is_filled_in(client, caseworker):
    other = AppointmentFactory()
    assert client.get(f"/contacts/write/?appointment={other.public_id}").status_code == 404


def test_not_coming_asks_how_somebody_reached_out(client, caseworker, visit):
    url = url_of("miss", visit, MONDAY)
    assert "nooit een reden" in page(client, url)
    told = send(client, url, reached_out="langsgegaan", note="Briefje achtergelaten.").content.decode()
    for words in ("niet gekomen", "langsgegaan", "Briefje achtergelaten."):
        assert words in told


def test_an_appointment_is_made_from_a_file(client, caseworker, person):
    told = send(
        client, f"/appointments/make/?client={person.public_id}&day=2026-03-05&at=13:30", note="Koffie."
    )
    made = Appointment.objects.get()
    assert (made.client, made.starts_on, made.starts_at, made.ends_at) == (
        person, date(2026, 3, 5), time(13, 30), time(14, 30),
    )  # fmt: skip
    assert [attendee.user for attendee in made.attendees.all()] == [caseworker]
    assert "Afspraak gemaakt: donderdag 5 maart 2026, 13:30–14:30." in told.content.decode()


def test_an_appointment_needs_a_time_or_the_whole_day(client, caseworker):
    url = "/appointments/make/"
    form = open_form(client, url)
    form.values |= {"starts_at": [""], "ends_at": [""]}
    answer = client.post(url, form.values)
    assert set(answer.context["form"].errors) == {"starts_at", "ends_at"}
    form.values["is_all_day"] = ["on"]
    assert client.post(url, form.values).status_code == 302
    assert Appointment.objects.get().is_all_day


@pytest.mark.parametrize("hour", ["22:45", "23:15", "23:45"])
def test_late_in_the_evening_the_form_still_fits_in_the_day(client, caseworker, time_machine, hour):
    time_machine.move_to(f"2026-03-02T{hour}:00+01:00", tick=False)
    client.force_login(caseworker)
    send(client, "/appointments/make/")
    assert Appointment.objects.get().starts_on == MONDAY


def test_one_of_a_series_moves_by_its_own_form(client, caseworker, person):
    series = AppointmentFactory(weekly=True, client=person, made_by=caseworker)
    send(
        client, url_of("move", series, date(2026, 3, 9)), day="10-03-2026", starts_at="9.15", ends_at="10:00"
    )
    said = Occurrence.objects.get()
    assert (said.original_on, said.starts_on, said.starts_at) == (
        date(2026, 3, 9),
        date(2026, 3, 10),
        time(9, 15),
    )


def test_the_file_shows_what_lies_ahead(client, caseworker, person):
    AppointmentFactory(client=person, made_by=caseworker, starts_on=MONDAY + timedelta(days=1))
    OccurrenceFactory(
        appointment=AppointmentFactory(
            client=person, made_by=caseworker, starts_on=MONDAY + timedelta(days=2)
        )
    )
    text = page(client, reverse("trajectories:client_overview", args=[person.public_id]))
    assert "dinsdag 3 maart 2026, 08:00–08:30" in text
    assert "woensdag 4 maart 2026" not in text
    assert "niemand die gaat" not in text


def test_the_file_says_that_nobody_who_goes_follows_any_more(client, caseworker, person):
    AppointmentFactory(client=person, starts_on=MONDAY + timedelta(days=1))
    text = page(client, reverse("trajectories:client_overview", args=[person.public_id]))
    assert "niemand die gaat, volgt deze cliënt nu" in text


def test_who_offers_to_go_are_those_of_the_team(client, caseworker):
    team = caseworker.memberships.get().team
    colleague = UserFactory(casemanager=True, team=team)
    for stranger in (
        UserFactory(team=TeamFactory()),
        UserFactory(monitor=True),
        UserFactory(is_active=False, team=team),
    ):
        stranger.refresh_from_db()
    offered = open_form(client, "/appointments/make/").offered["colleagues"]
    assert offered == {str(caseworker.public_id), str(colleague.public_id)}


@pytest.mark.parametrize("rows", [1, 12])
def test_agenda_query_budget(client, caseworker, count_queries, rows):
    for _number in range(40):
        ClientFactory(followed_by=caseworker)
    for number, person in enumerate(Client.objects.order_by("pk")[:rows]):
        visit = AppointmentFactory(
            weekly=True, client=person, made_by=caseworker, starts_on=MONDAY + timedelta(days=number % 5)
        )
        AttendeeFactory(appointment=visit, user=UserFactory())
        OccurrenceFactory(appointment=visit, state="kept", original_on=visit.starts_on)
    with count_queries(6):  # session with its person, whose clients, appointments, who goes, what was said
        client.get(AGENDA)


def test_detail_query_budget(client, caseworker, visit, count_queries):
    with count_queries(10):
        client.get(url_of("detail", visit))
