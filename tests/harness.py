"""What every page test gets: a client that fails on careless pages, and query budgets.

A GET may write nothing but sessions, an undefined template variable is an error, and no answer
carries an inline script, style or event handler, or a form that the browser can't send. tests/conftest.py
brings these fixtures in.
"""

import re
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.personas import make_world

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|COPY|MERGE)\b", re.IGNORECASE)
ACCESS_LOG = 'INSERT INTO "staff_accessline"'
# Reading a page keeps the session alive, and reading is logged.
MAY_WRITE = ('"staff_staffsession"', ACCESS_LOG)
INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>|<[^>]+\s(?:style|on[a-z]+)=", re.IGNORECASE)
POST_FORM = re.compile(rb"""<form\b(?=[^>]*\bmethod=["']?post)[^>]*>.*?</form>""", re.IGNORECASE | re.DOTALL)
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


class CarelessPageError(AssertionError):
    """A page that works but breaks a rule of the house."""


class StrictClient(Client):
    """Django's test client, with the rules of the house checked on every answer."""

    def get(self, *args, **kwargs):
        with CaptureQueriesContext(connection) as queries:
            response = super().get(*args, **kwargs)
        refuse_writes(queries, args[0])
        return response

    def request(self, **request):
        response = super().request(**request)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            refuse_inline(response)
            refuse_tokenless(response)
        return response


def refuse_writes(queries: CaptureQueriesContext, path: str) -> None:
    for query in queries.captured_queries:
        if WRITES.match(query["sql"]) and not any(table in query["sql"] for table in MAY_WRITE):
            raise CarelessPageError(f"GET {path} writes: {query['sql'][:200]}")


def refuse_inline(response) -> None:
    found = INLINE.search(response.content)
    if found and not response.wsgi_request.path.startswith("/admin/"):
        raise CarelessPageError(f"{response.wsgi_request.path} has inline code: {found.group()[:120]!r}")


def refuse_tokenless(response) -> None:
    """A form without a token is refused for whoever sends it; the test client itself needs none."""
    for form in POST_FORM.findall(response.content):
        if not TOKEN.search(form):
            raise CarelessPageError(
                f"{response.wsgi_request.path} has a form without a token: {form[:120]!r}"
            )


class UndefinedVariable(str):
    """`string_if_invalid` that fails in our own templates and is silent in those of packages."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: object) -> str:
        origin = _template_in_frames(sys._getframe(1))
        if origin and Path(origin).is_relative_to(settings.BASE_DIR / "templates"):
            raise CarelessPageError(f"undefined template variable {variable!r} in {origin}")
        return ""


def _template_in_frames(frame) -> str | None:
    while frame is not None:
        node = frame.f_locals.get("self")
        origin = getattr(node, "origin", None)
        if origin is not None and getattr(node, "token", None) is not None:
            return origin.name
        frame = frame.f_back
    return None


@pytest.fixture(autouse=True)
def _strict_templates():
    """Undefined variables in our templates fail every test that renders them."""
    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, UndefinedVariable()
    yield
    engine.string_if_invalid = before


@pytest.fixture
def client() -> StrictClient:
    return StrictClient()


@pytest.fixture
def on_monday(time_machine):
    """It is Monday 2 March 2026, nine o'clock in Amsterdam, and stays so."""
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def count_queries(db):
    """`with count_queries(3):` fails when the block needs more statements, and lists them."""

    @contextmanager
    def budget(allowed: int):
        with CaptureQueriesContext(connection) as queries:
            yield
        used = [
            query["sql"]
            for query in queries.captured_queries
            if "SAVEPOINT" not in query["sql"] and not query["sql"].startswith(ACCESS_LOG)
        ]
        assert len(used) <= allowed, f"{len(used)} statements, {allowed} allowed:\n" + "\n".join(
            sql[:300] for sql in used
        )

    return budget
