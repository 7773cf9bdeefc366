"""The access log for the functional administrator: who opened which page, not whose file it was."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ipsplatform.common.admin import ReadOnlyAdmin
from ipsplatform.common.page_words import words_of
from ipsplatform.common.texts import Text
from staff.models import AccessLine, Purpose


class WhoFilter(admin.SimpleListFilter):
    """People, unless somebody asks for the work of the computer too: that writes most of the lines."""

    title = _("who did it")
    parameter_name = "who"
    is_never_off = True
    SYSTEM, EVERYBODY = "system", "all"

    def lookups(self, *_asked: object) -> list[tuple[str, Text]]:
        return [(self.SYSTEM, _("the computer")), (self.EVERYBODY, _("people and the computer"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Django's own, in which the first one is not “all”."""
        people, *others = super().choices(changelist)
        yield {**people, "display": _("people")}
        yield from others

    def queryset(self, _request: HttpRequest, queryset: QuerySet[AccessLine]) -> QuerySet[AccessLine]:
        if self.value() == self.EVERYBODY:
            return queryset
        of_system = Q(purpose=Purpose.SYSTEM)
        return queryset.filter(of_system if self.value() == self.SYSTEM else ~of_system)


@admin.register(AccessLine)
class AccessLineAdmin(ReadOnlyAdmin):
    fields = [
        "at",
        "actor",
        "role",
        "page",
        "action",
        "outcome",
        "relation",
        "consent",
        "is_emergency",
        "purpose",
        "rows_shown",
    ]
    list_display = ["at", "actor", "role", "page", "action", "outcome", "relation", "rows_shown"]
    list_filter = [WhoFilter, "action", "outcome", "relation", "consent", "is_emergency", "role", "purpose"]
    list_select_related = ["actor"]
    show_full_result_count = False  # counting years of lines takes long

    @admin.display(description=_("page or task"), ordering="code")
    def page(self, line: AccessLine) -> str:
        """In words; the code stays in the log."""
        return words_of(line.code)

    @admin.display(description=_("rows shown"), ordering="row_count")
    def rows_shown(self, line: AccessLine) -> int | str:
        """How many rows the page or the file held."""
        return "–" if line.row_count is None else line.row_count

    def counted(self, number: int) -> str:
        """Lines: nobody counts logs."""
        return ngettext("%(n)s line", "%(n)s lines", number) % {"n": number}

    def get_queryset(self, request: HttpRequest):
        hidden = ("client_id", "listed", "address", "session_hash", "query_hash")
        return super().get_queryset(request).defer(*hidden)
