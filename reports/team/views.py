"""The team's own page, and the people behind its numbers."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from clients.access_review.selectors.reviews import review_counts
from ipsplatform.common.access import notes_of, only_for, reads
from ipsplatform.common.errors import RuleError
from ipsplatform.common.page_parts import Tab
from reports.figures.display import period_text
from reports.figures.links import people_url
from reports.indicators.report import FIGURES
from reports.team.forms import PeopleQueryForm
from reports.team.pages import dashboard_context
from reports.team.selectors.dashboard import team_dashboard as read_dashboard
from reports.team.selectors.figure_people import FigurePeople, figure_people, person_rows
from reports.team.selectors.hiring import team_hiring
from staff.models import Team, TeamKind
from staff.permissions import can_open_files, can_review_access
from staff.requests import AuthenticatedHttpRequest

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def team_dashboard(request: AuthenticatedHttpRequest) -> HttpResponse:
    """How the team is doing, for the weekly meeting on a shared screen."""
    teams = list(Team.objects.of_member(request.user))
    if not teams:
        return render(request, "reports/team/team_none.html", {})
    team = _chosen(request, teams)
    day = timezone.localdate()
    board = read_dashboard(team=team, user=request.user, day=day)
    named = board.clients_named
    notes_of(request).rows = len(named)
    notes_of(request).lists(client.public_id for client in named)
    context = {
        "board": board,
        "tabs": _tabs(teams, team),
        "reviews": review_counts(request.user) if can_review_access(request.user) else None,
        "hiring": team_hiring(team=team, day=day),
        **dashboard_context(board),
    }
    return render(request, "reports/team/team_dashboard.html", context)


@reads
@only_for(can_open_files)
def team_people(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The people whom a number counts; those of another team are counted without a name."""
    form = PeopleQueryForm(request.GET, user=request.user)
    if not form.is_valid():
        raise Http404
    people = _people(form, request)
    page = Paginator(people.visible, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = person_rows(page.object_list)
    notes_of(request).rows = len(rows)
    notes_of(request).lists(row.client.public_id for row in rows)
    words = FIGURES[form.cleaned_data["figure"]].texts
    context = {
        "title": words.label,
        "people": people,
        "page": page,
        "rows": rows,
        "hidden": people.total - page.paginator.count,
        "part_text": words.part(form.part_asked),
        "definition": words.definition,
        "subtitle": f"{form.scope.team} · {period_text(form.window)}",
        "tabs": _part_tabs(form, people),
        "back_url": f"{reverse('reports:team_dashboard')}?team={form.scope.team.public_id}",
    }
    return render(request, "reports/team/team_people.html", context)


def _chosen(request: AuthenticatedHttpRequest, teams: list[Team]) -> Team:
    """The team of the URL, else the first FACT team; only an own team exists here."""
    asked = request.GET.get("team")
    if asked:
        found = [team for team in teams if str(team.public_id) == asked]
    else:
        found = sorted(teams, key=lambda team: team.kind != TeamKind.FACT)
    if not found:
        raise Http404
    return found[0]


def _tabs(teams: list[Team], current: Team) -> list[Tab]:
    url = reverse("reports:team_dashboard")
    if len(teams) == 1:
        return []
    return [Tab(team.name, f"{url}?team={team.public_id}", team == current) for team in teams]


def _people(form: PeopleQueryForm, request: AuthenticatedHttpRequest) -> FigurePeople:
    try:
        return figure_people(
            key=form.cleaned_data["figure"],
            part=form.part_asked,
            scope=form.scope,
            window=form.window,
            user=request.user,
        )
    except (KeyError, RuleError) as unknown:
        raise Http404 from unknown


def _part_tabs(form: PeopleQueryForm, people: FigurePeople) -> list[Tab]:
    key = form.cleaned_data["figure"]
    words = FIGURES[key].texts
    if len(people.parts) == 1:
        return []
    return [
        Tab(words.part(part), people_url(key, part, form.scope, form.window), part is form.part_asked)
        for part in people.parts
    ]
