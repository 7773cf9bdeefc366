"""Whoever saves on an older version sees both: what a form showed, what stands there now, what was typed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import models
from django.forms import BaseForm, BaseModelForm, BaseModelFormSet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from staff.typed.selectors import last_change
from staff.typed.values import compared_fields, in_words, mark_of, sent_for, standing_in

BESIDE = "+"  # before the name of a fact that the form shows and does not ask
BELOW = "_"  # before the prefix of rows that stand below the form
Marks = dict[str, str]


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


def seen_in(form: BaseForm, beside: Mapping[str, str], below: Iterable[BaseModelFormSet] = ()) -> str:
    """Marks of all that the form shows, and the rows `below` it, to send along with it."""
    rows = {f"{BELOW}{one.prefix}": _marks_of_rows(one) for one in below}
    return json.dumps(_marks(form, beside) | rows, separators=(",", ":"))


def overtaken(
    form: BaseForm,
    *,
    seen: str,
    edits: models.Model,
    beside: Mapping[str, str],
    user: models.Model,
    below: Iterable[BaseModelFormSet] = (),
) -> Overtaken | None:
    """What became different since the form was opened, and what was typed; None when nothing did.

    What nobody typed in is taken over into the form, so that saving it again keeps what stands there. The
    rows `below` the form are compared too: what changed in each, and which came since.
    """
    marks = _read(seen)
    found = [(edits, _changed_since(form, _texts(marks), beside))]
    for formset in below:
        found += _rows_changed_since(formset, marks.get(f"{BELOW}{formset.prefix}"))
    different = [(row, [one for one in all_of_it if one.standing != one.typed]) for row, all_of_it in found]
    changed = [row for row, differences in different if differences]
    if not changed:
        return None  # nothing changed, or both wrote the same
    form.full_clean()
    return _by_whom([one for _row, differences in different for one in differences], changed, user)


def _by_whom(differences: list[Difference], changed: list[models.Model], user: models.Model) -> Overtaken:
    change = last_change(*changed)
    by = change.by if change else None
    return Overtaken(
        differences=differences,
        by=str(by) if by else "",
        at=change.at if change else None,
        is_own=by is not None and by.pk == user.pk,
    )


def _marks_of_rows(formset: BaseModelFormSet) -> dict[str, Marks]:
    """Of each row that stands below the form; of one that came since only that it is there."""
    shown = _by_key(formset)
    return {key: _marks(shown[key], {}) if key in shown else {} for key in map(_key, formset.get_queryset())}


def _by_key(formset: BaseModelFormSet) -> dict[str, BaseModelForm]:
    return {_key(form.instance): form for form in formset.initial_forms}


def _key(row: models.Model) -> str:
    return str(row.pk)


def _rows_changed_since(
    formset: BaseModelFormSet, before: object
) -> list[tuple[models.Model, list[Difference]]]:
    """Each row that the form showed with what changed in it, and each one that came since."""
    if not isinstance(before, dict):
        return []
    found, shown = [], _by_key(formset)
    for row in formset.get_queryset():
        seen = before.get(_key(row))
        if seen is None:
            found.append(
                (row, [Difference(name="", label=_("Added meanwhile"), standing=str(row), typed="")])
            )
        elif _key(row) in shown:
            differences = _changed_since(shown[_key(row)], _texts(seen), {})
            found.append((row, [replace(one, label=f"{row}: {one.label}") for one in differences]))
    return found


def _changed_since(form: BaseForm, before: Marks, beside: Mapping[str, str]) -> list[Difference]:
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


def _marks(form: BaseForm, beside: Mapping[str, str]) -> Marks:
    shown = {one.name: mark_of(one.name, standing_in(one)) for one in compared_fields(form)}
    return shown | {BESIDE + name: mark_of(name, [value]) for name, value in beside.items()}


def _read(seen: str) -> dict[str, object]:
    try:
        found = json.loads(seen)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _texts(marks: object) -> Marks:
    """Of what a browser sent as marks, those that can be one."""
    found = marks if isinstance(marks, dict) else {}
    return {str(name): mark for name, mark in found.items() if isinstance(mark, str)}
