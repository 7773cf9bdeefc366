"""What tests of the import share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Reasons are compared as they are written in the code."""
    with translation.override("en"):
        yield
