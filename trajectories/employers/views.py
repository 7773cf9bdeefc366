"""Employers: a list, one with its people, jobs and contacts, and the forms that keep them."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, form_page
from clients.models import Part
from ipsplatform.common.access import AccessAction, button_to, form_to, notes_of, only_for, reads
from ipsplatform.common.form_actions import button_action
from ipsplatform.common.page_parts import Link
from staff.models import Role
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action, press_action
from trajectories.employers import selectors, services
from trajectories.employers.forms import (
    EmployerFilterForm,
    EmployerForm,
    MergeForm,
    PersonForm,
    WithdrawPersonForm,
    employer_as_typed,
    person_as_typed,
)
from trajectories.employers.pages import contact_lines, employer_facts, merge_lines, person_lines
from trajectories.employers.selectors import JOBS_SHOWN, employer_rows, jobs_at, with_employer_columns
from trajectories.employers.services import merging
from trajectories.employers.weekly import HiringWeek, hiring_weeks
from trajectories.models import Contact, ContactKind, Employer, EmployerMerge, EmployerPerson, Job
from trajectories.permissions import can_merge_employers

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
@transaction.atomic
def employer_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The employers whom this person knows, by name, with the jobs and contacts of one's own clients."""
    form = EmployerFilterForm(request.GET)
    known = Employer.objects.visible_to(request.user)
    found = form.filter(with_employer_columns(known, request.user))
    page = Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    notes_of(request).rows = len(page.object_list)
    context = {
        "page": page,
        "rows": employer_rows(page.object_list),
        "count": page.paginator.count,
        "is_filtered": any(form.cleaned_data.values()),
        "add_url": reverse("trajectories:employer_add"),
    }
    if request.htmx:
        return render(request, "trajectories/employers/_employer_found.html", context)
    context |= {"form": form, "weeks": _own_weeks(request)}
    return render(request, "trajectories/employers/employer_list.html", context)


@form_to(AccessAction.CREATE)
@only_for(can_open_files)
def employer_add(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Make an employer that nobody spoke with yet; every team finds it."""
    page = FormPage(
        client=None,
        title=_("New employer"),
        submit_label=_("Save"),
        back_url=reverse("trajectories:employer_list"),
        back_to=_("Employers"),
        explanation=_("Every team finds this employer. Write nothing about a client here."),
    )
    form = EmployerForm(request.POST or None, shares=False, user=request.user)
    return form_page(request, form, page, services.record_employer, said=_recorded, then=_page_of)


@form_to(AccessAction.UPDATE)
@only_for(can_open_files)
def employer_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is known of an employer; one that only own teams find is shared with it."""
    employer = _employer(request, public_id)
    page = FormPage(
        client=None,
        title=_("Change %(employer)s") % {"employer": employer.name},
        submit_label=_("Save"),
        back_url=_page_of(employer),
        back_to=employer.name,
        explanation=_("Every team reads this. Write nothing about a client here."),
    )
    form = EmployerForm(
        request.POST or None, initial=employer_as_typed(employer), shares=not employer.is_shared
    )
    save = partial(services.correct_employer, employer=employer)
    return form_page(request, form, page, save, said=_("Employer changed."), edits=employer)


@form_to(AccessAction.CREATE)
@only_for(can_open_files)
def employer_person_add(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Add somebody who works there."""
    employer = _employer(request, public_id)
    page = _page_of_person(employer, _("Add somebody at %(employer)s"), _("Save"))
    save = partial(services.add_person, employer=employer)
    return form_page(request, PersonForm(request.POST or None), page, save, said=_("Person added."))


@form_to(AccessAction.UPDATE)
@only_for(can_open_files)
def employer_person_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is known of somebody at an employer."""
    person = _person(request, public_id)
    page = _page_of_person(person.employer, _("Change somebody at %(employer)s"), _("Save"))
    form = PersonForm(request.POST or None, initial=person_as_typed(person))
    save = partial(services.correct_person, person=person)
    return form_page(request, form, page, save, said=_("Person changed."), edits=person)


@form_to(AccessAction.DELETE)
@only_for(can_open_files)
def employer_person_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Remove somebody who left, or who asks not to be listed here."""
    person = _person(request, public_id)
    page = _page_of_person(
        person.employer,
        _("Remove somebody at %(employer)s"),
        _("Remove"),
        notes=[_("%(person)s no longer stands here, and contacts name nobody.") % {"person": person}],
    )
    save = partial(services.withdraw_person, person=person)
    form = WithdrawPersonForm(request.POST or None)
    return form_page(request, form, page, save, said=_("Person removed."))


@reads
@only_for(can_open_files)
def employer_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One employer: its people and ladder, jobs of clients whom this person may see, contacts."""
    user = request.user
    employer = Employer.objects.visible_to(user).filter(public_id=public_id).first()
    if employer is None:
        known = Employer.objects.visible_to(user).filter(merged_here__public_id=public_id)
        return redirect(_page_of(get_object_or_404(known)))
    all_jobs = jobs_at(employer=employer, user=user)
    jobs = list(all_jobs[:JOBS_SHOWN])
    contacts = selectors.contacts_with(employer=employer, user=user)
    page = Paginator(contacts, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    _note_shown(request, jobs, list(page.object_list))
    asked = {"employer": employer.public_id, "kind": ContactKind.WERKGEVER}
    context = {
        "employer": employer,
        "facts": employer_facts(employer),
        "people": person_lines(selectors.people_at(employer)),
        "rungs": selectors.rungs_of(employer=employer, user=user),
        "visitors": selectors.visitors_of(employer=employer, user=user),
        "jobs": jobs,
        "job_count": len(jobs) if len(jobs) < JOBS_SHOWN else all_jobs.count(),
        "elsewhere": selectors.placed_elsewhere(employer=employer, user=user),
        "page": page,
        "contacts": contact_lines(page.object_list, user=user),
        "contact_count": page.paginator.count,
        "write_url": f"{reverse('trajectories:contact_write')}?{urlencode(asked)}",
        "secondary": _links(request, employer),
    }
    return render(request, "trajectories/employers/employer_detail.html", context)


@form_to(AccessAction.UPDATE)
@only_for(can_merge_employers)
def employer_merge(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Say that this employer is the same as another one, and take apart what was merged here."""
    known = _mergeable(request)
    source = get_object_or_404(known, public_id=public_id)
    page = FormPage(
        client=None,
        title=_("Merge %(employer)s") % {"employer": source.label},
        submit_label=_("Merge"),
        back_url=_back_from_merging(request, source),
        back_to=source.name,
        keeps_draft=False,
        explanation=_(
            "Contacts, jobs, people and choices of clients go along. Within 90 days it can be taken apart."
        ),
        notes=[
            _(
                "Where answers of a client about the two differ, the one that tells less holds. When one of "
                "the two is shared with all teams, the other is from then on."
            )
        ],
    )
    completes = can_open_files(request.user)
    form = MergeForm(request.POST or None, source=source, employers=known, completes=completes)
    save = partial(merging.merge_employers, source=source)
    then = partial(_after_merging, request)
    done = form_action(request, form, save, said=_merged, then=then, can_undo=False)
    context = {"form": form, "page": page, "merges": merge_lines(selectors.merges_of(source))}
    return done or render(request, "trajectories/employers/employer_merge.html", context)


@button_to(AccessAction.UPDATE)
@only_for(can_merge_employers)
def employer_unmerge(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Bring back what a merge moved."""
    merges = EmployerMerge.objects.filter(target__in=_mergeable(request)).select_related("source", "target")
    merge = get_object_or_404(merges, public_id=public_id)
    said = _("%(employer)s stands on its own again.") % {"employer": merge.source.label}
    then = reverse("trajectories:employer_merge", args=[merge.target.public_id])
    return button_action(request, partial(merging.unmerge_employers, merge=merge), said=said, then=then)


@button_to(AccessAction.UPDATE)
@only_for(can_open_files)
def employer_share(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: every team finds this employer, for instance when somebody looks for work there."""
    employer = _employer(request, public_id)
    share = partial(services.share_employer, employer=employer)
    said = _("Every team can find this employer now.")
    return press_action(request, share, said=said, then=_page_of(employer))


def _links(request: AuthenticatedHttpRequest, employer: Employer) -> list[Link]:
    change = reverse("trajectories:employer_correct", args=[employer.public_id])
    merge = reverse("trajectories:employer_merge", args=[employer.public_id])
    links = [Link(_("Change"), change, "pencil")]
    return [*links, Link(_("Merge"), merge, "union")] if can_merge_employers(request.user) else links


def _own_weeks(request: AuthenticatedHttpRequest) -> list[HiringWeek]:
    """The running week first; empty for a role that has no target."""
    user = request.user
    if user.role != Role.IPS_TRAJECTBEGELEIDER:
        return []
    return hiring_weeks(people=[user], day=timezone.localdate())[user.pk][::-1]


def _mergeable(request: AuthenticatedHttpRequest) -> QuerySet[Employer]:
    """Employers that this person knows: a team lead those on their pages, an administrator all by name."""
    if can_open_files(request.user):
        return Employer.objects.visible_to(request.user)
    return Employer.objects.filter(merged_into=None)


def _back_from_merging(request: AuthenticatedHttpRequest, employer: Employer) -> str:
    """An administrator reads no pages of employers."""
    if can_open_files(request.user):
        return _page_of(employer)
    return reverse("admin:trajectories_employer_changelist")


def _after_merging(request: AuthenticatedHttpRequest, merge: EmployerMerge) -> str:
    return _back_from_merging(request, merge.target)


def _merged(merge: EmployerMerge) -> str:
    facts = {"source": merge.source.label, "target": merge.target.label}
    return _("%(source)s is found as %(target)s from now on.") % facts


def _employer(request: AuthenticatedHttpRequest, public_id: UUID) -> Employer:
    return get_object_or_404(Employer.objects.visible_to(request.user), public_id=public_id)


def _person(request: AuthenticatedHttpRequest, public_id: UUID) -> EmployerPerson:
    people = EmployerPerson.objects.visible_to(request.user).select_related("employer")
    return get_object_or_404(people, public_id=public_id)


def _page_of(employer: Employer) -> str:
    return reverse("trajectories:employer_detail", args=[employer.public_id])


def _recorded(employer: Employer) -> str:
    return _("%(employer)s added.") % {"employer": employer.name}


def _page_of_person(employer: Employer, title: str, submit_label: str, notes: Sequence[str] = ()) -> FormPage:
    return FormPage(
        client=None,
        title=title % {"employer": employer.name},
        submit_label=submit_label,
        back_url=_page_of(employer),
        back_to=employer.name,
        explanation=_("Only what you need to reach somebody at work. Every team reads this."),
        notes=notes,
    )


def _note_shown(request: AuthenticatedHttpRequest, jobs: Sequence[Job], contacts: Sequence[Contact]) -> None:
    """A line of the access log for each client of whom the page shows a job or reads out a note."""
    notes = notes_of(request)
    notes.rows = len(jobs) + len(contacts)
    notes.shows((job.trajectory.client.public_id for job in jobs), part=Part.WORK)
    about = (contact.client.public_id for contact in contacts if contact.client)
    notes.shows(about, part=Part.CONTACTS)
