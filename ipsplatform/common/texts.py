"""Texts on screen: their type, and which characters never stand in one."""

import re
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:  # the types of Django know a translated text as more than a promise
    from django.utils.functional import _StrOrPromise as Text
else:
    Text = str | Promise

# Characters that no text needs and no workbook, page or column may hold; a tab and ends of lines are no harm.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def holds_controls(text: str) -> bool:
    """Whether a control character, or half of a character, stands in the text."""
    return _CONTROLS.search(text) is not None


def without_controls(text: str) -> str:
    """The text without control characters. What is typed or sent loses them, and so does what is exported."""
    return _CONTROLS.sub("", text)
