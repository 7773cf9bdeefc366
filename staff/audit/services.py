"""Record who changed what."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ipsplatform.common.classification import declared_of, is_content
from ipsplatform.common.declared import BECAUSE, BESIDE_ANY, AnyAction, client_of
from ipsplatform.common.deeds import count_deed
from ipsplatform.common.errors import RuleError
from ipsplatform.common.partial_dates import PartialDate, columns_of, value_in
from staff.models import AuditEvent, User

Row = TypeVar("Row", bound=models.Model)
Touched = dict[tuple[str, int], tuple[bool, str]]
_touched: ContextVar[Touched | None] = ContextVar("rows that this deed touched", default=None)


@dataclass(frozen=True, slots=True)
class Line:
    """A change that is to be recorded together with others; `changes` is {field: [before, after]}."""

    action: models.TextChoices
    target: models.Model
    changes: dict[str, list] = field(default_factory=dict)


def record(
    *,
    by: User | None,
    action: models.TextChoices,
    target: models.Model,
    changes: dict[str, list] | None = None,
) -> AuditEvent:
    """Write one line in the transaction of the change. `changes` is {field: [before, after]}.

    `action` is one of the actions in the declaration of the target's model; that says in whose file, and
    where in it, the change lies. Raises ValueError for an action of another model, or a change of
    something that the declaration does not know.
    """
    event = _event(Line(action, target, changes or {}), by=by)
    event.save(force_insert=True)
    touch(target)
    return event


def record_all(lines: Iterable[Line], *, by: User | None) -> None:
    """Write these lines, in their order, in one statement. Raises ValueError as `record` does."""
    AuditEvent.objects.bulk_create([_event(line, by=by) for line in lines])


def save(
    row: Row,
    *,
    by: User | None,
    action: models.TextChoices,
    fields: Iterable[str] | None = None,
    changes: dict[str, list] | None = None,
) -> Row:
    """Validate, save and record a new row, or the `fields` of a row that changed.

    Raises ValidationError when the database would refuse.
    """
    is_new = row._state.adding
    _save_or_say_why(row, fields)
    touch(row, is_new=is_new)
    record(by=by, action=action, target=row, changes=changes)
    return row


def withdraw(row: models.Model, *, reason: str, by: User) -> None:
    """Take a locked row back that was recorded by mistake: it goes, and the log and the history keep it.

    The line of the log holds why, and what stood in the row.
    """
    names = [field.name for field in row._meta.concrete_fields if is_content(type(row), field.name)]
    stood = {name: value for name in names if (value := _plain(value_in(row, name))) not in ("", None)}
    changes = {BECAUSE: ["", reason]} | {name: [value, None] for name, value in stood.items()}
    record(by=by, action=AnyAction.WITHDRAWN, target=row, changes=changes)
    row.delete()


@contextmanager
def touching() -> Iterator[Touched]:
    """Collect the rows that the block makes or changes, in their order: what an undo puts back.

    By the label of the model and the primary key: whether the row is new, and the identifier of its client.
    """
    found: Touched = {}
    before = _touched.set(found)
    try:
        yield found
    finally:
        _touched.reset(before)


def touch(row: models.Model, *, is_new: bool = False) -> None:
    """Note a row that changes along with one whose change is recorded."""
    found = _touched.get()
    if found is not None:
        client = client_of(row)
        identifier = str(client.serializable_value("public_id")) if client else ""
        found.setdefault((row._meta.label_lower, row.pk), (is_new, identifier))


def locked(row: Row) -> Row:
    """The row as it is at this moment, locked until the transaction ends.

    Raises RuleError when somebody has removed it meanwhile.
    """
    found = type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise RuleError(_("Somebody else changed this at the same moment. Look again and try once more."))
    return found


@transaction.atomic
def correct(
    *,
    target: Row,
    action: models.TextChoices,
    by: User | None,
    facts: Mapping[str, object],
    check: Callable[[Row], None] = lambda _row: None,
) -> Row:
    """Lock, compare, change, check, validate, save, record. Without a difference nothing is written.

    `check` looks at the changed row and raises RuleError when a rule forbids it.
    """
    row = locked(target)
    changes = differences(row, **facts)
    if not changes:
        return row
    columns = columns_of(type(row), facts)
    for name, value in columns.items():
        setattr(row, name, value)
    check(row)
    return save(row, by=by, action=action, fields=columns, changes=changes)


def differences(target: models.Model, **after: object) -> dict[str, list]:
    """What would change on `target`, as {field: [before, after]}, in values that JSON can hold."""
    return {
        field: [_plain(before), _plain(value)]
        for field, value in after.items()
        if (before := value_in(target, field)) != value
    }


def _save_or_say_why(row: models.Model, fields: Iterable[str] | None) -> None:
    """The database checks each row that it takes; only when it refuses one it is asked what is wrong.

    What a row points at and was read with it, is there. Raises ValidationError.
    """
    relations = (one for one in row._meta.concrete_fields if one.is_relation)
    was_read = {one.name for one in relations if one.is_cached(row)}  # type: ignore[attr-defined]  # relations have it
    try:
        row.clean_fields(exclude=was_read)
        row.clean()
        with transaction.atomic():
            row.save(update_fields=fields)
    except (ValidationError, IntegrityError):
        row.full_clean()
        raise


def _event(line: Line, *, by: User | None) -> AuditEvent:
    target = line.target
    declared = declared_of(target._meta.model)
    # What can happen to every row can happen to one without actions of its own: a part of another row.
    if declared is None or line.action not in [*(declared.actions or ()), *AnyAction]:
        raise ValueError(f"{target._meta.label} does not declare the action {line.action}")
    if unknown := set(line.changes) - set(declared.fields) - set(declared.beside) - set(BESIDE_ANY):
        raise ValueError(f"{target._meta.label} does not declare {sorted(unknown)}")
    client = client_of(target)
    count_deed()
    return AuditEvent(
        by=by,
        action=line.action,
        target_type=target._meta.label_lower,
        target_id=_identifier(target),
        client_id=client.serializable_value("public_id") if client else None,
        part=declared.part if client else "",
        changes=line.changes,
    )


def _identifier(target: models.Model) -> UUID:
    """The identifier of the object; the rows of packages have none, so theirs follows from their number."""
    found = getattr(target, "public_id", None)
    return found if found else uuid5(NAMESPACE_OID, f"{target._meta.label_lower}:{target.pk}")


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return str(getattr(value, "public_id", value.pk))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, Decimal):
        return str(value)
    return value
