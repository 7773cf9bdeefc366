"""The copy of a client's data in words, for the client to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import LeftOutReason
from ipsplatform.common.classification import stored_field
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.partial_dates import PartialDate, value_in
from staff.models import Role, User
from trajectories.client_data.selectors import ClientData, Section, field_label, is_left_out, value_of
from trajectories.models.repeating import RuleField


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A heading with the rows under it; each row is a list of (label, value)."""

    title: str
    rows: list[list[tuple[str, str]]]


def paper_sections(data: ClientData) -> list[PaperSection]:
    """What there is, in words; nothing is said of fields that are empty."""
    return [
        PaperSection(str(section.given.title), [list(_facts(data, section, row)) for row in section.rows])
        for section in data.sections
        if section.rows or not section.given.only_when_there
    ]


def _facts(data: ClientData, section: Section, row: models.Model) -> Iterator[tuple[str, str]]:
    for name in section.given.fields:
        label = str(capfirst(stored_field(type(row), name).verbose_name))
        if is_left_out(data, row, name):
            reason = LeftOutReason(
                data.reasons[field_label(row, name), row.serializable_value("public_id")]
            ).label
            yield label, _("[left out: %(reason)s]") % {"reason": reason}
        elif (value := value_of(data, row, name)) not in (None, ""):
            yield label, _in_words(row, name, value)


def _in_words(row: models.Model, name: str, value: object) -> str:
    field, stored = stored_field(type(row), name), value_in(row, name)
    if isinstance(field, models.ForeignKey):
        return str(Role(str(value)).label) if field.related_model is User else str(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field.choices or isinstance(field, RuleField):
        return _word_of(field, value)
    if isinstance(stored, PartialDate):
        return stored.written("j F Y")
    if isinstance(stored, datetime):
        return day_text(timezone.localtime(stored), "j F Y, H:i")
    return day_text(stored, "j F Y") if isinstance(stored, date) else str(localize(stored))


def _word_of(field: models.Field, value: object) -> str:
    """The word of a code, or of a rule."""
    if isinstance(field, RuleField):
        return field.in_words(str(value))
    return str(dict(field.flatchoices).get(value, value))
