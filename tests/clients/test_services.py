"""What the services of clients refuse and record."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from clients.following import services as following_services
from clients.people import services as people_services
from clients.people.given_numbers import NumberRefusedError
from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent, Role
from tests.factories import AssignmentFactory, ClientFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


@pytest.fixture
def by():
    return UserFactory(teamleider=True)


def refused(call, **arguments) -> RuleError:
    with pytest.raises(RuleError) as refusal:
        call(**arguments)
    return refusal.value


def test_register_refuses_a_birth_date_in_the_future(by):
    error = refused(people_services.register_client, last_name="Groot", birth_date=date(2026, 3, 3), by=by)
    assert error.field == "birth_date"


def test_register_refuses_a_number_that_is_taken(by):
    ClientFactory(client_number="C0042")
    with pytest.raises(NumberRefusedError) as refusal:
        people_services.register_client(last_name="Groot", client_number="C0042", by=by)
    assert refusal.value.field == "client_number"


def test_register_refuses_a_person_without_last_name(by):
    with pytest.raises(ValidationError) as refusal:
        people_services.register_client(last_name="", by=by)
    assert list(refusal.value.error_dict) == ["last_name"]


def test_register_gives_numbers_that_nobody_has(by):
    first = people_services.register_client(last_name="Groot", by=by)
    prefix, number = first.client_number.split("-")
    ClientFactory(client_number=f"{prefix}-{int(number) + 1}")
    second = people_services.register_client(last_name="Groot", by=by)
    assert second.client_number == f"{prefix}-{int(number) + 2}"


def test_register_records_who_did_it(by):
    person = people_services.register_client(last_name="Groot", team=TeamFactory(), by=by)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.target_id) == ("client_registered", by, person.public_id)


def test_correct_refuses_a_birth_date_in_the_future(by):
    error = refused(
        people_services.correct_client, client=ClientFactory(), birth_date=date(2026, 3, 3), by=by
    )
    assert error.field == "birth_date"


def test_correct_without_a_change_records_nothing(by):
    person = ClientFactory()
    people_services.correct_client(client=person, last_name=person.last_name, by=by)
    assert not AuditEvent.objects.exists()


def test_assign_refuses_somebody_who_left(by):
    gone = UserFactory(is_active=False)
    error = refused(following_services.assign, client=ClientFactory(), user=gone, role=gone.role, by=by)
    assert error.field == "user"


@pytest.mark.parametrize("role", [Role.TEAMLEIDER, Role.MONITOR, Role.FUNCTIONEEL_BEHEERDER])
def test_assign_refuses_roles_that_follow_nobody(by, role):
    with pytest.raises(ValidationError):
        following_services.assign(client=ClientFactory(), user=UserFactory(role=role), role=role, by=by)


def test_assign_refuses_a_second_fixed_person(by):
    first = AssignmentFactory()
    with pytest.raises(ValidationError):
        following_services.assign(
            client=first.client,
            user=UserFactory(),
            role=Role.IPS_TRAJECTBEGELEIDER,
            is_primary=True,
            by=by,
        )


def test_end_refuses_a_day_before_the_start(by):
    assignment = AssignmentFactory(started_on=TODAY)
    error = refused(following_services.end_assignment, assignment=assignment, on=date(2026, 3, 1), by=by)
    assert error.field == "on"


def test_end_refuses_twice(by):
    assignment = AssignmentFactory(ended_on=date(2026, 3, 1))
    assert refused(following_services.end_assignment, assignment=assignment, on=TODAY, by=by).field is None


def test_hand_over_refuses_the_same_person(by):
    assignment = AssignmentFactory()
    error = refused(following_services.hand_over, assignment=assignment, to=assignment.user, on=TODAY, by=by)
    assert error.field == "to"


def test_hand_over_refuses_somebody_who_left_and_keeps_the_one_before(by):
    assignment = AssignmentFactory()
    gone = UserFactory(is_active=False)
    refused(following_services.hand_over, assignment=assignment, to=gone, on=TODAY, by=by)
    assignment.refresh_from_db()
    assert assignment.ended_on is None


def test_hand_over_refuses_an_assignment_that_has_ended(by):
    assignment = AssignmentFactory(ended_on=date(2026, 1, 1))
    refused(following_services.hand_over, assignment=assignment, to=UserFactory(), on=TODAY, by=by)
