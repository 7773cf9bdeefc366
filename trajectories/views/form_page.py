"""One page with one form about a client's journey."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clients.models import Client
from clients.permissions import who_may_write
from trajectories.selectors.employers import employer_names


@dataclass(frozen=True, slots=True)
class FormPage:
    """What stands around the form. `explanation` and `notes` are sentences above it."""

    client: Client
    title: str
    submit_label: str
    draft: str
    back_to: str = "overview"
    explanation: str = ""
    notes: tuple[str, ...] = ()
    link_url: str = ""
    link_label: str = ""
    asks_employer: bool = False

    @property
    def back_url(self) -> str:
        return reverse(f"trajectories:client_{self.back_to}", args=[self.client.public_id])


def refuse_unless(allowed: bool) -> None:
    """403 with who can do it, for somebody who may read the file but not change it."""
    if not allowed:
        raise PermissionDenied(who_may_write())


def render_form(request: HttpRequest, form: Form, page: FormPage) -> HttpResponse:
    employers = employer_names() if page.asks_employer else []
    return render(
        request, "trajectories/form_page.html", {"form": form, "page": page, "employers": employers}
    )
