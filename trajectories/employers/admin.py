"""Employers: name and place. Who works there is content of files and not shown."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.requests import signed_in
from staff.typed.versioned_admin import VersionedAdmin
from trajectories.employers import services
from trajectories.models import Employer


class EmployerForm(forms.ModelForm):
    """An administrator knows all employers, so can keep their names apart."""

    def clean_name(self) -> str:
        name: str = " ".join(self.cleaned_data["name"].split())
        if "name" in self.changed_data:
            others = Employer.objects.filter(name__iexact=name, merged_into=None).exclude(pk=self.instance.pk)
            if others.exists():
                raise forms.ValidationError(_("There is already an employer with this name."))
        return name

    def clean_is_shared(self) -> bool:
        """People stand with a shared employer only (ADR 64)."""
        is_shared: bool = self.cleaned_data["is_shared"]
        if not is_shared and self.instance.pk and self.instance.people.exists():
            raise forms.ValidationError(_("People stand with this employer, so every team finds it."))
        return is_shared


@admin.register(Employer)
class EmployerAdmin(VersionedAdmin):
    form = EmployerForm
    list_display = ["name", "municipality", "is_shared", "merged_into", "merge_link", "created_at"]
    list_select_related = ["merged_into"]
    search_fields = ["name", "municipality"]
    search_help_text = _("Search by name or municipality.")
    fields = ["name", "municipality", "is_shared"]
    ordering = ["name", "pk"]

    @admin.display(description=_("merge"))
    def merge_link(self, employer: Employer) -> str:
        """The page on which two employers are merged or taken apart."""
        if employer.merged_into_id is not None:
            return "–"
        url = reverse("trajectories:employer_merge", args=[employer.public_id])
        return format_html('<a href="{}">{}</a>', url, gettext("Merge"))

    def save_model(self, request: HttpRequest, obj: Employer, form, change: bool) -> None:
        employer = obj
        if not change:
            employer = services.find_or_create_employer(name=form.cleaned_data["name"], by=signed_in(request))
            obj.pk = employer.pk
        facts = {name: form.cleaned_data[name] for name in form.changed_data}
        services.correct_employer(employer=employer, by=signed_in(request), **facts)
