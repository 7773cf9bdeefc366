"""The field in which somebody names an employer; names are completed while they type."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import field_of
from trajectories.models import Employer

COMPLETED = {
    "list": "employers",
    "autocomplete": "off",
    "hx-get": reverse_lazy("trajectories:employer_names"),
    "hx-trigger": "focus once, input changed delay:200ms",
    "hx-target": "#employers",
    "hx-sync": "this:replace",
}


def employer_name_field(*, show_if: str = "", **more: Any) -> forms.Field:
    """A name as it is typed, known or new. `show_if` says when the field matters (static/js/forms.js)."""
    attributes = COMPLETED | ({"data-show-if": show_if} if show_if else {})
    widget = forms.TextInput(attrs=attributes)
    return field_of(Employer, "name", label=_("Employer"), widget=widget, **more)
