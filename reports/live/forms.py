"""A report of any period, for a scope of one's own choice."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import day_field
from reports.indicators.scope import ReportWindow, Scope
from staff.models import Team, User
from trajectories.models import Funder, TargetGroup


class ReportRequestForm(forms.Form):
    """From when until when, of an own team; `day` is today."""

    period_from = day_field(_("From"), days_ahead=None)
    period_to = day_field(_("Until and including"), days_ahead=None)
    as_of = day_field(_("As known on"), required=False)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="public_id", empty_label=None
    )
    funder = forms.ChoiceField(
        label=_("Funder"), required=False, choices=[("", _("all funders")), *Funder.choices]
    )
    target_group = forms.ChoiceField(
        label=_("Target group"), required=False, choices=[("", _("all target groups")), *TargetGroup.choices]
    )

    def __init__(self, *args, user: User, day: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = day
        self.fields["team"].queryset = Team.objects.of_member(user)

    def clean(self) -> dict[str, object]:
        first, last = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_to")
        if first and last and first > last:
            self.add_error("period_to", _("The last day is before the first day."))
        return self.cleaned_data

    def clean_as_of(self) -> date | None:
        as_of = self.cleaned_data["as_of"]
        if as_of and as_of > self.day:
            raise ValidationError(_("This day is in the future: nothing is known of it yet."))
        return as_of

    @property
    def scope(self) -> Scope:
        chosen = self.cleaned_data
        return Scope(team=chosen["team"], funder=chosen["funder"], target_group=chosen["target_group"])

    @property
    def window(self) -> ReportWindow:
        chosen = self.cleaned_data
        return ReportWindow.of(chosen["period_from"], chosen["period_to"], as_of=chosen["as_of"])
