"""Attempts to sign in are counted in the cache: each test begins with none."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()
    yield
    cache.clear()
