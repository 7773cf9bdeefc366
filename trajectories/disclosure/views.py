"""The client's choice per employer: record it, take it back."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, about, form_page
from clients.file.look_up import client_or_404, visible_or_404
from clients.file.tabs import tab_url
from ipsplatform.common.access import AccessAction, button_to, form_to
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import press_action
from trajectories import permissions
from trajectories.disclosure import services
from trajectories.disclosure.forms import DisclosureForm, empty_disclosure
from trajectories.employers.look_up import asked_employer
from trajectories.models import DisclosureChoice

CONTACTS = "/contacts/"


@form_to(AccessAction.CREATE)
def disclosure_choose(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Record whether an employer may know. `?employer=` fills it in, `?then=` leads back to the contact."""
    client = client_or_404(request, public_id, may=permissions.can_choose_disclosure)
    page = FormPage(
        client=client,
        title=_("May the employer know?"),
        submit_label=_("Save"),
        back_url=tab_url(client, "sharing"),
        explanation=_(
            "Ask it for each employer. Nobody has to say yes, and a job never depends on it. "
            "The client can take it back at any moment."
        ),
    )
    form = DisclosureForm(
        request.POST or None,
        initial=empty_disclosure(employer_name=asked_employer(request)),
        user=request.user,
    )
    save = partial(services.choose_disclosure, client=client)
    return form_page(request, form, page, save, said=_said, then=_asked_way_back(request))


@button_to(AccessAction.UPDATE)
def disclosure_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: from the next request on this employer may not be told any more."""
    choice = visible_or_404(
        request, DisclosureChoice, public_id, "employer", may_client=permissions.can_choose_disclosure
    )
    withdraw = partial(services.withdraw_disclosure, choice=choice)
    text = _("Choice withdrawn. From now on %(employer)s may not be told who it is about.")
    said = about(choice.client, text % {"employer": choice.employer})
    then = tab_url(choice.client, "sharing")
    return press_action(request, withdraw, said=said, then=then)


def _said(choice: DisclosureChoice) -> str:
    text = _("%(employer)s may know.") if choice.may_know else _("%(employer)s may not know.")
    return text % {"employer": choice.employer}


def _asked_way_back(request: AuthenticatedHttpRequest) -> str:
    """The contact form that asked for the choice; empty when it was not asked from there."""
    then = request.GET.get("then", "")
    is_contact_form = then.startswith(CONTACTS) and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return then if is_contact_form else ""
