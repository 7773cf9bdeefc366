"""Names and definitions of the figures, in words that everybody reads the same way.

The calculation is in `reports.indicators`; the version of these definitions is its DEFINITION_VERSION.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.figures.display import capitalised, percent
from reports.indicators.benchmarks import Benchmark, benchmarks_for
from reports.indicators.counting import Part
from reports.indicators.first_job import INCIDENCE_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What a figure is called, what it means, where the definition comes from, and whom it counts."""

    label: str
    definition: str
    source: str
    numerator: str = ""
    denominator: str = ""
    left_out: str = ""

    def part(self, part: Part) -> str:
        """Whom one part of the figure counts."""
        return {
            Part.NUMERATOR: self.numerator,
            Part.DENOMINATOR: self.denominator,
            Part.LEFT_OUT: self.left_out,
        }[part]


def wording(key: str) -> Wording:
    """The words of the figure `key`, for example cohort_placement_rate.18."""
    family, _dot, horizon = key.partition(".")
    if family == "flow":
        return _flow()[horizon]
    if family == "cohort_placement_rate":
        return _cohort(int(horizon))
    if family == "job_sustainment":
        return _sustainment(int(horizon))
    return _shares()[family]


def first_job_wording() -> dict[str, Wording]:
    """The parts of time_to_first_job, by the name they have in the report contract."""
    source = _("definition of this product")
    texts = {
        "n": (_("Started without work"), _("Trajectories that started without work.")),
        "events": (_("Found a first job"), _("Of those: with a first regular job since enrolment.")),
        "ended_without_job": (_("Stopped without a job"), _("Of those: ended before a first job.")),
        "km_median_days": (
            _("Half has a job after (Kaplan–Meier)"),
            _(
                "The day on which half would have found a first job. Who stopped, or still looks for work, "
                "counts until the last day that is known. Not reached: fewer than half found a job."
            ),
        ),
        "median_days_placed": (
            _("Days until the job, of those who found one"),
            _("The middle one of those who found a job. This is shorter: who found none is not in it."),
        ),
        **{
            f"cumulative_incidence.{days}": (
                _("Share with a first job within %(days)s days") % {"days": days},
                _("The share that found a first job; who stopped is no longer waiting (Aalen–Johansen)."),
            )
            for days in INCIDENCE_DAYS
        },
    }
    return {
        name: Wording(label=label, definition=definition, source=source)
        for name, (label, definition) in texts.items()
    }


def regular_work() -> str:
    """The three conditions of regular paid work (domain.md, section 2)."""
    return _(
        "Regular paid work: anyone could apply, at least the legal minimum and the normal wage, and an "
        "ordinary employer or genuine self-employment."
    )


def benchmark_text(key: str, *, is_quarter: bool) -> str:
    """The published figure of the same definition, or the middle one of several; empty when there is none."""
    known = sorted(_comparable(key, is_quarter), key=lambda benchmark: benchmark.rate)
    if not known:
        return ""
    benchmark = known[len(known) // 2]
    return _("%(name)s: %(rate)s, same definition") % {
        "name": capitalised(str(benchmark.name)),
        "rate": percent(benchmark.rate),
    }


def benchmark_lines(key: str, *, is_quarter: bool) -> list[str]:
    """Every published figure of the same definition, with its source."""
    return [
        f"{capitalised(str(benchmark.name))}: {percent(benchmark.rate)} ({benchmark.source})"
        for benchmark in _comparable(key, is_quarter)
    ]


def _comparable(key: str, is_quarter: bool) -> tuple[Benchmark, ...]:
    """A rate over a period grows with the length of the period: the published ones are of quarters."""
    if key == "period_employment_rate" and not is_quarter:
        return ()
    return benchmarks_for(key)


def _flow() -> dict[str, Wording]:
    own = _("count of this product")
    return {
        "running": Wording(
            label=_("Running trajectories"),
            definition=_("IPS trajectories that run on the last day of the period."),
            source=own,
            denominator=_("running trajectories"),
        ),
        "started": Wording(
            label=_("Started trajectories"),
            definition=_("IPS trajectories whose enrolment lies in the period."),
            source=own,
            denominator=_("started trajectories"),
        ),
        "ended": Wording(
            label=_("Ended trajectories"),
            definition=_("IPS trajectories that ended in the period, for whatever reason."),
            source=own,
            denominator=_("ended trajectories"),
        ),
    }


def _shares() -> dict[str, Wording]:
    return {**_period_shares(), **_point_shares()}


def _period_shares() -> dict[str, Wording]:
    source = _("international quarterly rate (IPS Employment Center)")
    return {
        "period_employment_rate": Wording(
            label=_("At work in the period"),
            definition=_(
                "Of all clients who were supported on at least one day of the period: those who had at least "
                "one day of regular paid work in that time. Each client counts once."
            ),
            source=source,
            numerator=_("worked"),
            denominator=_("supported"),
        ),
        "period_employment_rate_new": Wording(
            label=_("At work in the period, of those who started without work"),
            definition=_(
                "The same figure over clients who had no paid work at enrolment: it shows the work that was "
                "found during the support."
            ),
            source=source,
            numerator=_("worked"),
            denominator=_("supported, without work at enrolment"),
        ),
    }


def _point_shares() -> dict[str, Wording]:
    return {
        "point_employment_rate": Wording(
            label=_("At work on one day"),
            definition=_(
                "Of all clients with a running trajectory on the last day of the period: those who had "
                "regular paid work on that day. One day is stricter than a whole quarter, so this figure is "
                "usually lower."
            ),
            source=_("Werkmonitor IPS"),
            numerator=_("at work on the last day"),
            denominator=_("running on the last day"),
        ),
        "point_sustained_rate": Wording(
            label=_("At work for 13 weeks or longer on that day"),
            definition=_(
                "Of all clients with a running trajectory on the last day: those who had worked for at least "
                "91 days by then. A gap of at most 14 days between two jobs does not count as a stop."
            ),
            source=_("definition of this product"),
            numerator=_("at work for 91 days or longer"),
            denominator=_("running on the last day"),
        ),
    }


def _cohort(months: int) -> Wording:
    known = {"months": months}
    return Wording(
        label=_("First job within %(months)s months") % known,
        definition=_(
            "Of all trajectories that started without work at least %(months)s months ago: those with a "
            "first regular job within %(months)s months after enrolment. Who stopped early stays in the "
            "count. Who started more recently is left out, because the outcome is not known yet."
        )
        % known,
        source=_("definition of this product"),
        numerator=_("found a job within %(months)s months") % known,
        denominator=_("started at least %(months)s months ago") % known,
        left_out=_("started less than %(months)s months ago") % known,
    )


def _sustainment(weeks: int) -> Wording:
    known = {"weeks": weeks}
    return Wording(
        label=_("Still at work after %(weeks)s weeks") % known,
        definition=_(
            "Of all first jobs that started at least %(weeks)s weeks ago: those where the client still "
            "worked %(weeks)s weeks later, in the same or another regular job. A gap of at most 14 days does "
            "not count as a stop."
        )
        % known,
        source=_("definition of this product"),
        numerator=_("still at work after %(weeks)s weeks") % known,
        denominator=_("first job at least %(weeks)s weeks ago") % known,
    )
