"""The people behind a figure, as far as the reader may open their files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from clients.models import Client
from ipsplatform.common.search import without_accents
from reports.indicators.figure import FigurePart, Unit
from reports.indicators.people import people_behind
from reports.indicators.report import FIGURES
from reports.indicators.scope import ReportWindow, Scope
from staff.models import User
from trajectories.models import Job, Trajectory


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One counted trajectory, with the latest regular job that was known."""

    client: Client
    enrolled_on: date
    ended_on: date | None
    employer: str


@dataclass(frozen=True, slots=True)
class FigurePeople:
    """`total` is the number itself; those in `visible` have a file that the reader may open."""

    total: int
    visible: QuerySet[Trajectory]
    parts: tuple[FigurePart, ...]
    counts_clients: bool


def figure_people(
    *, key: str, part: FigurePart, scope: Scope, window: ReportWindow, user: User
) -> FigurePeople:
    """Raises KeyError for a figure or a part that does not exist.

    A trajectory counts for the team of its enrolment; a client who moved to another team since is counted,
    and invisible.
    """
    figure = FIGURES[key]
    counted = _one_row_each(people_behind(key, scope, window, part), figure.unit)
    visible = counted.filter(client__in=Client.objects.listed_for(user))
    return FigurePeople(
        total=counted.count(),
        visible=_with_work(visible, window),
        parts=(*figure.conditions(window), *([FigurePart.UNKNOWN] if figure.has_bounds else [])),
        counts_clients=figure.unit is Unit.CLIENT,
    )


def person_rows(trajectories: Iterable[Trajectory]) -> list[PersonRow]:
    """What the list shows of the trajectories of one page of `visible`."""
    return [
        PersonRow(
            client=trajectory.client,
            enrolled_on=trajectory.enrolled_on,
            ended_on=trajectory.ended_on,
            employer=next((job.employer.name for job in trajectory.jobs.all()), ""),
        )
        for trajectory in trajectories
    ]


def _one_row_each(people: QuerySet[Trajectory], unit: Unit) -> QuerySet[Trajectory]:
    """A figure that counts clients shows each of them once, with the latest trajectory."""
    found = Trajectory.objects.filter(pk__in=people.values("pk"))
    if unit is Unit.CLIENT:
        latest = found.order_by("client_id", "-enrolled_on", "-pk").distinct("client_id")
        found = Trajectory.objects.filter(pk__in=latest.values("pk"))
    return found


def _with_work(trajectories: QuerySet[Trajectory], window: ReportWindow) -> QuerySet[Trajectory]:
    """With no other `jobs` than the regular ones, the latest first."""
    jobs = (
        Job.objects.competitive()
        .filter(started_on__lte=window.as_of)
        .select_related("employer")
        .order_by("-started_on", "-pk")
    )
    return (
        trajectories.select_related("client")
        .prefetch_related(Prefetch("jobs", queryset=jobs))
        .order_by(
            without_accents("client__last_name"), "client__first_name", "client__pk", "enrolled_on", "pk"
        )
    )
