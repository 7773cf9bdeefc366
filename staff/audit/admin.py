"""The log of changes: who changed which field of what, when. Values are shown of technical
fields only: the rest is about people. Of what lies in a file, or was made while writing in one, it
shows neither values nor the identifier: whoever knows that of one client would read who works there.
"""

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import ReadOnlyAdmin
from ipsplatform.common.classification import (
    DataClass,
    class_of,
    declared_of,
    stored_field,
    stored_models,
)
from ipsplatform.common.declared import BESIDE_ANY, action_words, is_of_files
from staff.models import AuditEvent
from staff.permissions import can_use_admin


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
    """Changes about staff, teams, settings and schedule by identifier; of those in files never which file.

    No line for "who looked" of a client: the page names nobody, and nobody can tell from it whom it is about.
    """

    list_display = ["at", "who", "what", "kind_of_object", "changed_fields"]
    list_filter = [ActionFilter, KindFilter]
    list_select_related = ["by"]
    date_hierarchy = "at"
    search_fields = ["target_id"]
    search_help_text = _("Search by the identifier of an object. Changes in files of clients are not found.")
    fields = ["at", "who", "what", "kind_of_object", "target_id", "changed_fields"]

    def get_fields(self, request: HttpRequest, obj: AuditEvent | None = None) -> list:  # noqa: ARG002
        """Without the identifier where that would say whose file it is."""
        is_hidden = obj is not None and _is_of_files(obj)
        return [name for name in self.fields if not (is_hidden and name == "target_id")]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Only what lies in no file is found by an identifier: else the answer tells the story of one."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term:
            found = found.filter(client_id=None, target_type__in=_kinds_by_identifier())
        return found, may_repeat

    @admin.display(description=_("by"))  # not sorted by: rows without a name would stand beside their maker's
    def who(self, event: AuditEvent) -> str:
        """Who made a row while writing in a file says who works for a client there; administrators do not."""
        if event.by is None:
            return "–"
        declared = declared_of(_model(event))
        is_told = declared is None or not declared.made_in_files or can_use_admin(event.by)
        return str(event.by) if is_told else gettext("somebody of a team")

    @admin.display(description=_("action"), ordering="action")
    def what(self, event: AuditEvent) -> str:
        return action_words().get(event.action, event.action)

    @admin.display(description=_("kind of object"), ordering="target_type")
    def kind_of_object(self, event: AuditEvent) -> str:
        return _kind(event.target_type)

    @admin.display(description=_("changed fields"))
    def changed_fields(self, event: AuditEvent) -> str:
        model, is_hidden = _model(event), _is_of_files(event)
        told = (
            _field_name(model, name) if is_hidden else _change(model, name, values)
            for name, values in event.changes.items()
        )
        return ", ".join(told) or "–"


def _model(event: AuditEvent) -> type[Model]:
    return apps.get_model(event.target_type)


def _is_of_files(event: AuditEvent) -> bool:
    """Whether the object of a change, by which one it is, tells of a client."""
    return event.client_id is not None or is_of_files(_model(event))


def _kinds_by_identifier() -> list[str]:
    return [model._meta.label_lower for model in stored_models() if not is_of_files(model)]


def _kind(target_type: str) -> str:
    return capfirst(apps.get_model(target_type)._meta.verbose_name)


def _change(model: type[Model], name: str, values: list) -> str:
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


def _field_name(model: type[Model], name: str) -> str:
    try:
        label = stored_field(model, name).verbose_name
    except FieldDoesNotExist:
        declared = declared_of(model)
        beside = {**BESIDE_ANY, **(declared.beside if declared else {})}
        return str(beside.get(name, name))
    return str(label) if isinstance(label, Promise) else gettext(label)  # a package forgot one
