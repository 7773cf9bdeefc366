"""What may be shared: a consent of the client, and a ground that needs none."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import (
    NAMED_RECIPIENTS,
    WITHOUT_CONSENT,
    Consent,
    KindOfData,
    Obtained,
    RecipientKind,
    SharingGround,
    SharingPurpose,
)
from ipsplatform.common.form_fields import chips, day_field, field_of

WITH_A_NAME = [kind.value for kind in RecipientKind if kind != RecipientKind.WERKGEVER]


class RecipientForm(forms.Form):
    """With whom and what for."""

    recipient = forms.ChoiceField(
        label=_("With whom?"),
        choices=RecipientKind.choices,
        widget=chips(),
        help_text=_("Which employer may know, you record on the page before, per employer."),
    )
    recipient_name = field_of(
        Consent,
        "recipient_name",
        label=_("Who is that?"),
        widget=forms.TextInput(
            attrs={"data-show-if": f"recipient:{','.join(WITH_A_NAME)}", "autocomplete": "off"}
        ),
        help_text=_("For instance: her sister, or the name of the municipality."),
    )
    purpose = forms.ChoiceField(label=_("What for?"), choices=SharingPurpose.choices, widget=chips())

    def clean(self) -> dict:
        facts = super().clean()
        recipient = facts.get("recipient")
        if recipient == RecipientKind.WERKGEVER:
            facts["recipient_name"] = ""
        elif recipient in NAMED_RECIPIENTS and not facts.get("recipient_name"):
            self.add_error("recipient_name", _("Say who this is."))
        return facts


class ConsentForm(RecipientForm):
    kinds_of_data = forms.MultipleChoiceField(
        label=_("What may they know?"), choices=KindOfData.choices, widget=forms.CheckboxSelectMultiple
    )
    obtained = forms.ChoiceField(
        label=_("How did the client say yes?"), choices=Obtained.choices, widget=chips()
    )
    started_on = day_field(_("On which day?"))
    ended_on = day_field(
        _("Until which day?"),
        required=False,
        days_ahead=None,
        help_text=_("Leave empty for: until the client takes it back."),
    )


class GroundForm(RecipientForm):
    kind_of_data = forms.ChoiceField(label=_("Which data?"), choices=KindOfData.choices, widget=chips())
    basis = forms.ChoiceField(
        label=_("Why without consent?"),
        choices=[(basis.value, basis.label) for basis in WITHOUT_CONSENT],
        widget=forms.RadioSelect,
    )
    source = field_of(
        SharingGround,
        "source",
        label=_("Which law or agreement says so?"),
        help_text=_("The law with its article, or the agreement."),
    )
    started_on = day_field(_("From which day?"))
    ended_on = day_field(_("Until which day?"), required=False, days_ahead=None)


def empty_consent() -> dict:
    return {
        "purpose": SharingPurpose.WERK,
        "obtained": Obtained.MONDELING,
        "started_on": timezone.localdate(),
    }


def empty_ground() -> dict:
    return {"started_on": timezone.localdate()}
