"""The base of every page in the Django admin: nothing is deleted, no content can be guessed."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.checks import ModelAdminChecks
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, notes_of
from ipsplatform.common.classification import declared_of, is_content
from ipsplatform.common.declared import OfClient, client_of
from ipsplatform.common.errors import RuleError


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
            for name in _fields_in_sight(admin_obj)
            if name not in admin_obj.unmasked and is_content(admin_obj.model, name)
        ]


def _fields_in_sight(admin_obj: "SafeAdmin") -> list[str]:
    """Columns of the model that the list, its filters, its search or the page of a row use."""
    on_page = list(admin_obj.fields or []) + list(flatten_fieldsets(admin_obj.fieldsets or []))
    filters = [item[0] if isinstance(item, tuple) else item for item in admin_obj.list_filter]
    searched = [name.lstrip("^=@") for name in admin_obj.search_fields]
    named = [*admin_obj.list_display, *on_page, *filters, *searched, *admin_obj.readonly_fields]
    if admin_obj.date_hierarchy:
        named.append(admin_obj.date_hierarchy)
    columns = {field.name for field in admin_obj.model._meta.concrete_fields}
    roots = [str(name).split("__", maxsplit=1)[0] for name in named if isinstance(name, str)]
    return sorted({name for name in roots if name in columns})


class SafeAdmin(admin.ModelAdmin):
    """Rows are never deleted here, and a refusal of a service is a message, not a failure."""

    list_per_page = 50
    checks_class = ContentChecks
    unmasked: tuple[str, ...] = ()  # content that the administrator needs to see, with a reason

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Never: rows end or are corrected, they do not disappear."""
        return False

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:  # noqa: ARG002
        """Only the filters of the list. Django also lets `?last_name__startswith=` through: guessing."""
        offered = {item[0] if isinstance(item, tuple) else item for item in self.get_list_filter(request)}
        return lookup.split("__", maxsplit=1)[0] in offered | {self.date_hierarchy}

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

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> LogEntry:
        """The same address shows, and adds for the access log."""
        notes_of(request).action = AccessAction.CREATE
        return super().log_addition(request, obj, message)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or say why not; the transaction of the save is undone then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except RuleError as refusal:
            problems = [str(refusal)]
        except ValidationError as refusal:
            problems = refusal.messages
        except IntegrityError:
            problems = [_("Somebody else changed this at the same moment. Look again and try once more.")]
        for problem in problems:
            messages.error(request, problem)
        return HttpResponseRedirect(request.get_full_path())


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
