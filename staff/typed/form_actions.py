"""What a view does with a form that was sent: it is saved once, and never over a newer version (ADR 43)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import uuid4

from django.contrib import messages
from django.db import models, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, notes_of
from ipsplatform.common.deeds import look_unless_recorded
from ipsplatform.common.refusals import refusals_on, refusals_told
from staff.audit.services import Touched, touching
from staff.models import SavedForm
from staff.requests import signed_in
from staff.typed import services
from staff.typed.sealing import opened
from staff.typed.selectors import saved_form
from staff.typed.sending import SAVED_HEADER, SEEN, SavedBefore, memory_of, number_sent
from staff.typed.values import Typed, as_lines, compared_fields, in_words, mark_of, typed_in
from staff.typed.versions import Difference, overtaken

T = TypeVar("T")
ONLY_A_MARK = ""  # under which name the mark stands of what may not be kept itself


class SentAgainError(Exception):
    """The other one of two presses was faster; `saved` is what came of it."""

    def __init__(self, saved: SavedForm):
        super().__init__()
        self.saved = saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving(Generic[T]):
    """How a form is saved, and what the page says of it afterwards. See `form_action`."""

    save: Callable[..., T]
    said: str | Callable[[T], str]
    then: str | Callable[[T], str]
    can_undo: bool = True
    correct: Callable[[T], str] | None = None
    keeps: bool = True


def form_action(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[..., T],
    *,
    said: str | Callable[[T], str],
    then: str | Callable[[T], str],
    can_undo: bool = True,
    correct: Callable[[T], str] | None = None,
    keeps: bool = True,
    edits: models.Model | None = None,
    beside: Mapping[str, str] | None = None,
) -> HttpResponseRedirect | None:
    """Hand what was typed to the service `save`, as `by` the user; tell `said` and go to `then`.

    Both may be made from what `save` returns. What was done can be undone for the rest of the day, by the
    button beside what is told, unless `can_undo` is off. None while there is nothing to save or something to
    correct; a refusal of the service is then on the form. The same form sent again is answered as before, and
    not saved again; with something else in it, it comes back with both, and with `correct`, the page that
    changes what was saved. Of a form that `keeps` nothing only a mark stays behind. A form that `edits` a
    row shows `beside` facts that it does not ask; when any of it changed since the form was opened, it
    comes back with both versions.
    """
    memory = memory_of(request, form)
    memory.edits, memory.beside = edits, beside or {}
    if request.method != "POST":
        return None
    saving = Saving(save=save, said=said, then=then, can_undo=can_undo, correct=correct, keeps=keeps)
    return _sent(request, form, saving)


def _sent(request: HttpRequest, form: BaseForm, saving: Saving[T]) -> HttpResponseRedirect | None:
    is_valid, edits = form.is_valid(), memory_of(request, form).edits
    # A form that makes something holds its number while it is saved: who comes second hears so then.
    asks = edits is not None or not is_valid
    known = _standing(request) if asks else None
    if known is not None and (edits is None or _is_the_same(request, form, known)):
        return _again(request, form, known)
    if _is_overtaken(request, form) or not is_valid:
        return None
    try:
        return _save(request, form, saving)
    except SentAgainError as other:
        return _again(request, form, other.saved)


def was_saved_before(request: HttpRequest) -> bool:
    """Whether what is sent is a form that this person saved: then no question comes before the answer."""
    return saved_form(signed_in(request), number_sent(request)) is not None


def answer_as_before(request: HttpRequest) -> HttpResponseRedirect | None:
    """The answer to a form that was saved already as it is sent now; None for everything else."""
    if number_sent(request) is None or not request.user.is_authenticated:
        return None
    known = _standing(request)
    return _told_before(request, known) if known is not None and _holds(request.POST, known) else None


def _standing(request: HttpRequest) -> SavedForm | None:
    """What this person saved under this number, unless it was undone: then it may be saved again."""
    known = saved_form(signed_in(request), number_sent(request))
    return known if known is not None and known.undone_at is None else None


def press_action(
    request: HttpRequest, do: Callable[..., Any], *, said: str, then: str, undo_url: str = ""
) -> HttpResponseRedirect:
    """As `button_action`, with a way back for the rest of the day, or the one at `undo_url`."""
    with look_unless_recorded(request), refusals_told(request), transaction.atomic(), touching() as touched:
        do(by=request.user)
        if touched and not undo_url:
            deed = _deed(request, touched)
            undo_url = _undo_url(services.note_press(user=signed_in(request), led_to=then, deed=deed))
        messages.success(request, said, extra_tags=undo_url)
    return redirect(then)


def _save(request: HttpRequest, form: BaseForm, saving: Saving[T]) -> HttpResponseRedirect | None:
    typed, row, undo_url = _to_keep(form, keeps=saving.keeps), None, ""
    with look_unless_recorded(request), refusals_on(form, request), touching() as touched:
        row = _hold(request, form)
        saved = saving.save(**form.cleaned_data, by=request.user)
        led_to = saving.then(saved) if callable(saving.then) else saving.then
        if row is not None:
            deed = _deed(request, touched) if saving.can_undo else None
            correct_at = saving.correct(saved) if saving.correct else ""
            services.note_saved(row, typed=typed, led_to=led_to, correct_at=correct_at, deed=deed)
            undo_url = _undo_url(row) if deed and touched else ""
    if form.errors:
        return None
    if text := saving.said(saved) if callable(saving.said) else saving.said:
        messages.success(request, text, extra_tags=undo_url)
    return _leading_to(led_to, row)


def _deed(request: HttpRequest, touched: Touched) -> services.Deed:
    return services.Deed(touched=touched, request=vars(request)["number"])


def _undo_url(row: SavedForm) -> str:
    return reverse("clients:form_undo", args=[row.number])


def _hold(request: HttpRequest, form: BaseForm) -> SavedForm | None:
    """Raises SentAgainError when the other of two presses was faster by a moment."""
    number = number_sent(request)
    if number is None:
        return None
    row, is_new = services.hold_number(user=signed_in(request), number=number)
    if not is_new and memory_of(request, form).edits is None:
        raise SentAgainError(row)
    return row


def _again(request: HttpRequest, form: BaseForm, known: SavedForm) -> HttpResponseRedirect | None:
    """The answer to a form that was saved already."""
    if _is_the_same(request, form, known):
        return _told_before(request, known)
    notes_of(request).action = AccessAction.READ
    differences = _differences(form, opened(known.typed) or {})
    memory = memory_of(request, form)
    memory.saved_before = SavedBefore(at=known.saved_at, differences=differences, correct_at=known.correct_at)
    if known.correct_at:
        entries = [[name, value] for name, values in typed_in(form).items() for value in values]
        services.keep_draft(user=signed_in(request), page=known.correct_at, number=uuid4(), entries=entries)
    memory.number = uuid4()  # what is saved from here on is a new one
    return None


def _to_keep(form: BaseForm, *, keeps: bool) -> Typed:
    typed = typed_in(form)
    if keeps:
        return typed
    return {ONLY_A_MARK: [mark_of(name, values) for name, values in sorted(typed.items())]}


def _is_the_same(request: HttpRequest, form: BaseForm, known: SavedForm) -> bool:
    before = opened(known.typed)
    if before is None or not _holds(request.POST, known):
        return False
    now = _to_keep(form, keeps=ONLY_A_MARK not in before)  # also what was not there before
    return all({*values} <= {*before.get(name, [])} for name, values in now.items())


def _holds(sent: QueryDict, known: SavedForm) -> bool:
    """Whether all that was typed before is in what is sent now; the form may ask less by now."""
    before = opened(known.typed)
    if before is None:
        return False
    now = {name: as_lines(sent.getlist(name)) for name in sent}
    if ONLY_A_MARK in before:
        return {*before[ONLY_A_MARK]} <= {mark_of(name, values) for name, values in now.items()}
    return before.items() <= now.items()


def _told_before(request: HttpRequest, known: SavedForm) -> HttpResponseRedirect:
    notes_of(request).action = AccessAction.READ
    messages.info(request, _("This was saved already. It stands there once."))
    return _leading_to(known.led_to, known)


def _differences(form: BaseForm, before: Typed) -> list[Difference]:
    now = typed_in(form)
    return [
        Difference(
            name=bound.html_name,
            label=str(bound.label),
            standing=in_words(bound, before.get(bound.html_name, [])),
            typed=in_words(bound, now.get(bound.html_name, [])),
            values=before.get(bound.html_name, []),
        )
        for bound in compared_fields(form)
        if ONLY_A_MARK not in before and before.get(bound.html_name, []) != now.get(bound.html_name, [])
    ]


def _is_overtaken(request: HttpRequest, form: BaseForm) -> bool:
    memory, seen = memory_of(request, form), request.POST.get(SEEN, "")
    if memory.edits is None or not seen:
        return False
    memory.overtaken = overtaken(
        form, seen=seen, edits=memory.edits, beside=memory.beside, user=signed_in(request)
    )
    if memory.overtaken is not None:
        notes_of(request).action = AccessAction.READ
    return memory.overtaken is not None


def _leading_to(url: str, saved: SavedForm | None) -> HttpResponseRedirect:
    answer = redirect(url)
    if saved is not None:
        answer[SAVED_HEADER] = str(saved.number)
    return answer
