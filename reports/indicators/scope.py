"""Which trajectories a report is about, and which days."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import Team
from trajectories.models import Trajectory


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The trajectories that are counted; an empty field means all of them."""

    team: Team | None = None
    funder: str = ""
    target_group: str = ""

    def trajectories(self) -> QuerySet[Trajectory]:
        """All IPS trajectories of the scope, whenever they ran."""
        chosen = {"team": self.team, "funder": self.funder, "target_group": self.target_group}
        return Trajectory.objects.ips().filter(**{field: value for field, value in chosen.items() if value})

    @property
    def order(self) -> tuple[str, str, str]:
        """The whole first, then by name."""
        return (self.team.name if self.team else "", self.funder, self.target_group)

    @property
    def codes(self) -> dict[str, str | None]:
        """The scope as the report contract writes it."""
        return {
            "team": self.team.code if self.team else None,
            "funder": self.funder or None,
            "target_group": self.target_group or None,
        }


WHOLE_ORGANISATION = Scope()


@dataclass(frozen=True, kw_only=True)
class ReportWindow:
    """The period, the as-of day R, and the enrolment days of the cohort indicators (None: no bound)."""

    period_from: date
    period_to: date
    as_of: date
    cohort_from: date | None = None
    cohort_to: date | None = None

    @classmethod
    def of(
        cls,
        period_from: date,
        period_to: date,
        *,
        as_of: date | None = None,
        cohort_from: date | None = None,
        cohort_to: date | None = None,
    ) -> "ReportWindow":
        """The window of a period; R is the earlier of the period's end and today, unless given.

        Raises RuleError for a period that ends before it begins, and for an R in the future.
        """
        _refuse_reversed(period_from, period_to)
        _refuse_reversed(cohort_from, cohort_to)
        _refuse_future(as_of)
        return cls(
            period_from=period_from,
            period_to=period_to,
            as_of=as_of or min(period_to, timezone.localdate()),
            cohort_from=cohort_from,
            cohort_to=cohort_to,
        )

    @property
    def last_day(self) -> date:
        """The last day of the period that is known on the as-of day."""
        return min(self.period_to, self.as_of)


def days_earlier(day: date, days: int) -> date:
    """So many days earlier, but no earlier than the calendar begins: nothing is recorded from then."""
    return date.fromordinal(max(date.min.toordinal(), day.toordinal() - days))


def _refuse_future(as_of: date | None) -> None:
    if as_of and as_of > timezone.localdate():
        raise RuleError(
            _("The as-of day (%(day)s) is in the future: nothing is known of it yet.")
            % {"day": as_of.isoformat()}
        )


def _refuse_reversed(first: date | None, last: date | None) -> None:
    if first and last and first > last:
        raise RuleError(
            _("The first day (%(first)s) is after the last day (%(last)s).")
            % {"first": first.isoformat(), "last": last.isoformat()}
        )
