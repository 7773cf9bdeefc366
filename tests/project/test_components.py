"""The design system: every component says how to use it, and its example works as written."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.utils import translation

from ipsplatform.common.day_texts import day, moment
from tests.harness import INLINE
from tests.project.kitchen_sink import (
    ExampleForm,
    component_names,
    example,
    kitchen_sink,
    render,
    render_example,
    request,
)

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"
ERROR_PAGES = ["400", "403", "403_csrf", "404", "500"]


@pytest.mark.parametrize("name", component_names())
def test_component_starts_with_a_usage_comment_and_its_example_works(name):
    assert example(name).startswith(f'{{% include "components/{name}.html"')
    assert render_example(name).strip()


def test_kitchen_sink_has_no_inline_style_or_script():
    assert INLINE.search(kitchen_sink().encode()) is None


def test_ids_on_the_kitchen_sink_are_unique():
    ids = re.findall(r'\sid="([^"]+)"', kitchen_sink())
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_needs_no_context(name):
    page = get_template(f"{name}.html").render({})
    assert "<h1>" in page
    assert INLINE.search(page.encode()) is None


def test_refusal_says_why():
    page = get_template("403.html").render({"exception": "Alleen de teamleider wijst toe."}, request())
    assert "Alleen de teamleider wijst toe." in page


def test_every_icon_in_a_template_exists():
    used = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% icon "([\w-]+)" %}', text))
        used |= set(re.findall(r'(?:icon_name|action_icon)="([\w-]+)"', text))
    missing = [
        name for name in sorted(used) if finders.find(f"vendor/bootstrap-icons/icons/{name}.svg") is None
    ]
    assert used
    assert missing == []


def test_every_file_that_base_asks_for_exists():
    asked = re.findall(r"{% static '([^']+)' %}", (TEMPLATES / "base.html").read_text(encoding="utf-8"))
    assert [path for path in asked if finders.find(path) is None] == []


def test_css_files_stay_short_and_ask_no_other_host():
    for path in [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, path
        assert not re.search(r"https?://(?!www\.w3\.org)", text), path


def test_optional_fields_are_marked_and_compulsory_ones_are_not():
    html = render("{% load crispy_forms_tags %}{{ form.note|as_crispy_field }}")
    assert "(niet verplicht)" in html
    html = render("{% load crispy_forms_tags %}{{ form.client|as_crispy_field }}")
    assert "(niet verplicht)" not in html
    assert "*" not in html


def test_hint_and_error_stand_between_label_and_control():
    form = ExampleForm({}, prefix="bound")
    html = render("{% load crispy_forms_tags %}{{ form.kind|as_crispy_field }}", form=form)
    places = [html.index(part) for part in ("<legend>", "form-text", "field-error", "chip-input")]
    assert places == sorted(places)


def test_error_summary_links_to_every_field_with_an_error():
    form = ExampleForm({}, prefix="bound")
    html = render("{% load crispy_forms_tags %}{{ form|crispy }}", form=form)
    targets = re.findall(r'<a href="#([^"]+)">', html)
    assert len(targets) == len(form.errors) - 1  # all but the error of the whole form
    assert [target for target in targets if f'id="{target}"' not in html] == []


def test_refused_field_names_its_hint_and_its_error_to_screen_readers():
    form = ExampleForm({}, prefix="bound")
    html = render("{% load crispy_forms_tags %}{{ form.client|as_crispy_field }}", form=form)
    assert 'aria-describedby="id_bound-client_error"' in html
    assert 'id="id_bound-client_error"' in html


def test_pages_keep_the_filters_in_the_address():
    assert 'href="?stage=inloop&amp;page=3"' in render_example("pagination")


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "zo 22 nov 2026"), ("en", "Sun 22 Nov 2026")], ids=["nl", "en"]
)
def test_day_is_written_with_its_weekday(language, text):
    with translation.override(language):
        assert day(date(2026, 11, 22)) == text


def test_moment_is_local_time():
    with translation.override("nl"):
        assert moment(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == "za 21 nov 2026, 00:30"


def test_absent_day_is_a_dash():
    assert day(None) == moment(None) == "–"


def test_shell_without_rights_offers_neither_search_nor_contact():
    shell = dict.fromkeys(["contact_url", "search_url", "language_url", "person_name", "role_label"])
    html = render('{% extends "layouts/app.html" %}', shell=shell | {"nav": [], "is_demo": False})
    assert 'name="q"' not in html
    assert "contact-action" not in html
    assert "Demonstratie" not in html


def test_message_with_an_address_offers_undo():
    page = request()
    page._messages = [
        Message(SUCCESS, "Fase gewijzigd.", extra_tags="/stages/1/undo/"),
        Message(SUCCESS, "Bewaard."),
    ]
    html = engines["django"].from_string('{% include "components/messages.html" %}').render({}, page)
    assert html.count("<form") == 1
    assert 'action="/stages/1/undo/"' in html
    assert html.count('data-message="success"') == 2


def test_select_is_drawn_as_django_draws_it():
    """Our template draws all choices at once; for a list of clients that saves hundreds of templates."""
    choices = [("", "alle <b>"), ("Caseload", [(1, "GROOT, Anna & co"), ("a'b", "JANSEN")]), (2, "twee")]
    widget = forms.Select(choices=choices, attrs={"id": "x", "required": True})
    ours, theirs = (
        widget.render("client", "1", renderer=renderer()).split()
        for renderer in (TemplatesSetting, DjangoTemplates)
    )
    assert ours == theirs
    assert "selected>GROOT," in ours


def test_error_under_a_question_has_no_colon_behind_the_question_mark():
    class Asked(forms.Form):
        why = forms.CharField(label="Waarom?")
        name = forms.CharField(label="Naam")

    text = render_to_string("components/error_summary.html", {"form": Asked({})})
    assert ">Waarom? Dit veld is verplicht.<" in text
    assert ">Naam: Dit veld is verplicht.<" in text
