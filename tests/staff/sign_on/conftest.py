"""The organisation's own service and who signs in there. Attempts are counted: each test starts with none."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import TeamFactory, UserFactory
from tests.staff.sign_on.second_factors import give_app
from tests.staff.sign_on.visits import PASSWORD, SUBJECT, link


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def provider(openid_providers, settings):
    """The service of the organisation, which asked SUBJECT for two factors."""
    service = openid_providers[0]
    settings.SECOND_FACTOR_REQUIRED = True
    settings.OIDC_ISSUER = service.issuer
    settings.OIDC_CLIENT_ID = "reis-naar-werk"
    settings.OIDC_CLIENT_SECRET = "geheim"
    settings.OIDC_NAME = "Zorgpoort"
    service.publishes("own")
    service.says_of_itself()
    service.knows(SUBJECT, amr=["pwd", "mfa"])
    return service


@pytest.fixture
def visitor():
    """Not the strict client: the way back from the service is a GET that may write."""
    return Client()


@pytest.fixture
def worker():
    person = UserFactory(username="maaike", email="maaike@example.org", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def linked(worker, provider):
    """Maaike, who linked her account; she has the app as well. Answers its secret."""
    link(worker, provider)
    return give_app(worker)
