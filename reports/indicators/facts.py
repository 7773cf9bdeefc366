"""What was known about each trajectory on the as-of day: the basis of every count."""

from enum import Enum

from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    DateField,
    F,
    FilteredRelation,
    Max,
    Min,
    Q,
    QuerySet,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from reports.indicators.scope import ReportWindow, Scope, days_earlier
from reports.indicators.sql import AddDays, Days, MergedDays, OfTrajectory, OneContains, day
from trajectories.models import Trajectory, competitive_q, possibly_competitive_q

SUSTAINED_DAYS = 91
WORKLESS_DAYS_IN_A_SPELL = 14
# A job's span is drawn out so far that it touches the next job of the same spell: spans that touch merge.
_REACH = WORKLESS_DAYS_IN_A_SPELL + 1

NOT_WORKING_AT_ENROLMENT = Q(without_work=True)


class Reading(Enum):
    """How the jobs are read where something is not known (domain.md, section 5, Missing data).

    `POSSIBLE`: a job with an unanswered question of the three, and no "no", is regular work. `CERTAIN`: a
    job without an end, in a trajectory that ended, ended with it.
    """

    KNOWN = ""
    POSSIBLE = "possibly_"
    CERTAIN = "certainly_"

    def fact(self, name: str) -> str:
        """The name of a fact of `observed` in this reading. When a job began is as certain as it is known."""
        return name if self is Reading.CERTAIN and name == "placed_on" else f"{self.value}{name}"


# Everything that the conditions of figures may ask of a trajectory.
FACTS = (
    "enrolled_on",
    "ended_on",
    "without_work",
    "caseload_to",
    *dict.fromkeys(
        reading.fact(name) for name in ("worked_until", "placed_on", "work_spells") for reading in Reading
    ),
)


def observed(scope: Scope, window: ReportWindow) -> QuerySet[Trajectory]:
    """Trajectories of the scope that exist on the as-of day, each with the facts that figures ask for.

    `caseload_to`: last day of the caseload interval. `worked_until`: last day of a competitive job of this
    trajectory that began by the last day of the period. `placed_on`: start of the first one since enrolment.
    `work_spells`: see `in_one_spell`. The last three in each `Reading`. Jobs that start after the as-of
    day do not exist, ends after it are open, so no end is later than the as-of day.
    """
    possible = possibly_competitive_q("jobs__") & Q(jobs__started_on__lte=window.as_of)
    ended_by_then = When(job__ended_on__lte=window.as_of, then=F("job__ended_on"))
    caseload_to = Least("ended_on", day(window.as_of))
    rows = (
        scope.trajectories()
        .filter(enrolled_on__lte=window.as_of)
        .alias(
            without_work=OfTrajectory(Q(hours_worked_at_enrolment=0), output_field=BooleanField()),
            caseload_to=OfTrajectory(caseload_to, output_field=DateField()),
            job=FilteredRelation("jobs", condition=possible),
        )
        .alias(
            job_to=Least("job__ended_on", day(window.as_of)),
            certain_to=Case(ended_by_then, default=F("caseload_to")),
        )
    )
    regular = competitive_q("job__")
    return rows.alias(
        **_facts(window, Reading.CERTAIN, job_to="certain_to", which=regular)
        | _facts(window, Reading.POSSIBLE, job_to="job_to", which=Q(job__isnull=False))
        | _facts(window, Reading.KNOWN, job_to="job_to", which=regular)
    )


def _facts(window: ReportWindow, reading: Reading, *, job_to: str, which: Q) -> dict[str, Aggregate]:
    """What one reading knows of the work of a trajectory; `job_to` names the last day of a job in it."""
    spell = Days("job__started_on", AddDays(job_to, _REACH))
    since_enrolment = Q(job__started_on__gte=F("enrolled_on"))
    by_then = Q() if window.last_day == window.as_of else Q(job__started_on__lte=window.last_day)
    facts: dict[str, Aggregate] = {
        "worked_until": Max(job_to, filter=which & by_then),
        "placed_on": Min("job__started_on", filter=which & since_enrolment),
        "work_spells": MergedDays(spell, filter=which & _looked_at(window, reading, job_to)),
    }
    return {reading.fact(name): fact for name, fact in facts.items()}


def _looked_at(window: ReportWindow, reading: Reading, job_to: str) -> Q:
    """The jobs that `in_one_spell` may need: in another reading than the known those near the last day."""
    if reading is Reading.KNOWN:
        return Q()
    return Q(**{f"{job_to}__gt": days_earlier(window.last_day, SUSTAINED_DAYS + _REACH)})


def in_one_spell(
    first: str | Combinable, last: str | Combinable, reading: Reading = Reading.KNOWN
) -> OneContains:
    """Whether one work spell contains both days; the spell may have begun earlier.

    In another reading than the known `first` is at most `SUSTAINED_DAYS` before the last day of the period.
    """
    return OneContains(reading.fact("work_spells"), Days(first, AddDays(last, _REACH)))
