"""What a team lead decides about the end of a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import day_field, text_field

AHEAD = 366 * 25


class KeepLongerForm(forms.Form):
    until = day_field(_("Keep until"), days_ahead=AHEAD)
    reason = text_field(_("Why must the file stay longer?"), required=True)


class CorrectStartForm(forms.Form):
    starts_on = day_field(_("Count from"), help_text=_("The last day on which something happened."))
    reason = text_field(_("Why is this the right day?"), required=True)


class HoldForm(forms.Form):
    reason = text_field(
        _("Why must the file stay?"),
        required=True,
        help_text=_("For example a complaint or a case in court."),
    )
    until = day_field(
        _("Until"), days_ahead=AHEAD, required=False, help_text=_("Empty: until somebody lifts it.")
    )
