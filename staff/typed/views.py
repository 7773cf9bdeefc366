"""Where a page keeps what is being typed in it. Nothing is shown here: the page of the form shows it."""

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse

from ipsplatform.common.access import AccessAction, button_to
from ipsplatform.common.errors import RuleError
from staff.requests import AuthenticatedHttpRequest
from staff.typed import services
from staff.typed.forms import DraftForm, PageForm


@button_to(AccessAction.UPDATE)
def draft_keep(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Keep what stands in a form now. `kept` is false when that form was saved already."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        is_kept = services.keep_draft(user=request.user, **form.cleaned_data)
    except RuleError as refusal:
        return JsonResponse({"kept": False, "why": str(refusal)}, status=413)
    return JsonResponse({"kept": is_kept})


@button_to(AccessAction.DELETE)
def draft_forget(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Start empty: what was kept of this form goes."""
    form = PageForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    services.forget_draft(user=request.user, **form.cleaned_data)
    return HttpResponse(status=204)
