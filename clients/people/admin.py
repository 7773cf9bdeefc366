"""Clients without content: the visibility table gives the administrator none (domain.md, section 3).

Number and team only: no name, no birth date, no place, no way to ask for one.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.admin import ListOnlyAdmin
from ipsplatform.common.identity import plain_client_number


@admin.register(Client)
class ClientAdmin(ListOnlyAdmin):
    unmasked = ("client_number",)  # the one way to speak about a file without opening it
    list_display = ["client_number", "team"]
    list_filter = ["team"]
    list_select_related = ["team"]
    search_fields = ["^client_number"]
    search_help_text = _("Search by client number. Names and other content are not shown here.")
    ordering = ["client_number", "pk"]  # not by name: the order would tell something

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple:
        """A number is looked for in its one form, however it was pasted."""
        return super().get_search_results(request, queryset, plain_client_number(search_term))

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).only("client_number", "team__name")
