"""Employers in lists, and one with its jobs and contacts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.periods import running_on_q
from staff.models import User
from trajectories.choosing.selectors import employers_named
from trajectories.models import (
    Contact,
    ContactKind,
    ContactQuerySet,
    Employer,
    EmployerMerge,
    EmployerPerson,
    Job,
    Purpose,
)

JOBS_SHOWN = 50
VISITORS_SHOWN = 10
VISITS_OF = timedelta(days=365)
UNMERGE_WITHIN = timedelta(days=90)  # so long a merge can be taken apart
SHORTLY = timedelta(days=7)
SMALL_GROUP = 5  # inside the organisation a smaller group is not counted (ADR 18)


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer in a list, with what the asking person may know: jobs and contacts of visible clients."""

    employer: Employer
    running_jobs: int
    last_contact_on: date | None


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder of contacts, with the last day on which a contact was for it."""

    purpose: Purpose
    last_on: date | None
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """One of us who was at an employer: when last, and how often in the year before today."""

    staff: User
    last_on: date
    times: int


def with_employer_columns(employers: QuerySet[Employer], user: User) -> QuerySet[Employer]:
    """Annotate what a row shows to `user`, in one statement."""
    jobs = _of_employer(_listed_jobs(user).filter(running_on_q(timezone.localdate())))
    contacts = _of_employer(told_contacts(user))
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


def people_at(employer: Employer) -> QuerySet[EmployerPerson]:
    """Who works there, by name; those who decide on hiring first."""
    return employer.people.order_by(F("decides_on_hiring").desc(nulls_last=True), "name", "pk")


def merges_of(employer: Employer) -> QuerySet[EmployerMerge]:
    """What was merged into this employer and can still be taken apart, the latest first."""
    merges = EmployerMerge.objects.standing().filter(target=employer, source__merged_into=employer)
    recent = merges.filter(merged_at__gte=timezone.now() - UNMERGE_WITHIN)
    return recent.select_related("source", "merged_by").order_by("-merged_at", "-pk")


def placed_elsewhere(*, employer: Employer, user: User) -> int | None:
    """At least so many jobs of clients whom `user` does not see run here: a multiple of five, so that no
    number tells of one client (ADR 64). None for an employer that not every team finds.
    """
    if not employer.is_shared:
        return None
    listed = Client.objects.listed_for(user).values("pk")
    running = employer.jobs.filter(running_on_q(timezone.localdate()))
    hidden = running.exclude(trajectory__client__in=listed).count()
    return hidden - hidden % SMALL_GROUP


def contacts_with(*, employer: Employer, user: User) -> ContactQuerySet:
    """The contacts with `employer` that `user` is told of, the latest first."""
    contacts = told_contacts(user).filter(employer=employer)
    return contacts.select_related("client", "staff", "person").order_by("-occurred_at", "-pk")


def rungs_of(*, employer: Employer, user: User) -> list[Rung]:
    """The ladder, as far as `user` is told of contacts: what comes before a rung is reached with it."""
    contacts = told_contacts(user).filter(employer=employer).exclude(purpose="").order_by()
    last = dict(contacts.values_list("purpose").annotate(day=TruncDate(Max("occurred_at"))))
    reached = max((number for number, rung in enumerate(Purpose) if rung in last), default=-1)
    return [Rung(rung, last.get(rung), number <= reached) for number, rung in enumerate(Purpose)]


def visitors_of(*, employer: Employer, user: User) -> list[Visitor]:
    """Who of us was here in the last year, the latest first: the names and days of visits alone.

    Of an employer that every team finds all visits; else those that `user` may read.
    """
    since = timezone.now() - VISITS_OF
    found: ContactQuerySet = Contact.objects.all() if employer.is_shared else told_contacts(user)
    visits = found.filter(employer=employer, staff__isnull=False, occurred_at__gte=since)
    each = visits.with_employer_face_to_face().order_by().values("staff")
    latest = each.annotate(last=TruncDate(Max("occurred_at")), times=Count("pk")).order_by("-last", "staff")
    lines = list(latest[:VISITORS_SHOWN])
    people = User.objects.in_bulk([line["staff"] for line in lines])
    return [Visitor(people[line["staff"]], line["last"], line["times"]) for line in lines]


def visit_by_colleague(*, user: User, employer_name: str, at: datetime) -> Contact | None:
    """The visit of a colleague to this employer within a week of `at`, the latest; None without one.

    Of an employer that every team finds whichever visit, to tell who was there and when, and no more.
    """
    employer = employers_named(employer_name).visible_to(user).order_by("-is_shared", "pk").first()
    if employer is None:
        return None
    found: ContactQuerySet = Contact.objects.all() if employer.is_shared else told_contacts(user)
    near = found.filter(employer=employer, occurred_at__range=(at - SHORTLY, at + SHORTLY))
    visits = near.with_employer_face_to_face().exclude(staff=user).filter(staff__isnull=False)
    return visits.select_related("staff", "employer").order_by("-occurred_at", "-pk").first()


def told_contacts(user: User) -> ContactQuerySet:
    """Contacts that a list may tell `user` of: those that they may read, and those of colleagues with a
    shared employer that are about no client. Of these the note stays with who wrote it.
    """
    of_colleagues = Q(client=None, kind=ContactKind.WERKGEVER, employer__is_shared=True)
    own = Q(client=None, staff=user)
    return Contact.objects.filter(own | of_colleagues | Q(client__in=Client.objects.listed_for(user)))


def _listed_jobs(user: User) -> QuerySet[Job]:
    """Without those of a file that an emergency opened: such a file shows itself only."""
    return Job.objects.filter(trajectory__client__in=Client.objects.listed_for(user))


def _of_employer(rows: QuerySet) -> QuerySet:
    """Grouped by employer, for a count or maximum over that employer's rows."""
    return rows.filter(employer=OuterRef("pk")).order_by().values("employer")
