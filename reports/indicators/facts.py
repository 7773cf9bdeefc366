"""What was known about each trajectory on the as-of day: the basis of every count."""

from enum import Enum

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Aggregate, Case, F, FilteredRelation, Min, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.sql import AddDays, Days, MergedDays, OneContains, day
from trajectories.models import Trajectory, competitive_q, possibly_competitive_q

WORKLESS_DAYS_IN_A_SPELL = 14
# A job's span is drawn out so far that it touches the next job of the same spell: spans that touch merge.
_REACH = WORKLESS_DAYS_IN_A_SPELL + 1

NOT_WORKING_AT_ENROLMENT = Q(hours_worked_at_enrolment=0)


class Reading(Enum):
    """How the jobs are read where something is not known (domain.md, section 5, Missing data).

    `POSSIBLE`: a job with an unanswered question of the three, and no "no", is regular work. `CERTAIN`: a
    job without an end, in a trajectory that ended, ended with it.
    """

    KNOWN = ""
    POSSIBLE = "possibly_"
    CERTAIN = "certainly_"

    def fact(self, name: str) -> str:
        """The name of a fact of `observed` in this reading."""
        return f"{self.value}{name}"


def observed(scope: Scope, window: ReportWindow) -> QuerySet[Trajectory]:
    """Trajectories of the scope that exist on the as-of day, each with the facts that figures ask for.

    `caseload_to`: last day of the caseload interval. `works_in_period`, `works_on_last_day`: a
    competitive job of this trajectory. `placed_on`: start of the first one since enrolment.
    `work_spells`: see `in_one_spell`. The last four in each `Reading`. Jobs that start after the as-of
    day do not exist, ends after it are open, so no end is later than the as-of day.
    """
    possible = possibly_competitive_q("jobs__") & Q(jobs__started_on__lte=window.as_of)
    ended_by_then = When(job__ended_on__lte=window.as_of, then=F("job__ended_on"))
    rows = (
        scope.trajectories()
        .filter(enrolled_on__lte=window.as_of)
        .alias(
            caseload_to=Least("ended_on", day(window.as_of)),
            job=FilteredRelation("jobs", condition=possible),
        )
        .alias(
            job_to=Least("job__ended_on", day(window.as_of)),
            certain_to=Case(ended_by_then, default=F("caseload_to")),
        )
    )
    regular = competitive_q("job__")
    return rows.alias(
        **_facts(window, Reading.KNOWN, job_to="job_to", which=regular),
        **_facts(window, Reading.POSSIBLE, job_to="job_to", which=Q(job__isnull=False)),
        **_facts(window, Reading.CERTAIN, job_to="certain_to", which=regular),
    )


def _facts(window: ReportWindow, reading: Reading, *, job_to: str, which: Q) -> dict[str, Aggregate]:
    """What one reading knows of the work of a trajectory; `job_to` names the last day of a job in it."""
    on_last_day = Q(job__started_on__lte=window.last_day, **{f"{job_to}__gte": window.last_day})
    spell = Days("job__started_on", AddDays(job_to, _REACH))
    since_enrolment = Q(job__started_on__gte=F("enrolled_on"))
    facts: dict[str, Aggregate] = {
        "works_in_period": BoolOr(_inside_period(window, job_to), filter=which, default=False),
        "works_on_last_day": BoolOr(on_last_day, filter=which, default=False),
        "placed_on": Min("job__started_on", filter=which & since_enrolment),
        "work_spells": MergedDays(spell, filter=which),
    }
    return {reading.fact(name): fact for name, fact in facts.items()}


def _inside_period(window: ReportWindow, job_to: str) -> Q:
    """A day of the job lies inside both the period and the caseload interval, which overlap.

    That it starts before the caseload interval ends is certain: the database refuses another.
    """
    ends = {f"{job_to}__gte": window.period_from}
    return Q(Q(**{f"{job_to}__gte": F("enrolled_on")}), job__started_on__lte=window.period_to, **ends)


def in_one_spell(
    first: str | Combinable, last: str | Combinable, reading: Reading = Reading.KNOWN
) -> OneContains:
    """Whether one work spell contains both days; the spell may have begun earlier."""
    return OneContains(reading.fact("work_spells"), Days(first, AddDays(last, _REACH)))
