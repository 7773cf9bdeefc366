"""What the database refuses about clients and who follows them, and what it says."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.models import Assignment
from tests.factories import AssignmentFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken():
    """Somebody follows this client as the fixed person in 2024."""
    return AssignmentFactory(started_on=date(2024, 1, 1), ended_on=date(2024, 12, 31))


def broken_rows(taken) -> dict[str, dict]:
    peer = UserFactory(ervaringsdeskundige=True)
    return {
        "assignment_role_follows_clients": {"role": "teamleider", "is_primary": False},
        "assignment_ends_after_start": {"started_on": date(2024, 2, 2), "ended_on": date(2024, 2, 1)},
        "assignment_primary_is_trajectbegeleider": {"user": peer, "is_primary": True},
        "assignment_periods_do_not_overlap": {
            "client": taken.client,
            "user": taken.user,
            "started_on": date(2024, 12, 31),
            "is_primary": False,
        },
    }


@pytest.mark.parametrize(
    "constraint",
    [
        "assignment_role_follows_clients",
        "assignment_ends_after_start",
        "assignment_primary_is_trajectbegeleider",
        "assignment_periods_do_not_overlap",
    ],
)
def test_constraint_bites_and_explains_itself(taken, constraint):
    row = broken_rows(taken)[constraint]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AssignmentFactory(**row)
    assert explains(
        AssignmentFactory.build(**{"client": taken.client, "user": taken.user, **row}), constraint
    )


def test_two_open_fixed_trajectbegeleiders_are_impossible():
    first = AssignmentFactory()
    with pytest.raises(IntegrityError, match="one_open_primary_trajectbegeleider"), transaction.atomic():
        AssignmentFactory(client=first.client)
    second = AssignmentFactory.build(client=first.client, user=UserFactory())
    assert explains(second, "one_open_primary_trajectbegeleider")


def test_fixed_person_may_follow_another_one(taken):
    assert AssignmentFactory(client=taken.client, started_on=date(2025, 1, 1)).is_primary


def test_same_person_may_return_the_day_after(taken):
    assert AssignmentFactory(client=taken.client, user=taken.user, started_on=date(2025, 1, 1))


def test_client_number_is_given_once():
    first = ClientFactory()
    with pytest.raises(IntegrityError, match="client_number"), transaction.atomic():
        ClientFactory(client_number=first.client_number)


def explains(row: Assignment, constraint: str) -> bool:
    """Whether validation refuses the row with the sentence of this constraint."""
    message = next(c.violation_error_message for c in Assignment._meta.constraints if c.name == constraint)
    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()
    return str(message) in refusal.value.messages
