"""Set a signal aside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import day_field, text_field
from trajectories.snoozing.services import LONGEST_DAYS


class SnoozeForm(forms.Form):
    until = day_field(
        _("Show it again on"),
        days_ahead=LONGEST_DAYS,
        help_text=_("At most three months ahead."),
    )
    reason = text_field(
        _("Why can it wait?"),
        required=True,
        help_text=_("For example: on holiday until then. The client can read it."),
    )
