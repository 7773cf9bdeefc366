"""What was kept of what somebody typed."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from staff.models import AuditEvent, Draft, SavedForm, User
from staff.typed.sealing import opened


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """What stands in a draft: `entries` of a form, each a name and a value, and since when."""

    number: UUID
    entries: list[list[str]]
    kept_at: datetime


def draft_of(user: User, *, page: str) -> KeptDraft | None:
    """What this person typed in this form before, on any device; None when there is nothing to put back."""
    saved = SavedForm.objects.filter(user=OuterRef("user"), number=OuterRef("number"))
    draft = Draft.objects.filter(~Exists(saved), user=user, page=page).first()
    entries = opened(draft.typed) if draft else None
    if draft is None or not entries:
        return None
    return KeptDraft(number=draft.number, entries=entries, kept_at=draft.kept_at)


def saved_form(user: User, number: UUID | None) -> SavedForm | None:
    """The form that this person saved under this number."""
    return SavedForm.objects.of(user, number).first() if number else None


def last_change(*rows: models.Model) -> AuditEvent | None:
    """Who changed one of these rows last, and when; rows of a package have no identifier, so nobody knows."""
    known = [row for row in rows if hasattr(row, "public_id")]
    if not known:
        return None
    of_row = (
        Q(target_type=row._meta.label_lower, target_id=row.serializable_value("public_id")) for row in known
    )
    return AuditEvent.objects.filter(reduce(or_, of_row)).select_related("by").first()
