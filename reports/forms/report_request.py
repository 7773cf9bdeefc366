"""A report of any period, for a scope of one's own choice."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reports.indicators import ReportWindow, Scope
from staff.models import Team, User
from staff.permissions import can_read_all_figures
from trajectories.models import Funder, TargetGroup


def _day_input() -> forms.DateInput:
    # The format of a native date input, whatever the language.
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReportRequestForm(forms.Form):
    """Own teams only; who reads all figures may also ask for the whole organisation."""

    period_from = forms.DateField(label=_("From"), widget=_day_input())
    period_to = forms.DateField(label=_("Until and including"), widget=_day_input())
    as_of = forms.DateField(
        label=_("As known on"),
        required=False,
        widget=_day_input(),
    )
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
        team = self.fields["team"]
        if can_read_all_figures(user):
            team.queryset, team.required, team.empty_label = (
                Team.objects.all(),
                False,
                _("whole organisation"),
            )
        else:
            team.queryset = Team.objects.of_member(user)

    def clean_as_of(self) -> date | None:
        as_of = self.cleaned_data["as_of"]
        if as_of and as_of > self.day:
            raise ValidationError(_("This day is in the future: nothing is known of it yet."))
        return as_of

    def clean(self) -> dict[str, object]:
        first, last = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_to")
        if first and last and first > last:
            self.add_error("period_to", _("The last day lies before the first day."))
        return self.cleaned_data

    @property
    def scope(self) -> Scope:
        chosen = self.cleaned_data
        return Scope(team=chosen["team"], funder=chosen["funder"], target_group=chosen["target_group"])

    @property
    def window(self) -> ReportWindow:
        chosen = self.cleaned_data
        return ReportWindow.of(chosen["period_from"], chosen["period_to"], as_of=chosen["as_of"])
