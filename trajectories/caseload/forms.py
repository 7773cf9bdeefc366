"""Filters of the caseload; they live in the URL."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clients.models import Assignment, Client
from staff.models import Team, User
from trajectories.caseload.selectors import MINE, NO_STAGE, CaseloadFacts
from trajectories.models import Funder, Stage, is_running_q
from trajectories.signals.pages import signal_choices

ANY_SIGNAL = "any"
WATCHED = "watched"


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
        choices=[("", _("with and without signal")), (ANY_SIGNAL, _("needs attention")), *signal_choices()],
    )
    funder = forms.ChoiceField(
        label=_("Funder"), required=False, choices=[("", _("all funders")), *Funder.choices]
    )
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("running support")),
            ("ended", _("ended support")),
            (WATCHED, _("ended, keeping in touch")),
            ("all", _("running and ended")),
        ],
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

    def filter(self, clients: QuerySet[Client]) -> QuerySet[Client]:
        """Apply what the database decides, in the order of the list of names."""
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("team"):
            clients = clients.filter(team=chosen["team"])
        if chosen.get("worker"):
            followed = Assignment.objects.running_on(self.day).filter(user=chosen["worker"])
            clients = clients.filter(pk__in=followed.values("client"))
        if chosen.get("state") == "ended":
            clients = clients.exclude(is_running_q())
        elif chosen.get("state") == WATCHED:
            watched = Assignment.objects.running_on(self.day).values("client")
            clients = clients.exclude(is_running_q()).filter(died_on=None, pk__in=watched)
        elif chosen.get("state") != "all":
            clients = clients.filter(is_running_q())
        return clients.in_list_order()

    def refine(self, facts: list[CaseloadFacts]) -> list[CaseloadFacts]:
        """Apply what follows from the facts, and put who needs me most first unless asked by name."""
        chosen = self.cleaned_data
        stage, funder, attention = chosen.get("stage"), chosen.get("funder"), chosen.get("attention")
        if stage:
            wanted = "" if stage == NO_STAGE else stage
            facts = [line for line in facts if line.stage == wanted]
        if funder:
            facts = [line for line in facts if line.funder == funder]
        if attention == ANY_SIGNAL:
            facts = [line for line in facts if line.signals]
        elif attention:
            facts = [line for line in facts if line.has_signal(attention)]
        if chosen.get("order") == "name":
            return facts
        return sorted(facts, key=lambda line: (not line.signals, line.seen_or_enrolled_on or date.max))
