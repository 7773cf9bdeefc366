"""The access log for the functional administrator: who opened which page, not whose file it was."""

from django.contrib import admin
from django.http import HttpRequest

from ipsplatform.common.admin import ReadOnlyAdmin
from staff.models import AccessLine


@admin.register(AccessLine)
class AccessLineAdmin(ReadOnlyAdmin):
    fields = [
        "at",
        "actor",
        "role",
        "code",
        "action",
        "outcome",
        "relation",
        "consent",
        "is_emergency",
        "purpose",
        "row_count",
    ]
    list_display = ["at", "actor", "role", "code", "action", "outcome", "relation", "row_count"]
    list_filter = ["action", "outcome", "relation", "consent", "is_emergency", "role", "purpose"]
    list_select_related = ["actor"]
    show_full_result_count = False  # counting years of lines takes long

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).defer("client_id", "listed", "address", "session_hash", "query_hash")
