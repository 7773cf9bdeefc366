"""The organisation in the administration: one page, never a list."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from staff.models import Organisation
from staff.organisation import services
from staff.requests import signed_in
from staff.typed.versioned_admin import VersionedAdmin


@admin.register(Organisation)
class OrganisationAdmin(VersionedAdmin):
    fields = ["name", "questions_to"]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # noqa: ARG002
        """Lead to the one page. Raises PermissionDenied for whoever may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page() or redirect("admin:staff_organisation_add")

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The empty form, until there is an organisation."""
        return self._page() or super().add_view(request, *args, **kwargs)

    def _page(self) -> HttpResponse | None:
        there = Organisation.objects.first()
        return redirect("admin:staff_organisation_change", there.pk) if there else None

    def render_change_form(
        self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """One button: there is nothing to add after it."""
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context | only_save, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Organisation, form, change: bool) -> None:
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            services.correct_organisation(organisation=obj, by=signed_in(request), **facts)
        else:
            obj.pk = services.name_organisation(**form.cleaned_data, by=signed_in(request)).pk
