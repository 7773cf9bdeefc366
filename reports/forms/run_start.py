"""Which period is computed again."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.display import window_text
from reports.models import PeriodKind
from reports.selectors.periods import Period, last_periods

MONTHS_OFFERED, QUARTERS_OFFERED = 12, 8


class RunStartForm(forms.Form):
    """The ended periods, the latest first."""

    period = forms.ChoiceField(label=_("Period"))

    def __init__(self, *args, day: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.periods = {f"{period.kind.value}-{period.period_from}": period for period in _offered(day)}
        self.fields["period"].choices = [
            (value, window_text(period.period_from, period.period_to))
            for value, period in self.periods.items()
        ]

    @property
    def chosen(self) -> Period:
        return self.periods[self.cleaned_data["period"]]


def _offered(day: date) -> list[Period]:
    return [
        *last_periods(PeriodKind.QUARTER, QUARTERS_OFFERED, day),
        *last_periods(PeriodKind.MONTH, MONTHS_OFFERED, day),
    ]
