"""What stood in a row before it changed, kept by the database itself, whoever or whatever changed it."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models
from django.db.models import Q

Tracked = TypeVar("Tracked", bound=type[models.Model])


def keeps_history(
    *, model_name: str, exclude: tuple[str, ...] = (), removed_index: str = ""
) -> Callable[[Tracked], Tracked]:
    """Keep the old row at each update and delete in the model `model_name`, with who and why as context.

    A trigger does it, so a bulk update and plain SQL leave history too. A new row is not copied: it stands
    in the table itself until it changes, and an import of 100,000 rows would write every row twice. With
    `removed_index`, its name, a row that was removed is found by its `public_id`.
    """
    return pghistory.track(
        pghistory.UpdateEvent("changed", row=pghistory.Old),
        pghistory.DeleteEvent("removed", row=pghistory.Old),
        exclude=list(exclude),
        model_name=model_name,
        append_only=True,
        obj_field=pghistory.ObjForeignKey(related_name="history"),
        context_field=pghistory.ContextJSONField(),  # a table of contexts would have to be updated
        context_id_field=None,  # type: ignore[arg-type]  # pghistory documents None, its types do not
        attrs={"is_append_only": True},
        meta={"indexes": [_of_removed(removed_index)]} if removed_index else {},
    )


def _of_removed(name: str) -> models.Index:
    return models.Index(fields=["public_id"], condition=Q(pgh_label="removed"), name=name)
