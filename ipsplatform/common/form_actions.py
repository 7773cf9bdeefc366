"""What a view does with a button that was pressed. For a form that was sent: staff/typed/form_actions.py."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from ipsplatform.common.deeds import look_unless_recorded
from ipsplatform.common.refusals import refusals_told


def button_action(
    request: HttpRequest, do: Callable[..., Any], *, said: str, then: str
) -> HttpResponseRedirect:
    """Let the service `do` its work, as `by` the user, and go to `then` with `said` or with its refusal."""
    with look_unless_recorded(request), refusals_told(request):
        do(by=request.user)
        messages.success(request, said)
    return redirect(then)
