"""One page with one form about a client."""

from dataclasses import dataclass

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clients.models import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFormPage:
    """What stands around the form. Without `draft` nothing that is typed is kept in the browser."""

    client: Client
    title: str
    submit_label: str
    back_url: str
    draft: str = ""
    explanation: str = ""


def render_client_form(request: HttpRequest, form: Form, page: ClientFormPage) -> HttpResponse:
    return render(request, "clients/form_page.html", {"form": form, "page": page})
