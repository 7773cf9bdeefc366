"""The forms of the schedule. What the package refuses, it refuses in English: here it is said first."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import TaskChoiceField, TaskSelectWidget
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from ipsplatform.common.page_words import words_of
from ipsplatform.common.texts import Text

NO_MOMENT = _("Choose a crontab or an interval.")
TWO_KINDS_OF_MOMENT = _("Choose a crontab or an interval, not both.")
NO_TASK = _("Choose a task, or type the name of one.")
NOT_A_LIST = _("This is not a list in JSON. See the example below this field.")
NOT_NAMED = _("These are no names with values in JSON. See the example below this field.")
OUT_OF_BOUNDS = _("“%(typed)s” does not fit here. Use numbers from %(first)s to %(last)s, or *.")
BOUNDS = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day_of_week": (0, 7),
    "day_of_month": (1, 31),
    "month_of_year": (1, 12),
}


class MomentsForm(forms.ModelForm):
    """When work that protects is done; its page shows the task and asks for nothing else."""

    class Meta:
        model = PeriodicTask
        fields = ["crontab", "interval", "description"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        chosen = [name for name in ("crontab", "interval") if typed.get(name)]
        if not chosen and not {"crontab", "interval"} & {*self.errors}:
            self.add_error("crontab", NO_MOMENT)
        for name in chosen if len(chosen) > 1 else []:
            self.add_error(name, TWO_KINDS_OF_MOMENT)
        return typed

    def validate_unique(self) -> None:
        """Django's own: that of the package tells what `clean` has told."""
        columns = {column.name for column in PeriodicTask._meta.concrete_fields}
        try:
            Model.validate_unique(self.instance, exclude=columns - {*self.fields} | {*self.errors})
        except ValidationError as taken:
            self.add_error(None, taken)


class TaskSelect(TaskSelectWidget):
    """What the workers can do, in words."""

    def tasks_as_choices(self) -> list[tuple[str, str]]:
        empty, *tasks = super().tasks_as_choices()
        in_words = ((name, capfirst(words_of(name))) for name, _name in tasks)
        return [empty, *sorted(in_words, key=lambda choice: choice[1])]


class TaskForm(MomentsForm):
    """Work of the administrator's own."""

    regtask = TaskChoiceField(label=_("Task (registered)"), required=False, widget=TaskSelect)
    task = forms.CharField(label=_("Task (custom)"), required=False)

    class Meta:
        model = PeriodicTask
        fields = [
            "name", "task", "enabled", "description", "crontab", "interval", "start_time", "one_off", "args",
            "kwargs",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        typed["task"] = typed.get("regtask") or typed.get("task", "")
        if not typed["task"] and "task" not in self.errors:
            self.add_error("task", NO_TASK)
        return typed

    def clean_args(self) -> str:
        return self._json("args", list, NOT_A_LIST)

    def clean_kwargs(self) -> str:
        return self._json("kwargs", dict, NOT_NAMED)

    def _json(self, name: str, kind: type, problem: Text) -> str:
        typed = self.cleaned_data[name] or json.dumps(kind())
        try:
            is_right = isinstance(json.loads(typed), kind)
        except ValueError:
            is_right = False
        if not is_right:
            raise ValidationError(problem)
        return typed


class CrontabForm(forms.ModelForm):
    """Moments that tasks share, in the notation of cron."""

    class Meta:
        model = CrontabSchedule
        fields = ["minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for name, (first, last) in BOUNDS.items():
            try:
                CrontabSchedule._meta.get_field(name).run_validators(typed.get(name))
            except ValidationError:
                words = {"typed": typed[name], "first": first, "last": last}
                self.add_error(name, OUT_OF_BOUNDS % words)
        return typed
