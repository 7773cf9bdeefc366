"""What strict health says of the work that protects: each part that is late, and each task that is off.

Every part belongs to a room and is told by it; this file only gathers them.
"""

from collections.abc import Callable

from django.db import DatabaseError

from clients.access_review.selectors.lateness import review_is_late
from reports.runs.selectors import asked_runs_are_late
from staff.access_log import partitions, sealing
from staff.access_log.chain import last_seal
from staff.schedule.selectors import weakened_tasks

IS_WELL: dict[str, Callable[[], bool]] = {
    "seals": lambda: not sealing.is_late(),
    "log_months": partitions.has_coming_month,
    "access_review": lambda: not review_is_late(),
    "restated_figures": lambda: not asked_runs_are_late(),
    "tasks": lambda: not weakened_tasks(),
}


def details() -> dict[str, object]:
    """What is wrong with which task, and the last seal: who keeps this answer keeps an anchor.

    Nothing in it is about a person.
    """
    try:
        return {"tasks": weakened_tasks(), "last_seal": last_seal()}
    except DatabaseError:
        return {"tasks": {}, "last_seal": ""}
