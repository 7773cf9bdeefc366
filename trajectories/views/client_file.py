"""A client's file: four tabs, and the journey on one sheet for the client."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from clients.permissions import can_assign_client, can_decide_retention, can_write_client
from clients.selectors.header import client_header, people_around
from ipsplatform.common.access import note_rows
from ipsplatform.common.page_parts import Link, LinkGroup, Tab
from staff.models import User
from trajectories.forms.contact_filter import ContactFilterForm
from trajectories.models import Contact, ContactKind, Trajectory
from trajectories.selectors.client_file import (
    COMING,
    ENDED,
    RUNNING,
    caseload_row,
    file_clients,
    job_lines,
    trajectories_of,
    trajectory_blocks,
)
from trajectories.selectors.contact_lines import authors_of, contact_lines, contacts_of
from trajectories.selectors.history import client_history
from trajectories.selectors.journey import client_journey, for_the_client, journey_words
from trajectories.selectors.journey_picture import NARROW, draw_journey
from trajectories.selectors.sharing import what_may_be_shared

OVERVIEW, JOURNEY, CONTACTS, WORK = "overview", "journey", "contacts", "work"
CONTACTS_PER_PAGE = 50
LAST_CONTACTS = 3


@require_safe
def client_overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole person on one page: wish, next step, signals, journey, last contacts, history."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    journey = client_journey(client, trajectories)
    context = file_context(request.user, client, OVERVIEW, trajectories) | {
        "row": caseload_row(client=client, user=request.user),
        "trajectory": trajectories[0] if trajectories else None,
        "last_contacts": contact_lines(contacts_of(client)[:LAST_CONTACTS], user=request.user),
        "history": client_history(client, show_all=request.GET.get("history") == "all"),
        "can_assign": can_assign_client(request.user, client),
        "shared": what_may_be_shared(client),
        **_journey_context(journey),
    }
    return render(request, "trajectories/client_overview.html", context)


@require_safe
def client_journey_tab(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The journey: the picture, and every trajectory with the history of its stages."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    context = file_context(request.user, client, JOURNEY, trajectories) | {
        "blocks": trajectory_blocks(trajectories),
        **_journey_context(client_journey(client, trajectories)),
    }
    return render(request, "trajectories/client_journey.html", context)


@require_safe
def client_contacts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All contacts of both professions in one time line."""
    client = _client(request, public_id)
    form = ContactFilterForm(request.GET, authors=authors_of(client))
    contacts = form.filter(contacts_of(client))
    page = Paginator(contacts, CONTACTS_PER_PAGE).get_page(request.GET.get("page"))
    note_rows(request, len(page.object_list))
    context = {
        "contact_url": f"{reverse('trajectories:contact_write')}?client={client.public_id}",
        "page": page,
        "count": page.paginator.count,
        "lines": contact_lines(page.object_list, user=request.user),
        "is_filtered": form.is_filtered,
    }
    if request.htmx:
        return render(request, "trajectories/_contact_rows.html", context)
    context |= file_context(request.user, client, CONTACTS, trajectories_of(client)) | {"form": form}
    return render(request, "trajectories/client_contacts.html", context)


@require_safe
def client_work(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Jobs, and the contacts with employers about this client."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    lines = job_lines(client)
    titles = {RUNNING: _("Running jobs"), COMING: _("Jobs that start soon"), ENDED: _("Ended jobs")}
    context = file_context(request.user, client, WORK, trajectories) | {
        "groups": [
            (title, mine)
            for state, title in titles.items()
            if (mine := [x for x in lines if x.state == state])
        ],
        "employer_contacts": contact_lines(_employer_contacts(client), user=request.user),
        "trajectory": trajectories[0] if trajectories else None,
    }
    return render(request, "trajectories/client_work.html", context)


@require_safe
def client_journey_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """ "Mijn reis naar werk": one sheet in plain words, to give to the client."""
    client = _client(request, public_id)
    trajectories = trajectories_of(client)
    today = timezone.localdate()
    context = {
        "client": client,
        "today": today,
        "trajectory": next((t for t in trajectories if t.is_open), None),
        "people": [person for person in people_around(client) if person.assignment.started_on <= today],
        **_journey_context(for_the_client(client_journey(client, trajectories))),
    }
    return render(request, "trajectories/client_journey_print.html", context)


def _client(request: HttpRequest, public_id: UUID) -> Client:
    return get_object_or_404(file_clients(request.user), public_id=public_id)


def _journey_context(journey) -> dict:
    return {
        "journey": journey,
        "wide": draw_journey(journey),
        "narrow": draw_journey(journey, width=NARROW),
        "words": journey_words(journey),
    }


def _employer_contacts(client: Client) -> list[Contact]:
    return list(contacts_of(client).filter(kind=ContactKind.WERKGEVER)[:CONTACTS_PER_PAGE])


def file_context(user: User, client: Client, tab: str, trajectories: list[Trajectory]) -> dict:
    """Header, tabs and what this person may do here."""
    may_write = can_write_client(user, client)
    return {
        "client": client,
        "header": client_header(client),
        "tabs": _tabs(client, tab),
        "may_write": may_write,
        "actions": _actions(client, trajectories, user) if may_write else [],
        "has_open": any(trajectory.is_open for trajectory in trajectories),
        "had_trajectory": bool(trajectories),
    }


def _tabs(client: Client, current: str) -> list[Tab]:
    tabs = [
        (OVERVIEW, _("Overview"), None),
        (JOURNEY, _("Journey to work"), None),
        (CONTACTS, _("Contacts"), client.contact_count),
        (WORK, _("Work"), client.job_count or None),
    ]
    return [
        Tab(label, reverse(f"trajectories:client_{name}", args=[client.public_id]), name == current, count)
        for name, label, count in tabs
    ]


def _actions(client: Client, trajectories: list[Trajectory], user: User) -> list[LinkGroup]:
    """The ways to change the file, from every tab."""
    running = next((trajectory for trajectory in trajectories if trajectory.is_open), None)
    of_running = [
        (_("Move to a stage"), "trajectories:stage_move", "signpost"),
        (_("Register job"), "trajectories:job_register", "briefcase"),
        (_("Wish and next step"), "trajectories:trajectory_plan", "chat"),
    ]
    start = [(_("Start trajectory"), "trajectories:trajectory_start", "play")]
    of_trajectory = _links(of_running, running.public_id) if running else []
    return [
        LinkGroup(_("Trajectory"), [*of_trajectory, *_links(start, client.public_id)]),
        LinkGroup(_("Person"), _links(_of_person(), client.public_id)),
        LinkGroup(_("File"), _links(_of_file(client, user), client.public_id)),
    ]


def _of_person() -> list[tuple[str, str, str]]:
    person = [(_("Change personal details"), "clients:client_correct", "pencil")]
    if settings.BSN_ENABLED:
        person.append((_("Citizen service number"), "clients:service_number", "person-vcard"))
    return person


def _of_file(client: Client, user: User) -> list[tuple[str, str, str]]:
    file = [
        (_("What may be shared"), "trajectories:client_sharing", "share"),
        (_("Who looked in this file"), "clients:client_access", "eye"),
        (_("Data for the client"), "trajectories:client_export_prepare", "box-arrow-up-right"),
    ]
    if can_decide_retention(user, client):
        file.append((_("Put the file on hold"), "trajectories:client_hold", "archive"))
    return file


def _links(actions: Iterable[tuple[str, str, str]], public_id: UUID) -> list[Link]:
    return [Link(label, reverse(name, args=[public_id]), icon) for label, name, icon in actions]
