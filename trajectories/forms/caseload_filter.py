"""Filters of the caseload; they live in the URL."""

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from clients.models import Assignment, Client
from ipsplatform.common.search import without_accents
from staff.models import Team, User
from trajectories.models import Funder, Stage
from trajectories.selectors.caseload import is_running_q

NO_STAGE = "none"


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
        choices=[("", _("running support")), ("ended", _("ended support")), ("all", _("running and ended"))],
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

    def __init__(self, *args, user: User, day, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = day
        teams = Team.objects.of_member(user)
        self.fields["team"].queryset = teams
        self.fields["team"].empty_label = _("all my teams")
        self.fields["worker"].queryset = User.objects.caseworkers().in_teams(teams.values("pk"), day)
        self.fields["worker"].empty_label = _("everybody")

    def filter(self, clients: QuerySet[Client]) -> QuerySet[Client]:
        """Apply what was understood to clients with caseload columns, and put them in order."""
        self.is_valid()
        chosen = self.cleaned_data
        clients = self._filter_journey(clients, chosen)
        if chosen.get("team"):
            clients = clients.filter(team=chosen["team"])
        if chosen.get("worker"):
            followed = Assignment.objects.running_on(self.day).filter(user=chosen["worker"])
            clients = clients.filter(pk__in=followed.values("client"))
        if chosen.get("order") == "name":
            return clients.in_list_order()
        return clients.order_by(
            F("needs_attention").desc(),
            F("seen_or_enrolled_on").asc(nulls_last=True),
            without_accents("last_name"),
            "pk",
        )

    def _filter_journey(self, clients: QuerySet[Client], chosen: dict) -> QuerySet[Client]:
        if chosen.get("stage"):
            clients = clients.filter(stage="" if chosen["stage"] == NO_STAGE else chosen["stage"])
        if chosen.get("funder"):
            clients = clients.filter(funder=chosen["funder"])
        column = {"any": "needs_attention"}.get(chosen.get("attention"), chosen.get("attention"))
        if column:
            clients = clients.filter(**{column: True})
        if chosen.get("state") == "ended":
            return clients.exclude(is_running_q())
        return clients if chosen.get("state") == "all" else clients.filter(is_running_q())
