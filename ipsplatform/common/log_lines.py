"""Log lines without content: what happened and where, never about whom.

An object is written as its kind and identifier, an address as its page, an error as its type and the place
in the code. The text of an error is left out: the one of a refused constraint, for instance, repeats the row.
"""

import logging
import os
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import format_tb
from types import TracebackType

from django.db.models import Manager, Model, QuerySet
from pythonjsonlogger.json import JsonFormatter

from ipsplatform.common.log_paths import path_for_log, without_addresses

# The number of the request that is answered, or that asked for the task that is done.
request_number: ContextVar[str] = ContextVar("request_number", default="")

# Errors of the surroundings, with texts that can't hold anything of a file.
TEXTS_WITHOUT_CONTENT = frozenset(
    {
        "django.core.exceptions.ImproperlyConfigured",
        "builtins.ModuleNotFoundError",
        "builtins.ConnectionError",
        "redis.exceptions.ConnectionError",
    }
)
# They log the path that was asked for, and what a stranger sent; those are no words of ours.
OF_REQUESTS = ("django.", "gunicorn.")
SAID_BY_A_STRANGER = "django.security."
REFUSED_BY_GUNICORN = "Invalid request from ip="
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutContent(logging.Filter):
    """Replace what identifies a person in the arguments of a line, and add the number of the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; always True, so no line is lost."""
        # Django tells of an answer that it refused when the request is over; it adds the request itself.
        asked = getattr(getattr(record, "request", None), "number", "")
        record.number = request_number.get() or str(asked) or "-"
        if record.name.startswith(SAID_BY_A_STRANGER) and record.levelno > logging.WARNING:
            # Refused and answered: nothing failed here, and where in the code it was refused helps nobody.
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg = _message(record)
        clean = _of_a_request if record.name.startswith(OF_REQUESTS) else _without_content
        if isinstance(record.args, Mapping):
            record.args = _of_celery(record) or {name: clean(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(clean(value) for value in record.args)
        return True


class WithMoment(logging.Formatter):
    """The moment with its time zone: gunicorn's main process and its workers may differ in that."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """The moment as ISO 8601 has it, in milliseconds."""
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")


class LineFormatter(WithMoment):
    """Errors by type and place; a refusal is no error and takes one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; the traceback only from level ERROR."""
        _leave_out_text_of_error(record)
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        """The types of the errors and the places in the code, the first cause on top."""
        return _text_of_error(ei)


class JsonLineFormatter(WithMoment, JsonFormatter):
    """The same as an object of JSON on one line, for a system that collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, the traceback included. Of what others add to a record nothing is kept."""
        _leave_out_text_of_error(record)
        fields = getattr(record, "fields", {})
        for name in vars(record).keys() - _PLAIN_RECORD:
            delattr(record, name)
        vars(record).update(fields)
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        """The types of the errors and the places in the code, the first cause on top."""
        return _text_of_error(ei)


# What every record has, and what we add ourselves.
_PLAIN_RECORD = vars(logging.makeLogRecord({})).keys() | {"number", "message"}


def line_formatter() -> logging.Formatter:
    """The formatter that LOG_FORMAT asks for: "json", or a line to read.

    From the environment, because gunicorn writes lines before there are settings.
    """
    if os.environ.get("LOG_FORMAT") == "json":
        names = {"asctime": "at", "levelname": "level", "name": "logger", "number": "request"}
        return JsonLineFormatter(
            "{asctime}{levelname}{name}{number}{message}", style="{", rename_fields=names
        )
    return LineFormatter("{asctime} {levelname} {name} {number} {message}", style="{")


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return str(_without_content(record.msg))
    if record.name.startswith(SAID_BY_A_STRANGER) and not record.args:
        return record.name.removeprefix(SAID_BY_A_STRANGER)
    if record.msg.startswith(REFUSED_BY_GUNICORN):
        return record.msg.partition(": ")[0]
    return without_addresses(record.msg)


def _of_a_request(value: object) -> object:
    if isinstance(value, str) and "\n" in value:
        return "(text)"  # a traceback that was already made into words
    if isinstance(value, str) and value.startswith("/"):
        return path_for_log(value)
    if isinstance(value, str):
        return value.partition(" - ")[0]  # "Origin checking failed", without which
    return _without_content(value)


def _without_content(value: object) -> object:
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, Model):
        return f"{value._meta.label} {getattr(value, 'public_id', value.pk)}"
    if isinstance(value, QuerySet | Manager):
        return f"rows of {value.model._meta.label}"
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, list | tuple | set | dict):
        return f"{type(value).__name__} of {len(value)}"
    return value


def _of_celery(record: logging.LogRecord) -> dict[str, object] | None:
    """What Celery says of a task: its name and identifier, not its arguments, its result or its error."""
    if not isinstance(record.args, Mapping) or not {"id", "name"} <= record.args.keys():
        return None
    error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    hidden = {"exc": error, "traceback": "", "args": "", "kwargs": "", "return_value": ""}
    return {**record.args, **{name: text for name, text in hidden.items() if name in record.args}}


def _leave_out_text_of_error(record: logging.LogRecord) -> None:
    record.exc_text = None  # another handler may have kept the whole text
    record.stack_info = None
    if record.levelno < logging.ERROR:
        record.exc_info = None


def _text_of_error(ei: ExcInfo) -> str:
    return "\n".join(_places(ei[1])) if ei[1] else ""


def _places(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_places(before), "which led to:"] if before else []
    kind = type(error)
    text = f": {error}" if f"{kind.__module__}.{kind.__qualname__}" in TEXTS_WITHOUT_CONTENT else ""
    return [*lines, "".join(format_tb(error.__traceback__)).rstrip(), f"{kind.__name__}{text}"]
