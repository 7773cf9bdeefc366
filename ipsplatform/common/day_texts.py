"""Days in sentences. Dutch writes the names of days and months without a capital."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language


def day_text(day: date | datetime, form: str = "j M Y") -> str:
    """A day after one of Django's date formats: 22 nov 2026."""
    text = date_format(day, form)
    return text.lower() if get_language() == "nl" else text
