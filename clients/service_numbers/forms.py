"""Record and reveal a citizen service number."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import RevealReason
from clients.service_numbers import seal as number_seal
from ipsplatform.common.errors import RuleError


class ServiceNumberForm(forms.Form):
    number = forms.CharField(
        label=_("Citizen service number"),
        max_length=20,
        help_text=_("Nine digits, from a passport, an identity card or a residence permit."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        try:
            return number_seal.cleaned(self.cleaned_data["number"])
        except RuleError as refusal:
            raise forms.ValidationError(refusal.message) from None


class RevealServiceNumberForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What do you need the whole number for?"),
        choices=RevealReason.choices,
        widget=forms.RadioSelect,
    )
