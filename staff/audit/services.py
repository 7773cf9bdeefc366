"""Record who changed what."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models

from ipsplatform.common.classification import declared_of
from ipsplatform.common.declared import client_of
from staff.models import AuditEvent, User


def record(
    *,
    by: User | None,
    action: models.TextChoices,
    target: models.Model,
    changes: dict[str, list] | None = None,
) -> AuditEvent:
    """Write one line in the transaction of the change. `changes` is {field: [before, after]}.

    `action` is one of the actions in the declaration of the target's model; that says in whose file, and
    where in it, the change lies. Raises ValueError for an action of another model.
    """
    declared = declared_of(target._meta.model)
    if declared is None or declared.actions is None or action not in declared.actions:
        raise ValueError(f"{target._meta.label} does not declare the action {action}")
    client = client_of(target)
    return AuditEvent.objects.create(
        by=by,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.serializable_value("public_id"),
        client_id=client.serializable_value("public_id") if client else None,
        part=declared.part if client else "",
        changes=changes or {},
    )


def differences(target: models.Model, **after: object) -> dict[str, list]:
    """What would change on `target`, as {field: [before, after]}, in values that JSON can hold."""
    return {
        field: [_plain(getattr(target, field)), _plain(value)]
        for field, value in after.items()
        if getattr(target, field) != value
    }


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return str(getattr(value, "public_id", value.pk))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value
