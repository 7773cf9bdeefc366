"""One log line for each request, without content, under the number that every line about it carries.

It takes the place of gunicorn's access log, which knows addresses only as they were asked for: with the
question behind them, and with the key of a link for a new password.
"""

import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ipsplatform.common.log_lines import request_number
from ipsplatform.common.log_paths import path_for_log, path_of
from ipsplatform.operations.client_address import client_address

logger = logging.getLogger("ipsplatform.requests")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def request_lines(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Give every request a number, and write its line. Stands before everything else."""

    def answer(request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4()
        vars(request)["number"] = number  # as AuthenticatedHttpRequest has it; nobody is known yet
        began, token = time.monotonic(), request_number.set(str(number))
        try:
            response = get_response(request)
            _write(request, response.status_code, round(1000 * (time.monotonic() - began)))
            return response
        finally:
            request_number.reset(token)

    return answer


def _write(request: HttpRequest, status: int, milliseconds: int) -> None:
    match = request.resolver_match
    path = path_of(match) if match else path_for_log(request.path_info)
    fields = {
        "method": request.method if request.method in METHODS else "OTHER",
        "path": path,
        "status": status,
        "milliseconds": milliseconds,
        "address": client_address(request) or "-",
    }
    # Asked every few seconds, by machines: only an alarm is worth a line.
    level = logging.DEBUG if path.startswith("/health/") and status < 400 else logging.INFO
    logger.log(level, "%s %s %s in %s ms from %s", *fields.values(), extra={"fields": fields})
