"""Find a client by number or name, an employer by name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ipsplatform.common.access import notes_of, only_for, reads
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.caseload.pages import caseload_rows
from trajectories.search.forms import SearchForm
from trajectories.search.selectors import search as find


@reads
@only_for(can_open_files)
def search(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The results for `?q=`, live while somebody types, and as a page without scripts."""
    form = SearchForm(request.GET)
    text = form.text()
    asked = text and not form.is_too_short()
    results = find(text=text, user=request.user, day=timezone.localdate()) if asked else None
    if results is not None:
        notes_of(request).rows = len(results.clients)
        notes_of(request).lists(found.client.public_id for found in results.clients)
    context = {
        "text": text,
        "is_too_short": form.is_too_short(),
        "results": results,
        "rows": list(caseload_rows(facts=results.clients, user=request.user)) if results else [],
    }
    template = (
        "trajectories/search/_search_results.html" if request.htmx else "trajectories/search/search.html"
    )
    return render(request, template, context)
