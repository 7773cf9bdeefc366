"""Files whose retention period has passed: approve, keep longer, put on hold."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.file.form_page import FormPage, refuse_unless, render_form
from clients.models import (
    Client,
    DestructionCertificate,
    DestructionProposal,
    LegalHold,
    ProposalState,
)
from clients.permissions import can_decide_retention, can_open_retention
from ipsplatform.common import erased_ids
from ipsplatform.common.access import note_rows
from ipsplatform.common.refusals import refusals_on, refusals_told
from staff.requests import AuthenticatedHttpRequest
from trajectories.retention.forms import CorrectStartForm, HoldForm, KeepLongerForm
from trajectories.retention.pages import proposal_facts, proposal_rows
from trajectories.retention.selectors import retention_files
from trajectories.retention.services import terms as retention


@require_safe
def retention_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Proposals of the own teams, files on hold, and the certificates of what is gone."""
    if not can_open_retention(request.user):
        raise PermissionDenied
    files = retention_files(request.user)
    note_rows(request, len(files.proposals) + len(files.holds))
    context = {
        "files": files,
        "proposals": proposal_rows(files.proposals),
        "is_set_up": erased_ids.is_set_up(),
    }
    return render(request, "trajectories/retention/retention_list.html", context)


@require_safe
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


@require_POST
def proposal_approve(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """A person says yes; the waiting time begins."""
    proposal = _proposal(request, public_id)
    with refusals_told(request):
        retention.approve_destruction(proposal=proposal, by=request.user)
        messages.success(request, _("Approved. The file is destroyed when the waiting time is over."))
    return redirect("trajectories:retention_list")


@require_POST
def proposal_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take an approval back."""
    proposal = _proposal(request, public_id)
    with refusals_told(request):
        retention.withdraw_approval(proposal=proposal, by=request.user)
        messages.success(request, _("Approval withdrawn. The file stays until somebody approves again."))
    return redirect("trajectories:proposal_detail", proposal.public_id)


@require_http_methods(["GET", "POST"])
def proposal_keep(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a file after its term, until a day and for a reason."""
    proposal = _proposal(request, public_id)
    form = KeepLongerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            retention.keep_longer(proposal=proposal, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("This file is kept longer."))
            return redirect("trajectories:retention_list")
    return _form_page(request, form, proposal.client, title=_("Keep longer"), back=_detail_url(proposal))


@require_http_methods(["GET", "POST"])
def proposal_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Count the term from another day."""
    proposal = _proposal(request, public_id)
    form = CorrectStartForm(request.POST or None, initial={"starts_on": proposal.starts_on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            retention.correct_start(proposal=proposal, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("The term is counted from the new day."))
            return redirect("trajectories:retention_list")
    return _form_page(
        request, form, proposal.client, title=_("Correct the first day"), back=_detail_url(proposal)
    )


@require_http_methods(["GET", "POST"])
def client_hold(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Stop the destruction of a file, from the file itself or from a proposal."""
    clients = Client.objects.visible_to(request.user).select_related("team")
    client = get_object_or_404(clients, public_id=public_id)
    refuse_unless(can_decide_retention(request.user, client))
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            retention.place_hold(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("This file stays until the hold is lifted."))
            return redirect("trajectories:retention_list")
    back = reverse("trajectories:client_overview", args=[client.public_id])
    return _form_page(request, form, client, title=_("Put the file on hold"), back=back)


@require_POST
def hold_lift(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """End a hold; the file is proposed again at the next round when its term has passed."""
    holds = LegalHold.objects.visible_to(request.user).select_related("client__team")
    hold = get_object_or_404(holds, public_id=public_id)
    refuse_unless(can_decide_retention(request.user, hold.client))
    with refusals_told(request):
        retention.lift_hold(hold=hold, by=request.user)
        messages.success(request, _("Hold lifted."))
    return redirect("trajectories:retention_list")


@require_safe
def certificate_print(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The proof that a file was destroyed, on paper; it holds nothing of the file."""
    if not can_open_retention(request.user):
        raise PermissionDenied
    certificates = DestructionCertificate.objects.select_related("approved_by")
    certificate = get_object_or_404(certificates, public_id=public_id)
    return render(request, "trajectories/retention/certificate_print.html", {"certificate": certificate})


def _proposal(request: AuthenticatedHttpRequest, public_id: UUID) -> DestructionProposal:
    proposals = DestructionProposal.objects.visible_to(request.user).select_related(
        "client__team", "regime", "approved_by"
    )
    proposal = get_object_or_404(proposals, public_id=public_id)
    refuse_unless(can_decide_retention(request.user, proposal.client))
    return proposal


def _detail_url(proposal: DestructionProposal) -> str:
    return reverse("trajectories:proposal_detail", args=[proposal.public_id])


def _form_page(
    request: AuthenticatedHttpRequest, form: Form, client: Client, *, title: str, back: str
) -> HttpResponse:
    page = FormPage(client=client, title=title, submit_label=_("Save"), back_url=back)
    return render_form(request, form, page)
