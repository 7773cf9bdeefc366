"""Whether this process lives, and whether it can do its work. Public, and silent about everything else.

`/health/ready/` answers within two seconds, whatever is down. Nobody can say beforehand that a database, a
broker or a name server will not answer: each is asked in a thread of its own, and one that has not answered
in time does not work.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from clients.access_review.selectors.reviews import count_overdue
from ipsplatform.common.access import reads
from ipsplatform.operations import heartbeat, safeguards
from reports.runs.periods import missing_periods

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 1.5  # what is left of the two is for the request itself, on a busy machine
BROKER_SECONDS = 1
OK, WARN, DOWN = "ok", "warn", "down"


@dataclass(frozen=True, slots=True)
class Check:
    """One part: whether it is well, and what it is otherwise. A check that raises is not well."""

    part: str
    is_well: Callable[[], bool]
    otherwise: str


def asked_by_nobody(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Do not look up who asks after health: the database that would know may be what is down."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/health/"):
            request.COOKIES = {}
        return get_response(request)

    return answer


@login_not_required
@reads
@never_cache
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer as long as the process does; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@reads
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 503 with the part that fails, so that no visitor is sent here until it works.

    A part on `warn` hinders no visitor: somebody must look at it. `?strict=1` makes that a 503 too, and
    looks at the safeguards as well.
    """
    is_strict = bool(request.GET.get("strict"))
    parts, more = ask_all(STRICT_LANES if is_strict else LANES)
    status = next((state for state in (DOWN, WARN) if state in parts.values()), OK)
    refused = {DOWN, WARN} if is_strict else {DOWN}
    answer = {"status": status, "parts": parts, **more}
    return JsonResponse(answer, status=503 if status in refused else 200)


def ask_all(lanes: Iterable["Lane"]) -> tuple[dict[str, str], dict[str, object]]:
    """Each part with its state, and what the lanes tell beside it, within ANSWER_SECONDS."""
    deadline = time.monotonic() + ANSWER_SECONDS
    asked = [(lane, lane.ask()) for lane in lanes]
    states: dict[str, str] = {}
    more: dict[str, object] = {}
    for lane, answers in asked:
        answers.are_complete.wait(max(0.0, deadline - time.monotonic()))
        states |= {check.part: OK if answers.of.get(check.part) else check.otherwise for check in lane.checks}
        more |= answers.more
    return states, more


@dataclass(slots=True)
class Answers:
    """What one thread has found so far."""

    of: dict[str, bool] = field(default_factory=dict)
    more: dict[str, object] = field(default_factory=dict)
    are_complete: threading.Event = field(default_factory=threading.Event)


class Lane:
    """Checks that ask the same service, one after the other, on one connection; `also` tells more."""

    def __init__(self, *checks: Check, also: Callable[[], dict[str, object]] = dict) -> None:
        self.checks = checks
        self._also = also
        self._lock = threading.Lock()
        self._running: Answers | None = None

    def ask(self) -> Answers:
        """Start asking, unless an earlier question still waits: a service that hangs keeps one thread."""
        with self._lock:
            if self._running is None or self._running.are_complete.is_set():
                self._running = Answers()
                threading.Thread(target=self._fill, args=[self._running], daemon=True).start()
            return self._running

    def _fill(self, answers: Answers) -> None:
        try:
            for check in self.checks:
                answers.of[check.part] = is_well = _is_well(check)
                if not is_well and check.otherwise == DOWN:
                    break  # the rest asks the same service
            else:
                answers.more = self._also()
        finally:
            connection.close()  # of this thread
            answers.are_complete.set()


def _is_well(check: Check) -> bool:
    try:
        return check.is_well()
    except Exception as error:  # whatever it is, the question has an answer: no
        logger.warning("%s is not ready: %s", check.part, type(error).__name__)
        return False


def _database_is_ready() -> bool:
    """Reachable, and with every migration that this code needs."""
    waiting = needed_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if waiting:
        logger.warning("database is not ready: %s migrations to apply", len(waiting))
    return not waiting


@cache
def needed_migrations() -> frozenset[tuple[str, str]]:
    """Those on the disk of this process, as app and name; they do not change while it runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _broker_is_ready() -> bool:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=BROKER_SECONDS, socket_timeout=BROKER_SECONDS
    ) as broker:
        return bool(broker.ping())


def _monitoring_is_complete() -> bool:
    """Whether every period that ended some days ago has its run."""
    return not missing_periods(timezone.localdate() - timedelta(days=settings.MONITORING_LATE_DAYS))


def _reviews_are_judged() -> bool:
    """Whether every review of access got its verdict in time."""
    return not count_overdue()


# A part more is a line more. What asks the database stands behind the check of the database itself.
OF_DATABASE = (
    Check("database", _database_is_ready, DOWN),
    Check("monitoring", _monitoring_is_complete, WARN),
    Check("reviews", _reviews_are_judged, WARN),
)
SAFEGUARDS = (Check(part, is_well, WARN) for part, is_well in safeguards.IS_WELL.items())
OF_QUEUE = (Lane(Check("broker", _broker_is_ready, DOWN)), Lane(Check("beat", heartbeat.is_fresh, WARN)))
LANES = (Lane(*OF_DATABASE), *OF_QUEUE)
STRICT_LANES = (Lane(*OF_DATABASE, *SAFEGUARDS, also=safeguards.details), *OF_QUEUE)
