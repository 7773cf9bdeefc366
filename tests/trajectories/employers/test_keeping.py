"""Employers and who works there are kept: by whom, in one form, and without a word about a client."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    EmployerPersonFactory,
    JobFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.trajectories.refusals import refused_on
from trajectories.employers import services
from trajectories.models import Employer, EmployerPerson, Sector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

ADD = reverse("trajectories:employer_add")
LIST = reverse("trajectories:employer_list")


def page_of(employer: Employer, name: str = "employer_detail") -> str:
    return reverse(f"trajectories:{name}", args=[employer.public_id])


def known_to(user, **facts) -> Employer:
    """An employer that only `user` knows: nobody shared it."""
    employer = EmployerFactory(**facts)
    ContactFactory(employer_visit=True, employer=employer, client=None, staff=user)
    return employer


def listed(client, **asked) -> list[str]:
    return [row.employer.name for row in client.get(LIST, asked).context["rows"]]


@pytest.mark.parametrize("typed", ["12345678", " 1234.5678 ", "12 34 56 78", "１２３４５６７８"])
def test_a_kvk_number_is_kept_in_one_form(client, caseworker, typed):
    assert client.post(ADD, {"name": "Hotel De Kade", "kvk_number": typed}).status_code == 302
    made = Employer.objects.get()
    assert (made.kvk_number, made.is_shared) == ("12345678", True)


@pytest.mark.parametrize("typed", ["1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨x"])
def test_something_else_is_no_kvk_number(client, caseworker, typed):
    form = client.post(ADD, {"name": "Hotel De Kade", "kvk_number": typed}).context["form"]
    assert form.errors["kvk_number"] == ["Een KvK-nummer heeft acht cijfers."]


def test_two_employers_never_have_one_kvk_number(client, caseworker):
    EmployerFactory(is_shared=True, kvk_number="12345678")
    form = client.post(ADD, {"name": "Hotel De Kade", "kvk_number": "12345678"}).context["form"]
    assert "Er is al een werkgever met dit KvK-nummer." in str(form.errors)
    with pytest.raises(IntegrityError, match="employer_kvk_number_unique"), transaction.atomic():
        EmployerFactory(is_shared=True, kvk_number="12345678")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kvk_number": "1234567", "is_shared": True}, "eight_digits"),
        ({"sector": "Z", "is_shared": True}, "sector_known"),
        ({"kvk_number": "12345678"}, "details_are_shared"),
        ({"sector": "A"}, "details_are_shared"),
        ({"how_to_reach": "Bellen."}, "details_are_shared"),
    ],
)
def test_the_database_refuses(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EmployerFactory(**facts)


def test_the_sectors_are_the_sections_of_the_classification():
    assert Sector.values == [chr(letter) for letter in range(ord("A"), ord("U") + 1)]


@pytest.mark.parametrize("typed", ["Hotel De Kade", "HOTEL  de kade"])
def test_a_shared_name_is_there_once(by, typed):
    EmployerFactory(name="Hotel De Kade", municipality="Assen", is_shared=True)
    assert refused_on(services.record_employer, name=typed, municipality="assen", by=by) == "name"
    assert services.record_employer(name=typed, municipality="Emmen", by=by)


@pytest.mark.shows(25)
def test_a_new_name_tells_nothing_of_who_else_knows_it(client, caseworker):
    hidden = known_to(UserFactory(), name="Hotel De Kade")
    assert client.post(ADD, {"name": "Hotel De Kade"}).status_code == 302
    made = Employer.objects.exclude(pk=hidden.pk).get()
    assert (made.is_shared, Employer.objects.get(pk=hidden.pk).is_shared) == (True, False)
    assert listed(client) == ["Hotel De Kade"]


def test_details_stand_with_a_shared_employer_and_the_form_asks_for_that(client, caseworker):
    employer = known_to(caseworker, name="Hotel De Kade")
    refused = client.post(page_of(employer, "employer_correct"), {"name": "Hotel De Kade", "sector": "I"})
    assert list(refused.context["form"].errors) == ["is_shared"]
    typed = {"name": "Hotel De Kade", "sector": "I", "is_shared": "on"}
    assert client.post(page_of(employer, "employer_correct"), typed).status_code == 302
    employer.refresh_from_db()
    assert (employer.sector, employer.is_shared) == ("I", True)


def test_sharing_a_second_one_of_a_name_is_refused_in_words(client, caseworker):
    EmployerFactory(name="Hotel De Kade", is_shared=True)
    employer = known_to(caseworker, name="Hotel De Kade")
    said = client.post(page_of(employer, "employer_share"), follow=True).content.decode()
    assert "Er is al een werkgever met deze naam." in said
    employer.refresh_from_db()
    assert not employer.is_shared


def test_people_stand_with_a_shared_employer_only(by):
    with pytest.raises(RuleError, match="alle teams"):
        services.add_person(employer=EmployerFactory(), name="Mieke", by=by)
    assert services.add_person(employer=EmployerFactory(is_shared=True), name="Mieke", by=by)


def test_somebody_is_added_changed_and_taken_away(client, caseworker):
    employer = EmployerFactory(is_shared=True)
    typed = {"name": "Mieke  van der Velde", "decides_on_hiring": "yes", "phone": "040 1234567"}
    client.post(page_of(employer, "employer_person_add"), typed)
    person = EmployerPerson.objects.get()
    assert (person.name, person.decides_on_hiring) == ("Mieke van der Velde", True)
    shown = client.get(page_of(employer)).content.decode()
    assert "040 1234567" in shown
    assert "beslist over aannemen" in shown
    contact = ContactFactory(employer_visit=True, employer=employer, client=None, person=person)
    away = reverse("trajectories:employer_person_withdraw", args=[person.public_id])
    client.post(away, {"reason": "Werkt er niet meer."})
    assert not EmployerPerson.objects.exists()
    contact.refresh_from_db()
    assert contact.person is None
    assert "040 1234567" not in client.get(page_of(employer)).content.decode()


def test_a_person_of_an_employer_that_one_does_not_know_is_not_there(client, caseworker):
    hidden = EmployerPersonFactory(employer=EmployerFactory())
    for name in ("employer_person_correct", "employer_person_withdraw"):
        assert client.get(reverse(f"trajectories:{name}", args=[hidden.public_id])).status_code == 404


def test_an_address_of_no_mailbox_is_refused(by):
    with pytest.raises(ValidationError):
        services.add_person(employer=EmployerFactory(is_shared=True), name="Mieke", email="x", by=by)


def test_list_is_searched_forgivingly_and_filtered(client, caseworker):
    team = caseworker.memberships.get().team
    hotel = EmployerFactory(name="Hotel Café De Kade", municipality="Assen", sector="I", is_shared=True)
    EmployerFactory(name="Timmerbedrijf Van Dam", municipality="Emmen", sector="F", is_shared=True)
    JobFactory(employer=hotel, trajectory=TrajectoryFactory(in_team=team))
    assert listed(client, q="hotel cafe de kadde") == ["Hotel Café De Kade"]
    assert listed(client, place="ass") == ["Hotel Café De Kade"]
    assert listed(client, sector="F") == ["Timmerbedrijf Van Dam"]
    assert listed(client, placed="running") == ["Hotel Café De Kade"]
    assert listed(client, sector="nonsense", place="nergens") == []


def test_list_finds_who_was_not_spoken_with_for_long(client, caseworker):
    known_to(caseworker, name="Lang geleden")
    spoken = EmployerFactory(name="Pas gesproken")
    ContactFactory(
        employer_visit=True, employer=spoken, client=None, staff=caseworker, occurred_at="2026-02-20T10:00Z"
    )
    EmployerFactory(name="Nooit", is_shared=True)
    assert listed(client, quiet="90") == ["Lang geleden", "Nooit"]
    assert listed(client) == ["Lang geleden", "Nooit", "Pas gesproken"]


def test_only_the_rows_answer_htmx(client, caseworker):
    answer = client.get(LIST, HTTP_HX_REQUEST="true").content.decode()
    assert "Nog geen werkgevers" in answer
    assert "<main" not in answer


@pytest.mark.shows(10)
def test_a_page_of_an_employer_shows_nothing_of_care(client, caseworker):
    """No team of a client, no kind of support, no target group, no wish: whoever looks on sees work only."""
    team = caseworker.memberships.get().team
    trajectory = TrajectoryFactory(in_team=team, target_group="verslaving", wish="Weer buiten werken.")
    employer = EmployerFactory(is_shared=True)
    JobFactory(trajectory=trajectory, employer=employer)
    ContactFactory(employer_visit=True, employer=employer, client=trajectory.client, note="Kennisgemaakt.")
    shown = client.get(page_of(employer)).content.decode().casefold()
    main = shown[shown.index("<main") :]
    assert trajectory.client.last_name.casefold() in main
    told = [team.name, "verslaving", "steun", "ips", "weer buiten werken", trajectory.trajectory_number]
    assert [word for word in told if word.casefold() in main] == []


@pytest.mark.shows(15)
@pytest.mark.parametrize(
    ("jobs", "said"),
    [(0, "minder dan vijf"), (4, "minder dan vijf"), (5, "5 of meer"), (9, "5 of meer"), (10, "10 of meer")],
)
def test_jobs_of_others_are_told_in_fives(client, caseworker, jobs, said):
    """One job more or less, that of somebody whom the reader may not know, changes nothing that is told."""
    employer = EmployerFactory(is_shared=True)
    JobFactory.create_batch(jobs, employer=employer)
    assert said in client.get(page_of(employer)).content.decode()


def test_nothing_is_told_of_others_at_an_employer_that_was_not_shared(client, caseworker):
    employer = known_to(caseworker)
    JobFactory.create_batch(9, employer=employer)
    assert client.get(page_of(employer)).context["elsewhere"] is None


@pytest.mark.parametrize("rows", [1, 12])
def test_page_with_people_and_visitors_has_a_budget(client, count_queries, caseworker, rows):
    employer = EmployerFactory(is_shared=True)
    team = TeamFactory()
    for _number in range(rows):
        EmployerPersonFactory(employer=employer)
        visitor = UserFactory(team=team)
        ContactFactory(
            employer_visit=True, employer=employer, client=None, staff=visitor,
            occurred_at="2026-02-20T10:00Z",
        )  # fmt: skip
    with count_queries(11):  # as of one without people, and the jobs of others
        client.get(page_of(employer))


@pytest.mark.parametrize("rows", [1, 12])
def test_filtered_list_has_a_budget(client, count_queries, caseworker, rows):
    for number in range(rows):
        EmployerFactory(name=f"Bakkerij {number}", municipality="Assen", sector="C", is_shared=True)
    with count_queries(7):  # session, clients, threshold of the search, number, rows, own weeks
        client.get(LIST, {"q": "bakkerij", "place": "assen", "sector": "C", "quiet": "90"})


def test_an_employer_with_people_stays_shared_in_the_administration(client):
    employer = EmployerPersonFactory().employer
    client.force_login(UserFactory(beheerder=True))
    change = reverse("admin:trajectories_employer_change", args=[employer.pk])
    answer = client.post(change, {"name": employer.name, "municipality": ""})
    assert "is_shared" in answer.context["adminform"].form.errors
    employer.refresh_from_db()
    assert employer.is_shared
