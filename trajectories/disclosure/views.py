"""The client's choice per employer: record it, take it back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.file.form_page import FormPage, refuse_unless, render_form
from clients.file.tabs import tab_url
from clients.models import Client
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest
from trajectories import permissions
from trajectories.disclosure import services
from trajectories.disclosure.forms import DisclosureForm, empty_disclosure
from trajectories.employers.selectors import employer_names
from trajectories.models import DisclosureChoice, Employer

PAGE = "trajectories:client_sharing"
CONTACTS = "/contacts/"


@require_http_methods(["GET", "POST"])
def disclosure_choose(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Record whether an employer may know. `?employer=` fills it in, `?then=` leads back to the contact."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("team"), public_id=public_id
    )
    refuse_unless(permissions.can_choose_disclosure(request.user, client))
    initial = empty_disclosure(employer_name=_asked_employer(request))
    form = DisclosureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            choice = services.choose_disclosure(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _said(choice))
            return redirect(_after_choosing(request, choice))
    page = FormPage(
        client=client,
        title=_("May the employer know?"),
        submit_label=_("Save"),
        draft=f"disclosure-{client.public_id}",
        back_url=tab_url(client, "sharing"),
        explanation=_(
            "Ask it for each employer. Nobody has to say yes, and a job never depends on it. "
            "The client can take it back at any moment."
        ),
        employers=employer_names(),
    )
    return render_form(request, form, page)


@require_POST
def disclosure_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: from the next request on this employer may not be told any more."""
    choices = DisclosureChoice.objects.visible_to(request.user).select_related("client__team", "employer")
    choice = get_object_or_404(choices, public_id=public_id)
    refuse_unless(permissions.can_choose_disclosure(request.user, choice.client))
    services.withdraw_disclosure(choice=choice, by=request.user)
    text = _("Choice withdrawn. From now on %(employer)s may not be told who it is about.")
    messages.success(request, text % {"employer": choice.employer})
    return redirect(PAGE, choice.client.public_id)


def _asked_employer(request: AuthenticatedHttpRequest) -> str:
    asked = request.GET.get("employer")
    if not asked:
        return ""
    try:
        return get_object_or_404(Employer, public_id=asked).name
    except ValidationError:
        raise Http404 from None


def _said(choice: DisclosureChoice) -> str:
    text = _("%(employer)s may know.") if choice.may_know else _("%(employer)s may not know.")
    return text % {"employer": choice.employer}


def _after_choosing(request: AuthenticatedHttpRequest, choice: DisclosureChoice) -> str:
    """The contact form that asked for the choice, else the page of agreements."""
    then = request.GET.get("then", "")
    if then.startswith(CONTACTS) and url_has_allowed_host_and_scheme(then, allowed_hosts=None):
        return then
    return reverse(PAGE, args=[choice.client.public_id])
