"""Whoever saves on an older version sees both: what a form showed, what stands there now, what was typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict

from staff.typed.selectors import last_change
from staff.typed.values import Typed, compared_fields, in_words, mark_of, sent_for, standing_in

BESIDE = "+"  # before the name of a fact that the form shows and does not ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field: what stands there, and what was typed. `values` is the first, as a browser sends it."""

    name: str
    label: str
    standing: str
    typed: str
    values: list[str] = field(default_factory=list)
    is_taken_over: bool = False  # nothing was typed here, so what stands there now is in the form

    @property
    def as_json(self) -> str:
        """`values`, for the button that puts them into the form."""
        return json.dumps(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Somebody changed it since the form was opened. Without `by`, nobody knows who."""

    differences: list[Difference]
    by: str = ""
    at: datetime | None = None
    is_own: bool = False


def seen_in(form: BaseForm, beside: Mapping[str, str]) -> str:
    """Marks of all that the form shows, to send along with it."""
    return json.dumps(_marks(form, beside), separators=(",", ":"))


def overtaken(
    form: BaseForm, *, seen: str, edits: models.Model, beside: Mapping[str, str], user: models.Model
) -> Overtaken | None:
    """What became different since the form was opened, and what was typed; None when nothing did.

    What nobody typed in is taken over into the form, so that saving it again keeps what stands there.
    """
    differences = [one for one in _changed_since(form, _read(seen), beside) if one.standing != one.typed]
    if not differences:
        return None  # nothing changed, or both wrote the same
    form.full_clean()
    change = last_change(edits)
    by = change.by if change else None
    return Overtaken(
        differences=differences,
        by=str(by) if by else "",
        at=change.at if change else None,
        is_own=by is not None and by.pk == user.pk,
    )


def _changed_since(form: BaseForm, before: dict[str, str], beside: Mapping[str, str]) -> list[Difference]:
    now = _marks(form, beside)
    changed = {name for name, mark in before.items() if now.get(name, mark) != mark}
    asked = [one.name for one in compared_fields(form) if one.name in changed]
    differences = [_difference(form, name, before[name]) for name in asked]
    return differences + [
        Difference(name="", label=name, standing=value, typed="")
        for name, value in beside.items()
        if BESIDE + name in changed
    ]


def _difference(form: BaseForm, name: str, mark_before: str) -> Difference:
    bound = form[name]
    standing, typed = standing_in(bound), sent_for(bound)
    is_untouched = mark_of(name, typed) == mark_before
    if is_untouched:
        _put(form, bound.html_name, standing)
    return Difference(
        name=bound.html_name,
        label=str(bound.label),
        standing=in_words(bound, standing),
        typed=in_words(bound, typed),
        values=standing,
        is_taken_over=is_untouched,
    )


def _put(form: BaseForm, name: str, values: list[str]) -> None:
    data = MultiValueDict(form.data)
    data.setlist(name, values)
    form.data = data


def _marks(form: BaseForm, beside: Mapping[str, str]) -> Typed | dict[str, str]:
    shown = {one.name: mark_of(one.name, standing_in(one)) for one in compared_fields(form)}
    return shown | {BESIDE + name: mark_of(name, [value]) for name, value in beside.items()}


def _read(seen: str) -> dict[str, str]:
    try:
        found = json.loads(seen)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
