"""The log of changes: who changed which field of what, when. What stood there is shown of technical
fields only: the rest is about people.
"""

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import ReadOnlyAdmin
from ipsplatform.common.classification import DataClass, class_of
from staff.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "action", "kind_of_object", "target_id", "changed_fields"]
    list_filter = ["action", "target_type"]
    list_select_related = ["by"]
    date_hierarchy = "at"
    search_fields = ["target_id"]
    search_help_text = _("Search by the identifier of an object.")
    fields = ["at", "by", "action", "kind_of_object", "target_id", "changed_fields"]

    @admin.display(description=_("kind of object"), ordering="target_type")
    def kind_of_object(self, event: AuditEvent) -> str:
        return capfirst(apps.get_model(event.target_type)._meta.verbose_name)

    @admin.display(description=_("changed fields"))
    def changed_fields(self, event: AuditEvent) -> str:
        model = apps.get_model(event.target_type)
        return ", ".join(_change(model, name, values) for name, values in event.changes.items()) or "–"


def _change(model, name: str, values: list) -> str:
    """The name of the field; for a technical one also what stood there and what stands there now."""
    label = _field_name(model, name)
    if class_of(model, name) is not DataClass.TECHNICAL or len(values) != 2:
        return label
    before, after = ("–" if value in (None, "") else value for value in values)
    return f"{label}: {before} → {after}"


def _field_name(model, name: str) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return name
