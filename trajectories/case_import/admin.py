"""Imports in the administration: upload a zip file, watch it, read what was refused."""

from functools import partial
from typing import cast

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.access import AccessAction, button_to
from ipsplatform.common.admin import SafeAdmin
from ipsplatform.common.form_actions import button_action
from ipsplatform.common.spreadsheets import CSV, XLSX_TYPE, Sheet, spreadsheet_response
from staff.models import User
from staff.typed.form_actions import form_action
from trajectories.case_import import services
from trajectories.case_import.forms import ImportUploadForm
from trajectories.case_import.selectors.runs import files_of_import, open_refusals, open_total, run_page
from trajectories.case_import.tables.template import workbook_template, zip_template
from trajectories.models import ImportRun

NAME = "trajectories_importrun"


TEMPLATES = {"xlsx": (XLSX_TYPE, workbook_template), "zip": ("application/zip", zip_template)}


def _user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def _page_of(run: ImportRun) -> str:
    return reverse("admin:trajectories_importrun_change", args=[run.pk])


@admin.register(ImportRun)
class ImportRunAdmin(SafeAdmin):
    list_display = ("created_at", "started_by", "state", "released_by", "dry_run", "rows_read", "refused")
    list_filter = ("state",)
    list_select_related = ("started_by", "released_by", "turned_down_by")
    ordering = ("-created_at", "-pk")
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:  # noqa: ARG002
        return False

    @admin.display(description=gettext_lazy("lines read"), ordering="rows_total")
    def rows_read(self, run: ImportRun) -> int:
        """Of all files together, without their headings."""
        return run.rows_total

    @admin.display(description=gettext_lazy("refused"))
    def refused(self, run: ImportRun) -> int | None:
        return open_total(run)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<path:object_id>/{address}", self.admin_site.admin_view(view), name=f"{NAME}_{name}")
            for address, name, view in (
                ("refusals.csv", "refusals", self.refusals_view),
                ("release/", "release", button_to(AccessAction.EXECUTE)(self.release_view)),
                ("turn-down/", "turndown", button_to(AccessAction.UPDATE)(self.turn_down_view)),
            )
        ]
        templates = [
            path(
                f"template.{ending}",
                self.admin_site.admin_view(partial(self.template_view, ending=ending)),
                name=f"{NAME}_template_{ending}",
            )
            for ending in TEMPLATES
        ]
        return [*templates, *own, *super().get_urls()]

    def add_view(self, request: HttpRequest, *_args: object, **_options: object) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_tried = "for-real" in request.GET
        form = ImportUploadForm(
            request.POST or None,
            request.FILES or None,
            initial={"dry_run": not is_tried, "allow_emptying": "allow-emptying" in request.GET},
        )
        said = _("The import is on its way. This page follows it.")
        ask = services.request_import
        if done := form_action(request, form, ask, said=said, then=_page_of, can_undo=False):
            return done
        context = {
            **self._context(request),
            "title": _("Import files"),
            "form": form,
            "files": files_of_import(),
            "needs_second_person": settings.IMPORT_NEEDS_SECOND_PERSON,
            "is_tried": is_tried,
        }
        return TemplateResponse(request, "admin/trajectories/import_upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, *_args: object, **_options: object
    ) -> HttpResponse:
        run = self._run(request, object_id)
        page = run_page(run, for_user=_user_of(request))
        context = {**self._context(request), "title": capfirst(self.opts.verbose_name), "page": page}
        if not request.htmx:
            return TemplateResponse(request, "admin/trajectories/import_run.html", context)
        response = TemplateResponse(request, "admin/trajectories/_import_progress.html", context)
        if not context["page"].is_unfinished:
            response["HX-Refresh"] = "true"
        return response

    def refusals_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = self._run(request, object_id)
        rows = [(one["file"], one["line"], one["column"], one["reason"]) for one in open_refusals(run)]
        sheet = Sheet(_("refused"), [_("file"), _("line"), _("column"), _("reason")], rows)
        return spreadsheet_response(sheets=[sheet], name=f"import-{run.created_at:%Y-%m-%d}", file_format=CSV)

    def template_view(self, request: HttpRequest, ending: str) -> HttpResponse:
        """Empty files to fill in; they hold nothing but the names of columns."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        content_type, make = TEMPLATES[ending]
        response = HttpResponse(make(), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="import.{ending}"'
        return response

    def release_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second person says yes; the first one can't."""
        run = self._run(request, object_id)
        release = partial(services.release_import, run=run)
        return button_action(
            request, release, said=_("Released. The worker writes these files now."), then=_page_of(run)
        )

    def turn_down_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second person says no, or the first one takes the files back."""
        run = self._run(request, object_id)
        reason = request.POST.get("reason", "")
        turn_down = partial(services.turn_down_import, run=run, reason=reason)
        said = _("These files are thrown away. Nothing was written.")
        return button_action(request, turn_down, said=said, then=_page_of(run))

    def _run(self, request: HttpRequest, object_id: str) -> ImportRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        return run

    def _context(self, request: HttpRequest) -> dict:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": reverse("admin:trajectories_importrun_changelist"),
        }
