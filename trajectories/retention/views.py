"""Files whose retention period has passed: approve, keep longer, put on hold."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, about, form_page
from clients.file.look_up import client_or_404, visible_or_404
from clients.file.tabs import tab_url
from clients.models import (
    Client,
    DestructionCertificate,
    DestructionProposal,
    LegalHold,
    Part,
    ProposalState,
)
from clients.permissions import can_decide_retention, can_open_retention
from ipsplatform.common import erased_ids
from ipsplatform.common.access import AccessAction, button_to, form_to, notes_of, only_for, reads
from ipsplatform.common.form_actions import button_action
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import press_action
from trajectories.retention.forms import CorrectStartForm, HoldForm, KeepLongerForm
from trajectories.retention.pages import proposal_facts, proposal_rows
from trajectories.retention.selectors import retention_files
from trajectories.retention.services import terms as retention


@reads
@only_for(can_open_retention)
def retention_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Proposals of the person's teams, files on hold, and the certificates of what is gone."""
    files = retention_files(request.user)
    notes_of(request).rows = len(files.proposals) + len(files.holds)
    notes_of(request).lists(proposal.client.public_id for proposal in files.proposals)
    notes_of(request).shows((hold.client.public_id for hold in files.holds), part=Part.RETENTION)
    context = {
        "files": files,
        "proposals": proposal_rows(files.proposals),
        "is_set_up": erased_ids.is_set_up(),
    }
    return render(request, "trajectories/retention/retention_list.html", context)


@reads
def proposal_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Why this file may go, and what can be decided about it."""
    proposal = _proposal(request, public_id)
    context = {
        "proposal": proposal,
        "client": proposal.client,
        "facts": proposal_facts(proposal),
        "is_proposed": proposal.state == ProposalState.VOORGESTELD,
        "is_approved": proposal.state == ProposalState.GOEDGEKEURD,
        "waiting_days": settings.DESTRUCTION_WAITING_DAYS,
    }
    return render(request, "trajectories/retention/proposal_detail.html", context)


@button_to(AccessAction.UPDATE)
def proposal_approve(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """A person says yes; the waiting time begins."""
    proposal = _proposal(request, public_id)
    approve = partial(retention.approve_destruction, proposal=proposal)
    said = about(proposal.client, _("Approved. The file is destroyed when the waiting time is over."))
    then = reverse("trajectories:retention_list")
    undo_url = reverse("trajectories:proposal_withdraw", args=[proposal.public_id])
    return press_action(request, approve, said=said, then=then, undo_url=undo_url)


@button_to(AccessAction.UPDATE)
def proposal_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take an approval back."""
    proposal = _proposal(request, public_id)
    withdraw = partial(retention.withdraw_approval, proposal=proposal)
    said = about(proposal.client, _("Approval withdrawn. The file stays until somebody approves again."))
    return button_action(request, withdraw, said=said, then=_detail_url(proposal))


@form_to(AccessAction.UPDATE)
def proposal_keep(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a file after its term, until a day and for a reason."""
    proposal = _proposal(request, public_id)
    page = _page(proposal.client, _("Keep longer"), _detail_url(proposal))
    form = KeepLongerForm(request.POST or None)
    save = partial(retention.keep_longer, proposal=proposal)
    then = reverse("trajectories:retention_list")
    said = _("This file is kept longer.")
    return form_page(request, form, page, save, said=said, then=then, can_undo=False)


@form_to(AccessAction.UPDATE)
def proposal_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Count the term from another day."""
    proposal = _proposal(request, public_id)
    page = _page(proposal.client, _("Correct the first day"), _detail_url(proposal))
    form = CorrectStartForm(request.POST or None, initial={"starts_on": proposal.starts_on})
    save = partial(retention.correct_start, proposal=proposal)
    then = reverse("trajectories:retention_list")
    said = _("The term is counted from the new day.")
    return form_page(request, form, page, save, said=said, then=then, can_undo=False, edits=proposal)


@form_to(AccessAction.CREATE)
def client_hold(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Stop the destruction of a file, from the file itself or from a proposal."""
    client = client_or_404(request, public_id, may=can_decide_retention)
    page = _page(client, _("Put the file on hold"), tab_url(client))
    save = partial(retention.place_hold, client=client)
    said = _("This file stays until the hold is lifted.")
    then = reverse("trajectories:retention_list")
    return form_page(request, HoldForm(request.POST or None), page, save, said=said, then=then)


@button_to(AccessAction.UPDATE)
def hold_lift(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """End a hold; the file is proposed again at the next round when its term has passed."""
    hold = visible_or_404(request, LegalHold, public_id, may_client=can_decide_retention)
    lift = partial(retention.lift_hold, hold=hold)
    then, said = reverse("trajectories:retention_list"), about(hold.client, _("Hold lifted."))
    return press_action(request, lift, said=said, then=then)


@reads
@only_for(can_open_retention)
def certificate_print(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The proof that a file was destroyed, on paper; it holds nothing of the file."""
    certificates = DestructionCertificate.objects.select_related("approved_by")
    certificate = get_object_or_404(certificates, public_id=public_id)
    return render(request, "trajectories/retention/certificate_print.html", {"certificate": certificate})


def _proposal(request: AuthenticatedHttpRequest, public_id: UUID) -> DestructionProposal:
    also = ("regime", "approved_by")
    return visible_or_404(request, DestructionProposal, public_id, *also, may_client=can_decide_retention)


def _detail_url(proposal: DestructionProposal) -> str:
    return reverse("trajectories:proposal_detail", args=[proposal.public_id])


def _page(client: Client, title: str, back_url: str) -> FormPage:
    return FormPage(client=client, title=title, submit_label=_("Save"), back_url=back_url)
