"""Texts of consent: a new wording is a new version; what clients agreed to is never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from clients.models import ConsentText
from clients.sharing import services
from staff.requests import signed_in
from staff.typed.versioned_admin import VersionedAdmin


@admin.register(ConsentText)
class ConsentTextAdmin(VersionedAdmin):
    list_display = ["version", "valid_from", "source"]
    fields = ["version", "valid_from", "source", "body"]
    ordering = ["-valid_from", "-pk"]

    def has_change_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:  # noqa: ARG002
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new text is in force from today, unless somebody says otherwise."""
        return {"valid_from": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: ConsentText, form, change: bool) -> None:  # noqa: ARG002
        text = services.add_consent_text(**form.cleaned_data, by=signed_in(request))
        obj.pk = text.pk
