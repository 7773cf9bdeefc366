"""Filters of the caseload; they live in the URL."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Assignment, ClientQuerySet
from staff.models import Team, User
from trajectories.caseload.clocks import funder, has_signal, stage
from trajectories.caseload.selectors import MINE, NO_STAGE, in_order_of_need
from trajectories.models import Funder, SignalCode, Stage, is_running_q

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
        choices=[("", _("with and without signal")), (ANY_SIGNAL, _("needs attention")), *SignalCode.choices],
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

    def filter(self, clients: ClientQuerySet) -> ClientQuerySet:
        """Those who are asked for, in no order; all in the database."""
        self.is_valid()
        clients = self._in_state(self._of_people(clients))
        chosen = self.cleaned_data
        if chosen.get("stage"):
            wanted = "" if chosen["stage"] == NO_STAGE else chosen["stage"]
            clients = clients.alias(stage=stage(self.day)).filter(stage=wanted)
        if chosen.get("funder"):
            clients = clients.alias(funder=funder(self.day)).filter(funder=chosen["funder"])
        if attention := chosen.get("attention"):
            clients = clients.filter(has_signal(self.day, None if attention == ANY_SIGNAL else attention))
        return clients

    def in_order(self, clients: ClientQuerySet) -> ClientQuerySet:
        """Who needs me most first, unless asked by name. After `filter`."""
        if self.cleaned_data.get("order") == "name":
            return clients.in_list_order()
        return in_order_of_need(clients, self.day)

    def _of_people(self, clients: ClientQuerySet) -> ClientQuerySet:
        chosen = self.cleaned_data
        if chosen.get("team"):
            clients = clients.filter(team=chosen["team"])
        if chosen.get("worker"):
            followed = Assignment.objects.running_on(self.day).filter(user=chosen["worker"])
            clients = clients.filter(pk__in=followed.values("client"))
        return clients

    def _in_state(self, clients: ClientQuerySet) -> ClientQuerySet:
        state = self.cleaned_data.get("state")
        if state == "all":
            return clients
        if state == "ended":
            return clients.exclude(is_running_q())
        if state == WATCHED:
            watched = Assignment.objects.running_on(self.day).values("client")
            return clients.exclude(is_running_q()).filter(died_on=None, pk__in=watched)
        return clients.filter(is_running_q())
