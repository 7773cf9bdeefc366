"""The type of a text on screen: as it is, or translated at the moment that it is shown."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:  # the types of Django know a translated text as more than a promise
    from django.utils.functional import _StrOrPromise as Text
else:
    Text = str | Promise
