"""Read every text before the client gets it; leave single ones out with a reason."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import LeftOutReason, LeftOutText
from ipsplatform.common.day_texts import day_text
from trajectories.client_data.selectors import FreeText, key_of

GIVE = "geven"


class ClientExportForm(forms.Form):
    """One choice for each text. `texts_key` tells whether these are still the texts that were shown."""

    texts_key = forms.CharField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label=gettext_lazy("I have read these texts. What stays in may be read by the client.")
    )

    def __init__(self, *args, texts: list[FreeText], **kwargs):
        super().__init__(*args, initial={"texts_key": key_of(texts)}, **kwargs)
        self.texts = texts
        reasons = [
            (reason, _("Leave out: %(reason)s") % {"reason": label})
            for reason, label in LeftOutReason.choices
        ]
        for text in texts:
            self.fields[text.key] = forms.ChoiceField(
                label=f"{text.label}, {day_text(text.day)}",
                help_text=format_html('<span class="timeline-text">{}</span>', text.value),
                choices=[(GIVE, _("Give")), *reasons],
                initial=GIVE,
            )
        self.order_fields(["texts_key", *(text.key for text in texts), "has_read"])

    def clean(self) -> dict:
        """Refuse what was chosen about other texts; the page then shows those that are there now."""
        typed = super().clean()
        if typed.get("texts_key") != key_of(self.texts):
            self.data = self.data.copy()
            self.data["texts_key"] = key_of(self.texts)
            raise forms.ValidationError(
                _("Something was written or changed in the meantime. Look at the texts once more.")
            )
        return typed

    def left_out(self) -> list[LeftOutText]:
        """The texts that stay out, not yet saved."""
        return [
            LeftOutText(field=text.field, row=text.row, reason=self.cleaned_data[text.key])
            for text in self.texts
            if self.cleaned_data[text.key] != GIVE
        ]
