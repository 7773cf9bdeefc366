"""Which people are asked for: a figure, one of its parts, a scope and a period, all from the URL."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import IN_A_LIFETIME, DayField
from reports.indicators.figure import FigurePart
from reports.indicators.scope import ReportWindow, Scope
from staff.models import Team, User
from trajectories.models import Funder, TargetGroup


class PeopleQueryForm(forms.Form):
    """Nobody types this; a number's own link does."""

    figure = forms.CharField(max_length=60)
    part = forms.ChoiceField(choices=[(part.value, part.value) for part in FigurePart])
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), to_field_name="public_id")
    funder = forms.ChoiceField(choices=[("", ""), *Funder.choices], required=False)
    target_group = forms.ChoiceField(choices=[("", ""), *TargetGroup.choices], required=False)
    as_of = DayField(required=False, validators=IN_A_LIFETIME)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.of_member(user)
        self.fields["from"] = DayField(validators=IN_A_LIFETIME)
        self.fields["to"] = DayField(validators=IN_A_LIFETIME)

    @property
    def part_asked(self) -> FigurePart:
        return FigurePart(self.cleaned_data["part"])

    @property
    def scope(self) -> Scope:
        chosen = self.cleaned_data
        return Scope(team=chosen["team"], funder=chosen["funder"], target_group=chosen["target_group"])

    @property
    def window(self) -> ReportWindow:
        chosen = self.cleaned_data
        return ReportWindow.of(chosen["from"], chosen["to"], as_of=chosen["as_of"])
