"""Move to a stage, end one, correct one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.day_fields import day_field
from trajectories.forms.trajectory import CHIPS, text_field
from trajectories.models import RECORDED_STAGES, StagePeriod

STAGES = [(stage.value, stage.label) for stage in RECORDED_STAGES]


class MoveStageForm(forms.Form):
    """Any stage but the present one, forwards, backwards or skipping."""

    stage = forms.ChoiceField(label=_("To which stage"), widget=forms.RadioSelect(attrs=CHIPS))
    on = day_field(_("From which day"))
    reason = text_field(_("Why"))
    client_words = text_field(
        _("In the client's own words"), help_text=_("What does the client say about it?")
    )

    def __init__(self, *args, current: StagePeriod | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [
            choice for choice in STAGES if current is None or choice[0] != current.stage
        ]


class EndStageForm(forms.Form):
    on = day_field(_("Last day"))


class CorrectStageForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), choices=STAGES, widget=forms.RadioSelect(attrs=CHIPS))
    started_on = day_field(_("From"))
    ended_on = day_field(_("Until"), required=False, help_text=_("Empty: the client is there now."))
    reason = text_field(_("Why"))
    client_words = text_field(_("In the client's own words"))


def stage_as_typed(period: StagePeriod) -> dict:
    return {name: getattr(period, name) for name in CorrectStageForm.base_fields}
