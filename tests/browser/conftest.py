"""Chromium for the browser tests: Debian's own, without a network, strict about what a page does."""

import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

CHROMIUM = shutil.which("chromium")
IS_REQUIRED = os.environ.get("CI") == "true" or os.environ.get("IPS_REQUIRE_BROWSER") == "1"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # ms; a page answers in a fraction of that, even on a busy machine
expect.set_options(timeout=PATIENCE)
# Playwright's event loop runs in the thread of the test; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(settings.BASE_DIR / "tests/browser"):
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if CHROMIUM is None:
        pytest.skip("there is no `chromium` on PATH")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Where the browser is required, a browser test that did not run has failed."""
    report = yield
    if IS_REQUIRED and report.skipped:
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """The product with what production has: static files from WhiteNoise, which a browser keeps, and
    connections to the database that serve more than one request.
    """
    as_in_production = override_settings(WHITENOISE_AUTOREFRESH=False, WHITENOISE_MAX_AGE=24 * 60 * 60)
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = lambda product: product
    connection.settings_dict["CONN_MAX_AGE"] = 60
    with as_in_production:
        server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict, live_server) -> dict:
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "nl-NL",
        "timezone_id": "Europe/Amsterdam",
    }


# Names that were being looked up when somebody left the page: htmx says so in the console.
LEFT_WHILE_TYPING = r"htmx:.*HTMLDataListElement"


class Problems(list[str]):
    """What a page did that no page may do. Empty it after the expected: `problems.clear()`."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = [LEFT_WHILE_TYPING]

    def append(self, problem: str) -> None:
        if not any(re.search(pattern, problem) for pattern in self.allowed):
            super().append(problem)

    def allow(self, pattern: str) -> None:
        """Forget the problems in which `pattern` occurs, also later ones: the refused form of this test."""
        self.allowed.append(pattern)
        self[:] = [problem for problem in self if not re.search(pattern, problem)]


@pytest.fixture
def problems(context: BrowserContext, live_server) -> Problems:
    """Console errors (a violated content security policy is one), script errors, other hosts."""
    found = Problems()
    ours = (live_server.url, "data:", "blob:")
    context.on(
        "console", lambda message: message.type == "error" and found.append(f"console: {message.text}")
    )
    context.on("weberror", lambda failure: found.append(f"script: {failure.error}"))
    context.on(
        "request", lambda asked: asked.url.startswith(ours) or found.append(f"other host: {asked.url}")
    )
    return found


@pytest.fixture
def page(context: BrowserContext, problems: Problems):
    """A page that fails its test on any problem."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    assert problems == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server) -> Callable[[object], None]:
    """`sign_in(user)` puts the session of this person in the browser, without the sign-in page."""

    def sign_in_as(user) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return sign_in_as


# Every violation, and of what was fine no more than that it was looked at: a page has thousands of those.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


@pytest.fixture
def violations() -> Callable[[Page], str]:
    """`violations(page)` is what axe finds on the page as it is now, and nothing where it finds nothing."""

    def report(page: Page) -> str:
        page.wait_for_load_state()
        found = Axe().run(page, options=RULES)
        return f"{page.url}\n{found.generate_report()}" if found.violations_count else ""

    return report


@pytest.fixture
def assert_accessible(violations) -> Callable[[Page], None]:
    """`assert_accessible(page)` fails with every violation that axe finds on the page as it is now."""

    def check(page: Page) -> None:
        assert violations(page) == ""

    return check
