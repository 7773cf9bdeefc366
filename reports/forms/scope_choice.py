"""Which scope of a run is shown: team, funder and target group, of those with data that one may see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.models import ScopeFigures
from trajectories.models import Funder, TargetGroup


class ScopeChoiceForm(forms.Form):
    """The choices are the scopes that the reader may see; without a choice it is the first of them."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    funder = forms.ChoiceField(label=_("Funder"), required=False)
    target_group = forms.ChoiceField(label=_("Target group"), required=False)

    def __init__(self, *args, scopes: list[ScopeFigures], **kwargs):
        super().__init__(*args, **kwargs)
        self.scopes = scopes
        teams = {str(row.team.public_id): row.team.name for row in scopes if row.team}
        whole = [("", _("whole organisation"))] if any(row.team is None for row in scopes) else []
        self.fields["team"].choices = [*whole, *teams.items()]
        self._offer("funder", _("all funders"), dict(Funder.choices))
        self._offer("target_group", _("all target groups"), dict(TargetGroup.choices))

    def chosen(self) -> ScopeFigures | None:
        """The scope asked for; None when there is no data in it, or none for this reader."""
        if not self.is_valid():
            return None
        asked = {name: self.cleaned_data[name] for name in self.fields}
        if not asked["team"] and self.fields["team"].choices:
            asked["team"] = self.fields["team"].choices[0][0]
        found = [row for row in self.scopes if _names(row) == asked]
        return found[0] if found else None

    def _offer(self, name: str, everything: str, labels: dict[str, str]) -> None:
        present = {getattr(row, name) for row in self.scopes} - {""}
        self.fields[name].choices = [("", everything), *((v, labels[v]) for v in labels if v in present)]


def _names(row: ScopeFigures) -> dict[str, str]:
    team = str(row.team.public_id) if row.team else ""
    return {"team": team, "funder": row.funder, "target_group": row.target_group}
