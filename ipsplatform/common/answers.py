"""Questions that may stay open: yes, no, or nobody knows."""

from django import forms
from django.utils.translation import gettext_lazy as _

YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS = {YES: True, NO: False, UNKNOWN: None}


def yes_no_unknown_field(
    label: str, *, help_text: str = "", unknown: str = _("I don't know"), required: bool = True
) -> forms.TypedChoiceField:
    """Three chips; the cleaned value is True, False or None."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[(YES, _("yes")), (NO, _("no")), (UNKNOWN, unknown)],
        required=required,
        widget=forms.RadioSelect(attrs={"class": "chips"}),
        coerce=ANSWERS.__getitem__,
        empty_value=None,
        initial=UNKNOWN,
    )


def answer_of(value: bool | None) -> str:
    """The chip that belongs to a stored value."""
    return next(answer for answer, stored in ANSWERS.items() if stored is value)
