"""Template tags of the design system."""

import json
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()
# In this order: Edge also calls itself Chrome, Chrome also Safari, Android also Linux.
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
SVG = '<svg class="icon" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">{}</svg>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a Bootstrap icon inside the page, hidden from screen readers: the word beside it speaks."""
    shapes = _icon_shapes(name)
    return format_html(SVG, shapes) if shapes else SafeString("")


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as it stands everywhere: za 22 nov 2026."""
    if not value:
        return "–"
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    text = date_format(value, "D j M Y")
    return text.lower() if get_language() == "nl" else text


@register.filter
def moment(value: datetime | None) -> str:
    """A moment with its time: za 22 nov 2026, 15:30."""
    if not value:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"


@register.filter
def browser_name(user_agent: str) -> str:
    """What a browser calls itself, in two words that people know: Firefox on Windows."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), _("Unknown browser"))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


@register.filter
def as_json(value: object) -> str:
    """For a data attribute: what a script of ours reads there."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@cache
def _icon_shapes(name: str) -> SafeString:
    """The shapes of one icon; empty when the package or the icon is absent, as it is only decoration."""
    path = finders.find(f"vendor/bootstrap-icons/icons/{name}.svg")
    if path is None:
        return SafeString("")
    svg = Path(path).read_text(encoding="utf-8")
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    return mark_safe(shapes.group(1).strip())  # noqa: S308  a file of a package, not of a user
