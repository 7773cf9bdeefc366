"""Who looked in a file, on paper for the client, and the reviews of access with their verdicts."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients import permissions
from clients.access_review import services
from clients.access_review.forms import ReviewFilterForm, VerdictForm
from clients.access_review.pages import ReviewRow, emergency_lines, file_access_lines, log_lines
from clients.access_review.selectors.file_access import emergency_openings, file_access
from clients.access_review.selectors.reviews import (
    lines_behind,
    reviewed_file,
    reviewed_files,
    teams_of_subject,
)
from clients.models import AccessReview, Client
from ipsplatform.common.access import note_client, note_rows
from ipsplatform.common.refusals import refusals_on
from staff.permissions import can_review_access
from staff.requests import AuthenticatedHttpRequest


@require_safe
def client_access(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The log of one file in plain words: role and team, names by decision. Reading it is remembered too."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("team"), public_id=public_id
    )
    if not permissions.can_write_client(request.user, client):
        raise PermissionDenied(permissions.who_may_write())
    lines = file_access_lines(file_access(client))
    note_rows(request, len(lines))
    columns = (_("Day"), _("Who"), _("What"), _("Why"), _("Pages"))
    context = {
        "client": client,
        "today": timezone.localdate(),
        "lines": lines,
        "emergencies": emergency_lines(emergency_openings(client)),
        "shows_names": settings.FILE_ACCESS_SHOWS_NAMES,
        "columns": [{"label": label, "is_number": label == columns[-1]} for label in columns],
    }
    return render(request, "clients/access_review/client_access.html", context)


ROWS_PER_PAGE = 50


@require_safe
def review_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for a verdict, the first to be due on top."""
    if not can_review_access(request.user):
        raise PermissionDenied
    form = ReviewFilterForm(request.GET)
    reviews = form.filter(AccessReview.objects.visible_to(request.user).select_related("subject"))
    page = Paginator(reviews, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    note_rows(request, len(page.object_list))
    context = {
        "page": page,
        "rows": [ReviewRow(one) for one in reviewed_files(page.object_list, user=request.user)],
        "count": page.paginator.count,
        "is_filtered": form.is_filtered,
    }
    if request.htmx:
        return render(request, "clients/access_review/_review_rows.html", context)
    return render(request, "clients/access_review/review_list.html", context | {"form": form})


@require_http_methods(["GET", "POST"])
def review_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """What was found, and the verdict that closes it."""
    reviews = AccessReview.objects.visible_to(request.user)
    review = get_object_or_404(
        reviews.select_related("subject", "judged_by", "emergency_access"), public_id=public_id
    )
    client = Client.objects.visible_to(request.user).filter(public_id=review.client_id).first()
    if client is not None:
        note_client(request, client.public_id)
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.judge_review(review=review, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Verdict recorded. The review is closed."))
            return redirect("clients:review_list")
    context = {
        "row": ReviewRow(reviewed_file(review, client=client)),
        "review": review,
        "teams": ", ".join(teams_of_subject(review)),
        "lines": log_lines(lines_behind(review)),
        "form": form,
    }
    return render(request, "clients/access_review/review_detail.html", context)
