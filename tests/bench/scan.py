"""What the figures of a quarter cost beside one scan: the same rows, read once, in SQL written by hand.

The scan finds of each trajectory what figures look at (its days, its first job, its last day of work, its
spells of work), its jobs read in the three ways that the definitions ask for, and counts how many have each.
It makes no figure of it: no horizon, no period, no client who counts once, no interval and no curve.
Both have the memory that a monitoring run gives to figures of a whole organisation.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from reports.indicators.facts import SUSTAINED_DAYS
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.trend import quarters_until
from reports.runs.services import MEMORY_TO_COUNT_IN

FIGURES, SCAN = "figures of one quarter, computed", "the scan beside those figures"
AT_MOST = 2  # times the scan, for the whole organisation

_SCAN = """
SELECT count(*), count(client_id), count(enrolled_on), count(ended_on), count(*) FILTER (WHERE without_work),
       count(caseload_to), count(until), count(possible_until), count(certain_until),
       count(placed_on), count(possibly_placed_on),
       count(spells), count(possible_spells), count(certain_spells)
FROM (
    SELECT t.client_id, t.enrolled_on, t.ended_on, t.hours_worked_at_enrolment = 0 AS without_work,
           LEAST(t.ended_on, %(as_of)s) AS caseload_to,
           max(j.until) FILTER (WHERE j.is_regular) AS until,
           max(j.until) AS possible_until,
           max(LEAST(j.until, t.ended_on)) FILTER (WHERE j.is_regular) AS certain_until,
           min(j.started_on) FILTER (WHERE j.is_regular AND j.started_on >= t.enrolled_on) AS placed_on,
           min(j.started_on) FILTER (WHERE j.started_on >= t.enrolled_on) AS possibly_placed_on,
           range_agg(daterange(j.started_on, j.until + 15)) FILTER (WHERE j.is_regular) AS spells,
           range_agg(daterange(j.started_on, j.until + 15))
               FILTER (WHERE j.until > %(recent)s) AS possible_spells,
           range_agg(daterange(j.started_on, LEAST(j.until, t.ended_on) + 15))
               FILTER (WHERE j.is_regular AND LEAST(j.until, t.ended_on) > %(recent)s
                       AND LEAST(j.until, t.ended_on) >= j.started_on) AS certain_spells
    FROM trajectories_trajectory t
    LEFT JOIN (
        SELECT trajectory_id, started_on, LEAST(ended_on, %(as_of)s) AS until,
               open_to_anyone AND regular_wage AND regular_employer AS is_regular
        FROM trajectories_job
        WHERE started_on <= %(as_of)s AND open_to_anyone IS NOT FALSE
              AND regular_wage IS NOT FALSE AND regular_employer IS NOT FALSE
    ) j ON j.trajectory_id = t.id
    WHERE t.kind = 'ips' AND t.enrolled_on <= %(as_of)s
    GROUP BY t.id
) facts
"""


def last_quarter() -> ReportWindow:
    """The last one that is complete."""
    return quarters_until(timezone.localdate(), 2)[0]


def figures_and_scan() -> dict[str, Callable[[], None]]:
    """Name and a call; timed apart from the pages, of which the next one would pay for what these leave."""
    return {FIGURES: computed, SCAN: scanned}


def computed() -> None:
    """The figures of the whole organisation over that quarter."""
    with _memory_of_a_run():
        placement_report(Scope(), last_quarter())


def scanned() -> None:
    """The scan up to the same day."""
    with _memory_of_a_run():
        scan(last_quarter().as_of)


@contextmanager
def _memory_of_a_run() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY_TO_COUNT_IN])
        yield


def scan(as_of: date) -> tuple[int, ...]:
    """How many trajectories there are, and how many have each of the facts."""
    recent = as_of - timedelta(days=SUSTAINED_DAYS + 15)
    with connection.cursor() as cursor:
        cursor.execute(_SCAN, {"as_of": as_of, "recent": recent})
        return cursor.fetchone()


def beside_scan(medians: Mapping[str, float]) -> str:
    """One line: how many times the scan the figures took, in the same rounds."""
    ratio = medians[FIGURES] / medians[SCAN]
    return f"Figures of a quarter of the whole organisation: {ratio:.2f} times the scan; allowed {AT_MOST}."
