"""A client's file: four tabs, and the journey on one sheet for the client."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from clients.file.pages import file_context, people_in_words
from clients.file.selectors import assignments_of, no_longer_around, people_around, still_around
from clients.models import Assignment, Client, ConsentText
from clients.permissions import can_assign_client
from ipsplatform.common.access import notes_of, reads
from staff.models import User
from staff.requests import AuthenticatedHttpRequest
from trajectories.agenda.pages import ahead_lines, next_visit_link
from trajectories.agenda.selectors import appointments_ahead, next_visit_on
from trajectories.caseload.pages import CaseloadRow
from trajectories.caseload.selectors import caseload_facts
from trajectories.contacts.pages import contact_lines
from trajectories.contacts.selectors import authors_of, contacts_of
from trajectories.disclosure.pages import employer_lines, ground_lines, past_lines, shared_lines
from trajectories.disclosure.selectors import (
    employers_not_asked,
    grounds_of,
    past_sharing,
    what_may_be_shared,
)
from trajectories.file.forms import ContactFilterForm
from trajectories.file.pages.files import job_groups, trajectory_blocks
from trajectories.file.pages.history import history_block
from trajectories.file.pages.picture import NARROW, draw_journey
from trajectories.file.selectors.files import file_clients, jobs_by_state, stages_of_each
from trajectories.file.selectors.history import client_history
from trajectories.journey.pages import journey_words, position_name
from trajectories.journey.selectors import (
    Journey,
    client_journey,
    client_rows,
    for_the_client,
    journey_of,
    trajectories_of,
)
from trajectories.models import Contact, ContactKind, Job, Trajectory

OVERVIEW, JOURNEY, CONTACTS, WORK = "overview", "journey", "contacts", "work"
CONTACTS_PER_PAGE = 50
LAST_CONTACTS = 3


@reads
def client_overview(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The whole person on one page: wish, next step, signals, journey, last contacts, history."""
    client = _client(request, public_id)
    trajectories, assignments = trajectories_of(client), assignments_of(client)
    rows, shared = client_rows(client, trajectories), what_may_be_shared(client)
    choices = [line.choice for line in shared.employers if line.choice]
    read = [*assignments, *rows.jobs, *rows.stages, *choices]
    history = client_history(client, show_all=request.GET.get("history") == "all", read=read)
    around = still_around(assignments)
    context = _file_context(request.user, client, OVERVIEW, trajectories, around=around) | {
        "trajectory": trajectories[0] if trajectories else None,
        "row": (row := CaseloadRow(caseload_facts([client], rows.day)[0], request.user)),
        **_ahead_context(row, rows.jobs, around),
        "last_contacts": contact_lines(contacts_of(client)[:LAST_CONTACTS], user=request.user),
        "history": history_block(history),
        "can_assign": (may_assign := can_assign_client(request.user, client)),
        "people_before": no_longer_around(assignments) if may_assign else [],
        "shared": shared_lines(shared),
        **_journey_context(journey_of(rows)),
    }
    return render(request, "trajectories/file/client_overview.html", context)


@reads
def client_journey_tab(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The journey: the picture, and every trajectory with the history of its stages."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    rows = client_rows(client, trajectories, with_recorder=True)
    context = _file_context(request.user, client, JOURNEY, trajectories) | {
        "blocks": trajectory_blocks(trajectories, stages_of_each(rows)),
        **_journey_context(journey_of(rows)),
    }
    return render(request, "trajectories/file/client_journey.html", context)


@reads
def client_contacts(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """All contacts of both professions in one time line."""
    client = _client(request, public_id)
    form = ContactFilterForm(request.GET, authors=authors_of(client))
    contacts = form.filter(contacts_of(client))
    paginator = Paginator(contacts, CONTACTS_PER_PAGE)
    if not form.is_filtered:
        vars(paginator)["count"] = vars(client)["contact_count"]  # it stands behind the tab already
    page = paginator.get_page(request.GET.get("page"))
    notes_of(request).rows = len(page.object_list)
    context = {
        "contact_url": f"{reverse('trajectories:contact_write')}?client={client.public_id}",
        "page": page,
        "count": page.paginator.count,
        "lines": contact_lines(page.object_list, user=request.user),
        "is_filtered": form.is_filtered,
    }
    if request.htmx:
        return render(request, "trajectories/contacts/_contact_rows.html", context)
    context |= _file_context(request.user, client, CONTACTS, trajectories_of(client)) | {"form": form}
    return render(request, "trajectories/file/client_contacts.html", context)


@reads
def client_work(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Jobs, and the contacts with employers about this client."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    context = _file_context(request.user, client, WORK, trajectories) | {
        "groups": job_groups(jobs_by_state(client)),
        "employer_contacts": contact_lines(_employer_contacts(client), user=request.user),
        "trajectory": trajectories[0] if trajectories else None,
    }
    return render(request, "trajectories/file/client_work.html", context)


@reads
def client_journey_print(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """ "Mijn reis naar werk": one sheet in plain words, to give to the client."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    today = timezone.localdate()
    context = {
        "client": client,
        "today": today,
        "trajectory": next((t for t in trajectories if t.is_open), None),
        "people": people_in_words(a for a in people_around(client) if a.started_on <= today),
        **_journey_context(for_the_client(client_journey(client, trajectories))),
    }
    return render(request, "trajectories/file/client_journey_print.html", context)


@reads
def client_sharing(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """What may be told to whom, who said so, and the buttons to take it back."""
    client = _client(request, public_id)
    context = _file_context(request.user, client, "sharing", trajectories_of(client)) | {
        "shared": shared_lines(what_may_be_shared(client)),
        "grounds": ground_lines(grounds_of(client)),
        "not_asked": employer_lines(employers_not_asked(client)),
        "past": past_lines(past_sharing(client)),
    }
    return render(request, "trajectories/file/client_sharing.html", context)


@reads
def client_sharing_print(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The same on one sheet in plain words, to take home."""
    client = get_object_or_404(Client.objects.visible_to(request.user), public_id=public_id)
    today = timezone.localdate()
    context = {
        "client": client,
        "today": today,
        "shared": shared_lines(what_may_be_shared(client)),
        "grounds": ground_lines(grounds_of(client)),
        "text": ConsentText.objects.in_use_on(today),
    }
    return render(request, "trajectories/file/client_sharing_print.html", context)


def _client(request: AuthenticatedHttpRequest, public_id: UUID) -> Client:
    return get_object_or_404(file_clients(request.user), public_id=public_id)


def _journey_context(journey: Journey) -> dict:
    return {
        "journey": journey,
        "wide": draw_journey(journey),
        "narrow": draw_journey(journey, width=NARROW),
        "words": journey_words(journey),
        "position_name": position_name(journey.position),
    }


def _ahead_context(row: CaseloadRow, jobs: list[Job], around: list[Assignment]) -> dict:
    """What lies ahead; where nothing does, the next visit by the rhythm of support at work."""
    client, ahead = row.client, appointments_ahead(row.client)
    following = {assignment.user_id for assignment in around}
    last = row.facts.last_contact_on
    day = (
        None
        if ahead or client.is_deceased
        else next_visit_on(jobs=jobs, last_contact_on=last, today=row.facts.day)
    )
    return {
        "ahead": ahead_lines(ahead, following=following),
        "next_visit": next_visit_link(day, client),
        "appointment_url": f"{reverse('trajectories:appointment_make')}?client={client.public_id}",
    }


def _employer_contacts(client: Client) -> list[Contact]:
    return list(contacts_of(client).filter(kind=ContactKind.WERKGEVER)[:CONTACTS_PER_PAGE])


def _file_context(
    user: User,
    client: Client,
    tab: str,
    trajectories: list[Trajectory],
    *,
    around: list[Assignment] | None = None,
) -> dict:
    running = next((trajectory.public_id for trajectory in trajectories if trajectory.is_open), None)
    return file_context(user, client, tab, running=running, around=around) | {
        "has_open": running is not None,
        "had_trajectory": bool(trajectories),
    }
