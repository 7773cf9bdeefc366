"""Attempts with a number: each refusal is a refused line in the access log, and there is an end to them."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _

from clients.emergency.services import has_tried_too_often
from ipsplatform.common.access import notes_of
from ipsplatform.common.errors import RuleError
from staff.requests import AuthenticatedHttpRequest

T = TypeVar("T")


def counted(
    request: AuthenticatedHttpRequest,
    save: Callable[..., T],
    *,
    code: str,
    refusal: type[RuleError],
    field: str,
    standing: str = "",
) -> Callable[..., T]:
    """`save`, whose refusals of the kind `refusal` are counted at page `code`.

    Too many within an hour, and every number in `field` is refused unread; `standing` is the number that
    is there already and is no attempt.
    """

    def attempt(**facts: object) -> T:
        typed = facts.get(field)
        if typed and typed != standing and has_tried_too_often(request.user, code=code):
            notes_of(request).is_refused = True
            text = _("Too many numbers were refused. Ask the team lead, or try again in an hour.")
            raise RuleError(text, field=field)
        try:
            return save(**facts)
        except refusal:
            notes_of(request).is_refused = True
            raise

    return attempt
