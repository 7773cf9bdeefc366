"""What strict health says of the work that protects: each part that is late, and each task that is off.

Every part belongs to a room and is told by it; this file only gathers them.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError

from clients.access_review.selectors.lateness import review_is_late
from reports.runs.selectors import asked_runs_are_late
from staff.access_log import partitions, sealing
from staff.access_log.chain import last_seal
from staff.schedule.selectors import weakened_tasks

logger = logging.getLogger(__name__)
OK, WARN = "ok", "warn"

IS_WELL: dict[str, Callable[[], bool]] = {
    "seals": lambda: not sealing.is_late(),
    "log_months": partitions.has_coming_month,
    "access_review": lambda: not review_is_late(),
    "restated_figures": lambda: not asked_runs_are_late(),
    "tasks": lambda: not weakened_tasks(),
}


def parts() -> dict[str, str]:
    """`ok` or `warn` for each part; one that can't be told is a warning."""
    return {name: OK if _is_well(name) else WARN for name in IS_WELL}


def details() -> dict[str, object]:
    """What is wrong with which task, and the last seal: who keeps this answer keeps an anchor.

    Nothing in it is about a person.
    """
    try:
        return {"tasks": weakened_tasks(), "last_seal": last_seal()}
    except DatabaseError:
        return {"tasks": {}, "last_seal": ""}


def _is_well(name: str) -> bool:
    try:
        return IS_WELL[name]()
    except DatabaseError as error:
        logger.warning("%s can not be told: %s", name, type(error).__name__)
        return False
