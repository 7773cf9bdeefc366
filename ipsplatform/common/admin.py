"""The ground of every page in the Django admin: nothing is deleted, nothing is guessed out of it."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError


class SafeAdmin(admin.ModelAdmin):
    """Rows are never deleted here, and a refusal of a service is a message, not a failure."""

    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:  # noqa: ARG002
        """Only the filters of the list. Django also lets `?last_name__startswith=` through: guessing."""
        offered = {item[0] if isinstance(item, tuple) else item for item in self.get_list_filter(request)}
        return lookup.split("__", maxsplit=1)[0] in offered | {self.date_hierarchy}

    def changeform_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
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


class ReadOnlyAdmin(SafeAdmin):
    """Rows that are only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False
