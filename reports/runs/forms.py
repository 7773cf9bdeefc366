"""Which period is computed again, and which scope of a run is shown."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.figures.display import window_text
from reports.models import PeriodKind, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.runs.periods import Period, last_periods
from staff.models import User
from trajectories.models import Funder, TargetGroup

MONTHS_OFFERED, QUARTERS_OFFERED = 12, 8


class RunStartForm(forms.Form):
    """The ended periods, the latest first; quarters only for readers who see no months."""

    period = forms.ChoiceField(label=_("Period"))

    def __init__(self, *args, day: date, with_months: bool, **kwargs):
        super().__init__(*args, **kwargs)
        offered = last_periods(PeriodKind.QUARTER, QUARTERS_OFFERED, day)
        offered += last_periods(PeriodKind.MONTH, MONTHS_OFFERED, day) if with_months else []
        self.periods = {f"{period.kind.value}-{period.period_from}": period for period in offered}
        self.fields["period"].choices = [
            (value, window_text(period.period_from, period.period_to))
            for value, period in self.periods.items()
        ]

    @property
    def chosen(self) -> Period:
        return self.periods[self.cleaned_data["period"]]


def scope_form(query, *, scopes: list[ScopeFigures], user: User) -> "ScopeChoiceForm | GroupChoiceForm":
    """The choice that fits this reader."""
    form = ScopeChoiceForm if sees_small_numbers(user) else GroupChoiceForm
    return form(query, scopes=scopes)


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

    def query(self, row: ScopeFigures) -> dict[str, str]:
        """What the address says of a scope."""
        return {name: value for name, value in _names(row).items() if value}

    def _offer(self, name: str, everything: str, labels: dict[str, str]) -> None:
        present = {getattr(row, name) for row in self.scopes} - {""}
        self.fields[name].choices = [("", everything), *((v, labels[v]) for v in labels if v in present)]


def _names(row: ScopeFigures) -> dict[str, str]:
    team = str(row.team.public_id) if row.team else ""
    return {"team": team, "funder": row.funder, "target_group": row.target_group}


class GroupChoiceForm(forms.Form):
    """One way of dividing at a time: laid over each other, two ways would show who is in both."""

    group = forms.ChoiceField(
        label=_("Group"),
        required=False,
        help_text=_(
            "One division at a time: in a combination, such as a team with a funder, few people remain."
        ),
    )

    def __init__(self, *args, scopes: list[ScopeFigures], **kwargs):
        super().__init__(*args, **kwargs)
        self.by_value = {_value(row): row for row in scopes}
        labels = {
            _("Teams"): lambda row: row.team and row.team.name,
            _("Funders"): lambda row: row.get_funder_display(),
            _("Target groups"): lambda row: row.get_target_group_display(),
        }
        found = {
            name: [(value, label(row)) for value, row in self.by_value.items() if label(row)]
            for name, label in labels.items()
        }
        groups = [(name, choices) for name, choices in found.items() if choices]
        self.fields["group"].choices = [("", _("whole organisation")), *groups]

    def chosen(self) -> ScopeFigures | None:
        """The group asked for; None when there is no such group for this reader."""
        return self.by_value.get(self.cleaned_data["group"]) if self.is_valid() else None

    def query(self, row: ScopeFigures) -> dict[str, str]:
        """What the address says of a group."""
        return {"group": _value(row)} if _value(row) else {}


def _value(row: ScopeFigures) -> str:
    chosen = [(name, value) for name, value in _names(row).items() if value]
    return "-".join(chosen[0]) if chosen else ""
