"""The queue of access reviews: its filters, and the verdict."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clients.models import AccessReview, ReviewRule, Verdict

OPEN, OVERDUE, CLOSED, ALL = "", "overdue", "closed", "all"


class ReviewFilterForm(forms.Form):
    """All fields are optional; what is not understood is ignored rather than refused."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            (OPEN, _("without a verdict")),
            (OVERDUE, _("too late")),
            (CLOSED, _("with a verdict")),
            (ALL, _("everything")),
        ],
    )
    rule = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("all reasons")), *ReviewRule.choices]
    )

    def filter(self, reviews: QuerySet[AccessReview]) -> QuerySet[AccessReview]:
        """What is due first comes first; of closed reviews the latest verdict."""
        self.is_valid()
        state, rule = self.cleaned_data.get("state"), self.cleaned_data.get("rule")
        if rule:
            reviews = reviews.filter(rule=rule)
        if state == CLOSED:
            return reviews.exclude(verdict="").order_by("-judged_at", "-pk")
        if state == OVERDUE:
            reviews = reviews.overdue()
        elif state != ALL:
            reviews = reviews.open()
        return reviews.order_by("due_on", "pk")

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Your verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": "", "data-sometimes": ""}),
        help_text=_(
            "What you asked and what you heard. Only when everything is in order you may leave it empty."
        ),
    )

    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("verdict") not in (None, Verdict.IN_ORDER) and not typed.get("note", "").strip():
            self.add_error("note", _("Say in the note what you found."))
        return typed
