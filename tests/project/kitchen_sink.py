"""Every component of the design system with the example of its own usage comment, on one page."""

import re
from datetime import UTC, datetime
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from ipsplatform.common.form_fields import DayField

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
LIST_ROWS = {"list_row"}
STAGES = ["inloop", "dagbesteding", "begeleid_werk", "betaalde_baan"]

CASELOAD_ROW = {
    "url": "/clients/1/",
    "client": {"list_name": "GROOT, Anna de", "client_number": "C0042"},
    "stage": "begeleid_werk",
    "stage_label": "begeleid werk",
    "seen_text": "laatst gezien 3 dgn",
    "colleagues_text": "met Joris (ED)",
    "work_text": "dag 41 zonder werkgeverscontact",
    "attention": [{"text": "geen werkgeverscontact, 41 dagen", "url": "/plan/", "action": "plan bezoek"}],
}


class ExampleForm(forms.Form):
    """One field of every look."""

    client = forms.CharField(label="Cliënt")
    kind = forms.ChoiceField(
        label="Soort",
        choices=[("werk", "werk"), ("steun", "steun"), ("werkgever", "werkgever"), ("overleg", "overleg")],
        widget=forms.RadioSelect(attrs={"class": "chips"}),
        help_text="Waar ging het vooral over?",
    )
    minutes = forms.IntegerField(label="Duur in minuten", initial=30)
    happened_on = DayField(label="Wanneer")
    funder = forms.ChoiceField(label="Financier", choices=[("uwv", "UWV"), ("gemeente", "Gemeente")])
    place = forms.ChoiceField(
        label="Waar", choices=[("thuis", "thuis"), ("werkplek", "werkplek")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Wat", required=False, widget=forms.Textarea(attrs={"data-grow": True, "rows": 3})
    )
    seen = forms.BooleanField(label="Gezien, niet alleen gesproken", required=False)
    file = forms.FileField(label="Bestand", required=False, help_text="Een zip met csv-bestanden.")

    def clean(self):
        raise forms.ValidationError("Dit traject is al beëindigd.")


class ExampleFilter(forms.Form):
    q = forms.CharField(label="Naam", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    stage = forms.ChoiceField(label="Fase", required=False, choices=[("", "alle")])
    signal = forms.BooleanField(label="Alleen met signaal", required=False)


def component_names() -> list[str]:
    return sorted(path.stem for path in COMPONENTS.glob("*.html"))


def usage_comment(name: str) -> str:
    """The comment that every component starts with."""
    text = (COMPONENTS / f"{name}.html").read_text(encoding="utf-8")
    found = re.match(r"{% comment %}\n(.*?){% endcomment %}", text, re.DOTALL)
    return found.group(1) if found else ""


def example(name: str) -> str:
    """The template code that the usage comment shows."""
    return usage_comment(name).partition("Example:\n")[2].strip()


def request() -> HttpRequest:
    made = RequestFactory().get("/caseload/", {"stage": "inloop"})
    made.user = AnonymousUser()
    made._messages = []
    return made


def example_context() -> dict:
    """What the examples mean by their variables."""
    links = [
        {"label": "Exporteer", "url": "/export/", "icon": "download"},
        {"label": "Print", "url": "/print/", "icon": "printer"},
    ]
    return {
        "links": links,
        "tabs": [
            {"label": "Mijn caseload", "url": "?scope=mine", "is_current": True, "count": 18},
            {"label": "Team", "url": "?scope=team", "is_current": False, "count": 214},
        ],
        "caseload": [CASELOAD_ROW, CASELOAD_ROW],
        "filter_form": ExampleFilter({"stage": ""}, prefix="filter"),
        "keep": [("scope", "mine")],
        "form": ExampleForm(initial={"kind": "werk"}, prefix="empty"),
        "bound_form": ExampleForm({"kind": "werk"}, prefix="bound"),
        "columns": [{"label": "Naam"}, {"label": "Fte", "is_number": True}],
        "rows": [{"name": "Joris de Vries", "fte": "0,8"}, {"name": "Noor Bakker", "fte": "1,0"}],
        "row_template": engines["django"]
        .from_string(
            '<tr><th>{{ row.name }}</th><td data-label="Fte" class="is-number">{{ row.fte }}</td></tr>'
        )
        .template,
        "figure_columns": ["Kwartaal", "Aan het werk", "Van"],
        "figure_rows": [["2026 Q2", "24", "66"], ["2026 Q3", "26", "68"]],
        "page": Paginator(range(120), 50).page(2),
        "bars": [
            {"label": stage.replace("_", " "), "value": value, "stage": stage, "url": f"?stage={stage}"}
            for stage, value in zip(STAGES, [12, 25, 31, 26], strict=True)
        ],
        "facts": [("Geboren", "ma 2 mrt 1987"), ("Gemeente", "Groningen"), ("Telefoon", "")],
        "moment": datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        "people": [
            {"name": "Joris", "role": "(ED)"},
            {"name": "Maaike", "role": "(IPS)"},
            {"name": "Ali", "role": "(casemanager)"},
        ],
        "svg": mark_safe(
            '<svg viewBox="0 0 100 20" role="img" aria-label="lijn"><path d="M0 15 100 5"/></svg>'
        ),
    }


def render(source: str, **context) -> str:
    return engines["django"].from_string(source).render(example_context() | context, request())


def render_example(name: str) -> str:
    """One component as a part of a page."""
    html = render(example(name))
    if name in LIST_ROWS:
        return f'<ul class="rows">{html}{html}</ul>'
    return f'<ol class="timeline">{html}{html}</ol>' if name == "timeline_item" else html


def kitchen_sink() -> str:
    """The shell with every component in it. The error summary comes last: it repeats field names."""
    shell = {
        "nav": [
            {"label": "Caseload", "url": "/caseload/", "icon": "people", "is_current": True},
            {"label": "Team", "url": "/team/", "icon": "diagram-3", "is_current": False},
            {"label": "Cijfers", "url": "/reports/", "icon": "bar-chart", "is_current": False},
            {"label": "Zoeken", "url": "/search/", "icon": "search", "is_current": False},
        ],
        "contact_url": "/contacts/new/",
        "search_url": "/search/",
        "person_name": "Maaike Postma",
        "role_label": "IPS-trajectbegeleider",
        "is_demo": True,
        "language_url": "/language/",
        "session_idle_seconds": 900,
        "session_seconds_left": 43_200,
    }
    parts = [render_example(name) for name in component_names() if name not in {"messages", "error_summary"}]
    parts.append(
        render(
            "{% load crispy_forms_tags %}<form novalidate class='form-page'>{{ bound_form|crispy }}</form>"
        )
    )
    content = "\n".join(f'<section class="stack">{part}</section>' for part in parts)
    page = (
        '{% extends "layouts/app.html" %}{% block title %}Proef{% endblock %}'
        "{% block content %}{{ content }}{% endblock %}"
    )
    return render(page, shell=shell, content=mark_safe(content))
