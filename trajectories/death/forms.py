"""Record that a client has died."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.form_fields import day_field, field_of


class DeathForm(forms.Form):
    on = day_field(_("Date of death"))
    told_by = field_of(
        Client,
        "death_told_by",
        label=_("Who told it"),
        required=True,
        help_text=_("For instance: a sister, the general practitioner."),
    )
