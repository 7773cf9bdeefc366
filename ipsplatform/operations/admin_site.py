"""The Django admin of this product: for the functional administrator, behind the ordinary sign-in."""

from collections.abc import Callable
from functools import update_wrapper

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import SafeAdmin
from ipsplatform.first_steps.steps import first_steps
from staff.confirming.selectors import count_waiting
from staff.models import User
from staff.permissions import can_use_admin, sentences_by_role
from staff.requests import signed_in
from trajectories.case_import.selectors.runs import count_waiting_for

ON_SITE = "r/<path:content_type_id>/<path:object_id>/"  # Django's own way to a row outside its admin


class AdminSite(admin.AdminSite):
    site_header = _("Administration")
    site_title = _("Administration")
    index_title = _("People, teams, imports and runs")

    def register(self, model_or_iterable, admin_class: type | None = None, **options) -> None:
        """Only pages of this product: what packages register (groups, e-mail addresses) is left out."""
        if admin_class is not None and issubclass(admin_class, SafeAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and can_use_admin(request.user)

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Tell a signed-in person that they lack this right; Django would ask them to sign in again."""
        page = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return update_wrapper(answer, page)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # noqa: ARG002
        """One sign-in for everybody."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # noqa: ARG002
        """One way out for everybody."""
        return redirect("account_logout")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            path("first-steps/", self.admin_view(self.first_steps), name="first_steps"),
            path(ON_SITE, self.admin_view(self.view_on_site), name="view_on_site"),
        ]
        return [*own, *(url for url in super().get_urls() if str(url.pattern) != ON_SITE)]

    def first_steps(self, request: HttpRequest) -> TemplateResponse:
        """What a new installation still needs; an administrator begins here until everything is done."""
        own = {"title": gettext("First steps"), "page": first_steps(), **_waiting_for(signed_in(request))}
        context = {**self.each_context(request), **own}
        return TemplateResponse(request, "admin/first_steps.html", context)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None):  # noqa: ARG002
        """One page for one's own password."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict | None = None):  # noqa: ARG002
        """Where Django's own page would lead; nobody comes from there."""
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Not here: it prints the name of every row that some table refers to, clients included."""
        raise Http404

    def view_on_site(self, request: HttpRequest, **_asked: str) -> HttpResponse:  # noqa: ARG002
        """Not here: it looks any row of any table up, tells which are there, and fails on odd keys."""
        raise Http404

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> TemplateResponse:
        """The first page says what each role may do, what waits for a second person and is not set up yet."""
        context = {
            "roles": sentences_by_role(),
            "first_steps": first_steps(),
            "version": settings.VERSION,
            **_waiting_for(signed_in(request)),
        }
        return super().index(request, context | (extra_context or {}))


def _waiting_for(person: User) -> dict[str, int]:
    """How many requests and imports wait for this administrator as the second person."""
    return {"waiting_count": count_waiting(person), "waiting_imports": count_waiting_for(person)}
