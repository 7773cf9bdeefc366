"""After how many days a signal is given: a row of the organisation, and one of each team that differs."""

from django.contrib import admin
from django.http import HttpRequest

from staff.requests import signed_in
from staff.typed.versioned_admin import VersionedAdmin
from trajectories.models import LIMITS, SignalThresholds
from trajectories.signals import services


@admin.register(SignalThresholds)
class SignalThresholdsAdmin(VersionedAdmin):
    list_display = ["__str__", *LIMITS]
    fields = ["team", *LIMITS]

    def get_readonly_fields(self, request: HttpRequest, obj: SignalThresholds | None = None) -> list[str]:  # noqa: ARG002
        """Whose thresholds they are does not change."""
        return ["team"] if obj else []

    def save_model(self, request: HttpRequest, obj: SignalThresholds, form, change: bool) -> None:
        if change:
            days = {name: form.cleaned_data[name] for name in form.changed_data}
            services.correct_thresholds(thresholds=obj, by=signed_in(request), **days)
        else:
            obj.pk = services.set_thresholds(**form.cleaned_data, by=signed_in(request)).pk
