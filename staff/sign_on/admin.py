"""For whom many wrong passwords or codes were tried, so that an administrator sees guessing."""

from django.contrib import admin

from ipsplatform.common.admin import ReadOnlyAdmin
from staff.models import SignInWarning


@admin.register(SignInWarning)
class SignInWarningAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "kind", "mailed_at"]
    list_display_links = None
    list_filter = ["kind"]
    list_select_related = ["user"]
    date_hierarchy = "at"
