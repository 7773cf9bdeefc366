"""Without Valkey every page works: each process remembers for itself, and wrong passwords stay counted."""

import pytest
from django.conf import settings as now
from django.core.cache import cache, caches
from django.urls import reverse

from ipsplatform.common.fallback_cache import SILENCE_SECONDS
from tests.factories import TeamFactory, UserFactory
from tests.ports import closed_port

pytestmark = pytest.mark.shows(2, 16)

PASSWORD = "een lange zin die ik onthoud"


def located(address: str) -> dict:
    return {"default": now.CACHES["default"] | {"LOCATION": address}}


@pytest.fixture
def without_valkey(settings):
    settings.CACHES = located(f"redis://127.0.0.1:{closed_port()}/0")
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person(db):
    person = UserFactory(username="trajectbegeleider", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.mark.usefixtures("without_valkey")
def test_every_operation_has_a_fallback():
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    cache.set_many({"b": 2, "c": 3})
    assert (cache.get("a"), cache.get_many(["b", "c", "d"]), "b" in cache) == (1, {"b": 2, "c": 3}, True)
    assert (cache.incr("a"), cache.touch("b", 60), cache.delete("b"), cache.get("b")) == (2, True, True, None)
    cache.delete_many(["c"])
    assert cache.get_or_set("c", lambda: 4) == 4
    cache.clear()
    assert cache.get("c") is None


@pytest.mark.usefixtures("without_valkey")
def test_the_worker_signs_in_and_opens_pages(client, person):
    answer = client.post("/login/", {"login": person.username, "password": PASSWORD})
    assert answer.status_code == 302
    for name in ("trajectories:caseload_list", "reports:team_dashboard", "trajectories:contact_write"):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.usefixtures("without_valkey")
def test_wrong_passwords_stay_counted(client, person):
    for _ in range(5):
        client.post("/login/", {"login": person.username, "password": "verkeerd woord"})
    refused = client.post("/login/", {"login": person.username, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert refused.status_code in (200, 429)


def test_valkey_is_asked_again_after_a_moment(settings):
    settings.CACHES = located(f"redis://127.0.0.1:{closed_port()}/0")
    backend = caches["default"]
    backend.set("a", "of this process")
    assert backend.get("a") == "of this process"
    backend._servers[:] = [settings.REDIS_URL]  # Valkey is back
    backend._cache._pools.clear()
    assert backend.get("a") == "of this process"
    backend.silent_until -= SILENCE_SECONDS
    assert backend.get("a") is None
