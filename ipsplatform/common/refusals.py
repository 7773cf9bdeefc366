"""Refusals of services and of the database, shown on the form that asked, or as a message."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, notes_of
from ipsplatform.common.errors import CountedRefusalError, RuleError


@contextmanager
def refusals_on(form: BaseForm, request: HttpRequest) -> Iterator[None]:
    """Turn a refusal inside the block into errors of `form`; the block's writes are undone.

    Of a refusal that is counted the count stays: its service has undone the rest. A rule about no field in
    particular is a refusal to the access log too; the rest is typing again.
    """
    try:
        with transaction.atomic():
            try:
                yield
            except CountedRefusalError as refusal:
                _add_rule_error(form, refusal, request)
    except (RuleError, ValidationError, IntegrityError) as refusal:
        add_refusal(form, refusal, request)


def add_refusal(form: BaseForm, refusal: Exception, request: HttpRequest) -> None:
    """Say on `form` why a service or the database refused what was typed in it."""
    if isinstance(refusal, RuleError):
        _add_rule_error(form, refusal, request)
    elif isinstance(refusal, ValidationError):
        _add_validation_error(form, refusal)
    else:  # full_clean has looked just before: somebody else was faster by a moment
        form.add_error(
            None, _("Somebody else changed this at the same moment. Look again and try once more.")
        )


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """Where one press is the whole form: a refusal inside the block is a message on the next page."""
    try:
        yield
    except RuleError as refusal:
        tell_nothing_done(request, str(refusal), level=messages.ERROR)


def tell_nothing_done(request: HttpRequest, text: str, *, level: int) -> None:
    """Say on the next page why nothing changed. To the access log an error was refused, the rest a look.

    So is a press for several people of whom one is refused: what did change is in the log of changes.
    """
    if level >= messages.ERROR:
        notes_of(request).refuse()
    else:
        notes_of(request).action = AccessAction.READ
    messages.add_message(request, level, text)


def _add_rule_error(form: BaseForm, refusal: RuleError, request: HttpRequest) -> None:
    field = refusal.field if refusal.field in form.fields else None
    if field is None:
        notes_of(request).refuse()
    form.add_error(field, str(refusal))


def _add_validation_error(form: BaseForm, refusal: ValidationError) -> None:
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal.messages)
        return
    for field, errors in refusal.error_dict.items():
        on_form = field != NON_FIELD_ERRORS and field in form.fields
        for error in errors:
            form.add_error(field if on_form else None, error.messages)
