"""What was known about each trajectory on the as-of day: the basis of every count."""

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import F, FilteredRelation, Min, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.sql import AddDays, Days, MergedDays, OneContains, day
from trajectories.models import Trajectory, competitive_q

WORKLESS_DAYS_IN_A_SPELL = 14
# A job's span is drawn out so far that it touches the next job of the same spell: spans that touch merge.
_REACH = WORKLESS_DAYS_IN_A_SPELL + 1

NOT_WORKING_AT_ENROLMENT = Q(hours_worked_at_enrolment=0)


def observed(scope: Scope, window: ReportWindow) -> QuerySet[Trajectory]:
    """Trajectories of the scope that exist on the as-of day, each with the facts that figures ask for.

    `caseload_to`: last day of the caseload interval. `works_in_period`, `works_on_last_day`: a
    competitive job of this trajectory. `placed_on`: start of the first one since enrolment.
    `work_spells`: see `in_one_spell`. Jobs that start after the as-of day do not exist, ends after it
    are open, so no end is later than the as-of day.
    """
    known = competitive_q("jobs__") & Q(jobs__started_on__lte=window.as_of)
    return (
        scope.trajectories()
        .filter(enrolled_on__lte=window.as_of)
        .alias(
            caseload_to=Least("ended_on", day(window.as_of)),
            job=FilteredRelation("jobs", condition=known),
            job_to=Least("job__ended_on", day(window.as_of)),
        )
        .alias(
            works_in_period=BoolOr(_inside_period(window), default=False),
            works_on_last_day=BoolOr(
                Q(job__started_on__lte=window.last_day, job_to__gte=window.last_day), default=False
            ),
            placed_on=Min("job__started_on", filter=Q(job__started_on__gte=F("enrolled_on"))),
            work_spells=MergedDays(
                Days("job__started_on", AddDays("job_to", _REACH)), filter=Q(job__isnull=False)
            ),
        )
    )


def _inside_period(window: ReportWindow) -> Q:
    """A day of the job lies inside both the period and the caseload interval, which overlap.

    That it starts before the caseload interval ends is certain: the database refuses another.
    """
    return Q(
        Q(job_to__gte=F("enrolled_on")), job__started_on__lte=window.period_to, job_to__gte=window.period_from
    )


def in_one_spell(first: str | Combinable, last: str | Combinable) -> OneContains:
    """Whether one work spell contains both days; the spell may have begun earlier."""
    return OneContains("work_spells", Days(first, AddDays(last, _REACH)))
