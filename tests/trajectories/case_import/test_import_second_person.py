"""An uploaded staff.csv is no way past the second person: not for oneself, a colleague or a new account."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.confirming import services as confirming
from staff.models import AccessChange, AuditEvent, Role, TeamMembership, User
from tests.factories import ClientFactory, TeamFactory, TeamMembershipFactory, UserFactory
from tests.staff.confirming.test_second_person import OPENING_ROLES, confirm_all, sees
from tests.trajectories.case_import.import_files import run_import, write_file
from tests.trajectories.case_import.test_import_uploads import ask, sign_in
from trajectories.case_import import services as import_run
from trajectories.models import ImportRun, ImportState

pytestmark = [pytest.mark.shows(1, 2, 25), pytest.mark.django_db, pytest.mark.usefixtures("english")]

REFUSED = "This waits for a second person: change it at the person in the administration."
OWN = "Nobody imports a row about themself. Ask another administrator."
AHEAD = str(timezone.localdate() + timedelta(days=30))


@pytest.fixture(params=[True, False], ids=["released", "alone"])
def upload(request, settings, tmp_path, by, second):
    """Uploads rows of staff.csv, with and without the second person of the import itself."""
    settings.IMPORT_NEEDS_SECOND_PERSON = request.param

    def upload(*rows: dict[str, str]) -> ImportRun:
        write_file(tmp_path, "staff", *rows)
        run = ask(tmp_path, by)
        perform(run)
        if run.state == ImportState.CHECKED:
            import_run.release_import(run=run, by=second)
            perform(run)
        return run

    return upload


@pytest.fixture
def by(db):
    return UserFactory(beheerder=True, staff_number="B1")


@pytest.fixture
def second(by):
    return UserFactory(beheerder=True, staff_number="B2")


@pytest.fixture
def team(db):
    return TeamFactory(code="N")


@pytest.fixture
def secret(team):
    return ClientFactory(team=team)


def perform(run):
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()


def reasons(run):
    return [one["reason"] for one in run.report["refusals"]]


def row_of(person: User, **cells: str) -> dict[str, str]:
    """The row that changes nothing, but for what is said."""
    facts = {
        name: getattr(person, name) for name in ("first_name", "name_prefix", "last_name", "email", "role")
    }
    return facts | {"staff_number": person.staff_number, "team_code": "", "started_on": "", "fte": ""} | cells


def in_team(person: User, **cells: str) -> dict[str, str]:
    return row_of(person, team_code="N", started_on="2024-01-01", **cells)


def change_role(team, role):
    person = UserFactory(monitor=True, team=team, staff_number="S1")
    return person, row_of(person, role=role)


def change_role_of_a_closed_account(team, role):
    person = UserFactory(monitor=True, team=team, staff_number="S1", is_active=False)
    return person, row_of(person, role=role)


def join(team, role):
    person = UserFactory(role=role, staff_number="S1")
    return person, in_team(person)


def join_ahead(team, role):
    person = UserFactory(role=role, staff_number="S1")
    return person, row_of(person, team_code="N", started_on=AHEAD)


def stay_longer(team, role):
    person = UserFactory(role=role, staff_number="S1")
    TeamMembershipFactory(user=person, team=team, started_on="2024-01-01", ended_on="2024-02-01")
    return person, in_team(person, ended_on="")


def start_earlier(team, role):
    person = UserFactory(role=role, staff_number="S1")
    TeamMembershipFactory(user=person, team=team, started_on=AHEAD)
    return person, in_team(person, ended_on=str(timezone.localdate()))


def take_over_the_mailbox(team, role):
    person = UserFactory(role=role, staff_number="S1", email="noor@example.org")
    return person, row_of(person, email="iemand@example.org")


ROUTES = {
    route.__name__: route
    for route in (
        change_role, change_role_of_a_closed_account, join, join_ahead, stay_longer, start_earlier,
        take_over_the_mailbox,
    )
}  # fmt: skip


def stored() -> tuple:
    people = User.objects.order_by("pk").values_list("pk", "role", "email", "is_active", "staff_number")
    return list(people), list(TeamMembership.objects.order_by("pk").values())


@pytest.mark.parametrize("role", OPENING_ROLES)
@pytest.mark.parametrize("route", ROUTES)
def test_no_row_lets_a_known_person_see_more(upload, team, secret, route, role):
    person, row = ROUTES[route](team, role)
    before = stored()
    run = upload(row)
    assert (run.state, reasons(run)) == (ImportState.REFUSED, [REFUSED])
    assert stored() == before
    assert not sees(person, secret)


@pytest.mark.parametrize(
    "cells", [{"role": "teamleider"}, {"email": "anders@example.org"}, {"last_name": "Ik"}]
)
def test_nobody_imports_a_row_about_themself(upload, by, cells):
    before = stored()
    run = upload(row_of(by, **cells))
    assert (run.state, reasons(run)) == (ImportState.REFUSED, [OWN])
    assert stored() == before


def test_row_about_oneself_that_changes_nothing_stops_no_file(upload, by):
    assert upload(row_of(by)).state == ImportState.DONE


@pytest.mark.parametrize("role", OPENING_ROLES)
def test_new_person_is_closed_until_a_second_person_confirms_all(upload, secret, by, second, role):
    run = upload({"role": role, "team_code": "N", "email": "noor@example.org"})
    assert run.state == ImportState.DONE
    person = User.objects.get(staff_number="S1")
    assert (person.is_active, person.memberships.count()) == (False, 0)
    assert not sees(person, secret)
    change = AccessChange.objects.get()
    assert (change.person, change.asked_by, len(change.memberships)) == (person, by, 1)
    assert change.changes["role"] == [role, role]
    assert change.changes["is_active"] == [False, True]
    assert "1 new person waits for a second person" in " ".join(run.report["notices"])
    with pytest.raises(RuleError):
        confirming.confirm_access_change(change=change, by=by)
    confirm_all(second)
    assert sees(person, secret)


def test_new_person_who_opens_no_file_waits_too(upload, team, second):
    upload({"role": "monitor"})
    person = User.objects.get(staff_number="S1")
    assert (person.is_active, person.memberships.count()) == (False, 0)
    confirm_all(second)
    person.refresh_from_db()
    assert (person.is_active, person.memberships.get().team) == (True, team)


def test_same_file_again_asks_nothing_again(upload, team, second):
    upload({})
    confirm_all(second)
    before = stored()
    assert upload({}).state == ImportState.DONE
    assert (stored(), AccessChange.objects.count()) == (before, 1)


def test_dry_run_asks_nobody(by, tmp_path, team):
    write_file(tmp_path, "staff", {})
    run = ask(tmp_path, by, dry_run=True)
    perform(run)
    assert (run.state, run.report["notices"] != []) == (ImportState.DONE, True)
    assert not AccessChange.objects.exists()
    assert not User.objects.filter(staff_number="S1").exists()


def test_account_that_gets_the_number_after_the_check_is_not_opened(by, second, tmp_path, team, secret):
    puppet = UserFactory(monitor=True, team=team)
    write_file(tmp_path, "staff", {"role": "teamleider", "team_code": "", "started_on": ""})
    run = ask(tmp_path, by)
    perform(run)
    assert run.state == ImportState.CHECKED
    User.objects.filter(pk=puppet.pk).update(staff_number="S1")
    import_run.release_import(run=run, by=second)
    perform(run)
    assert (run.state, reasons(run)) == (ImportState.REFUSED, [REFUSED])
    assert not sees(puppet, secret)


def test_who_uploaded_and_left_opens_nothing(by, second, tmp_path, team):
    write_file(tmp_path, "staff", {"team_code": "N"})
    run = ask(tmp_path, by)
    ImportRun.objects.filter(pk=run.pk).update(started_by=None)
    perform(run)
    assert (run.state, reasons(run)) == (ImportState.REFUSED, [REFUSED])


@pytest.mark.parametrize("cells", [{"role": "casemanager"}, {"first_name": "Noor"}, {"last_name": "Bos"}])
def test_what_opens_nothing_holds_and_stands_in_the_log_of_that_person(upload, by, team, cells):
    person = UserFactory(staff_number="S1", team=team)
    run = upload(row_of(person, **cells))
    assert run.state == ImportState.DONE
    line = AuditEvent.objects.get(target_id=person.public_id, action="staff_member_corrected")
    (name, value) = next(iter(cells.items()))
    assert (line.by, line.changes[name][1]) == (by, value)


def test_leaving_a_team_holds_and_stands_in_the_log(upload, by, team):
    person = UserFactory(staff_number="S1")
    membership = TeamMembershipFactory(user=person, team=team, started_on="2024-01-01")
    assert upload(in_team(person, ended_on="2025-01-31")).state == ImportState.DONE
    line = AuditEvent.objects.get(target_id=membership.public_id)
    assert (line.by, line.changes["ended_on"]) == (by, [None, "2025-01-31"])


def test_every_person_made_has_a_line(upload, by, team):
    upload({}, {"staff_number": "S2", "role": Role.MONITOR, "team_code": "", "started_on": ""})
    for person in User.objects.filter(staff_number__in=["S1", "S2"]):
        assert AuditEvent.objects.get(target_id=person.public_id).by == by


def test_server_opens_at_once_and_says_so_in_the_log(tmp_path, team, secret):
    write_file(tmp_path, "staff", {"role": "teamleider"})
    assert run_import(tmp_path).written
    person = User.objects.get(staff_number="S1")
    assert sees(person, secret)
    assert AuditEvent.objects.get(target_id=person.public_id).by is None
    assert not AccessChange.objects.exists()


def test_page_of_the_import_says_who_waits(client, upload, by, team):
    run = upload({})
    sign_in(client, by)
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert "waits for a second person" in page
    assert Client.objects.count() == 0
