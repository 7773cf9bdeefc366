"""Choosing one of many: the page holds a few, what somebody types brings others, the key alone is checked."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise

Group = tuple[str, Sequence[tuple[str, str]]]


class Picker(forms.Select):
    """A box to type in above a list of a few; htmx asks `url` for others while somebody types.

    Without scripts the text is sent with the form, which comes back with the list that belongs to it.
    """

    template_name = "widgets/picker.html"

    def __init__(self, *, url: str | Promise, typing: str | Promise, **more: Any) -> None:
        super().__init__(**more)
        self.url, self.typing, self.text = url, typing, ""

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        """What the template shows: the list, where others come from, and what was typed."""
        context = super().get_context(name, value, attrs)
        more = {"url": self.url, "typing": self.typing, "text": self.text, "text_name": typed_name(name)}
        context["widget"] |= more
        return context


def typed_name(name: str) -> str:
    """The name of the box above the list `name`."""
    return f"{name}_text"
