"""The state of access reviews for the functional administrator: how many, and whether they are judged.

Nobody's name, no client and no note.
"""

from django.contrib import admin
from django.http import HttpRequest

from clients.models import AccessReview
from ipsplatform.common.admin import ListOnlyAdmin


@admin.register(AccessReview)
class AccessReviewAdmin(ListOnlyAdmin):
    list_display = ["rule", "period_from", "due_on", "verdict", "judged_at"]
    list_filter = ["rule", "verdict"]
    ordering = ["-due_on", "-pk"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).only(*self.list_display)
