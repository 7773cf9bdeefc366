"""What a view does with a form that was sent, and with a button that was pressed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from ipsplatform.common.deeds import look_unless_recorded
from ipsplatform.common.refusals import refusals_on, refusals_told

T = TypeVar("T")


def form_action(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[..., T],
    *,
    said: str | Callable[[T], str],
    then: str | Callable[[T], str],
    undo: Callable[[T], str] | None = None,
) -> HttpResponseRedirect | None:
    """Hand what was typed to the service `save`, as `by` the user; tell `said` and go to `then`.

    Both may be made from what `save` returns. None while there is nothing to save or something to correct;
    a refusal of the service is then on the form.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    with look_unless_recorded(request), refusals_on(form, request):
        saved = save(**form.cleaned_data, by=request.user)
    if form.errors:
        return None
    if text := said(saved) if callable(said) else said:
        messages.success(request, text, extra_tags=undo(saved) if undo else "")
    return redirect(then(saved) if callable(then) else then)


def button_action(
    request: HttpRequest, do: Callable[..., Any], *, said: str, then: str
) -> HttpResponseRedirect:
    """Let the service `do` its work, as `by` the user, and go to `then` with `said` or with its refusal."""
    with look_unless_recorded(request), refusals_told(request):
        do(by=request.user)
        messages.success(request, said)
    return redirect(then)
