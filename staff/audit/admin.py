"""The log of changes: who changed which field of what, when. Values are shown of technical
fields only: the rest is about people.
"""

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import ReadOnlyAdmin
from ipsplatform.common.classification import DataClass, class_of
from ipsplatform.common.declared import action_words
from staff.models import AuditEvent


class _StoredValues(admin.SimpleListFilter):
    """The logged values of one field, in words."""

    parameter_name: str

    def words(self, value: str) -> str:
        raise NotImplementedError

    def lookups(self, *_asked: object) -> list[tuple[str, str]]:
        events = AuditEvent.objects.order_by(self.parameter_name)
        values = events.values_list(self.parameter_name, flat=True).distinct()
        return sorted(((value, self.words(value)) for value in values), key=lambda choice: choice[1])

    def queryset(self, _request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class ActionFilter(_StoredValues):
    title = _("action")
    parameter_name = "action"

    def words(self, value: str) -> str:
        return action_words().get(value, value)


class KindFilter(_StoredValues):
    title = _("kind of object")
    parameter_name = "target_type"

    def words(self, value: str) -> str:
        return _kind(value)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "what", "kind_of_object", "changed_fields"]
    list_filter = [ActionFilter, KindFilter]
    list_select_related = ["by"]
    date_hierarchy = "at"
    search_fields = ["target_id"]
    search_help_text = _("Search by the identifier of an object.")
    fields = ["at", "by", "what", "kind_of_object", "target_id", "changed_fields"]

    @admin.display(description=_("action"), ordering="action")
    def what(self, event: AuditEvent) -> str:
        return action_words().get(event.action, event.action)

    @admin.display(description=_("kind of object"), ordering="target_type")
    def kind_of_object(self, event: AuditEvent) -> str:
        return _kind(event.target_type)

    @admin.display(description=_("changed fields"))
    def changed_fields(self, event: AuditEvent) -> str:
        model = apps.get_model(event.target_type)
        return ", ".join(_change(model, name, values) for name, values in event.changes.items()) or "–"


def _kind(target_type: str) -> str:
    return capfirst(apps.get_model(target_type)._meta.verbose_name)


def _change(model, name: str, values: list) -> str:
    """The name of the field; for a technical field also its value before and after."""
    label = _field_name(model, name)
    if class_of(model, name) is not DataClass.TECHNICAL or len(values) != 2:
        return label
    before, after = map(_in_words, values)
    return f"{label}: {before} → {after}"


def _in_words(value: object) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else value


def _field_name(model, name: str) -> str:
    try:
        label = model._meta.get_field(name).verbose_name
    except FieldDoesNotExist:
        return name
    return str(label) if isinstance(label, Promise) else gettext(label)  # a package forgot one
