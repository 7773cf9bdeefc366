"""The same day and seed give the same people; a refusal half-way leaves nothing behind."""

import hashlib
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from clients.models import Assignment, Client
from ipsplatform.common.errors import RuleError
from ipsplatform.demo.making import make_demo
from staff.models import TeamMembership, User
from trajectories.models import Contact, Job, StagePeriod, Trajectory

pytestmark = pytest.mark.django_db

# Numbers from a sequence and moments of recording differ; everything else is part of the digest.
CONTENT = {
    User: ("username", "first_name", "last_name", "role", "is_active"),
    TeamMembership: ("user__username", "team__code", "fte", "is_trainee", "started_on", "ended_on"),
    Client: (
        "client_number",
        "first_name",
        "name_prefix",
        "last_name",
        "birth_name",
        "birth_date",
        "birth_precision",
        "team__code",
        "municipality",
        "phone",
    ),
    Assignment: (
        "client__client_number",
        "user__username",
        "role",
        "is_primary",
        "started_on",
        "ended_on",
    ),
    Trajectory: (
        "client__client_number",
        "kind",
        "funder",
        "target_group",
        "referred_on",
        "enrolled_on",
        "approved_on",
        "ended_on",
        "end_reason",
        "wish",
        "next_step",
    ),
    StagePeriod: (
        "trajectory__client__client_number",
        "trajectory__enrolled_on",
        "stage",
        "started_on",
        "ended_on",
        "reason",
        "client_words",
        "recorded_by__username",
    ),
    Job: (
        "trajectory__client__client_number",
        "employer__name",
        "occupation",
        "started_on",
        "ended_on",
        "hours_per_week",
        "contract",
        "end_reason",
    ),
    Contact: (
        "client__client_number",
        "staff__username",
        "occurred_at",
        "minutes",
        "kind",
        "employer__name",
        "location",
        "note",
    ),
}


def digest_of(*, today: date, seed: int) -> str:
    """Make a small demonstration, take its digest, and undo it."""
    with transaction.atomic():
        make_demo(today=today, seed=seed, part=0.05)
        rows = [sorted(map(repr, model.objects.values_list(*fields))) for model, fields in CONTENT.items()]
        transaction.set_rollback(True)
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_same_day_and_seed_give_the_same_people():
    today = timezone.localdate()
    first = digest_of(today=today, seed=1)
    assert digest_of(today=today, seed=1) == first
    assert digest_of(today=today, seed=2) != first


def test_leap_day_gives_a_demonstration_too():
    assert digest_of(today=date(2024, 2, 29), seed=1)


def test_database_with_one_person_is_refused():
    User.objects.create_user("iemand", last_name="Iemand", role="monitor")
    with pytest.raises(RuleError):
        make_demo(today=timezone.localdate(), part=0.1)
    assert User.objects.count() == 1
    assert not Client.objects.exists()
