"""Numbers that may be meant as the same: Excel takes zeros in front away where a number is no text.

Client numbers are typed over from paper as well: of them all that looks alike counts.
"""

import re
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

from clients.models import Client
from clients.people.given_numbers import alike_numbers, looks_like
from trajectories.case_import.tables.cells import shown

LONGEST = 12  # digits; longer ones are not numbers that somebody gave


def alike_recorded(model: type[models.Model], field: str, numbers: Iterable[str]) -> dict[str, str]:
    """For each of `numbers` a recorded number that may be meant. One statement."""
    if model is Client:
        # One that a reason may repeat comes first.
        return {
            number: min(found, key=lambda one: shown(one) != one)
            for number, found in alike_numbers(numbers).items()
        }
    return _alike_but_for_zeros(model, field, numbers)


def hint_at(alike: str, number: str) -> str:
    """Which recorded number may be meant, and how a file loses zeros when that is the difference."""
    hint = (
        _("Is it %(number)s? Excel leaves out zeros in front: give the column the format Text.")
        if differs_by_zeros(number, alike)
        else _("Is it %(number)s?")
    )
    return hint % {"number": shown(alike)}


def differs_by_zeros(one: str, other: str) -> bool:
    """Whether two numbers are the same but for zeros in front."""
    return bool(_core(one)) and _core(one) == _core(other)


def _alike_but_for_zeros(model: type[models.Model], field: str, numbers: Iterable[str]) -> dict[str, str]:
    """For each of `numbers` a recorded number that differs from it by zeros in front only."""
    cores = {number: core for number in numbers if (core := _core(number))}
    spellings = {core.zfill(length) for core in cores.values() for length in range(len(core), LONGEST + 1)}
    if not spellings:
        return {}
    found = model._base_manager.filter(**{f"{field}__in": spellings}).values_list(field, flat=True)
    recorded: dict[str, list[str]] = {}
    for number in sorted(found):
        recorded.setdefault(_core(number), []).append(number)
    alike = {
        number: next((one for one in recorded.get(core, []) if one != number), "")
        for number, core in cores.items()
    }
    return {number: other for number, other in alike.items() if other}


def alike_in_file(model: type[models.Model], numbers: Iterable[str]) -> dict[str, str]:
    """For each number one before it in the file that may be meant."""
    before: dict[str, list[str]] = {}
    alike = {}
    may_be = looks_like if model is Client else differs_by_zeros
    for number in numbers:
        others = before.setdefault(re.sub(r"[^1-9]", "", number), [])
        if other := next((one for one in others if one != number and may_be(number, one)), ""):
            alike[number] = other
        others.append(number)
    return alike


def _core(number: str) -> str:
    """The number without zeros in front; nothing when it is more than digits."""
    return number.lstrip("0") if number.isascii() and number.isdigit() and len(number) <= LONGEST else ""
