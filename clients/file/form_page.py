"""One page with one form about a client."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from clients.models import Client
from clients.permissions import who_may_write
from staff.requests import AuthenticatedHttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """What stands around the form. Without `draft` nothing that is typed is kept in the browser.

    `explanation` and `notes` are sentences above the form; `employers` are names to suggest.
    """

    client: Client
    title: str
    submit_label: str
    back_url: str
    draft: str = ""
    explanation: str = ""
    notes: Sequence[str] = ()
    link_url: str = ""
    link_label: str = ""
    employers: Sequence[str] = ()


def refuse_unless(allowed: bool) -> None:
    """403 with who can do it, for somebody who may read the file but not change it."""
    if not allowed:
        raise PermissionDenied(who_may_write())


def render_form(request: AuthenticatedHttpRequest, form: Form, page: FormPage) -> HttpResponse:
    """The page with the form as it stands: empty, or as typed with what is wrong."""
    return render(request, "clients/file/form_page.html", {"form": form, "page": page})
