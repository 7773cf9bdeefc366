"""The base of every page in the Django admin: nothing is deleted, no content can be guessed."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.checks import ModelAdminChecks
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets, get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core import checks
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, notes_of
from ipsplatform.common.classification import declared_of, is_content
from ipsplatform.common.declared import OfClient, client_of
from ipsplatform.common.errors import RuleError
from ipsplatform.common.form_fields import AS_WRITTEN
from ipsplatform.common.refusals import add_refusal


class ContentChecks(ModelAdminChecks):
    """A page of the administration that would show the content of files does not start."""

    def check(self, admin_obj: "SafeAdmin", **options: Any) -> list[checks.CheckMessage]:  # type: ignore[override]  # of a SafeAdmin only
        """Django's own checks, and an error for each column of content that the page would show."""
        found = super().check(admin_obj, **options)
        return found + [
            checks.Error(
                f"'{name}' tells something about clients and is shown or searched.",
                hint="Its class is in `declared` of the model; name it in `unmasked` only with a reason.",
                obj=admin_obj.__class__,
                id="ipsplatform.E001",
            )
            for name in _paths_in_sight(admin_obj)
            if name not in admin_obj.unmasked and _leads_to_content(admin_obj.model, name)
        ]


def _paths_in_sight(admin_obj: "SafeAdmin") -> list[str]:
    """What the list, its filters, its search, its order or the page of a row take from the database."""
    on_page = list(admin_obj.fields or []) + list(flatten_fieldsets(admin_obj.fieldsets or []))
    filters = [item[0] if isinstance(item, tuple) else item for item in admin_obj.list_filter]
    searched = [name.lstrip("^=@") for name in admin_obj.search_fields]
    named = [*admin_obj.list_display, *on_page, *filters, *searched, *admin_obj.readonly_fields]
    named += [*(admin_obj.ordering or []), admin_obj.date_hierarchy]
    shown = (getattr(admin_obj, name, None) for name in admin_obj.list_display if isinstance(name, str))
    named += [getattr(method, "admin_order_field", None) for method in shown]
    return sorted({name.lstrip("-") for name in named if isinstance(name, str)})


def _leads_to_content(model: type[Model], path: str) -> bool:
    """Whether a path of lookups passes a column that tells something about clients."""
    for name in path.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:  # a method, an annotation, or a lookup behind the last field
            return False
        if field.concrete and is_content(model, field.name):
            return True
        if not field.is_relation or field.related_model is None:
            return False
        model = field.related_model
    return False


class SafeList(ChangeList):
    """Rows of a model, with an answer to every day that an address asks for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = str(capfirst(self.opts.verbose_name_plural))

    @property
    def counted(self) -> str:
        """How many rows there are, in words."""
        return cast("SafeAdmin", self.model_admin).counted(self.result_count)

    @property
    def chosen(self) -> list[str]:
        """What the rows are filtered by; a filter that is never off is always told."""
        told = []
        for spec in self.filter_specs:
            choices = [choice for choice in spec.choices(self) if "selected" in choice]
            words = [str(choice["display"]) for choice in choices if choice["selected"]]
            if words and (getattr(spec, "is_never_off", False) or not choices[0]["selected"]):
                told.append(f"{spec.title}: {', '.join(words)}")
        return told

    def get_filters(self, request: HttpRequest) -> tuple:
        """Django's own. Raises BadRequest for a day that is in no calendar, which Django fails on."""
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as error:
            raise BadRequest(self.model._meta.label) from error


# As on the other pages: days, times and numbers as people write them.
INPUTS = AS_WRITTEN


class SafeAdmin(admin.ModelAdmin):
    """Rows are never deleted here, and a refusal of a service stands on the form, with all that was typed."""

    formfield_overrides = INPUTS
    list_per_page = 50
    checks_class = ContentChecks
    unmasked: tuple[str, ...] = ()  # content that the administrator needs to see, with a reason

    def counted(self, number: int) -> str:
        """So many rows, in words under the list."""
        name = self.opts.verbose_name if number == 1 else self.opts.verbose_name_plural
        return f"{number} {name}"

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Never: rows end or are corrected, they do not disappear."""
        return False

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:  # noqa: ARG002
        """The parameters that the links of the list's own filters carry, to the letter; nothing else.

        Django lets more through, e.g. `?last_name__startswith=` and what lies behind a relation: guessing.
        """
        return lookup in self._own_parameters

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:  # noqa: ARG002
        """The list, as far as the calendar goes."""
        return SafeList

    @cached_property
    def _own_parameters(self) -> frozenset[str]:
        """Once for each list: a filter by a relation reads its choices when it is made."""
        days = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
        own = [name for item in self.list_filter for name in _parameters_of(self, item)]
        return frozenset(own + (days if self.date_hierarchy else []))

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:  # noqa: ARG002
        """Rows are known by their primary key, in the address and in the windows that choose one."""
        return to_field in ("pk", self.opts.pk.name)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The row of a page; the access log names the client whom it is about."""
        found = super().get_object(request, *args, **kwargs)
        client = client_of(found) if found is not None else None
        if client is not None:
            notes_of(request).client = client.serializable_value("public_id")
        return found

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list; the access log names the clients whom its rows are about."""
        response = super().changelist_view(request, *args, **kwargs)
        context: dict[str, Any] = getattr(response, "context_data", None) or {}
        changelist = context.get("cl")
        if changelist is not None:
            rows = [row.pk for row in changelist.result_list]
            notes_of(request).rows = len(rows)
            notes_of(request).lists(_clients_of(self.model, rows))
        return response

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's own, with the names of the fields in the language of the reader."""
        response = super().history_view(request, *args, **kwargs)
        for entry in getattr(response, "context_data", {}).get("action_list", ()):
            entry.change_message = _with_known_names(entry.change_message)
        return response

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> LogEntry:
        """The same address shows, and adds for the access log."""
        notes_of(request).action = AccessAction.CREATE
        return super().log_addition(request, obj, message)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's own; after a refusal of the service one that says why, with all that was typed."""
        form = super().get_form(request, *args, **kwargs)
        refusal = vars(request).get("refused_with")
        return _that_says(refusal, form, request) if refusal is not None else form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or show the form again as it was sent with why not; the log tells of a refusal."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (RuleError, ValidationError, IntegrityError) as refusal:
            vars(request)["refused_with"] = refusal  # the transaction is undone by now
        notes_of(request).refuse()
        return super().changeform_view(request, *args, **kwargs)


def _that_says(refusal: Exception, form: type[forms.BaseForm], request: HttpRequest) -> type[forms.BaseForm]:
    """The same form with the refusal among its errors."""

    def full_clean(self: forms.BaseForm) -> None:
        form.full_clean(self)
        if self.is_bound:
            add_refusal(self, refusal, request)

    return type(form.__name__, (form,), {"full_clean": full_clean})


def _with_known_names(message: str) -> str:
    """Django stores the names of fields with a capital, and looks them up so: no catalogue has them."""
    if not message.startswith("["):
        return message
    told = json.loads(message)
    for deed in (deed for part in told for deed in part.values() if "fields" in deed):
        deed["fields"] = [_known(name) for name in deed["fields"]]
    return json.dumps(told)


def _known(name: str) -> str:
    small = name[:1].lower() + name[1:]
    return small if _(small) != small else name


def _clients_of(model: type[Model], rows: list[Any]) -> list[UUID]:
    """Whom these rows are about. One statement, and none for rows about nobody."""
    declared = declared_of(model)
    if not isinstance(declared, OfClient) or not rows:
        return []
    path = "public_id" if declared.client == "pk" else f"{declared.client}__public_id"
    found = model._default_manager.filter(pk__in=rows, **{f"{path}__isnull": False})
    return list(found.order_by().values_list(path, flat=True))


class ReadOnlyAdmin(SafeAdmin):
    """Rows that are only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never: rows are not made here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Never: rows are not edited here."""
        return False


class ListOnlyAdmin(ReadOnlyAdmin):
    """A list without pages behind it. Whether a row exists is not told either."""

    list_display_links = None

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The list; never one row."""
        return obj is None and super().has_view_permission(request, obj)

    def get_object(self, *_asked: object, **_options: object) -> None:
        """Never, there or not. Raises PermissionDenied."""
        raise PermissionDenied


def _parameters_of(model_admin: SafeAdmin, item: Any) -> Iterator[str]:
    """The parameters that one entry of `list_filter` reads from the address."""
    if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
        yield str(item.parameter_name)
        return
    path, make = item if isinstance(item, tuple) else (item, admin.FieldListFilter.create)
    field = get_fields_from_path(model_admin.model, path)[-1]
    model = model_admin.model
    yield from make(field, HttpRequest(), {}, model, model_admin, field_path=path).expected_parameters()
