"""Whether this process lives, and whether it can do its work. Public, and silent about everything else."""

import logging
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from clients.access_review.selectors.reviews import count_overdue
from ipsplatform.common.access import reads
from ipsplatform.operations import heartbeat, safeguards
from reports.runs.periods import missing_periods

logger = logging.getLogger(__name__)
BROKER_SECONDS = 2
OK, WARN, DOWN = "ok", "warn", "down"


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
    database = _database_is_ready()
    parts = {
        "database": OK if database else DOWN,
        "broker": OK if _broker_is_ready() else DOWN,
        "beat": OK if heartbeat.is_fresh() else WARN,
        "monitoring": OK if database and _monitoring_is_complete() else WARN,
        "reviews": OK if database and _reviews_are_judged() else WARN,
    }
    is_strict = bool(request.GET.get("strict"))
    if is_strict and database:
        parts |= safeguards.parts()
    status = next((state for state in (DOWN, WARN) if state in parts.values()), OK)
    refused = {DOWN, WARN} if is_strict else {DOWN}
    more = safeguards.details() if is_strict and database else {}
    answer = {"status": status, "parts": parts, **more}
    return JsonResponse(answer, status=503 if status in refused else 200)


def _database_is_ready() -> bool:
    """Reachable, and with every migration that this code needs."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        logger.warning("database is not ready: %s", type(error).__name__)
        return False
    if waiting:
        logger.warning("database is not ready: %s migrations to apply", len(waiting))
    return not waiting


def _broker_is_ready() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=BROKER_SECONDS, socket_timeout=BROKER_SECONDS
        ) as broker:
            return bool(broker.ping())
    except redis.RedisError as error:
        logger.warning("broker is not ready: %s", type(error).__name__)
        return False


def _monitoring_is_complete() -> bool:
    """Whether every period that ended some days ago has its run."""
    try:
        return not missing_periods(timezone.localdate() - timedelta(days=settings.MONITORING_LATE_DAYS))
    except DatabaseError:
        return False


def _reviews_are_judged() -> bool:
    """Whether every review of access got its verdict in time."""
    try:
        return not count_overdue()
    except DatabaseError:
        return False
