"""The queue of requests to let somebody see more: which ones, and the verdict."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import AccessVerdict
from staff.models.access_change import AccessChangeQuerySet

OPEN, CLOSED = "", "closed"


class AccessChangeFilterForm(forms.Form):
    """What is not understood is ignored rather than refused."""

    state = forms.ChoiceField(
        label=_("Show"), required=False, choices=[(OPEN, _("waiting")), (CLOSED, _("closed or lapsed"))]
    )

    def filter(self, changes: AccessChangeQuerySet) -> AccessChangeQuerySet:
        """What lapses first comes first; of closed ones the latest."""
        self.is_valid()
        if self.cleaned_data.get("state") == CLOSED:
            return changes.closed().order_by("-asked_at", "-pk")
        return changes.open().order_by("expires_at", "pk")

    @property
    def is_filtered(self) -> bool:
        return bool(self.cleaned_data.get("state"))


class AccessVerdictForm(forms.Form):
    """The verdict of the second person; what no longer fits can only be refused."""

    verdict = forms.ChoiceField(
        label=_("Your verdict"),
        choices=[
            (AccessVerdict.CONFIRMED.value, _("confirm: I know that this is right")),
            (AccessVerdict.REFUSED.value, _("refuse")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": "", "data-sometimes": ""}),
        help_text=_("Compulsory when you refuse. Who asked reads it."),
    )

    def __init__(self, *args: Any, can_confirm: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not can_confirm:
            field = cast("forms.ChoiceField", self.fields["verdict"])
            field.choices = [(AccessVerdict.REFUSED.value, _("refuse"))]

    def clean(self) -> dict:
        typed = super().clean() or {}
        if typed.get("verdict") == AccessVerdict.REFUSED and not typed.get("note", "").strip():
            self.add_error("note", _("Say why you refuse it, for whoever asked."))
        return typed
