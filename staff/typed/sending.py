"""The number of a form, and what a page has to say about a form that was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest

from staff.typed.versions import Difference, Overtaken

NUMBER, SEEN = "form_number", "form_seen"
SAVED_HEADER = "X-Form-Saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedBefore:
    """This form was saved, and is sent again with something else in it."""

    at: datetime
    differences: list[Difference]
    correct_at: str  # where what was saved can be changed; empty when nowhere


@dataclass(slots=True)
class FormMemory:
    """What travels along with a form. `seen` is empty for a form that changes nothing that is there."""

    number: UUID = field(default_factory=uuid4)
    edits: models.Model | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    saved_before: SavedBefore | None = None
    overtaken: Overtaken | None = None


def memory_of(request: HttpRequest, form: BaseForm) -> FormMemory:
    """What this request knows of this form; a form that comes back keeps its number."""
    memories = request.__dict__.setdefault("form_memories", {})
    if id(form) not in memories:
        sent = number_sent(request) if form.is_bound else None
        memories[id(form)] = FormMemory(number=sent or uuid4())
    return memories[id(form)]


def number_sent(request: HttpRequest) -> UUID | None:
    """The number under which a form was sent; None without one."""
    try:
        return UUID(request.POST.get(NUMBER, ""))
    except ValueError:
        return None
