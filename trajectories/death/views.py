"""Record that a client has died, and take that back."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, form_page
from clients.file.look_up import client_or_404
from clients.file.tabs import tab_url
from clients.permissions import can_write_client
from ipsplatform.common.access import AccessAction, button_to, form_to
from ipsplatform.common.form_actions import button_action
from ipsplatform.common.written import day_in_link
from staff.requests import AuthenticatedHttpRequest
from trajectories.death import services
from trajectories.death.forms import DeathForm


@form_to(AccessAction.UPDATE)
def death_record(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The day and who told it; what runs ends with it."""
    client = client_or_404(request, public_id, may=can_write_client)
    page = FormPage(
        client=client,
        title=_("Client has died"),
        submit_label=_("Record the death"),
        back_url=tab_url(client),
        explanation=_(
            "Trajectory, stage and job end on that day, and everybody stops following: the file can be "
            "opened today, and by the team after that. From then on only aftercare for relatives is "
            "written."
        ),
    )
    save = partial(services.record_death, client=client)
    said = _("The death is recorded.")
    form = DeathForm(request.POST or None, initial={"on": day_in_link(request.GET.get("on", ""))})
    return form_page(request, form, page, save, said=said, edits=client)


@button_to(AccessAction.UPDATE)
def death_take_back(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """It was a mistake. The button stands in the head of the file."""
    client = client_or_404(request, public_id, may=can_write_client)
    said = _(
        "Taken back. The trajectory runs again, with the stage that was open. The team lead assigns again "
        "who follows; a job that ended with it is corrected under Work."
    )
    take_back = partial(services.take_back_death, client=client)
    return button_action(request, take_back, said=said, then=tab_url(client))
