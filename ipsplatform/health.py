"""Whether this process lives, and whether it can do its work. Public, and silent about everything else."""

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)
BROKER_SECONDS = 2


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer as long as the process does; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 503 with the part that fails, so that no visitor is sent here until it works."""
    checks: dict[str, Callable[[], bool]] = {"database": _database_is_ready, "broker": _broker_is_ready}
    parts = {name: "ok" if is_ready() else "down" for name, is_ready in checks.items()}
    works = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if works else "down", "parts": parts}, status=200 if works else 503)


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
