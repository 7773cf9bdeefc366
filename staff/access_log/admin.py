"""The access log for the functional administrator: who opened which page, not whose file it was."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import ReadOnlyAdmin
from ipsplatform.common.page_words import words_of
from staff.models import AccessLine


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
        "row_count",
    ]
    list_display = ["at", "actor", "role", "page", "action", "outcome", "relation", "row_count"]
    list_filter = ["action", "outcome", "relation", "consent", "is_emergency", "role", "purpose"]
    list_select_related = ["actor"]
    show_full_result_count = False  # counting years of lines takes long

    @admin.display(description=_("page or task"), ordering="code")
    def page(self, line: AccessLine) -> str:
        """In words; the code stays in the log."""
        return words_of(line.code)

    def get_queryset(self, request: HttpRequest):
        hidden = ("client_id", "listed", "address", "session_hash", "query_hash")
        return super().get_queryset(request).defer(*hidden)
