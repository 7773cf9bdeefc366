"""Errors told to a service that speaks Sentry's protocol: what failed and where, never about whom.

The report is made anew from what may leave, so that whatever a later version of the SDK adds stays here.
"""

import logging
from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint

from ipsplatform.common.log_lines import request_number

FACTS = ("event_id", "timestamp", "platform", "level", "logger", "environment", "release", "server_name")
FACTS_OF_A_FRAME = ("filename", "function", "module", "lineno", "in_app")
OUR_NAMES = ("component", "route", "task")  # where a page has its name from; "url" is what was asked for


def start(dsn: str) -> None:
    """Report every error of this process from now on."""
    sentry_sdk.init(
        dsn=dsn,
        before_send=scrub,
        before_breadcrumb=lambda *_crumb: None,
        max_breadcrumbs=0,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        auto_session_tracking=False,
        send_client_reports=False,
        enable_metrics=False,
        trace_propagation_targets=[],
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(transaction_style="function_name"),
            CeleryIntegration(propagate_traces=False),
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ExcepthookIntegration(),
            DedupeIntegration(),
        ],
    )


def scrub(event: Event, _hint: Hint) -> Event | None:
    """The report that leaves: types, places in the code, page and number of the request. None for no error.

    No texts of errors, for those repeat rows; no addresses, bodies, people, variables or statements.
    """
    errors = [_error(error) for error in event.get("exception", {}).get("values", [])]
    if not errors:
        return None
    report: dict[str, Any] = {name: value for name, value in event.items() if name in FACTS}
    if event.get("transaction_info", {}).get("source") in OUR_NAMES:
        report["transaction"] = event["transaction"]
    report |= {"exception": {"values": errors}, "tags": {"request": request_number.get() or "-"}}
    return cast(Event, report)


def _error(error: dict[str, Any]) -> dict[str, Any]:
    frames = error.get("stacktrace", {}).get("frames", [])
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {"frames": [{name: frame.get(name) for name in FACTS_OF_A_FRAME} for frame in frames]},
    }
