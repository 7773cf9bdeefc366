"""Who looked in a file, on paper for the client, and the reviews of access with their verdicts."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import permissions
from clients.access_review import services
from clients.access_review.forms import ReviewFilterForm, VerdictForm
from clients.access_review.pages import (
    ReviewRow,
    emergency_lines,
    file_access_columns,
    file_access_lines,
    list_lines,
    log_lines,
)
from clients.access_review.selectors.file_access import (
    emergency_openings,
    file_access,
    list_sightings,
)
from clients.access_review.selectors.reviews import (
    lines_behind,
    reviewed_file,
    reviewed_files,
    teams_of_subject,
)
from clients.file.look_up import client_or_404
from clients.models import AccessReview, Client
from ipsplatform.common.access import AccessAction, button_to, form_to, notes_of, only_for, reads
from ipsplatform.common.form_actions import button_action
from staff.permissions import can_review_access
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action


@reads
def client_access(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The log of one file in plain words: role and team, names by decision. Reading it is logged too."""
    client = client_or_404(request, public_id, may=permissions.can_write_client)
    lines = file_access_lines(file_access(client))
    lists = list_lines(list_sightings(client))
    notes_of(request).rows = len(lines) + len(lists)
    context = {
        "client": client,
        "today": timezone.localdate(),
        "lines": lines,
        "lists": lists,
        "emergencies": emergency_lines(emergency_openings(client)),
        "shows_names": settings.FILE_ACCESS_SHOWS_NAMES,
        "columns": file_access_columns(),
    }
    return render(request, "clients/access_review/client_access.html", context)


ROWS_PER_PAGE = 50


@reads
@only_for(can_review_access)
def review_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for a verdict, the first to be due on top."""
    form = ReviewFilterForm(request.GET)
    reviews = form.filter(AccessReview.objects.visible_to(request.user).select_related("subject"))
    page = Paginator(reviews, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    files = reviewed_files(page.object_list, user=request.user)
    notes_of(request).rows = len(files)
    notes_of(request).lists(one.client.public_id for one in files if one.client)
    context = {
        "page": page,
        "rows": [ReviewRow(one) for one in files],
        "count": page.paginator.count,
        "is_filtered": form.is_filtered,
    }
    if request.htmx:
        return render(request, "clients/access_review/_review_rows.html", context)
    return render(request, "clients/access_review/review_list.html", context | {"form": form})


@form_to(AccessAction.UPDATE)
def review_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """What was found, and the verdict that closes it."""
    review = _review_or_404(request, public_id)
    client = Client.objects.visible_to(request.user).filter(public_id=review.client_id).first()
    notes_of(request).client = client.public_id if client else None
    form = VerdictForm(request.POST or None)
    save = partial(services.judge_review, review=review)
    said = _("Verdict recorded. The review is closed.")
    if done := form_action(
        request, form, save, said=said, then=reverse("clients:review_list"), can_undo=False
    ):
        return done
    context = {
        "row": ReviewRow(reviewed_file(review, client=client)),
        "review": review,
        "teams": ", ".join(teams_of_subject(review)),
        "lines": log_lines(lines_behind(review)),
        "form": form,
    }
    return render(request, "clients/access_review/review_detail.html", context)


@button_to(AccessAction.UPDATE)
def review_lift(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: the person of this review may ask for emergency access to that file again."""
    review = _review_or_404(request, public_id)
    notes_of(request).client = review.client_id
    lift = partial(services.lift_block, review=review)
    said = _("Block lifted. This person can open the file in an emergency again.")
    then = reverse("clients:review_detail", args=[review.public_id])
    return button_action(request, lift, said=said, then=then)


def _review_or_404(request: AuthenticatedHttpRequest, public_id: UUID) -> AccessReview:
    """The review. Of one that this person may not judge, the log notes whose file it is about."""
    asked = AccessReview.objects.filter(public_id=public_id)
    also = ("subject", "judged_by", "emergency_access", "block_lifted_by")
    review = asked.visible_to(request.user).select_related(*also).first()
    if review is None:
        notes_of(request).client = asked.values_list("client_id", flat=True).first()
        raise Http404
    return review
