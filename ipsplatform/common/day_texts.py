"""Days in sentences. Dutch writes the names of days and months without a capital."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def day_text(value: date | datetime, form: str = "j M Y") -> str:
    """A day after one of Django's date formats: 22 nov 2026."""
    text = date_format(value, form)
    return text.lower() if get_language() == "nl" else text


def day(value: date | datetime | None) -> str:
    """A day as it stands everywhere: za 22 nov 2026."""
    if not value:
        return "–"
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return day_text(value, "D j M Y")


def moment(value: datetime | None) -> str:
    """A moment with its time: za 22 nov 2026, 15:30."""
    if not value:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"
