"""Open a file in an emergency: who, why, how long."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import LONGEST, Client, EmergencyReason
from ipsplatform.common.form_fields import chips, day_field, field_of

LONGEST_HOURS = int(LONGEST.total_seconds() // 3600)


class EmergencyForm(forms.Form):
    """The exact number, with the last name or the birth date: a number alone opens nothing."""

    client_number = field_of(
        Client,
        "client_number",
        label=_("Client number"),
        help_text=_("The whole number, for instance from a crisis plan or a letter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    last_name = field_of(
        Client,
        "last_name",
        label=_("Last name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_date = day_field(
        _("Date of birth"), required=False, help_text=_("Fill in the last name, the date of birth, or both.")
    )
    reason = forms.ChoiceField(
        label=_("Why you need the file now"), choices=EmergencyReason.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=_("Explain in your own words"),
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""}),
        help_text=_("The team lead of the client reads this."),
    )
    hours = forms.TypedChoiceField(
        label=_("For how many hours"),
        choices=[(str(hours), str(hours)) for hours in (1, 2, 4, LONGEST_HOURS)],
        initial="2",
        coerce=int,
        widget=chips(),
        help_text=_("No longer than you need. You can end it earlier."),
    )

    def clean(self) -> dict:
        typed = super().clean()
        asked = {"last_name", "birth_date"}
        if not asked & set(self.errors) and not any(typed.get(name) for name in asked):
            self.add_error("last_name", _("Fill in the last name or the date of birth."))
        return typed
