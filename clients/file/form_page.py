"""One page with one form about a client."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.db.models import Model
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

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

    client: Client | None  # None for what is about nobody in particular
    title: str
    submit_label: str
    back_url: str
    keeps_draft: bool = True
    explanation: str = ""
    notes: Sequence[str] = ()
    link_url: str = ""
    link_label: str = ""
    back_words: str = ""  # where the way up leads, when not to the client or the caseload

    @property
    def back_label(self) -> str:
        """Where the way up leads."""
        return self.back_words or (self.client.list_name if self.client else _("Caseload"))


def form_page(
    request: AuthenticatedHttpRequest,
    form: Form,
    page: FormPage,
    save: Callable[..., T],
    *,
    said: str | Callable[[T], str],
    then: str | Callable[[T], str] = "",
    can_undo: bool = True,
    edits: Model | None = None,
    beside: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Save, tell about whom, and go on (see form_action; back where the page came from without `then`).

    Else show the form as it stands: empty, or as typed with what is wrong.
    """
    done = form_action(
        request,
        form,
        save,
        said=partial(_about, page.client, said),
        then=then or page.back_url,
        can_undo=can_undo,
        keeps=page.keeps_draft,
        edits=edits,
        beside=beside,
    )
    return done or render(request, "clients/file/form_page.html", {"form": form, "page": page})


def about(client: Client | None, text: str) -> str:
    """What is told of what was done, with whom it was about in front."""
    return f"{client.list_name}: {text}" if client and text else text


def _about(client: Client | None, said: str | Callable[[T], str], saved: T) -> str:
    return about(client, said(saved) if callable(said) else said)
