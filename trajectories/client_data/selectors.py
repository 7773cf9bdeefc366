"""Everything that is held about one client, for the client: one content for the paper and for the file."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.text import capfirst

from clients.access_review.selectors.file_access import (
    FileAccess,
    ListSighting,
    file_access,
    list_sightings,
)
from clients.models import Client, ClientExport, ConsentText, RetentionRegime
from ipsplatform.common.classification import DataClass, class_of, stored_field
from ipsplatform.common.declared import Given, OfClient, nouns_of_clients
from ipsplatform.common.partial_dates import PartialDate, value_in
from staff.models import Team, User
from trajectories.file.selectors.history import RowChange, client_history
from trajectories.models import Employer, Trajectory, wall_time

ALL_DAYS = 366 * 100
# What replaces a reference to another row: for a member of staff no more than the role (ADR 26).
IN_PLACE_OF: dict[type[models.Model], str] = {
    Team: "name",
    Employer: "name",
    Trajectory: "trajectory_number",
    User: "role",
    RetentionRegime: "name",
    ConsentText: "version",
}


@dataclass(frozen=True, slots=True)
class FreeText:
    """A text of the file that somebody reads before it is given away."""

    field: str  # app.Model.field
    row: UUID
    label: str
    day: date | datetime
    value: str

    @property
    def key(self) -> str:
        """Identifies one field of one row, in forms and in the digest."""
        return f"{self.field}-{self.row}"


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one model, as they are stored."""

    given: Given
    rows: list[models.Model]

    @property
    def key(self) -> str:
        """The name of this part in the JSON file."""
        return self.given.section


@dataclass(frozen=True, slots=True)
class ClientData:
    """The content of one copy. `reasons` are the texts that stayed out, with the code of the reason."""

    client: Client
    sections: list[Section]
    access: list[FileAccess]
    lists: list[ListSighting]
    changes: list[RowChange]
    reasons: dict[tuple[str, UUID], str]

    @property
    def row_count(self) -> int:
        """All rows in the copy, with those of the access log and the history."""
        rows = sum(len(section.rows) for section in self.sections)
        return rows + len(self.access) + len(self.lists) + len(self.changes)


def client_data(export: ClientExport) -> ClientData:
    """What the client gets now, without the texts that were left out of this export."""
    reasons = {(left.field, left.row): left.reason for left in export.left_out.all()}
    return ClientData(
        client=export.client,
        sections=sections_of(export.client),
        access=file_access(export.client, days=ALL_DAYS),
        lists=list_sightings(export.client, days=ALL_DAYS),
        changes=client_history(export.client, show_all=True).changes,
        reasons=reasons,
    )


def sections_of(client: Client) -> list[Section]:
    """The rows about this client of every model of which rows are given. One statement for each."""
    nouns = [noun for noun in nouns_of_clients().items() if noun[1].given.section]
    nouns.sort(key=lambda noun: noun[1].given.place)
    return [Section(declared.given, _rows(model, declared, client)) for model, declared in nouns]


def texts_of(client: Client) -> list[FreeText]:
    """Every free text about this client, in the order of the copy."""
    return [text for section in sections_of(client) for row in section.rows for text in _texts(section, row)]


def key_of(texts: list[FreeText]) -> str:
    """A digest of the texts: a different one means that something was written or changed."""
    content = json.dumps([[text.key, text.value] for text in texts])
    return hashlib.sha256(content.encode()).hexdigest()


def value_of(data: ClientData, row: models.Model, name: str) -> object:
    """A field as JSON keeps it: codes, ISO days, times, decimals as text; None for what was left out."""
    if is_left_out(data, row, name):
        return None
    field = row._meta.get_field(name)
    value = value_in(row, name)
    if isinstance(field, models.ForeignKey):
        return None if value is None else getattr(value, IN_PLACE_OF[field.related_model])
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, Decimal | time):
        return wall_time(value) if isinstance(value, time) else str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def is_left_out(data: ClientData, row: models.Model, name: str) -> bool:
    """Whether the person who prepared the copy kept this field of this row out of it."""
    return (field_label(row, name), getattr(row, "public_id", None)) in data.reasons


def field_label(row: models.Model, name: str) -> str:
    """The field as `app.Model.field`, the form in which left-out texts are stored."""
    return f"{row._meta.label}.{name}"


def _rows(model: type[models.Model], declared: OfClient, client: Client) -> list[models.Model]:
    given = declared.given
    references = [name for name in given.fields if isinstance(model._meta.get_field(name), models.ForeignKey)]
    mine = model._base_manager.filter(**{declared.client: client.pk})
    return list(mine.select_related(*references).order_by(*(F(name) for name in given.order)))


def _texts(section: Section, row: models.Model) -> Iterator[FreeText]:
    for name in section.given.fields:
        value = getattr(row, name)
        if class_of(type(row), name) is DataClass.FREE_TEXT and value:
            label = f"{capfirst(row._meta.verbose_name)}: {stored_field(type(row), name).verbose_name}"
            day = getattr(row, section.given.order[0])
            yield FreeText(field_label(row, name), row.serializable_value("public_id"), label, day, value)
