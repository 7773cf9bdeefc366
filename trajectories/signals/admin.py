"""After how many days a signal is given: a row of the organisation, and one of each team that differs."""

from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext as _

from staff.requests import signed_in
from staff.typed.versioned_admin import VersionedAdmin
from trajectories.models import LIMITS, SignalThresholds
from trajectories.signals import services


@admin.register(SignalThresholds)
class SignalThresholdsAdmin(VersionedAdmin):
    list_display = ["__str__", "not_seen_days", "no_employer_days", "long_without_job_days"]
    fields = ["team", *LIMITS]

    def get_readonly_fields(self, request: HttpRequest, obj: SignalThresholds | None = None) -> list[str]:  # noqa: ARG002
        """Whose thresholds they are does not change."""
        return ["team"] if obj else []

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """With what is plausible, and what an empty field means."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        limit = LIMITS.get(db_field.name)
        if field is not None and limit is not None:
            text = _("From %(least)s to %(most)s. A team that leaves it empty follows the organisation.")
            field.help_text = text % {"least": limit.least, "most": limit.most}
        return field

    def save_model(self, request: HttpRequest, obj: SignalThresholds, form: Any, change: bool) -> None:
        """Saved by the service, which records it."""
        if change:
            days = {name: form.cleaned_data[name] for name in form.changed_data}
            services.correct_thresholds(thresholds=obj, by=signed_in(request), **days)
        else:
            obj.pk = services.set_thresholds(**form.cleaned_data, by=signed_in(request)).pk
