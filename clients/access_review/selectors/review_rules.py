"""What the weekly review finds in the access log: one pure function for each rule, in SQL.

Each reads the lines of one period and returns findings; nothing is written. The thresholds are settings.
Addresses of clients and staff are not stored in this product, so there is no rule about them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from clients.models import AccessReview, Client, ReviewRule, Verdict
from ipsplatform.common.search import searchable
from staff.models import AccessLine, AccessOutcome, Relation, User
from staff.permissions import Ability, roles_with

LINES_KEPT = 200
NIGHT_FROM, NIGHT_UNTIL = 22, 6  # hours in Amsterdam
EXPLAINED_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar week, Monday through Sunday."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment, up to the first moment after it."""
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that stood out: numbers, and the log lines behind it. No text about people."""

    rule: ReviewRule
    subject_pk: int
    client_id: UUID | None = None
    line_count: int
    file_count: int = 1
    line_ids: list[int] = field(default_factory=list)


def week_before(day: date, *, weeks: int = 1) -> Week:
    """The whole week that ended before `day`, or one of those before it."""
    monday = day - timedelta(days=day.weekday() + 7 * weeks)
    return Week(monday, monday + timedelta(days=6))


def no_relation(week: Week) -> list[Finding]:
    """A file opened, or tried more than once, by somebody without a relation, and not in an emergency.

    A client without a team belongs to every team lead, so that is no finding.
    """
    everybodys = Client.objects.filter(public_id=OuterRef("client_id"), team=None)
    lines = _lines_about_clients(week).filter(relation=Relation.NONE, is_emergency=False)
    lines = lines.exclude(Exists(everybodys), role__in=roles_with(Ability.LEAD_TEAM))
    done = Count("pk", filter=Q(outcome=AccessOutcome.DONE))
    refused = Count("pk", filter=Q(outcome=AccessOutcome.REFUSED))
    found = _per_person_and_client(lines).annotate(done=done, refused=refused)
    stood_out = Q(done__gte=1) | Q(refused__gte=settings.REVIEW_REFUSED_ATTEMPTS)
    return list(_findings(ReviewRule.NO_RELATION, found.filter(stood_out)))


def own_surname(week: Week) -> list[Finding]:
    """A file of somebody with the same last name, in use or by birth, accents and capitals aside.

    What was explained about the same two people is not asked again for a year.
    """
    name = User.objects.filter(pk=OuterRef(OuterRef("actor"))).annotate(plain=searchable("last_name"))
    names = Client.objects.annotate(plain=searchable("last_name"), by_birth=searchable("birth_name"))
    namesake = names.filter(
        Q(plain__in=name.values("plain")) | Q(by_birth__in=name.values("plain")),
        public_id=OuterRef("client_id"),
    )
    explained = AccessReview.objects.filter(
        rule=ReviewRule.OWN_SURNAME,
        subject=OuterRef("actor"),
        client_id=OuterRef("client_id"),
        verdict=Verdict.EXPLAINED,
        judged_at__gte=timezone.now() - EXPLAINED_FOR,
    )
    lines = _lines_about_clients(week).filter(
        Exists(namesake), ~Exists(explained), outcome=AccessOutcome.DONE
    )
    return list(_findings(ReviewRule.OWN_SURNAME, _per_person_and_client(lines)))


def many_clients(week: Week) -> list[Finding]:
    """More different files in one day than the threshold; the busiest day tells how many."""
    lines = _lines_about_clients(week).filter(outcome=AccessOutcome.DONE)
    days = (
        lines.annotate(day=TruncDate("at"))
        .values("actor", "day")
        .annotate(files=Count("client_id", distinct=True), lines=Count("pk"), ids=_ids())
        .filter(files__gt=settings.REVIEW_FILES_A_DAY)
        .order_by("actor", "-files", "day")
    )
    busiest: dict[int, Mapping[str, Any]] = {}
    for row in days:
        busiest.setdefault(row["actor"], row)
    return list(_findings(ReviewRule.MANY_CLIENTS, busiest.values()))


def night(week: Week) -> list[Finding]:
    """Files opened between ten in the evening and six in the morning, one finding for each person."""
    hour = ExtractHour("at")
    lines = _lines_about_clients(week).annotate(hour=hour).filter(outcome=AccessOutcome.DONE)
    lines = lines.filter(Q(hour__gte=NIGHT_FROM) | Q(hour__lt=NIGHT_UNTIL))
    found = (
        lines.values("actor")
        .annotate(files=Count("client_id", distinct=True), lines=Count("pk"), ids=_ids())
        .filter(lines__gte=settings.REVIEW_NIGHT_PAGES)
        .order_by("actor")
    )
    return list(_findings(ReviewRule.NIGHT, found))


RULES: tuple[Callable[[Week], list[Finding]], ...] = (no_relation, own_surname, many_clients, night)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lines_about_clients(week: Week) -> QuerySet[AccessLine]:
    first, after = week.moments
    return AccessLine.objects.filter(
        at__gte=first, at__lt=after, client_id__isnull=False, actor__isnull=False
    ).order_by()


def _per_person_and_client(lines: QuerySet[AccessLine]) -> QuerySet:
    return (
        lines.values("actor", "client_id")
        .annotate(lines=Count("pk"), ids=_ids())
        .order_by("actor", "client_id")
    )


def _ids() -> ArrayAgg:
    return ArrayAgg("pk", order_by="pk")


def _findings(rule: ReviewRule, rows: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    for row in rows:
        yield Finding(
            rule=rule,
            subject_pk=row["actor"],
            client_id=row.get("client_id"),
            line_count=row["lines"],
            file_count=row.get("files", 1),
            line_ids=row["ids"][:LINES_KEPT],
        )
