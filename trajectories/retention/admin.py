"""How long files are kept, and the proof of what was destroyed; neither tells anything about a client."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import DestructionCertificate, RetentionRegime
from ipsplatform.common.admin import ReadOnlyAdmin


@admin.register(RetentionRegime)
class RetentionRegimeAdmin(ReadOnlyAdmin):
    """Years and sources come with a migration: a change of the law is a change of the product."""

    fields = ["name", "years", "counted_from", "source", "checked_on"]
    list_display = ["name", "years", "counted_from", "source", "checked_on"]

    @admin.display(description=_("start of the term"))
    def counted_from(self, regime: RetentionRegime) -> str:
        return gettext(regime.start_event)


@admin.register(DestructionCertificate)
class DestructionCertificateAdmin(ReadOnlyAdmin):
    fields = [
        "public_id",
        "client_hash",
        "regime_name",
        "starts_on",
        "ends_on",
        "approved_by",
        "approved_at",
        "executed_at",
        "is_after_restore",
        "row_counts",
    ]
    list_display = ["executed_at", "regime_name", "approved_by", "is_after_restore"]
    list_filter = ["regime_name", "is_after_restore"]
    list_select_related = ["approved_by"]
