"""Register a job, correct it, and end it with what comes next."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.day_texts import day_text
from ipsplatform.common.form_fields import (
    DONT_KNOW,
    UNKNOWN_CHOICE,
    AsksOnce,
    answer_of,
    chips,
    day_field,
    field_of,
    text_field,
    why_field,
    yes_no_field,
)
from ipsplatform.common.plausible import doubt_about_hours
from staff.models import User
from trajectories.choosing.employer_field import NamesEmployer, employer_name_field
from trajectories.jobs.services import (
    AGREED_AHEAD,
    AfterJob,
    JobAnswer,
    becomes_name,
    day_is_missing,
    reason_is_missing,
)
from trajectories.journey.questions import ask_followers, followers_field
from trajectories.models import (
    ENDED_BY_HAND,
    STAGE_CHOICES,
    AfterSupport,
    Contract,
    Job,
    JobEndReason,
    StagePeriod,
)

JOB_END_REASONS = [(r.value, r.label) for r in JobEndReason if r != JobEndReason.ONBEKEND]
QUESTIONS = ("open_to_anyone", "regular_wage", "regular_employer")
GOES_ON, STOPS = "goes_on", "stops"


class JobFactsForm(NamesEmployer, AsksOnce):
    """The three questions decide together whether it counts as regular paid work (domain.md, section 2)."""

    doubts: ClassVar = {"hours_per_week": doubt_about_hours}
    employer_name = employer_name_field()
    occupation = field_of(Job, "occupation", label=_("What work"))
    started_on = day_field(
        _("First working day"),
        days_ahead=AGREED_AHEAD.days,
        help_text=_("May be a day that has been agreed."),
    )
    hours_per_week = field_of(Job, "hours_per_week", label=_("Hours a week"))
    contract = forms.ChoiceField(
        label=_("Contract"), required=False, choices=[UNKNOWN_CHOICE, *Contract.choices]
    )
    open_to_anyone = yes_no_field(
        _("Could anyone have applied for this job?"),
        help_text=_("No, when it is only for people with a disability or from care."),
        unknown=DONT_KNOW,
    )
    regular_wage = yes_no_field(
        _("Does the client earn at least the minimum wage, and what colleagues earn?"), unknown=DONT_KNOW
    )
    regular_employer = yes_no_field(
        _("Is it an ordinary employer, or does the client work for themselves?"),
        help_text=_("No, for a sheltered workplace or work inside a care organisation's project."),
        unknown=DONT_KNOW,
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict:
        facts = super().clean()
        self.settle_employer(facts)
        return facts


class RegisterJobForm(JobFactsForm):
    """What is asked of a new job besides its facts."""

    employer_may_know = yes_no_field(
        _("May the employer know that you help this client?"),
        help_text=_("The client decides, and may take it back. Not asked is no."),
        unknown=_("not asked"),
        required=False,
    )
    stage_goes_on = forms.ChoiceField(widget=chips())
    is_another = forms.BooleanField(
        label=_("Yes, this is another job"), required=False, widget=forms.HiddenInput()
    )

    def __init__(self, *args, open_stage: StagePeriod | None, **kwargs):
        super().__init__(*args, **kwargs)
        if open_stage is None:
            del self.fields["stage_goes_on"]
            return
        self.fields["stage_goes_on"].label = _("And %(stage)s?") % {"stage": open_stage.get_stage_display()}
        self.fields["stage_goes_on"].choices = [
            (GOES_ON, _("continues alongside the job")),
            (STOPS, _("stops when the job starts")),
        ]

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's own; what is asked about a job that looks the same can be ticked then."""
        if field == "is_another":
            self.fields["is_another"].widget = forms.CheckboxInput()
        super().add_error(field, error)

    def clean(self) -> dict:
        facts = super().clean()
        facts["stage_goes_on"] = facts.get("stage_goes_on", GOES_ON) == GOES_ON
        return facts


class CorrectJobForm(JobFactsForm):
    """An ended job shows its end too; a running one is ended on its own page."""

    ended_on = day_field(_("Last working day"))
    end_reason = forms.ChoiceField(label=_("Why it ended"), choices=JOB_END_REASONS)

    def __init__(self, *args, job: Job, **kwargs):
        super().__init__(*args, **kwargs)
        if job.ended_on is None:
            del self.fields["ended_on"], self.fields["end_reason"]
        elif job.end_reason == JobEndReason.ONBEKEND:
            self.fields["end_reason"].choices = JobEndReason.choices


class CallOffJobForm(forms.Form):
    why = text_field(
        _("Why does it not come about?"), required=True, help_text=_("It stays in the history of the file.")
    )


class AsksAboutJobs(forms.Form):
    """A form that ends the support: of each open job it asks what becomes of it, without a first choice."""

    open_jobs: Sequence[Job] = ()
    asked_when: tuple[str, str] | None = None  # the other field, and its value

    def ask_about(self, jobs: Sequence[Job], *, show_if: str = "") -> None:
        """Add the questions; with `show_if` they are asked only when another field has a value."""
        self.open_jobs = jobs
        if show_if:
            name, _colon, value = show_if.partition(":")
            self.asked_when = (name, value)
        for job in jobs:
            becomes, ended_on, end_reason = _names(job)
            facts = {"employer": job.employer.name, "day": day_text(job.started_on)}
            self.fields[becomes] = forms.ChoiceField(
                label=gettext("What becomes of the job at %(employer)s (since %(day)s)?") % facts,
                choices=AfterSupport.choices,
                required=not show_if,
                widget=forms.RadioSelect(attrs={"data-show-if": show_if} if show_if else {}),
            )
            self.fields[ended_on] = day_field(_("Last working day"), required=False)
            self.fields[end_reason] = forms.ChoiceField(
                label=_("Why did the job end?"), required=False, choices=[("", "–"), *JOB_END_REASONS]
            )
            for name in (ended_on, end_reason):
                self.fields[name].widget.attrs["data-show-if"] = f"{becomes}:{AfterSupport.ENDED}"

    def clean(self) -> dict:
        """As Django's own, with the answers together in `jobs`."""
        facts = super().clean() or {}
        answers = []
        is_asked = self.asked_when is None or facts.get(self.asked_when[0]) == self.asked_when[1]
        for job in self.open_jobs:
            becomes, on, reason = (facts.pop(name, None) for name in _names(job))
            if is_asked and becomes == AfterSupport.ENDED:
                self._ask_for_the_end(job, on, reason)
            answers.append(JobAnswer(job=job, becomes=becomes or "", on=on, reason=reason or ""))
        return facts | {"jobs": answers}

    def _ask_for_the_end(self, job: Job, on: date | None, reason: str | None) -> None:
        """The service asks it as well; here it stands beside whatever else is missing."""
        _becomes, ended_on, end_reason = _names(job)
        if on is None and not self.has_error(ended_on):
            self.add_error(ended_on, day_is_missing())
        if not reason and not self.has_error(end_reason):
            self.add_error(end_reason, reason_is_missing())


def _names(job: Job) -> tuple[str, str, str]:
    return becomes_name(job), becomes_name(job, "ended_on"), becomes_name(job, "end_reason")


class EndTrajectoryForm(AsksAboutJobs):
    on = day_field(_("Last day"))
    reason = forms.ChoiceField(
        label=_("Why does it end?"),
        choices=ENDED_BY_HAND,
        widget=forms.RadioSelect,
        help_text=_(
            '"Not ready for work" is no reason: support goes on as long as the client wants. Has the client '
            'died? Record that under "Change" in the file: this trajectory ends with it.'
        ),
    )
    followers = followers_field()

    def __init__(self, *args, people: Sequence[str], jobs: Sequence[Job], **kwargs):
        super().__init__(*args, **kwargs)
        ask_followers(self, people)
        self.ask_about(jobs)


class EndJobForm(AsksAboutJobs):
    on = day_field(_("Last working day"))
    reason = forms.ChoiceField(
        label=_("Why did the job end?"), choices=JOB_END_REASONS, widget=forms.RadioSelect
    )
    what_next = forms.ChoiceField(label=_("What comes next?"), widget=forms.RadioSelect)
    stage = forms.ChoiceField(
        label=_("To which stage"), required=False, widget=chips(show_if=f"what_next:{AfterJob.STAGE}")
    )
    trajectory_reason = forms.ChoiceField(
        label=_("Why does the trajectory end?"),
        required=False,
        choices=ENDED_BY_HAND,
        widget=forms.RadioSelect(attrs={"data-show-if": f"what_next:{AfterJob.END}"}),
    )
    followers = followers_field(show_if=f"what_next:{AfterJob.END}")

    def __init__(
        self,
        *args,
        job: Job,
        open_stage: StagePeriod | None,
        other_jobs: Sequence[Job],
        people: Sequence[str],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        ask_followers(self, people if job.trajectory.is_open else [])
        stay = (AfterJob.STAY.value, _stay_label(open_stage, other_jobs[0] if other_jobs else None))
        self.fields["stage"].choices = [
            choice for choice in STAGE_CHOICES if open_stage is None or choice[0] != open_stage.stage
        ]
        if job.trajectory.is_open:
            rest = [choice for choice in AfterJob.choices if choice[0] != AfterJob.STAY]
            self.fields["what_next"].choices = [stay, *rest]
            still_open = [one for one in other_jobs if one.ended_on is None]
            self.ask_about(still_open, show_if=f"what_next:{AfterJob.END}")
        else:
            self.fields["what_next"].choices = [stay]
            del self.fields["stage"], self.fields["trajectory_reason"]


class WithdrawJobForm(forms.Form):
    reason = why_field()


def _stay_label(open_stage: StagePeriod | None, other_job: Job | None) -> str:
    if other_job is not None:
        return _("The job at %(employer)s goes on") % {"employer": other_job.employer.name}
    if open_stage is not None:
        return _("Goes on in %(stage)s") % {"stage": open_stage.get_stage_display()}
    return _("That is not clear yet")


def empty_job() -> dict:
    return {"stage_goes_on": GOES_ON}


def job_as_typed(job: Job) -> dict:
    asked = [
        name
        for name in CorrectJobForm.base_fields
        if name not in ("employer_name", "which_employer", "is_sure")
    ]
    values = {name: getattr(job, name) for name in asked}
    values |= {name: answer_of(getattr(job, name)) for name in QUESTIONS}
    return values | {"employer_name": job.employer.label}
