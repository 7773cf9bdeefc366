"""The queue of the second person: what an administrator asked for somebody, and confirming or refusing it."""

from functools import partial
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, button_to, form_to, notes_of, only_for, reads
from ipsplatform.common.form_actions import button_action
from staff.asking.services import withdraw_access_change
from staff.asking.texts import asked_facts, described
from staff.confirming import services
from staff.confirming.forms import AccessChangeFilterForm, AccessVerdictForm
from staff.confirming.pages import account_block, state_text
from staff.confirming.selectors import access_changes_for, judges_of, teams_today
from staff.models import AccessChange, AccessVerdict
from staff.permissions import can_confirm_access, can_use_admin
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action

ROWS_PER_PAGE = 50


@reads
@only_for(can_confirm_access)
def access_change_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for a second person; what lapses first on top."""
    form = AccessChangeFilterForm(request.GET)
    changes = form.filter(access_changes_for(request.user).select_related("person", "asked_by", "judged_by"))
    page = Paginator(changes, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    notes_of(request).rows = len(page.object_list)
    context = {
        "page": page,
        "rows": [
            (change, asked, state_text(change, fits=fits))
            for change, asked, fits in described(page.object_list)
        ],
        "count": page.paginator.count,
        "is_filtered": form.is_filtered,
    }
    if request.htmx:
        return render(request, "staff/confirming/_access_change_rows.html", context)
    return render(request, "staff/confirming/access_change_list.html", context | {"form": form})


@form_to(AccessAction.UPDATE)
@only_for(can_confirm_access)
def access_change_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """What is asked, for whom and why; confirming and refusing for somebody else than who asked."""
    change = _change_or_404(request, public_id)
    is_own = change.asked_by_id == request.user.pk
    obstacle = services.obstacle(change) if change.is_open else ""
    form = AccessVerdictForm(request.POST or None, can_confirm=not obstacle)
    judge = partial(services.judge_access_change, change=change)
    queue = reverse("staff:access_change_list")
    if done := form_action(request, form, judge, said=_said, then=queue, can_undo=False):
        return done
    context = {
        "change": change,
        "account": account_block(change),
        "facts": asked_facts(change),
        "state": state_text(change),
        "teams": ", ".join(teams_today(change.person)),
        "judges": ", ".join(str(one) for one in judges_of(change)) if change.is_open and is_own else "",
        "is_own": is_own,
        "obstacle": obstacle,
        "overtaken": services.overtaken_by(change) if change.is_open and is_own else "",
        "form": form,
    }
    return render(request, "staff/confirming/access_change_detail.html", context)


@button_to(AccessAction.UPDATE)
@only_for(can_confirm_access)
def access_change_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    change = _change_or_404(request, public_id)
    withdraw = partial(withdraw_access_change, change=change)
    queue = reverse("staff:access_change_list")
    return button_action(request, withdraw, said=_("The request is withdrawn."), then=queue)


def _change_or_404(request: AuthenticatedHttpRequest, public_id: UUID) -> AccessChange:
    changes = access_changes_for(request.user).select_related("person", "asked_by", "judged_by")
    return get_object_or_404(changes, public_id=public_id)


def _said(change: AccessChange) -> str:
    facts = {"name": change.person, "asker": change.asked_by}
    if change.verdict != AccessVerdict.CONFIRMED:
        return _("Refused. Nothing has changed for %(name)s.") % facts
    if not services.needs_invitation(change):
        mails = change.person.email and change.person.is_active
        return (_("Confirmed. %(name)s gets an e-mail about it.") if mails else _("Confirmed.")) % facts
    if change.judged_by is not None and can_use_admin(change.judged_by):
        return _("Confirmed. Invite %(name)s by e-mail now.") % facts
    return _("Confirmed. Now %(asker)s invites %(name)s by e-mail: invite now.") % facts
