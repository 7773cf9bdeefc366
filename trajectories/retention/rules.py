"""Which period a file falls under, and from when it counts (ADR 27: to be confirmed locally)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from clients.models import RegimeCode, RetentionRegime, StartEvent
from trajectories.models import Funder, TrajectoryKind


def regime_codes(kind: str, funder: str) -> set[str]:
    """The regimes of one trajectory. A treatment team gives IPS, so it is treatment whoever pays."""
    if kind == TrajectoryKind.MSS:
        return {RegimeCode.WMO}
    return {RegimeCode.WGBO, RegimeCode.PARTICIPATIEWET} if funder == Funder.GEMEENTE else {RegimeCode.WGBO}


def regime_of(
    trajectories: Iterable[tuple[str, str]], regimes: dict[str, RetentionRegime]
) -> RetentionRegime:
    """The longest of the regimes of a file; without a trajectory the longest that there is for files."""
    codes = {code for kind, funder in trajectories for code in regime_codes(kind, funder)}
    return max((regimes[code] for code in codes or {RegimeCode.WGBO}), key=lambda regime: regime.years)


def start_of(
    *, registered_at: datetime, trajectory: date | None, assignment: date | None, contact: datetime | None
) -> tuple[str, date]:
    """The latest thing that happened, and its day."""
    days = {
        StartEvent.EINDE_TRAJECT: trajectory,
        StartEvent.INSCHRIJVING: _day(registered_at) if not (trajectory or assignment or contact) else None,
        StartEvent.EINDE_TOEWIJZING: assignment,
        StartEvent.LAATSTE_CONTACT: _day(contact) if contact else None,
    }
    known = [(event, day) for event, day in days.items() if day]
    return max(known, key=lambda found: found[1])


def end_of(starts_on: date, years: int) -> date:
    """The last day on which the file must be there."""
    try:
        return starts_on.replace(year=starts_on.year + years)
    except ValueError:  # 29 February
        return starts_on.replace(year=starts_on.year + years, month=3, day=1)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
