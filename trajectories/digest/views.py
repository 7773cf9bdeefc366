"""Choose the hour of the daily mail about signals."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, form_page
from ipsplatform.common.access import AccessAction, form_to, only_for
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.digest import services
from trajectories.digest.forms import DigestForm
from trajectories.digest.selectors import digest_of
from trajectories.models import SignalDigest


@form_to(AccessAction.UPDATE)
@only_for(can_open_files)
def signal_digest(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My own choice; nobody chooses for somebody else."""
    mine = digest_of(request.user)
    page = FormPage(
        client=None,
        title=_("Daily mail about signals"),
        submit_label=_("Save"),
        back_url=reverse("trajectories:caseload_list"),
        explanation=_(
            "One mail a day, only when somebody asks for attention. It holds numbers and links, no names."
        ),
    )
    form = DigestForm(request.POST or None, initial={"hour": mine.hour if mine else None})
    save = partial(services.choose_digest, user=request.user)
    return form_page(request, form, page, save, said=_said, edits=mine)


def _said(digest: SignalDigest) -> str:
    if digest.hour is None:
        return _("You get no mail about signals.")
    return _("You get the mail at %(hour)s o'clock.") % {"hour": digest.hour}
