"""Remember who changed what."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models

from staff.models import AuditEvent, User


def record(
    *, by: User | None, action: str, target: models.Model, changes: dict[str, list] | None = None
) -> AuditEvent:
    """Write one line in the transaction of the change. `changes` is {field: [before, after]}."""
    return AuditEvent.objects.create(
        by=by,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.public_id,
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
