"""Employers in lists, and one with its jobs and contacts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.periods import running_on_q
from staff.models import User
from trajectories.models import Contact, Employer, Job

JOBS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer in a list, with what the asking person may know: jobs and contacts of visible clients."""

    employer: Employer
    running_jobs: int
    last_contact_on: date | None


def with_employer_columns(employers: QuerySet[Employer], user: User) -> QuerySet[Employer]:
    """Annotate what a row shows to `user`, in one statement."""
    jobs = _of_employer(_listed_jobs(user).filter(running_on_q(timezone.localdate())))
    contacts = _of_employer(_listed_contacts(user))
    return employers.annotate(
        running_jobs=Subquery(jobs.annotate(number=Count("pk")).values("number")),
        last_contact_on=Subquery(contacts.annotate(day=TruncDate(Max("occurred_at"))).values("day")),
    )


def employer_rows(employers: Iterable[Employer]) -> list[EmployerRow]:
    """Turn annotated employers into rows."""
    return [
        EmployerRow(
            employer=employer,
            running_jobs=vars(employer)["running_jobs"] or 0,
            last_contact_on=vars(employer)["last_contact_on"],
        )
        for employer in employers
    ]


def jobs_at(*, employer: Employer, user: User) -> QuerySet[Job]:
    """The jobs of visible clients at `employer`: the running ones first, then the latest."""
    jobs = _listed_jobs(user).filter(employer=employer).select_related("trajectory__client")
    return jobs.annotate(has_ended=Q(ended_on__isnull=False)).order_by("has_ended", "-started_on", "pk")


def contacts_with(*, employer: Employer, user: User) -> QuerySet[Contact]:
    """The contacts with `employer` that `user` may read, the latest first."""
    contacts = _listed_contacts(user).filter(employer=employer)
    return contacts.select_related("client", "staff").order_by("-occurred_at", "-pk")


def _listed_jobs(user: User) -> QuerySet[Job]:
    """Without those of a file that an emergency opened: such a file shows itself only."""
    return Job.objects.filter(trajectory__client__in=Client.objects.listed_for(user))


def _listed_contacts(user: User) -> QuerySet[Contact]:
    listed = Q(client=None) | Q(client__in=Client.objects.listed_for(user))
    return Contact.objects.visible_to(user).filter(listed)


def _of_employer(rows: QuerySet) -> QuerySet:
    """Grouped by employer, for a count or maximum over that employer's rows."""
    return rows.filter(employer=OuterRef("pk")).order_by().values("employer")
