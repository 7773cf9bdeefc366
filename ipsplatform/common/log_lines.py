"""Log lines without content: what happened and where, never about whom.

An object is written as its kind and identifier, an error as its type and the place in the code. The text
of an error is left out: the one of a refused constraint, for instance, repeats the row.
"""

import logging
from collections.abc import Mapping
from traceback import format_tb
from types import TracebackType

from django.db.models import Manager, Model, QuerySet

# Errors of the surroundings, with texts that can't hold anything of a file.
TEXTS_WITHOUT_CONTENT = frozenset({"ImproperlyConfigured", "ModuleNotFoundError", "ConnectionError"})
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutContent(logging.Filter):
    """Replace what identifies a person in the arguments of a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; always True, so no line is lost."""
        if not isinstance(record.msg, str):
            record.msg = _without_content(record.msg)
        if isinstance(record.args, Mapping):
            record.args = _of_celery(record) or {
                name: _without_content(value) for name, value in record.args.items()
            }
        elif record.args:
            record.args = tuple(_without_content(value) for value in record.args)
        return True


class LineFormatter(logging.Formatter):
    """Errors by type and place; a refusal is no error and takes one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; the traceback only from level ERROR."""
        record.exc_text = None  # another handler may have kept the whole text
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        """The types of the errors and the places in the code, the first cause on top."""
        return "\n".join(_places(ei[1])) if ei[1] else ""


def _without_content(value: object) -> object:
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


def _places(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_places(before), "which led to:"] if before else []
    name = type(error).__name__
    text = f": {error}" if name in TEXTS_WITHOUT_CONTENT else ""
    return [*lines, "".join(format_tb(error.__traceback__)).rstrip(), f"{name}{text}"]
