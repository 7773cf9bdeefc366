"""The figures of this moment. What needs a library for statistics is estimated by the worker (ADR 56)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.cache import cache

from ipsplatform.common.queue import ask_worker_now
from reports.indicators.report import (
    DEFINITION_VERSION,
    PlacementReport,
    estimated,
    report_without_estimates,
)
from reports.indicators.scope import ReportWindow, Scope

TASK = "reports.live.tasks.estimate_first_job"
KEEP_SECONDS = 24 * 3600
ASK_AGAIN_SECONDS = 10


def live_report(scope: Scope, window: ReportWindow) -> PlacementReport:
    """Every figure as it is now. `first_job` is None until the worker, which is asked, has estimated it."""
    report, observed = report_without_estimates(scope, window)
    key = _key(observed)
    known = cache.get(key)
    if known is None and cache.add(f"{key}:asked", True, ASK_AGAIN_SECONDS):
        days = [day.isoformat() for day in (window.period_from, window.period_to, window.as_of)]
        team = scope.team.pk if scope.team else None
        ask_worker_now(TASK, team, [scope.funder, scope.target_group], days)
    return replace(report, first_job=known)


def estimate_first_job(scope: Scope, window: ReportWindow) -> None:
    """Keep what `live_report` waits for, under what it was estimated from: changed files get another key."""
    _report, observed = report_without_estimates(scope, window)
    cache.set(_key(observed), estimated(observed), KEEP_SECONDS)


def _key(observed: Mapping[str, Any]) -> str:
    # In whatever order the days of the trajectories came.
    counted = {name: sorted(found) if isinstance(found, list) else found for name, found in observed.items()}
    text = json.dumps([DEFINITION_VERSION, counted], sort_keys=True)
    return f"first-job:{hashlib.sha256(text.encode()).hexdigest()}"
