"""One page with one form about a client."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from clients.models import Client
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """What stands around the form. What is typed is kept until it is saved, unless
    `keeps_draft` is off.

    `explanation` and `notes` are sentences above the form.
    """

    client: Client
    title: str
    submit_label: str
    back_url: str
    keeps_draft: bool = True
    explanation: str = ""
    notes: Sequence[str] = ()
    link_url: str = ""
    link_label: str = ""


def form_page(
    request: AuthenticatedHttpRequest,
    form: Form,
    page: FormPage,
    save: Callable[..., T],
    *,
    said: str | Callable[[T], str],
    then: str | Callable[[T], str] = "",
    undo: Callable[[T], str] | None = None,
    edits: Model | None = None,
    beside: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Save and go on (see form_action; back where the page came from without `then`), or show the form as
    it stands: empty, or as typed with what is wrong.
    """
    done = form_action(
        request,
        form,
        save,
        said=said,
        then=then or page.back_url,
        undo=undo,
        keeps=page.keeps_draft,
        edits=edits,
        beside=beside,
    )
    return done or render(request, "clients/file/form_page.html", {"form": form, "page": page})
