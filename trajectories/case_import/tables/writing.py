"""Write rows in bulk; when the database refuses, find the row that is to blame."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trajectories.case_import.tables.numbers import Numbers
from trajectories.case_import.tables.problems import Problem
from trajectories.case_import.tables.reading import Row

UPDATE_BATCH = 250


@dataclass
class Change:
    """What one row of a file asks of the database.

    `before` are the values that the row sets, as they were. `second` is a row that depends on the first
    one (the membership of a new member of staff), by the field `link`. `first` is the change that makes the
    same row: this one hangs on it, and is written or refused with it.
    """

    row: Row
    instance: Any
    is_new: bool
    fields: tuple[str, ...] = ()
    before: dict[str, Any] = field(default_factory=dict)
    second: "Change | None" = field(default=None)
    link: str = ""
    first: "Change | None" = field(default=None)

    @property
    def asks_something(self) -> bool:
        return self.is_new or bool(self.fields)


def write_changes(
    changes: list[Change], *, numbers: Numbers, refuse: Callable[[Change, Problem], None]
) -> list[Change]:
    """Write all changes in a constant number of statements and return those that were written.

    A constraint that no rule foresaw costs one row, and those that hang on it, not the import: bisection
    finds it.
    """
    hanging: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if change.first is not None:
            hanging[id(change.first)].append(change)
    groups = [[change, *hanging[id(change)]] for change in changes if change.first is None]
    return _write_groups(groups, numbers, refuse)


def _write_groups(
    groups: list[list[Change]], numbers: Numbers, refuse: Callable[[Change, Problem], None]
) -> list[Change]:
    if not groups:
        return []
    changes = [change for group in groups for change in group]
    try:
        with transaction.atomic():
            _write(changes, numbers)
    except (IntegrityError, DataError) as error:
        if len(groups) == 1:
            for change in changes:
                refuse(change, Problem("", readable(error)))
            return []
        half = len(groups) // 2
        parts = groups[:half], groups[half:]
        return [one for part in parts for one in _write_groups(part, numbers, refuse)]
    return changes


def readable(error: Exception) -> str:
    """The sentence that belongs to the constraint that was violated."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = diagnosis.constraint_name if diagnosis else None
    return str(_constraint_messages().get(name, _("The database refuses this row.")))


@cache
def _constraint_messages() -> dict[str | None, object]:
    messages: dict[str | None, object] = {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints
    }
    # Triggers, because they look at two tables; so they have no message of their own. Lazy, because
    # the first who reads one may read another language than the next.
    messages["job_starts_before_trajectory_ends"] = gettext_lazy("A job starts after its trajectory ended.")
    messages["stage_within_its_trajectory"] = gettext_lazy("A stage does not lie in its trajectory.")
    messages["trajectory_within_the_life_of_the_client"] = gettext_lazy(
        "This trajectory does not lie in the life of the client."
    )
    messages["client_born_before_what_is_recorded"] = gettext_lazy(
        "The client would be born after something that is recorded."
    )
    messages["contact_within_the_life_of_the_client"] = gettext_lazy(
        "This contact does not lie in the life of the client."
    )
    messages["contact_named_only_with_a_choice"] = gettext_lazy(
        "This contact names a client to an employer who may not know. Correct it on its page first."
    )
    return messages


def _write(changes: list[Change], numbers: Numbers) -> None:
    _write_level(changes, numbers)
    seconds = []
    for change in changes:
        if change.second is not None:
            setattr(change.second.instance, change.link, change.instance)
            seconds.append(change.second)
    if seconds:
        _write_level(seconds, numbers)


def _write_level(changes: list[Change], numbers: Numbers) -> None:
    rows = type(changes[0].instance)._base_manager
    new = [change.instance for change in changes if change.is_new]
    unnumbered = [instance for instance in new if instance.pk is None]
    for instance, pk in zip(unnumbered, numbers.take(rows.model, len(unnumbered)), strict=True):
        instance.pk = pk
    for instance in new:  # an attempt that was rolled back called them stored
        instance._state.adding = True
    rows.bulk_create(new)
    changed = [change for change in changes if change.fields and not change.is_new]
    if changed:
        fields = sorted({name for change in changed for name in change.fields})
        rows.bulk_update([change.instance for change in changed], fields, batch_size=UPDATE_BATCH)
