"""Imports in the administration: upload a zip file, watch it, read what was refused."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.admin import SafeAdmin
from ipsplatform.common.form_actions import form_action
from ipsplatform.common.spreadsheets import CSV, Sheet, spreadsheet_response
from trajectories.case_import import services
from trajectories.case_import.forms import ImportUploadForm
from trajectories.case_import.selectors import run_page
from trajectories.models import ImportRun


def _page_of(run: ImportRun) -> str:
    return reverse("admin:trajectories_importrun_change", args=[run.pk])


@admin.register(ImportRun)
class ImportRunAdmin(SafeAdmin):
    list_display = ("created_at", "started_by", "state", "dry_run", "rows_total", "refused")
    list_select_related = ("started_by",)
    ordering = ("-created_at", "-pk")
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:  # noqa: ARG002
        return False

    @admin.display(description=gettext_lazy("refused"))
    def refused(self, run: ImportRun) -> int | None:
        return run.report.get("refusals_total")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.refusals_view)
        own = path("<path:object_id>/refusals.csv", view, name="trajectories_importrun_refusals")
        return [own, *super().get_urls()]

    def add_view(self, request: HttpRequest, *_args: object, **_options: object) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportUploadForm(request.POST or None, request.FILES or None)
        said = _("The import is on its way. This page follows it.")
        if done := form_action(request, form, services.request_import, said=said, then=_page_of):
            return done
        context = {**self._context(request), "title": _("Import files"), "form": form}
        return TemplateResponse(request, "admin/trajectories/import_upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, *_args: object, **_options: object
    ) -> HttpResponse:
        run = self._run(request, object_id)
        context = {**self._context(request), "title": capfirst(self.opts.verbose_name), "page": run_page(run)}
        if not request.htmx:
            return TemplateResponse(request, "admin/trajectories/import_run.html", context)
        response = TemplateResponse(request, "admin/trajectories/_import_progress.html", context)
        if not context["page"].is_unfinished:
            response["HX-Refresh"] = "true"
        return response

    def refusals_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = self._run(request, object_id)
        rows = [
            (one["file"], one["line"], one["column"], one["reason"]) for one in run.report.get("refusals", [])
        ]
        sheet = Sheet(_("refused"), [_("file"), _("line"), _("column"), _("reason")], rows)
        return spreadsheet_response(sheets=[sheet], name=f"import-{run.created_at:%Y-%m-%d}", file_format=CSV)

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
