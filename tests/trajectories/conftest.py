"""A signed-in caseworker with one trajectory on the caseload, for the tests of pages."""

import pytest

from staff.models import User
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from trajectories.models import Trajectory


@pytest.fixture
def caseworker(db, client) -> User:
    caseworker = UserFactory(team=TeamFactory())
    client.force_login(caseworker)
    return caseworker


@pytest.fixture
def trajectory(caseworker) -> Trajectory:
    return TrajectoryFactory(followed_by=caseworker)


@pytest.fixture
def by(db) -> User:
    """Who does it, where that doesn't matter."""
    return UserFactory()
