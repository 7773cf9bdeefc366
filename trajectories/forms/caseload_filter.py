"""Filters of the caseload; they live in the URL."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import Team, User
from trajectories.models import Funder, Stage
from trajectories.selectors.caseload import ALL, ENDED, MINE, RUNNING
from trajectories.selectors.caseload_facts import CaseloadFacts

NO_STAGE = "none"
# What is asked for, and the fact that answers it.
SIGNALS = {"any": "needs_attention", "not_seen": "not_seen", "no_employer": "no_employer"}


class CaseloadFilterForm(forms.Form):
    """All fields are optional; what is not understood is ignored rather than refused."""

    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("all stages")), *Stage.choices, (NO_STAGE, _("no stage yet"))],
    )
    attention = forms.ChoiceField(
        label=_("Signal"),
        required=False,
        choices=[
            ("", _("with and without signal")),
            ("any", _("needs attention")),
            ("not_seen", _("not seen for long")),
            ("no_employer", _("no employer contact")),
        ],
    )
    funder = forms.ChoiceField(
        label=_("Funder"), required=False, choices=[("", _("all funders")), *Funder.choices]
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("running support")), (ENDED, _("ended support")), (ALL, _("running and ended"))],
    )
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("who needs me first")), ("name", _("by name"))]
    )
    team = forms.ModelChoiceField(
        label=_("Team"), required=False, queryset=Team.objects.none(), to_field_name="public_id"
    )
    worker = forms.ModelChoiceField(
        label=_("Followed by"), required=False, queryset=User.objects.none(), to_field_name="public_id"
    )

    def __init__(self, *args, user: User, day: date, scope: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = day
        if scope == MINE:  # everybody there is followed by the one who asks
            del self.fields["team"], self.fields["worker"]
            return
        teams = Team.objects.of_member(user)
        self.fields["team"].queryset = teams
        self.fields["team"].empty_label = _("all my teams")
        self.fields["worker"].queryset = User.objects.caseworkers().in_teams(teams.values("pk"), day)
        self.fields["worker"].empty_label = _("everybody")

    @property
    def whose_support(self) -> str:
        """Whether running or ended support is asked for; running unless something else is chosen."""
        return self.cleaned_data.get("state") or RUNNING

    def refine(self, facts: list[CaseloadFacts]) -> list[CaseloadFacts]:
        """Leave out whom the filters leave out, and put who needs me most first unless asked by name."""
        chosen = self.cleaned_data
        team, worker = chosen.get("team"), chosen.get("worker")
        if team:
            facts = [line for line in facts if line.client.team_id == team.pk]
        if worker:
            facts = [line for line in facts if line.is_followed_by(worker)]
        stage, funder, attention = chosen.get("stage"), chosen.get("funder"), chosen.get("attention")
        if stage:
            wanted = "" if stage == NO_STAGE else stage
            facts = [line for line in facts if line.stage == wanted]
        if funder:
            facts = [line for line in facts if line.funder == funder]
        if attention:
            facts = [line for line in facts if getattr(line, SIGNALS[attention])]
        if chosen.get("order") == "name":
            return facts
        return sorted(
            facts, key=lambda line: (not line.needs_attention, line.seen_or_enrolled_on or date.max)
        )
