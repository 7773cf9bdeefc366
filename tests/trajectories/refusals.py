"""On which field a service refuses."""

import pytest

from ipsplatform.common.errors import RuleError


def refused_on(call, **arguments) -> str | None:
    with pytest.raises(RuleError) as refusal:
        call(**arguments)
    return refusal.value.field
