"""Start, describe and end a trajectory; move to a stage, end one, correct one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.day_texts import day_text
from ipsplatform.common.form_fields import (
    UNKNOWN_CHOICE,
    chips,
    day_field,
    field_of,
    text_field,
    why_field,
    yes_no_field,
)
from trajectories.models import (
    STAGE_CHOICES,
    TRAJECTORY_END_REASONS,
    Funder,
    StagePeriod,
    TargetGroup,
    Trajectory,
    TrajectoryEndReason,
    TrajectoryKind,
)

APPROVED_AHEAD = 5 * 366  # days; how long each target group gets is checked by the service


class TrajectoryFactsForm(forms.Form):
    """The facts by which the figures count."""

    kind = forms.ChoiceField(label=_("Kind of support"), choices=TrajectoryKind.choices, widget=chips())
    enrolled_on = day_field(
        _("Enrolled on"),
        help_text=_("The day on which the client came on the caseload: day 0 of all counting."),
    )
    referred_on = day_field(_("Referred on"), required=False)
    approved_on = day_field(
        _("Approved on"), required=False, help_text=_("The day on which the funder approved; often later.")
    )
    approved_until = day_field(
        _("Approved until"),
        required=False,
        days_ahead=APPROVED_AHEAD,
        help_text=_("Empty: 36 months after the approval for EPA, 24 for CMD. CMD may get 12 months more."),
    )
    funder = forms.ChoiceField(label=_("Funder"), required=False, choices=[UNKNOWN_CHOICE, *Funder.choices])
    target_group = forms.ChoiceField(
        label=_("Target group"), required=False, choices=[UNKNOWN_CHOICE, *TargetGroup.choices]
    )
    hours_worked_at_enrolment = field_of(
        Trajectory,
        "hours_worked_at_enrolment",
        label=_("Paid hours a week at enrolment"),
        required=False,
        help_text=_("0 when the client had no paid work."),
    )
    job_search_started_on = day_field(
        _("Looking for work since"),
        required=False,
        help_text=_("May be at once: no stage has to come first."),
    )

    def clean_hours_worked_at_enrolment(self):
        return self.cleaned_data["hours_worked_at_enrolment"] or 0


class PlanForm(forms.Form):
    """The client's own words, and what was agreed."""

    wish = text_field(_("Wish, in the client's own words"), help_text=_("Write down what the client says."))
    next_step = text_field(_("Next step"), help_text=_("What you agreed, who does it and when."))


class StartTrajectoryForm(TrajectoryFactsForm, PlanForm):
    """Facts and plan together; only the kind and the day of enrolment are asked for."""

    field_order = ["kind", "enrolled_on", "wish", "next_step", "job_search_started_on"]


class CorrectTrajectoryForm(TrajectoryFactsForm):
    """An ended trajectory shows its end too; a running one is ended on its own page."""

    ended_on = day_field(_("Ended on"))
    end_reason = forms.ChoiceField(label=_("Why it ended"), choices=TRAJECTORY_END_REASONS)

    def __init__(self, *args, trajectory: Trajectory, **kwargs):
        super().__init__(*args, **kwargs)
        if trajectory.is_open:
            del self.fields["ended_on"], self.fields["end_reason"]
        elif trajectory.end_reason == TrajectoryEndReason.ONBEKEND:
            self.fields["end_reason"].choices = TrajectoryEndReason.choices


def trajectory_as_typed(trajectory: Trajectory) -> dict:
    names = [*CorrectTrajectoryForm.base_fields, *PlanForm.base_fields]
    return {name: getattr(trajectory, name) for name in names}


class WithdrawTrajectoryForm(forms.Form):
    reason = why_field()


class ReopenTrajectoryForm(forms.Form):
    """`stage` ended with the trajectory, and may go on with it."""

    reason = why_field()
    stage_goes_on = yes_no_field("")

    def __init__(self, *args, stage: StagePeriod | None, **kwargs):
        super().__init__(*args, **kwargs)
        if stage is None:
            del self.fields["stage_goes_on"]
            return
        facts = {"stage": stage.get_stage_display(), "day": day_text(stage.started_on)}
        self.fields["stage_goes_on"].label = _("Does %(stage)s (since %(day)s) go on?") % facts


class MoveStageForm(forms.Form):
    """Any stage but the present one, forwards, backwards or skipping."""

    stage = forms.ChoiceField(label=_("To which stage"), widget=chips())
    on = day_field(_("From which day"))
    reason = text_field(_("Why"))
    client_words = text_field(
        _("In the client's own words"), help_text=_("What does the client say about it?")
    )

    def __init__(self, *args, current: StagePeriod | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [
            choice for choice in STAGE_CHOICES if current is None or choice[0] != current.stage
        ]


class EndStageForm(forms.Form):
    on = day_field(_("Last day"))


class CorrectStageForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), choices=STAGE_CHOICES, widget=chips())
    started_on = day_field(_("From"))
    ended_on = day_field(_("Until"), required=False, help_text=_("Empty: the client is there now."))
    reason = text_field(_("Why"))
    client_words = text_field(_("In the client's own words"))


class WithdrawStageForm(forms.Form):
    """`before` is the stage that ended the day before."""

    reason = why_field()
    before_goes_on = yes_no_field("")

    def __init__(self, *args, before: StagePeriod | None, **kwargs):
        super().__init__(*args, **kwargs)
        if before is None:
            del self.fields["before_goes_on"]
            return
        facts = {"stage": before.get_stage_display(), "day": day_text(before.started_on)}
        self.fields["before_goes_on"].label = _("Did %(stage)s (since %(day)s) simply go on?") % facts


class AddStageForm(forms.Form):
    """The forgotten stage, and below it the stages that are there, each with its days to move."""

    stage = forms.ChoiceField(label=_("Which stage was forgotten"), choices=STAGE_CHOICES, widget=chips())
    started_on = day_field(_("From"))
    ended_on = day_field(_("Until"), required=False, help_text=_("Empty: the client is there now."))
    reason = text_field(_("Why"))
    client_words = text_field(_("In the client's own words"))

    def __init__(self, *args, there: list[StagePeriod], **kwargs):
        super().__init__(*args, **kwargs)
        self.there = there
        days: dict[str, object] = {}
        for period in there:
            words = {"stage": str(period.get_stage_display()).capitalize()}
            first, last = self._names_of(period)
            self.fields[first] = day_field(_("%(stage)s: from") % words)
            self.fields[last] = day_field(_("%(stage)s: until") % words, required=False)
            days |= {first: period.started_on, last: period.ended_on}
        self.initial = {**self.initial, **days}
        self.order_fields(["stage", "started_on", "ended_on", *self._names(), "reason", "client_words"])

    def clean(self) -> dict:
        facts = super().clean() or {}
        others = {}
        for period in self.there:
            first, last = self._names_of(period)
            others[period.public_id] = facts.pop(first, None), facts.pop(last, None)
        return {**facts, "others": others}

    def _names(self) -> list[str]:
        return [name for period in self.there for name in self._names_of(period)]

    def _names_of(self, period: StagePeriod) -> tuple[str, str]:
        return f"from_{period.public_id.hex}", f"until_{period.public_id.hex}"


def stage_as_typed(period: StagePeriod) -> dict:
    return {name: getattr(period, name) for name in CorrectStageForm.base_fields}
