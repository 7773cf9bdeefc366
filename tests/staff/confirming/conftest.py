"""Who asks, who confirms, and whose file it would open."""

import pytest
from django.test import Client as Browser

from clients.models import Client
from staff.models import User
from tests.factories import ClientFactory, TeamFactory, UserFactory


@pytest.fixture
def team():
    return TeamFactory(name="FACT Noord")


@pytest.fixture
def secret(team) -> Client:
    return ClientFactory(team=team)


@pytest.fixture
def administrator() -> User:
    return UserFactory(beheerder=True, username="beheerder", email="beheerder@example.org")


@pytest.fixture
def second() -> User:
    return UserFactory(beheerder=True, username="tweede", email="tweede@example.org")


@pytest.fixture
def lead(team) -> User:
    return UserFactory(teamleider=True, team=team, email="lead@example.org")


@pytest.fixture
def desk(administrator) -> Browser:
    made = Browser()
    made.force_login(administrator)
    return made
