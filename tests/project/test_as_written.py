"""Every number and every day of every form is taken as people write it, whatever the browser's language."""

import importlib
import pkgutil
import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory
from django.utils import timezone, translation

import clients
import ipsplatform
import reports
import staff
import trajectories
from ipsplatform.common.form_fields import DayField, DecimalAsWritten, MomentField, WholeAsWritten
from tests.factories import UserFactory
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, admin_addresses, make_scene
from tests.project.test_every_form import ADMIN, OPENED_BY

OURS = (staff, clients, trajectories, reports, ipsplatform)
NATIVE = ("date", "datetime-local", "time", "number", "month", "week")
KINDS = {
    forms.DateTimeField: MomentField,
    forms.DateField: DayField,
    forms.DecimalField: DecimalAsWritten,
    forms.FloatField: DecimalAsWritten,
    forms.IntegerField: WholeAsWritten,
}


def form_classes():
    """The forms of all rooms."""
    for app in OURS:
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if module.name.endswith(".forms") or ".forms." in module.name:
                found = vars(importlib.import_module(module.name)).values()
                yield from (one for one in found if isinstance(one, type) and issubclass(one, forms.BaseForm))


def admin_forms(by):
    request = RequestFactory().get("/")
    request.user = by
    for model, model_admin in admin.site._registry.items():
        if not (model_admin.has_add_permission(request) or model_admin.has_change_permission(request)):
            continue
        yield f"admin of {model._meta.label}", model_admin.get_form(request).base_fields
        for formset, inline in model_admin.get_formsets_with_inlines(request):
            yield f"{inline.__class__.__name__} of {model._meta.label}", formset.form.base_fields


def all_fields(by):
    made_again = {model_admin.form for model_admin in admin.site._registry.values()}  # by the administration
    for form in set(form_classes()) - made_again:
        yield from ((f"{form.__name__}.{name}", field) for name, field in form.base_fields.items())
    for place, fields in admin_forms(by):
        yield from ((f"{place}: {name}", field) for name, field in fields.items())


@pytest.fixture
def by(db):
    return UserFactory(beheerder=True)


@pytest.fixture(params=["nl", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def test_no_field_leaves_a_day_or_a_number_to_the_browser(by):
    wrong = {}
    for place, field in all_fields(by):
        kind = next((ours for kind, ours in KINDS.items() if isinstance(field, kind)), None)
        native = getattr(field.widget, "input_type", "") in NATIVE
        if native or (kind and not isinstance(field, kind) and not isinstance(field, DecimalAsWritten)):
            wrong[place] = type(field).__name__
    assert wrong == {}


def of_kind(by, kind):
    found = [(place, field) for place, field in all_fields(by) if type(field) is kind]
    assert found, "the walk finds such fields"
    return found


def cleaned(field, text):
    """What the field makes of a text, or None when it is refused."""
    try:
        return field.to_python(text)
    except forms.ValidationError:
        return None


def test_numbers_with_a_comma_or_a_point(by, language):
    for place, field in of_kind(by, DecimalAsWritten):
        assert field.widget.input_type == "text", place
        assert field.widget.attrs["inputmode"] == "decimal", place
        for written in ("12,5", "12.5", " 12,50 "):
            assert cleaned(field, written) == Decimal("12.5"), place
        for written in ("0,8", "0.8", "0.800"):
            assert cleaned(field, written) == Decimal("0.8"), place
        # A thousand, or one and a quarter where a thousand is too much; never 125 and never a guess.
        assert cleaned(field, "1.250") in (None, Decimal("1.25")), place
        assert cleaned(field, "1.250,50") == Decimal("1250.5"), place
        assert cleaned(field, "twaalf") is None, place


def test_whole_numbers(by, language):
    for place, field in of_kind(by, WholeAsWritten):
        assert field.widget.input_type == "text", place
        assert field.widget.attrs["inputmode"] == "numeric", place
        assert cleaned(field, "1.250") == 1250, place
        assert cleaned(field, "30,0") == 30, place
        assert cleaned(field, "12,5") is None, place


def test_days(by, language):
    written = ("31-12-2026", "31/12/2026", "2026-12-31", "31.12.2026", "31122026", " 31-12-2026 ")
    for place, field in of_kind(by, DayField):
        assert field.widget.input_type == "text", place
        assert {cleaned(field, text) for text in written} == {date(2026, 12, 31)}, place
        assert cleaned(field, "1-2-2026") == date(2026, 2, 1), place
        for text in ("12/31/2026", "31-12-26", "45657", "30-2-2026", "31-12-2026 9:05"):
            assert cleaned(field, text) is None, place
        assert field.widget.format_value(date(2026, 2, 1)) == "01-02-2026", place


def test_moments(by, language):
    for place, field in of_kind(by, MomentField):
        assert field.widget.input_type == "text", place
        for text in ("31-12-2026 9:05", "31/12/2026 09.05", "2026-12-31T09:05", "31122026 09:05"):
            moment = cleaned(field, text)
            assert timezone.localtime(moment).strftime("%d-%m-%Y %H:%M") == "31-12-2026 09:05", (place, text)
        for text in ("31-12-2026", "9:05", "31-12-2026 9:05 PM", "31-12-2026 25:00"):
            assert cleaned(field, text) is None, (place, text)


def test_no_page_has_an_input_that_the_browser_writes_in_its_own_language(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene = make_scene(world)
    native = re.compile(rf'<input[^>]*type="({"|".join(NATIVE)})"[^>]*')
    pages = [(opener, addresses()[name], scene.url) for name, opener in OPENED_BY.items()]
    in_admin = [one for one in admin_addresses() if one.name.endswith(ADMIN)]
    pages += [("administrator", one, scene.admin_url) for one in in_admin]
    wrong, read = set(), 0
    for persona, address, url_of in pages:
        answer = browser_of(world, persona).get(url_of(address))
        if "html" in answer.headers.get("Content-Type", ""):
            read += 1
            wrong |= {(address.name, found[0]) for found in native.finditer(answer.content.decode())}
    assert read > 50
    assert wrong == set()
