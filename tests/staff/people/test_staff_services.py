from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent, Role, Team, TeamKind, User
from staff.people import services

pytestmark = pytest.mark.django_db
START = date(2025, 3, 3)


@pytest.fixture
def administrator() -> User:
    return services.create_staff_member(
        username="beheer", last_name="Smit", role=Role.FUNCTIONEEL_BEHEERDER, by=None
    )


@pytest.fixture
def team(administrator) -> Team:
    return services.create_team(code="noord", name="FACT Noord", kind=TeamKind.FACT, by=administrator)


@pytest.fixture
def worker(administrator) -> User:
    return services.create_staff_member(
        username="ans",
        last_name="Bos",
        role=Role.CASEMANAGER,
        password="een-lang-wachtwoord",
        by=administrator,
    )


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_team_is_made_with_an_audit_line(administrator):
    made = services.create_team(
        code="vliet", name="MSS De Vliet", kind=TeamKind.MSS, inhabitants=95_000, by=administrator
    )
    assert Team.objects.get().inhabitants == 95_000
    assert AuditEvent.objects.get(action="team_created").target_id == made.public_id


def test_team_code_is_given_once(team, administrator):
    with pytest.raises(ValidationError):
        services.create_team(code="noord", name="Nog een", kind=TeamKind.FACT, by=administrator)


def test_staff_member_can_sign_in_with_the_password(client, worker):
    assert client.login(username="ans", password="een-lang-wachtwoord")


def test_staff_member_without_password_can_not_sign_in(administrator):
    assert not administrator.has_usable_password()


def test_weak_password_is_refused(administrator):
    with pytest.raises(ValidationError):
        services.create_staff_member(
            username="kort", last_name="Kort", role=Role.MONITOR, password="kort", by=administrator
        )
    assert not User.objects.filter(username="kort").exists()


def test_user_name_is_given_once(worker, administrator):
    with pytest.raises(ValidationError):
        services.create_staff_member(username="ans", last_name="Ander", role=Role.MONITOR, by=administrator)


def test_unknown_role_is_refused(administrator):
    with pytest.raises(ValidationError):
        services.create_staff_member(username="x", last_name="X", role="directeur", by=administrator)


def test_membership_gives_the_team_from_its_first_day(team, worker, administrator):
    membership = services.join_team(
        user=worker, team=team, started_on=START, fte=Decimal("0.8"), is_trainee=True, by=administrator
    )
    assert list(User.objects.in_teams([team], START)) == [worker]
    assert not User.objects.in_teams([team], START - timedelta(days=1)).exists()
    assert membership.is_trainee
    assert actions()[-1] == "team_joined"


def test_joining_a_team_twice_is_refused(team, worker, administrator):
    services.join_team(user=worker, team=team, started_on=START, by=administrator)
    with pytest.raises(ValidationError):
        services.join_team(user=worker, team=team, started_on=START + timedelta(days=5), by=administrator)


def test_membership_ends_after_its_last_day(team, worker, administrator):
    membership = services.join_team(user=worker, team=team, started_on=START, by=administrator)
    last_day = START + timedelta(days=30)
    services.leave_team(membership=membership, on=last_day, by=administrator)
    assert User.objects.in_teams([team], last_day).exists()
    assert not User.objects.in_teams([team], last_day + timedelta(days=1)).exists()
    assert actions()[-1] == "team_left"


def test_leaving_twice_is_refused(team, worker, administrator):
    membership = services.join_team(user=worker, team=team, started_on=START, by=administrator)
    services.leave_team(membership=membership, on=START, by=administrator)
    with pytest.raises(RuleError):
        services.leave_team(membership=membership, on=START, by=administrator)


def test_leaving_before_joining_is_refused(team, worker, administrator):
    membership = services.join_team(user=worker, team=team, started_on=START, by=administrator)
    with pytest.raises(RuleError) as refusal:
        services.leave_team(membership=membership, on=START - timedelta(days=1), by=administrator)
    assert refusal.value.field == "on"


def test_deactivated_person_can_not_sign_in_and_joins_no_team(client, team, worker, administrator):
    services.deactivate_staff_member(user=worker, by=administrator)
    assert not client.login(username="ans", password="een-lang-wachtwoord")
    with pytest.raises(RuleError):
        services.join_team(user=worker, team=team, started_on=START, by=administrator)


def test_deactivating_twice_is_refused(worker, administrator):
    services.deactivate_staff_member(user=worker, by=administrator)
    with pytest.raises(RuleError):
        services.deactivate_staff_member(user=worker, by=administrator)


def test_own_account_can_not_be_closed(administrator):
    with pytest.raises(RuleError):
        services.deactivate_staff_member(user=administrator, by=administrator)
    administrator.refresh_from_db()
    assert administrator.is_active
