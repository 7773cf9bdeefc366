"""Pages of the administration that are not saved over a newer version, as other forms (ADR 43)."""

from typing import Any

from django.forms import BaseModelForm, BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, notes_of
from ipsplatform.common.admin import SafeAdmin
from ipsplatform.common.errors import RuleError
from staff.requests import signed_in
from staff.typed.sending import SEEN
from staff.typed.versions import Overtaken, overtaken, seen_in


class OvertakenError(RuleError):
    """Somebody saved this row, or one below it, since the page was opened; `found` tells what."""

    def __init__(self, found: Overtaken, seen: str):
        super().__init__(
            _("Nothing is saved yet, and nothing is lost. Look at both, and save what has to stand there.")
        )
        self.found, self.seen = found, seen


class VersionedAdmin(SafeAdmin):
    """What changed since the page was opened comes back beside what was typed; saving again is a choice."""

    def save_form(self, request: HttpRequest, form: BaseModelForm, change: bool) -> Any:
        """Django's own, in the transaction that saves. Raises OvertakenError."""
        if change and request.POST.get(SEEN):
            self._refuse_overtaken(request, form.instance.pk)
        return super().save_form(request, form, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's own; the log tells of somebody who sees both versions that nothing was changed."""
        answer = super().changeform_view(request, *args, **kwargs)
        if _what_came_between(request) is not None:
            notes_of(request).is_refused, notes_of(request).action = False, AccessAction.READ
        return answer

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Django's own, with marks of what the page shows. One that comes back keeps those it had.

        Whoever sees both versions made no mistake: that is not told as an error.
        """
        between = _what_came_between(request)
        if between is not None:
            context |= {"overtaken": between.found, "form_seen": between.seen, "errors": []}
        elif request.method == "POST":
            context["form_seen"] = request.POST.get(SEEN, "")
        elif kwargs.get("change"):
            below = [inline.formset for inline in context["inline_admin_formsets"]]
            context["form_seen"] = seen_in(context["adminform"].form, {}, below)
        return super().render_change_form(request, context, *args, **kwargs)

    def _refuse_overtaken(self, request: HttpRequest, pk: object) -> None:
        """Who saves at the same moment waits here. What nobody typed in is taken over into what was sent."""
        row = self.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
        form = self.get_form(request, row, change=True)(request.POST, request.FILES, instance=row)
        below = self._below(request, row)
        found = overtaken(
            form, seen=request.POST[SEEN], edits=row, beside={}, user=signed_in(request), below=below
        )
        if found is not None:
            sent = request.POST.copy()
            for one in found.differences:
                if one.is_taken_over:
                    sent.setlist(one.name, one.values)
            request.POST = sent  # type: ignore[assignment]  # Django types it as it comes in
            raise OvertakenError(found, seen_in(form, {}, below))

    def _below(self, request: HttpRequest, row: Any) -> list[BaseModelFormSet]:
        """The rows below the form, as they were sent."""
        return [
            made(**self.get_formset_kwargs(request, row, inline, made.get_default_prefix()))
            for made, inline in self.get_formsets_with_inlines(request, row)
        ]


def _what_came_between(request: HttpRequest) -> OvertakenError | None:
    refusal = vars(request).get("refused_with")
    return refusal if isinstance(refusal, OvertakenError) else None
