"""At what hour somebody wants the daily mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

NEVER = ""


class DigestForm(forms.Form):
    hour = forms.TypedChoiceField(
        label=_("At what time?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(NEVER, _("no mail")), *((number, f"{number:02d}:00") for number in range(24))],
    )
