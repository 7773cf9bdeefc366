"""One's own agenda, and appointments: make, change, move, cancel, and say that somebody did not come."""

from datetime import date
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, about, form_page
from clients.file.tabs import tab_url
from clients.models import Client
from ipsplatform.common.access import AccessAction, form_to, notes_of, only_for, reads
from ipsplatform.common.page_parts import Link
from ipsplatform.common.periods import monday_of
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories import permissions
from trajectories.agenda import services
from trajectories.agenda.forms import (
    AppointmentForm,
    CancelForm,
    MakeAppointmentForm,
    MissedForm,
    MoveForm,
    appointment_as_typed,
    empty_appointment,
    moment_as_typed,
)
from trajectories.agenda.look_up import asked_day, asked_time, occurrence_or_404
from trajectories.agenda.pages import (
    AgendaLine,
    agenda_week,
    asked_week,
    day_url,
    in_reach,
    missed_in_words,
    next_visit_link,
    place_of,
    repeats_of,
    title_of,
    url_of,
    when_in_words,
)
from trajectories.agenda.selectors import Planned, agenda_of, colleagues_of, next_visit_after, occurrence_of
from trajectories.choosing.look_up import asked_client
from trajectories.employers.look_up import asked_employer
from trajectories.models import Appointment, OccurrenceState


@reads
@only_for(can_open_files)
def agenda(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A week of one's own appointments: `?week=2026-W53`, or `?day=` for the week around a day."""
    chosen = _chosen_day(request)
    monday = monday_of(chosen)
    planned = agenda_of(request.user, since=monday, to=date.fromordinal(monday.toordinal() + 6))
    notes_of(request).rows = len(planned)
    clients = [one.appointment.client for one in planned]
    notes_of(request).lists(client.public_id for client in clients if client is not None)
    week = agenda_week(planned, user=request.user, chosen=chosen)
    context = {
        "week": week,
        "secondary": [
            Link(_("Make appointment"), _make_url(chosen), "calendar-plus"),
            Link(_("In my own calendar"), reverse("trajectories:calendar_feed"), "phone"),
        ],
    }
    return render(request, "trajectories/agenda/agenda.html", context)


@form_to(AccessAction.CREATE)
@only_for(permissions.can_make_appointments)
def appointment_make(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Plan an appointment; `?client=`, `?employer=`, `?day=` and `?at=` fill in what the link knew."""
    client = asked_client(request)
    initial = empty_appointment(
        user=request.user,
        client=client,
        employer_name=asked_employer(request),
        day=asked_day(request, "day"),
        at=asked_time(request, "at"),
    )
    form = MakeAppointmentForm(
        request.POST or None,
        initial=initial,
        clients=Client.objects.visible_to(request.user).living(besides=client),
        user=request.user,
        colleagues=colleagues_of(request.user),
    )
    page = FormPage(
        client=client,
        title=_("Make appointment"),
        submit_label=_("Save"),
        back_url=tab_url(client) if client else reverse("trajectories:agenda"),
        back_to="" if client else _("Agenda"),
    )
    said = partial(_planned_words, client)
    done = form_page(request, form, page, services.make_appointment, said=said, then=_day_of)
    _note_clients(request, form, client)
    return done


@reads
def appointment_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One occurrence with everything that was agreed, and what can be done with it."""
    planned = occurrence_or_404(request, public_id)
    may_change = permissions.can_change_appointment(request.user, planned.appointment)
    context = {
        "planned": planned,
        "line": AgendaLine(planned, request.user, timezone.localtime()),
        "title": title_of(planned),
        "when": when_in_words(planned),
        "repeats": repeats_of(planned),
        "missed": missed_in_words(planned),
        "people": ", ".join(str(person) for person in planned.people),
        "back_url": day_url(planned.starts_on),
        "next_visit": _next_visit(planned),
        "links": _ways_to_change(planned) if may_change and not planned.state else [],
    }
    return render(request, "trajectories/agenda/appointment_detail.html", context)


@form_to(AccessAction.UPDATE)
def appointment_change(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Change an appointment; of a series this one and those that follow."""
    planned = _changeable(request, public_id)
    appointment = planned.appointment
    following = _("This one and all that follow change; what was before stays as it was.")
    page = _page(
        planned,
        title=_("Change appointment"),
        submit_label=_("Save"),
        explanation=following if appointment.is_series else "",
    )
    people = [person.pk for person in planned.people]
    form = AppointmentForm(
        request.POST or None,
        initial=appointment_as_typed(planned),
        colleagues=colleagues_of(request.user, besides=people),
    )
    save = partial(services.change_appointment, appointment=appointment, on=planned.original_on)
    said = _("Appointment changed.")
    return form_page(request, form, page, save, said=said, then=_first_of, edits=appointment)


@form_to(AccessAction.UPDATE)
def appointment_move(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Give one occurrence another day or time; the rest of the series stays."""
    planned = _changeable(request, public_id)
    page = _page(
        planned,
        title=_("Move appointment"),
        submit_label=_("Move"),
        explanation=_("Only this one moves. To change those that follow as well, choose “Change”."),
    )
    form = MoveForm(request.POST or None, initial=moment_as_typed(planned), planned=planned)
    save = partial(services.move_occurrence, appointment=planned.appointment, on=planned.original_on)
    return form_page(request, form, page, save, said=_("Appointment moved."))


@form_to(AccessAction.UPDATE)
def appointment_cancel(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel an appointment; of a series one, or the rest with it."""
    planned = _changeable(request, public_id)
    page = _page(
        planned,
        title=_("Cancel appointment"),
        submit_label=_("Cancel the appointment"),
        back_url=day_url(planned.starts_on),
        explanation=_("It stays in sight, crossed out."),
    )
    form = CancelForm(request.POST or None, is_series=planned.appointment.is_series)
    save = partial(services.cancel_appointment, appointment=planned.appointment, on=planned.original_on)
    return form_page(request, form, page, save, said=_("Appointment cancelled."))


@form_to(AccessAction.UPDATE)
def appointment_miss(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The client did not come: how did somebody look for contact? It is kept as a fact."""
    planned = occurrence_or_404(request, public_id)
    page = _page(
        planned,
        title=_("Did not come"),
        submit_label=_("Save"),
        explanation=_("It stays in the file as a fact. It is never a reason to end the support."),
    )
    form = MissedForm(request.POST or None, initial={"reached_out": ""})
    save = partial(services.miss_appointment, appointment=planned.appointment, on=planned.original_on)
    return form_page(request, form, page, save, said=_("Noted that the client did not come."))


def _next_visit(planned: Planned) -> Link | None:
    """After a visit that was kept: the next one, by the rhythm of support at work."""
    client = planned.appointment.client
    if planned.state != OccurrenceState.KEPT or client is None:
        return None
    return next_visit_link(next_visit_after(planned), client, at=planned.starts_at)


def _chosen_day(request: AuthenticatedHttpRequest) -> date:
    """The day of the address; of a week today when it lies in it, else its Monday."""
    today = timezone.localdate()
    day = asked_day(request, "day")
    if day is not None and in_reach(day):
        return day
    monday = asked_week(request.GET.get("week", ""))
    return today if monday is None or monday == monday_of(today) else monday


def _changeable(request: AuthenticatedHttpRequest, public_id: UUID) -> Planned:
    may = permissions.can_change_appointment
    return occurrence_or_404(request, public_id, may=may, or_else=_who_changes)


def _who_changes() -> str:
    return _("Only who goes, who follows this client, or the team lead, can change this appointment.")


def _page(
    planned: Planned, *, title: str, submit_label: str, explanation: str = "", back_url: str = ""
) -> FormPage:
    return FormPage(
        client=planned.appointment.client,
        title=title,
        submit_label=submit_label,
        back_url=back_url or place_of(planned),
        back_to=title_of(planned),
        explanation=explanation,
        notes=[when_in_words(planned)],
    )


def _ways_to_change(planned: Planned) -> list[Link]:
    move = Link(_("Move this one"), url_of("appointment_move", planned), "arrow-right")
    return [
        *([move] if planned.appointment.is_series else []),
        Link(_("Change"), url_of("appointment_change", planned), "pencil"),
        Link(_("Cancel it"), url_of("appointment_cancel", planned), "x-circle"),
    ]


def _make_url(day: date) -> str:
    asked = f"?day={day}" if day >= timezone.localdate() else ""
    return reverse("trajectories:appointment_make") + asked


def _note_clients(
    request: AuthenticatedHttpRequest, form: MakeAppointmentForm, client: Client | None
) -> None:
    """For the access log: whom the form is about, and whose names it shows."""
    typed = form.cleaned_data.get("client") if form.is_bound else None
    person = typed or client
    notes = notes_of(request)
    notes.client = person.public_id if person else None
    notes.rows = len(form.offered_clients)
    notes.lists(form.offered_clients)


def _planned_words(of_page: Client | None, appointment: Appointment) -> str:
    """When it is; and about whom, unless the page says so already."""
    planned = occurrence_of(appointment, appointment.starts_on)
    text = _("Appointment made: %(when)s.") % {"when": when_in_words(planned)} if planned else ""
    return text if of_page else about(appointment.client, text)


def _day_of(appointment: Appointment) -> str:
    return day_url(appointment.starts_on)


def _first_of(appointment: Appointment) -> str:
    url = reverse("trajectories:appointment_detail", args=[appointment.public_id])
    return f"{url}?on={appointment.starts_on}"
