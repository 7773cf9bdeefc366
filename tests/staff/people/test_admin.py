"""The Django admin: for the functional administrator, without content of files, without deleting."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import authenticate
from django.urls import NoReverseMatch, reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from clients.models import RetentionRegime
from staff.confirming.services import confirm_access_change
from staff.models import AccessChange, AuditEvent, Role, StaffMail, Team, TeamMembership, User
from tests.factories import ClientFactory, EmployerFactory, TeamFactory, TeamMembershipFactory, UserFactory
from trajectories.models import Employer

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "een lange zin die ik onthoud"
NEW_PERSON = {
    "username": "n.devries",
    "first_name": "Noor",
    "name_prefix": "de",
    "last_name": "Vries",
    "staff_number": "S-77",
    "email": "",
    "role": Role.ERVARINGSDESKUNDIGE,
    "password": "",
    "why": "Noor begint maandag.",
}
NO_MEMBERSHIPS = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}


@pytest.fixture
def beheerder(client) -> User:
    administrator = UserFactory(beheerder=True, username="beheerder")
    client.force_login(administrator)
    return administrator


def membership_form(number: int, **values) -> dict:
    return {f"memberships-{number}-{name}": value for name, value in values.items()}


def facts_of(user: User) -> dict:
    names = ["username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role"]
    facts = {name: getattr(user, name) or "" for name in names}
    return facts | {"why": "Voor het rooster."} | ({"is_active": "on"} if user.is_active else {})


def add_person(browser, **differences):
    return browser.post(reverse("admin:staff_user_add"), NEW_PERSON | NO_MEMBERSHIPS | differences)


def change_person(browser, user: User, **differences):
    url = reverse("admin:staff_user_change", args=[user.pk])
    values = facts_of(user) | NO_MEMBERSHIPS | differences
    return browser.post(
        url, {name: value for name, value in values.items() if value is not None}, follow=True
    )


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_only_these_models_are_managed():
    assert {model._meta.label for model in admin.site._registry} == {
        "staff.User",
        "staff.SignInWarning",
        "staff.Team",
        "staff.Organisation",
        "staff.AccessLine",
        "staff.AuditEvent",
        "clients.Client",
        "clients.AccessReview",
        "clients.ConsentText",
        "clients.DestructionCertificate",
        "clients.RetentionRegime",
        "trajectories.Employer",
        "trajectories.ImportRun",
        "trajectories.SignalThresholds",
        "reports.MonitoringRun",
        "django_celery_beat.PeriodicTask",
        "django_celery_beat.CrontabSchedule",
        "django_celery_beat.IntervalSchedule",
    }


def test_nothing_can_be_deleted(client, beheerder):
    team = TeamFactory()
    assert client.post(reverse("admin:staff_team_delete", args=[team.pk]), {"post": "yes"}).status_code == 403
    for model_admin in admin.site._registry.values():
        request = client.get(reverse("admin:index")).wsgi_request
        assert not model_admin.has_delete_permission(request)
        assert "delete_selected" not in model_admin.get_actions(request)


def test_first_page_says_what_each_role_may_do(client, beheerder):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("admin:index")).content.decode()
    assert page.count("follows clients: reads and writes the files of their own caseload") == 5
    assert "manages people, teams and settings; sees no content of files" in page


def test_schedule_and_retention_are_told_in_the_language_of_the_reader(client, beheerder):
    every_minute = IntervalSchedule.objects.create(every=60, period=IntervalSchedule.SECONDS)
    for name in [*settings.CELERY_BEAT_SCHEDULE, "van de beheerder zelf"]:
        PeriodicTask.objects.create(name=name, task="x", interval=every_minute)
    tasks = client.get(reverse("admin:django_celery_beat_periodictask_changelist")).content.decode()
    assert not [name for name in settings.CELERY_BEAT_SCHEDULE if f">{name}<" in tasks]
    assert ">cijfers van het vorige kwartaal<" in tasks
    assert ">van de beheerder zelf<" in tasks
    assert ">elke 60 seconden<" in tasks
    regimes = RetentionRegime.objects.all()
    page = client.get(reverse("admin:clients_retentionregime_changelist")).content.decode()
    assert "het einde van het laatste traject" in page
    assert not [regime for regime in regimes if regime.start_event in page]


def confirm_what_waits() -> None:
    second = UserFactory(beheerder=True)
    for change in AccessChange.objects.open().order_by("pk"):
        confirm_access_change(change=change, by=second)


def test_new_person_can_not_sign_in_before_a_password_is_set(client, beheerder):
    assert add_person(client).status_code == 302
    noor = User.objects.get(username="n.devries")
    assert (str(noor), noor.role, noor.has_usable_password(), noor.is_active) == (
        "Noor de Vries",
        "ervaringsdeskundige",
        False,
        False,
    )
    assert actions() == ["staff_member_created", "access_change_asked"]
    assert {event.by for event in AuditEvent.objects.all()} == {beheerder}


def test_new_person_with_password_and_team_signs_in(client, beheerder):
    team = TeamFactory()
    member = membership_form(0, team=team.pk, fte="0.8", started_on="2026-01-01", ended_on="2026-12-31")
    assert (
        add_person(client, password=GOOD_PASSWORD, **member, **{"memberships-TOTAL_FORMS": 1}).status_code
        == 302
    )
    assert authenticate(username="n.devries", password=GOOD_PASSWORD) is None
    confirm_what_waits()
    assert authenticate(username="n.devries", password=GOOD_PASSWORD).username == "n.devries"
    membership = TeamMembership.objects.get()
    assert (membership.team, membership.ended_on) == (team, date(2026, 12, 31))
    assert actions() == [
        "staff_member_created",
        "password_set",
        "access_change_asked",
        "access_change_confirmed",
        "staff_member_corrected",
        "team_joined",
        "team_left",
    ]


@pytest.mark.parametrize(
    ("difference", "field"),
    [
        ({"password": "kort"}, "password"),
        ({"username": "beheerder"}, "username"),
        ({"username": "Beheerder"}, "username"),
        ({"role": "directeur"}, "role"),
        ({"last_name": ""}, "last_name"),
    ],
)
def test_refused_person_is_explained_at_the_field(client, beheerder, difference, field):
    response = add_person(client, **difference)
    errors = response.context["adminform"].form.errors
    assert [*errors] == [field]
    assert len(errors[field]) == 1
    assert User.objects.count() == 1


def test_history_of_an_account_says_what_waits(client, beheerder):
    person = UserFactory(last_name="Vries")
    change_person(client, person, role="teamleider", first_name="Dorien")
    client.post(
        reverse("admin:auth_user_password_change", args=[person.pk]),
        {"password1": GOOD_PASSWORD, "password2": GOOD_PASSWORD, "usable_password": "true", "why": "Kwijt."},
    )
    page = client.get(reverse("admin:staff_user_history", args=[person.pk])).content.decode()
    told = [line for line in re.findall(r"<td>([^<]*)</td>", page) if "ewijzigd" in line or "anvraag" in line]
    assert told == [
        "Voornaam gewijzigd. Aanvraag bij een tweede persoon ‘rol’ toegevoegd.",
        "Aanvraag bij een tweede persoon ‘wachtwoord’ toegevoegd.",
    ]


def test_second_membership_of_the_same_days_is_refused(client, beheerder):
    team = TeamFactory()
    same = {"team": team.pk, "started_on": "2026-01-01"}
    rows = membership_form(0, **same) | membership_form(1, **same) | {"memberships-TOTAL_FORMS": 2}
    response = client.post(reverse("admin:staff_user_add"), NEW_PERSON | NO_MEMBERSHIPS | rows, follow=True)
    assert "al lid" in response.content.decode()
    assert not User.objects.filter(username="n.devries").exists()


def test_team_that_somebody_has_already_is_refused_and_not_asked(client, beheerder):
    membership = TeamMembershipFactory()
    same = {"user": membership.user_id, "team": membership.team_id, "fte": "1"}
    standing = membership_form(0, id=membership.pk, started_on="2020-01-01", **same)
    again = membership_form(1, started_on="2026-03-02", **same)
    forms = {"memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 1}
    page = change_person(client, membership.user, **standing, **again, **forms).content.decode()
    assert "al lid" in page
    assert not AccessChange.objects.exists()


def test_membership_gets_an_end_and_keeps_what_stood_there(client, beheerder):
    membership = TeamMembershipFactory(team__name="FACT Noord")
    row = membership_form(
        0, id=membership.pk, user=membership.user_id, team=membership.team_id, fte="1",
        started_on="2020-01-01", ended_on="2026-06-30",
    )  # fmt: skip
    forms = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1}
    change_person(client, membership.user, **row, **forms)
    membership.refresh_from_db()
    assert membership.ended_on == date(2026, 6, 30)
    event = AuditEvent.objects.get(action="membership_corrected")
    assert event.changes == {"ended_on": [None, "2026-06-30"]}


def test_closed_account_signs_in_no_more_and_may_open_again(client, beheerder):
    worker = UserFactory()
    change_person(client, worker, is_active=None)
    worker.refresh_from_db()
    assert not worker.is_active
    change_person(client, worker, is_active="on")
    confirm_what_waits()
    worker.refresh_from_db()
    assert worker.is_active
    assert actions() == [
        "staff_member_deactivated",
        "access_change_asked",
        "access_change_confirmed",
        "staff_member_corrected",
    ]


@pytest.mark.parametrize("difference", [{"is_active": None}, {"role": Role.MONITOR}])
def test_an_administrator_always_remains(client, beheerder, difference):
    response = change_person(client, beheerder, **difference)
    beheerder.refresh_from_db()
    assert (beheerder.is_active, beheerder.role) == (True, Role.FUNCTIONEEL_BEHEERDER)
    assert "eigen" in str(response.context["adminform"].form.errors)
    assert not actions()


def test_password_is_set_on_its_own_page(client, beheerder):
    worker = UserFactory()
    url = reverse("admin:auth_user_password_change", args=[worker.pk])
    assert 'name="why"' in client.get(url).content.decode()
    weak = {"password1": "kort", "password2": "kort", "usable_password": "true"}
    assert client.post(url, weak).status_code == 200
    good = {"password1": GOOD_PASSWORD, "password2": GOOD_PASSWORD, "usable_password": "true"}
    assert client.post(url, good).status_code == 200  # without a reason
    assert client.post(url, good | {"why": "Kan geen e-mail lezen."}).status_code == 302
    confirm_what_waits()
    worker.refresh_from_db()
    assert worker.check_password(GOOD_PASSWORD)
    assert actions() == ["access_change_asked", "access_change_confirmed", "password_set"]


def test_password_is_removed_at_once(client, beheerder):
    worker = UserFactory(email="noor@example.org")
    worker.set_password(GOOD_PASSWORD)
    worker.save()
    url = reverse("admin:auth_user_password_change", args=[worker.pk])
    asked = {"usable_password": "false", "unset-password": "1"}
    assert client.post(url, asked).status_code == 302
    worker.refresh_from_db()
    assert not worker.has_usable_password()
    assert actions() == ["password_removed"]
    assert [(mail.kind, mail.user) for mail in StaffMail.objects.all()] == [("password_removed", worker)]


def test_own_password_is_not_set_here(client, beheerder):
    url = reverse("admin:auth_user_password_change", args=[beheerder.pk])
    typed = {"password1": GOOD_PASSWORD, "password2": GOOD_PASSWORD, "why": "Handig."}
    answer = client.post(url, typed | {"usable_password": "true"}, follow=True)
    assert "je eigen pagina" in str(next(iter(answer.context["messages"])))
    assert not AccessChange.objects.exists()


def test_clients_are_numbers_only(client, beheerder):
    ClientFactory(
        first_name="Geheimpje", last_name="Zwanenberg", municipality="Nergenshuizen", client_number="N-1"
    )
    url = reverse("admin:clients_client_changelist")
    page = client.get(url, {"q": "N-1"}).content.decode()
    assert "N-1" in page
    assert not any(secret in page for secret in ("Geheimpje", "Zwanenberg", "ZWANENBERG", "Nergenshuizen"))


@pytest.mark.parametrize("asked", ["q=Zwanenberg", "q=Geheimpje"])
def test_clients_are_not_found_by_name(client, beheerder, asked):
    ClientFactory(first_name="Geheimpje", last_name="Zwanenberg", client_number="NUMMER-1")
    page = client.get(f"{reverse('admin:clients_client_changelist')}?{asked}").content.decode()
    assert "NUMMER-1" not in page


@pytest.mark.parametrize("asked", ["last_name__startswith=Z", "birth_date__year=1980", "search_name=x"])
def test_clients_are_not_guessed_through_the_address(client, beheerder, asked):
    ClientFactory(last_name="Zwanenberg")
    assert client.get(f"{reverse('admin:clients_client_changelist')}?{asked}").status_code == 400


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_client_has_no_page_in_the_admin(client, beheerder, page):
    url = reverse(f"admin:clients_client_{page}", args=[ClientFactory().pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {}).status_code == 403


def test_log_of_changes_names_fields_not_values(client, beheerder):
    worker = UserFactory(first_name="Voorheen")
    change_person(client, worker, first_name="Daarna")
    event = AuditEvent.objects.get()
    assert event.changes == {"first_name": ["Voorheen", "Daarna"]}
    for url in (
        reverse("admin:staff_auditevent_changelist"),
        reverse("admin:staff_auditevent_change", args=[event.pk]),
    ):
        page = client.get(url).content.decode()
        assert "voornaam" in page.lower()
        assert not any(value in page for value in ("Voorheen", "Daarna"))


def test_log_of_changes_can_not_be_changed(client, beheerder):
    change_person(client, UserFactory(), first_name="Daarna")
    event = AuditEvent.objects.get()
    assert client.post(reverse("admin:staff_auditevent_change", args=[event.pk]), {}).status_code == 403
    assert client.get(reverse("admin:staff_auditevent_add")).status_code == 403


def test_team_is_made_and_corrected_through_services(client, beheerder):
    facts = {"code": "mss-1", "name": "MSS Oost", "kind": "mss", "inhabitants": 50000}
    client.post(reverse("admin:staff_team_add"), facts)
    team = Team.objects.get()
    client.post(reverse("admin:staff_team_change", args=[team.pk]), facts | {"inhabitants": 51000})
    team.refresh_from_db()
    assert (team.inhabitants, actions()) == (51000, ["team_created", "team_corrected"])


def test_employer_is_made_and_corrected_through_services(client, beheerder):
    client.post(reverse("admin:trajectories_employer_add"), {"name": "Korenschoof", "municipality": "Assen"})
    employer = Employer.objects.get()
    assert employer.municipality == "Assen"
    url = reverse("admin:trajectories_employer_change", args=[employer.pk])
    client.post(url, {"name": "De Korenschoof", "municipality": "Assen"})
    employer.refresh_from_db()
    assert employer.name == "De Korenschoof"
    assert actions() == ["employer_recorded", "employer_corrected", "employer_corrected"]


def test_employer_with_a_known_name_is_refused(client, beheerder):
    EmployerFactory(name="Korenschoof")
    response = client.post(reverse("admin:trajectories_employer_add"), {"name": "KORENSCHOOF"})
    assert response.context["adminform"].form.errors
    assert Employer.objects.count() == 1


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("model", sorted(model._meta.label_lower for model in admin.site._registry))
def test_every_list_and_empty_form_opens(client, beheerder, model, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    names = [f"admin:{model.replace('.', '_')}_{page}" for page in ("changelist", "add")]
    statuses = [client.get(reverse(name), follow=True).status_code for name in names]
    assert statuses[0] == 200
    assert statuses[1] in (200, 403)


@pytest.mark.parametrize("rows", [1, 12])
def test_people_query_budget(client, count_queries, beheerder, rows):
    for _number in range(rows):
        TeamMembershipFactory()
    with count_queries(5):  # session with user, number, number in all, rows, memberships
        client.get(reverse("admin:staff_user_changelist"))


def test_groups_and_addresses_of_packages_are_hidden():
    for name in ("auth_group", "account_emailaddress", "sites_site", "django_celery_beat_solarschedule"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{name}_changelist")
