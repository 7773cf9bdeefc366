"""Put back what a form or a button changed, from the history that the database keeps (ADR 54)."""

from itertools import dropwhile, takewhile
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.classification import declared_of
from ipsplatform.common.declared import AnyAction, OfClient
from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import SavedForm, User

REMOVED = "removed"  # the label of the history of a row that went


class ChangedSinceError(RuleError):
    """Somebody went on with what was done: then nothing is put back."""

    def __init__(self) -> None:
        super().__init__(_("Somebody went on with this since. Correct what is not right instead."))


@transaction.atomic
def undo_form(*, form: SavedForm, by: User) -> None:
    """Put every row that this form or press touched back as it was before, all of them or none.

    What is undone stays in the log and in the history. Raises RuleError the second time, from the day after,
    and when one of the rows changed since or has something that belongs to it.
    """
    form = SavedForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if form.undone_at is not None:
        raise RuleError(_("This was undone already."))
    if timezone.localdate(form.saved_at) != timezone.localdate():
        raise RuleError(_("This can be undone on the day itself. Correct or withdraw it instead."))
    try:
        with transaction.atomic():
            for kind, key, is_new, _client in reversed(form.touched):
                _put_back(apps.get_model(kind), key, is_new=is_new, request=str(form.request), by=by)
    except (ValidationError, IntegrityError) as refusal:
        raise ChangedSinceError from refusal
    form.undone_at = timezone.now()
    form.save(update_fields=["undone_at"])


def _put_back(model: type[models.Model], key: int, *, is_new: bool, request: str, by: User) -> None:
    """One row, unless it is otherwise than this deed left it; what was undone since does not count."""
    versions = _versions(model, key)
    if not is_new:
        versions = list(dropwhile(lambda version: not _is_of(version, request), versions))
    ours = list(takewhile(lambda version: _is_of(version, request), versions))
    row = model._base_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if len(versions) > len(ours) and not _are_equal(model, row, versions[len(ours)]):
        raise ChangedSinceError
    if is_new:
        _remove(_there(row), by=by)
    elif ours and ours[-1].pgh_label == REMOVED:
        _bring_back(model, ours[0], by=by)
    elif ours:
        _restore(_there(row), ours[0], by=by)


def _versions(model: type[models.Model], key: int) -> list[Any]:
    """What stood in this row before each of its changes, the oldest first."""
    return list(_history_of(model)._base_manager.filter(pgh_obj=key).order_by("pgh_id"))


def _history_of(model: type[models.Model]) -> type[models.Model]:
    return model.history.rel.related_model  # type: ignore[attr-defined]  # what services change keeps history


def _is_of(version: Any, request: str) -> bool:
    return bool(version.pgh_context) and version.pgh_context.get("request") == request


def _are_equal(model: type[models.Model], row: models.Model | None, version: Any) -> bool:
    return row is not None and all(getattr(row, name) == getattr(version, name) for name in _kept(model))


def _there(row: models.Model | None) -> models.Model:
    if row is None:
        raise ChangedSinceError
    return row


def _remove(row: models.Model, *, by: User) -> None:
    is_shared = not isinstance(declared_of(type(row)), OfClient)  # an employer: others may have named it
    try:
        with transaction.atomic():
            audit.record(by=by, action=AnyAction.UNDONE, target=row)
            row.delete()
    except ProtectedError as refusal:
        if not is_shared:
            raise ChangedSinceError from refusal


def _bring_back(model: type[models.Model], before: Any, *, by: User) -> None:
    row = model(**{name: getattr(before, name) for name in _kept(model)})
    row.validate_constraints()
    row.save_base(raw=True, force_insert=True)  # as it was, also when it was recorded
    audit.record(by=by, action=AnyAction.UNDONE, target=row)


def _restore(row: models.Model, before: Any, *, by: User) -> None:
    values = {field.name: getattr(before, field.name) for field in _kept_fields(type(row))}
    changes = audit.differences(row, **values)
    for name, value in values.items():
        setattr(row, name, value)
    row.validate_constraints()
    row.save(update_fields=list(changes))
    audit.record(by=by, action=AnyAction.UNDONE, target=row, changes=changes)


def _kept_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns of a row that its history holds."""
    kept = {field.name for field in _history_of(model)._meta.concrete_fields}
    return [field for field in model._meta.concrete_fields if field.name in kept]


def _kept(model: type[models.Model]) -> list[str]:
    return [field.attname for field in _kept_fields(model)]
