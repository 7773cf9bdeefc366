"""Who and why, put beside each row of the change history: by requests, by tasks and by commands."""

import uuid
from collections.abc import Callable
from contextlib import suppress

import pghistory
from celery import Task
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from ipsplatform.operations import access_log
from staff.requests import AuthenticatedHttpRequest

CHANGING = ("POST", "PUT", "PATCH", "DELETE")  # a GET changes no row that has history


def request_context(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Give the rows that a request changes its number, the person and the page."""

    def answer(request: AuthenticatedHttpRequest) -> HttpResponse:
        if request.method not in CHANGING:
            return get_response(request)
        with pghistory.context(request=str(request.number), path=request.path):
            return get_response(request)

    return answer


def person_context(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Add the person to the context, after authentication."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in CHANGING and request.user.is_authenticated:
            pghistory.context(user=request.user.pk, role=request.user.role)
        return get_response(request)

    return answer


class TaskWithContext(Task):
    """Each task of the worker leaves its name beside what it changes, and a line in the access log."""

    abstract = True
    Request = "ipsplatform.operations.task_numbers:NumberedRequest"

    def __call__(self, *args: object, **kwargs: object) -> object:
        with pghistory.context(task=self.name, task_id=self.request.id):
            try:
                result = super().__call__(*args, **kwargs)
            except Exception:
                with suppress(DatabaseError):  # what went wrong first is what must be told
                    self._log(is_done=False)
                raise
            self._log(is_done=True)
            return result

    def _log(self, *, is_done: bool) -> None:
        number = uuid.UUID(self.request.id) if self.request.id else None
        access_log.write_line(access_log.task_line(self.name, is_done=is_done, number=number))
