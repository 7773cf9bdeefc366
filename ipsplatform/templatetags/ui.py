"""Template tags of the design system."""

import json
import re
from functools import cache
from html import escape
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day, moment
from staff.typed.selectors import draft_of
from staff.typed.sending import memory_of
from staff.typed.versions import seen_in

register = template.Library()
register.filter(day)
register.filter(moment)
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

CIRCLE = '<circle class="{}" cx="{:d}" cy="{:d}" r="{:d}" />\n'
OPTION = '\n  <option value="{}"{}>{}</option>'
GROUP_ATTRIBUTES = ("class", "aria-describedby")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a Bootstrap icon inside the page, hidden from screen readers: the word beside it speaks."""
    return _drawn_icon(name)


@register.inclusion_tag("staff/typed/form_memory.html", takes_context=True)
def form_memory(context: template.Context, form: BaseForm) -> dict:
    """What travels along with a form: its number, what it shows, and what was typed in it before."""
    request = context["request"]
    memory, page = memory_of(request, form), request.get_full_path()
    may_have_draft = request.method == "GET" and request.user.is_authenticated
    kept = draft_of(request.user, page=page) if may_have_draft else None
    return {
        "memory": memory,
        "seen": seen_in(form, memory.beside) if memory.edits is not None else "",
        "page": page,
        "kept": kept,
        "kept_entries": json.dumps([["form_number", str(kept.number)], *kept.entries]) if kept else "",
    }


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """ "Error: " for the title of a page whose form comes back with something to correct, else nothing."""
    values = (value for layer in context.dicts for value in layer.values())
    forms = (value for value in values if issubclass(type(value), BaseForm))  # lazy values stay lazy
    came_back = any(form.is_bound and form.errors for form in forms)
    return _("Error: ") if came_back else ""


@register.simple_tag
def pips(stage: str) -> SafeString:
    """Draw components/pips.html; there are five of them, and a page may show fifty."""
    return _drawn_pips(stage)


@register.simple_tag
def circles(dots: list) -> SafeString:
    """The dots of a drawing. A file has hundreds, and a template takes ten times as long for each."""
    return mark_safe(  # noqa: S308  numbers, and a class that is escaped
        "".join(CIRCLE.format(escape(dot.css), dot.x, dot.y, dot.radius) for dot in dots)
    )


@register.simple_tag
def select_options(groups: list[tuple]) -> SafeString:
    """The choices of a select. Django renders two templates for each; a list of clients has hundreds."""
    lines: list[str] = []
    for label, options, _index in groups:
        if label:
            lines.append(format_html('\n  <optgroup label="{}">', label))
        lines += [
            OPTION.format(
                escape(str(option["value"])),
                flatatt(option["attrs"]) if option["attrs"] else "",
                conditional_escape(option["label"]),
            )
            for option in options
        ]
        if label:
            lines.append("\n  </optgroup>")
    return mark_safe("".join(lines))  # noqa: S308  each part is escaped above


@register.filter
def choice_attributes(option: dict) -> SafeString:
    """The attributes of one radio button or check box; class and description belong to the group."""
    return flatatt({name: value for name, value in option["attrs"].items() if name not in GROUP_ATTRIBUTES})


@register.filter
def browser_name(user_agent: str) -> str:
    """What a browser calls itself, in two words that people know: Firefox on Windows."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), _("Unknown browser"))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


@register.filter
def digits(number: str) -> str:
    """A telephone number as a telephone dials it: (0)6 in brackets and the signs between are left out."""
    return re.sub(r"[^0-9+*#]", "", number.replace("(0)", ""))


@register.filter
def as_json(value: object) -> str:
    """For a data attribute: what a script of ours reads there."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@cache
def _drawn_pips(stage: str) -> SafeString:
    return render_to_string("components/pips.html", {"stage": stage})


@cache
def _drawn_icon(name: str) -> SafeString:
    """One icon as pages show it; empty when package or icon is absent, as it is only decoration."""
    path = finders.find(f"vendor/bootstrap-icons/icons/{name}.svg")
    if path is None:
        return SafeString("")
    svg = Path(path).read_text(encoding="utf-8")
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    return format_html(SVG, mark_safe(shapes.group(1).strip()))  # noqa: S308  a file of a package, not of a user
