"""Thresholds are rows of the administration: of the organisation, and of a team where that differs."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from staff.models import AuditEvent
from tests.factories import SignalThresholdsFactory, TeamFactory, UserFactory
from trajectories.models import LIMITS, SignalThresholds
from trajectories.signals.services import correct_thresholds, set_thresholds

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(beheerder=True)


def of_the_organisation() -> SignalThresholds:
    return SignalThresholds.objects.get(team=None)


def test_the_organisation_begins_with_the_days_of_the_domain():
    assert {name: getattr(of_the_organisation(), name) for name in LIMITS} == {
        name: limit.days for name, limit in LIMITS.items()
    }


def test_a_change_is_recorded_and_the_earlier_row_is_kept(administrator):
    correct_thresholds(thresholds=of_the_organisation(), by=administrator, not_seen_days=35)
    assert of_the_organisation().not_seen_days == 35
    event = AuditEvent.objects.get(action="thresholds_corrected")
    assert (event.by, event.changes) == (administrator, {"not_seen_days": [28, 35]})
    assert of_the_organisation().history.get().not_seen_days == 28


@pytest.mark.parametrize("name", LIMITS)
def test_what_makes_no_sense_is_refused_by_service_and_database(administrator, name):
    for days in (LIMITS[name].least - 1, LIMITS[name].most + 1):
        with pytest.raises(ValidationError):
            correct_thresholds(thresholds=of_the_organisation(), by=administrator, **{name: days})
        with pytest.raises(IntegrityError), transaction.atomic():
            SignalThresholds.objects.filter(team=None).update(**{name: days})


def test_the_organisation_leaves_nothing_open_and_a_team_may(administrator):
    with pytest.raises(ValidationError):
        correct_thresholds(thresholds=of_the_organisation(), by=administrator, not_seen_days=None)
    team = TeamFactory()
    assert set_thresholds(team=team, by=administrator, not_seen_days=40).no_employer_days is None
    with pytest.raises(ValidationError):
        set_thresholds(team=team, by=administrator, not_seen_days=41)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignalThresholds.objects.create(**{name: limit.days for name, limit in LIMITS.items()})


def test_the_administrator_changes_them_in_the_administration(client, administrator):
    client.force_login(administrator)
    team, row = TeamFactory(), of_the_organisation()
    change = reverse("admin:trajectories_signalthresholds_change", args=[row.pk])
    days = {name: limit.days for name, limit in LIMITS.items()}
    assert client.post(change, days | {"not_seen_days": 21}).status_code == 302
    assert of_the_organisation().not_seen_days == 21
    answer = client.post(change, days | {"not_seen_days": 1})
    assert (answer.status_code, of_the_organisation().not_seen_days) == (200, 21)
    add = reverse("admin:trajectories_signalthresholds_add")
    assert client.post(add, {"team": team.pk, "no_employer_days": 14}).status_code == 302
    own = team.signal_thresholds
    assert (own.no_employer_days, own.not_seen_days) == (14, None)
    assert "21" in client.get(reverse("admin:trajectories_signalthresholds_changelist")).content.decode()
    history = client.get(reverse("admin:trajectories_signalthresholds_history", args=[row.pk]))
    assert history.status_code == 200


@pytest.mark.parametrize("trait", ["teamleider", "monitor", "casemanager"])
def test_nobody_else_comes_there(client, trait):
    client.force_login(UserFactory(**{trait: True}))
    thresholds = SignalThresholdsFactory()
    url = reverse("admin:trajectories_signalthresholds_change", args=[thresholds.pk])
    assert client.get(url).status_code in (302, 403, 404)
