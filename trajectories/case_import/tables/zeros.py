"""Numbers that differ by zeros in front only: Excel takes them away where a number is no text."""

from collections.abc import Iterable

from django.db import models

LONGEST = 12  # digits; longer ones are not numbers that somebody gave


def alike_but_for_zeros(model: type[models.Model], field: str, numbers: Iterable[str]) -> dict[str, str]:
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


def alike_in_file(numbers: Iterable[str]) -> dict[str, str]:
    """For each number the first one before it in the file that differs from it by zeros in front only."""
    first: dict[str, str] = {}
    alike = {}
    for number in numbers:
        if (core := _core(number)) and (other := first.setdefault(core, number)) != number:
            alike[number] = other
    return alike


def _core(number: str) -> str:
    """The number without zeros in front; nothing when it is more than digits."""
    return number.lstrip("0") if number.isascii() and number.isdigit() and len(number) <= LONGEST else ""
