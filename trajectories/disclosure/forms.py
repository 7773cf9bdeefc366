"""May this employer know? The client's choice, recorded."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import YES, day_field, yes_no_field
from staff.models import User
from trajectories.choosing.employer_field import NamesEmployer, employer_name_field


class DisclosureForm(NamesEmployer):
    employer_name = employer_name_field()
    may_know = yes_no_field(
        _("May this employer know that you help this person?"),
        help_text=_("The client decides. Not asked is no."),
    )
    client_words = forms.CharField(
        label=_("What may be told? In the client's own words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": "", "data-show-if": f"may_know:{YES}"}),
        help_text=_("Never about illness or treatment."),
    )
    given_on = day_field(_("On which day?"))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict:
        facts = super().clean() or {}
        self.settle_employer(facts)
        if not facts.get("may_know"):
            facts["client_words"] = ""
        return facts


def empty_disclosure(*, employer_name: str) -> dict:
    return {"employer_name": employer_name, "given_on": timezone.localdate()}
