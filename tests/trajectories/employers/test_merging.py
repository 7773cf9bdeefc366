"""Two employers become one and come apart again: everything follows, nothing more may be told (ADR 65)."""

from datetime import date, timedelta
from random import Random

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import (
    ClientFactory,
    ContactFactory,
    DisclosureFactory,
    EmployerFactory,
    EmployerPersonFactory,
    JobFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.trajectories.refusals import refused_on
from trajectories.case_import.tables.work import known_employers
from trajectories.disclosure.selectors import may_be_named
from trajectories.disclosure.services import choose_disclosure, withdraw_disclosure
from trajectories.employers.services import find_or_create_employer, record_employer
from trajectories.employers.services.merging import _relations, merge_employers, unmerge_employers
from trajectories.models import Contact, DisclosureChoice, Employer, EmployerMerge

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
REMEMBERS = {"staff_auditevent", "trajectories_employermerge"}


@pytest.fixture(autouse=True)
def _on_a_day(time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)


@pytest.fixture
def lead():
    return UserFactory(teamleider=True, team=TeamFactory())


@pytest.fixture
def kade():
    return EmployerFactory(name="Hotel De Kade", is_shared=True)


@pytest.fixture
def de_kade():
    return EmployerFactory(name="De Kade", is_shared=True)


@pytest.fixture
def two(kade, de_kade):
    """The one that goes, and the one that is left."""
    return de_kade, kade


def everything() -> dict[str, list]:
    """Every row of every table of ours, without what only remembers."""
    found = {}
    for app in ("staff", "clients", "trajectories"):
        for model in apps.get_app_config(app).get_models():
            if not hasattr(model, "pgh_tracked_model") and model._meta.db_table not in REMEMBERS:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT to_jsonb(t) FROM {model._meta.db_table} t ORDER BY t::text")
                    found[model._meta.label] = cursor.fetchall()
    return found


def choice(client, employer, may_know=True, words="Zeg maar.", **facts) -> DisclosureChoice:
    return DisclosureFactory(
        client=client, employer=employer, may_know=may_know, client_words=words,
        **{"given_on": date(2026, 2, 1)} | facts,
    )  # fmt: skip


def may_know(client, employer) -> bool:
    return may_be_named(client=client, employer=employer, day=TODAY)


def fill_sharing(rng: Random, client, employer) -> None:
    given = None
    if rng.random() < 0.7:
        words = rng.choice(["Ja.", "Ja.", "Alleen mijn naam."])
        given = choice(client, employer, rng.random() < 0.7, words)
    for _number in range(rng.randrange(3)):
        is_named = bool(given and given.may_know) and rng.random() < 0.6
        facts = {"employer": employer, "client": client, "client_is_named": is_named}
        ContactFactory(employer_visit=True, **facts)
    if given and rng.random() < 0.2:
        withdraw_disclosure(choice=given, by=given.recorded_by)


def fill(rng: Random, employers) -> list:
    """Clients with jobs, contacts and choices at either, both or none; some named to an employer."""
    clients = ClientFactory.create_batch(6)
    for client in clients:
        trajectory = TrajectoryFactory(client=client)
        for employer in employers:
            if rng.random() < 0.4:
                JobFactory(trajectory=trajectory, employer=employer)
            fill_sharing(rng, client, employer)
    for employer in employers:
        people = EmployerPersonFactory.create_batch(rng.randrange(3), employer=employer)
        for person in people:
            ContactFactory(employer_visit=True, employer=employer, client=None, person=person)
    return clients


@pytest.mark.shows(10)
@pytest.mark.parametrize("seed", range(12))
def test_merging_widens_nothing_and_unmerging_brings_every_row_back(lead, kade, de_kade, seed):
    rng = Random(seed)
    clients = fill(rng, (kade, de_kade))
    told_by = {
        client.pk: [
            may_know(client, employer)
            for employer in (kade, de_kade)
            if client.contacts.filter(employer=employer).exists()
            or client.trajectories.filter(jobs__employer=employer).exists()
            or client.disclosures.standing().filter(employer=employer).exists()
        ]
        for client in clients
    }
    before = everything()
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    for model, field in _relations():
        left = model._base_manager.filter(**{field: de_kade}).exclude(pk=de_kade.pk)
        assert not left.exists(), model
    for client in clients:
        answers = told_by[client.pk]
        assert not may_know(client, kade) or (answers and all(answers))
        assert not may_know(client, de_kade)
    assert everything() != before
    unmerge_employers(merge=merge, by=lead)
    after = everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}


def test_every_table_that_points_to_an_employer_follows():
    """A new noun with an employer follows by itself; history and the merges themselves stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'trajectories_employer'::regclass"
        )
        keys = set(cursor.fetchall())
    ours = {(model._meta.db_table, f"{field}_id") for model, field in _relations()}
    assert keys - ours == {
        ("trajectories_employermerge", "source_id"),
        ("trajectories_employermerge", "target_id"),
    }
    assert ours - keys == set()


YES, NO = True, False


@pytest.mark.shows(10)
@pytest.mark.parametrize(
    ("answers", "speaks_of_source", "stands"),
    [
        ((YES, YES), False, True),
        ((YES, NO), False, False),
        ((NO, YES), False, False),
        ((NO, NO), False, False),
        ((YES, None), False, True),  # the file says nothing of the other one
        ((None, YES), False, True),
        ((None, YES), True, False),  # a contact with the other one, and nobody asked: that is no
        ((None, NO), True, False),
    ],
)
def test_the_narrower_answer_holds(lead, two, answers, speaks_of_source, stands):
    client, (de_kade, kade) = ClientFactory(), two
    for employer, answer in zip(two, answers, strict=True):
        if answer is not None:
            choice(client, employer, answer)
    if speaks_of_source:
        ContactFactory(employer_visit=True, employer=de_kade, client=client)
    merge_employers(source=de_kade, target=kade, by=lead)
    assert may_know(client, kade) == stands
    assert DisclosureChoice.objects.standing().filter(client=client).count() <= 1


def test_two_yeses_in_other_words_are_asked_again(lead, kade, de_kade):
    client = ClientFactory()
    choice(client, kade, words="Alleen mijn naam.")
    choice(client, de_kade, words="Alles mag.")
    merge_employers(source=de_kade, target=kade, by=lead)
    assert not DisclosureChoice.objects.standing().filter(client=client).exists()


def test_of_two_yeses_the_later_day_holds(lead, kade, de_kade):
    client = ClientFactory()
    choice(client, kade, given_on=date(2026, 1, 1))
    later = choice(client, de_kade, given_on=date(2026, 2, 20))
    merge_employers(source=de_kade, target=kade, by=lead)
    assert DisclosureChoice.objects.standing().get(client=client) == later
    assert not may_be_named(client=client, employer=kade, day=date(2026, 2, 1))


@pytest.mark.parametrize("decides", ["no", "withdraws"])
def test_a_yes_does_not_come_back_over_what_the_client_decided_since(
    lead, kade, de_kade, time_machine, decides
):
    client = ClientFactory()
    choice(client, kade)
    choice(client, de_kade)
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    time_machine.move_to(f"{TODAY}T10:00:00+01:00", tick=False)
    if decides == "no":
        choose_disclosure(client=client, employer_name="Hotel De Kade", may_know=False, by=lead)
    else:
        withdraw_disclosure(choice=DisclosureChoice.objects.standing().get(client=client), by=lead)
    unmerge_employers(merge=merge, by=lead)
    assert not may_know(client, kade)
    assert not may_know(client, de_kade)


def test_a_set_aside_answer_is_told_in_the_file(lead, kade, de_kade):
    client = ClientFactory()
    choice(client, kade, NO)
    choice(client, de_kade)
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    told = AuditEvent.objects.filter(client_id=client.public_id).values_list("action", flat=True)
    assert list(told) == ["disclosure_set_aside"]
    unmerge_employers(merge=merge, by=lead)
    assert "disclosure_restored" in told.all()


def test_what_came_since_stays_and_what_went_on_stays_where_it_went(lead, kade, de_kade):
    moved = ContactFactory(employer_visit=True, employer=de_kade)
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    since = ContactFactory(employer_visit=True, employer=kade)
    elsewhere = EmployerFactory()
    Contact.objects.filter(pk=moved.pk).update(employer=elsewhere)
    unmerge_employers(merge=merge, by=lead)
    assert Contact.objects.get(pk=since.pk).employer == kade
    assert Contact.objects.get(pk=moved.pk).employer == elsewhere


def test_the_other_name_finds_the_one_that_is_left(client, lead, kade, de_kade):
    merge_employers(source=de_kade, target=kade, by=lead)
    assert find_or_create_employer(name="de KADE", by=lead) == kade
    assert find_or_create_employer(name="De Kade", by=None) == kade
    assert known_employers({"De Kade"}) == {"de kade": kade}
    client.force_login(lead)
    old = client.get(reverse("trajectories:employer_detail", args=[de_kade.public_id]))
    assert old.url == reverse("trajectories:employer_detail", args=[kade.public_id])
    listed = client.get(reverse("trajectories:employer_list")).context["rows"]
    assert [row.employer for row in listed] == [kade]


@pytest.mark.shows(25)
def test_an_old_address_leads_nobody_to_what_they_may_not_know(client, lead):
    hidden = EmployerFactory(name="Hotel De Kade")
    merged = EmployerFactory(name="De Kade")
    merge_employers(source=merged, target=hidden, by=lead)
    client.force_login(UserFactory(team=TeamFactory()))
    old = reverse("trajectories:employer_detail", args=[merged.public_id])
    assert client.get(old).status_code == 404


def test_details_are_filled_in_and_taken_back(lead, kade):
    source = record_employer(name="De Kade", kvk_number="12345678", sector="I", by=lead)
    merge = merge_employers(source=source, target=kade, by=lead)
    kade.refresh_from_db()
    assert (kade.kvk_number, kade.sector) == ("12345678", "I")
    unmerge_employers(merge=merge, by=lead)
    kade.refresh_from_db()
    source.refresh_from_db()
    assert (kade.kvk_number, kade.sector, source.kvk_number) == ("", "", "12345678")


def test_two_kvk_numbers_are_asked_about(client, lead):
    source = record_employer(name="De Kade", kvk_number="12345678", by=lead)
    target = record_employer(name="Hotel De Kade", kvk_number="87654321", by=lead)
    assert refused_on(merge_employers, source=source, target=target, by=lead) == "kvk_number"
    client.force_login(lead)
    url = reverse("trajectories:employer_merge", args=[source.public_id])
    form = client.post(url, {"employer_name": "Hotel De Kade"}).context["form"]
    assert "kvk_number" in form.errors
    client.post(url, {"employer_name": "Hotel De Kade", "kvk_number": "12345678"})
    target.refresh_from_db()
    assert target.kvk_number == "12345678"
    client.post(reverse("trajectories:employer_unmerge", args=[EmployerMerge.objects.get().public_id]))
    target.refresh_from_db()
    assert target.kvk_number == "87654321"


def test_after_ninety_days_it_stays_as_it_is(lead, kade, de_kade, time_machine):
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    time_machine.move_to(merge.merged_at + timedelta(days=90, minutes=1), tick=False)
    with pytest.raises(RuleError, match="90 dagen"):
        unmerge_employers(merge=merge, by=lead)
    time_machine.move_to(merge.merged_at + timedelta(days=90), tick=False)
    assert unmerge_employers(merge=merge, by=lead).undone_at == timezone.now()


def test_refusals(lead, kade, de_kade):
    assert refused_on(merge_employers, source=kade, target=kade, by=lead) == "employer_name"
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    assert refused_on(merge_employers, source=de_kade, target=kade, by=lead) == "employer_name"
    last = EmployerFactory(is_shared=True)
    onwards = merge_employers(source=kade, target=last, by=lead)
    with pytest.raises(RuleError, match="eerst uit elkaar"):
        unmerge_employers(merge=merge, by=lead)
    unmerge_employers(merge=onwards, by=lead)
    unmerge_employers(merge=merge, by=lead)
    with pytest.raises(RuleError, match="al uit elkaar"):
        unmerge_employers(merge=merge, by=lead)
    assert Employer.objects.filter(merged_into=None).count() == 3


def test_a_name_that_is_taken_by_now_is_told(lead, kade, de_kade):
    merge = merge_employers(source=de_kade, target=kade, by=lead)
    EmployerFactory(name="De Kade", is_shared=True)
    with pytest.raises(RuleError, match="De Kade"):
        unmerge_employers(merge=merge, by=lead)
    assert Employer.objects.get(pk=de_kade.pk).merged_into == kade


def test_administrator_merges_what_nobody_else_knows_and_reads_nothing(client):
    source, target = EmployerFactory(name="De Kade"), EmployerFactory(name="Hotel De Kade")
    JobFactory(employer=source, trajectory=TrajectoryFactory(client__last_name="Zwart"))
    client.force_login(UserFactory(beheerder=True))
    url = reverse("trajectories:employer_merge", args=[source.public_id])
    assert "zwart" not in client.get(url).content.decode().casefold()
    done = client.post(url, {"employer_name": "Hotel De Kade"}, follow=True)
    assert "zwart" not in done.content.decode().casefold()
    assert target.jobs.count() == 1
