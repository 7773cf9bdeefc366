"""Pictures of every page of every role: 1280 px, 390 px, dark and print, from the demo data.

Usage: python -m tests.screens [role ...]. Writes screens/<role>/<page>-<look>.png (git-ignored).
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from ipsplatform.demo.running import ACCOUNTS, prepare

# Playwright's event loop runs in this thread; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FOLDER = Path("screens")
LOOKS = {
    "1280": {"viewport": {"width": 1280, "height": 900}},
    "390": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "print": {"viewport": {"width": 794, "height": 1123}},
}
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# One of each kind of address is enough: the second client looks like the first.
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
PAGES_PER_ROLE = 60
SKIPPED = re.compile(
    r"/(logout|export|language|static|history|jsi18n|autocomplete)|\.(csv|xlsx|svg|ics)|/delete/"
)


def main(roles: list[str]) -> int:
    if shutil.which("chromium") is None:
        print("There is no `chromium` on PATH: install Debian's package chromium.")
        return 1
    prepare()

    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        refused: list[str] = []
        _take(browser, address, "nobody", None, refused)
        for role in roles or ACCOUNTS:
            count = _take(browser, address, role, role, refused)
            print(f"{role}: {count} pages in {FOLDER / role}", flush=True)
        browser.close()
    print("\n".join(refused) or "Every link answered.")
    return 1 if refused else 0


@contextmanager
def _server() -> Iterator[str]:
    """The product on a free port of this machine, in a thread, on the demo database."""
    from django.contrib.staticfiles.testing import StaticLiveServerTestCase  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    thread = StaticLiveServerTestCase.server_thread_class(
        "127.0.0.1", StaticLiveServerTestCase.static_handler, connections_override={}
    )
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()
        connections.close_all()


def _take(browser: Browser, address: str, folder: str, username: str | None, refused: list[str]) -> int:
    """Walk the links of one role and take each kind of page in every look; tell what did not answer."""
    found: dict[str, str] = {}
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=address, locale="nl-NL", **options)
        page = context.new_page()
        if username:
            _sign_in(context, address, username)
        found = found or _named(_crawl(page, refused) if username else ["/login/"])
        for name, path in found.items():
            page.goto(path)
            if look == "print":
                page.emulate_media(media="print")
            target = FOLDER / folder / f"{name}-{look}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target, full_page=True)
        context.close()
    return len(found)


def _sign_in(context, address: str, username: str) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from staff.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def _crawl(page: Page, refused: list[str]) -> list[str]:
    """The first address of every kind that can be reached by links from the start page."""
    queue, kinds, found = ["/"], set(), []
    while queue and len(found) < PAGES_PER_ROLE:
        path = queue.pop(0)
        response = page.goto(path)
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            continue
        if not response.ok:
            refused.append(f"{path} answers {response.status}")
            continue
        found.append(path)
        for link in page.eval_on_selector_all(
            "a[href^='/']", "links => links.map(a => a.getAttribute('href'))"
        ):
            kind = IDENTIFIER.sub("*", link.split("?")[0])
            if kind not in kinds and not SKIPPED.search(link):
                kinds.add(kind)
                queue.append(link)
    return found


def _named(paths: list[str]) -> dict[str, str]:
    """Each path under the name of its files; a name that is taken gets a number."""
    named: dict[str, str] = {}
    for path in paths:
        name = _file_name(path)
        same = sum(1 for other in named.values() if _file_name(other) == name)
        named[f"{name}-{same + 1}" if same else name] = path
    return named


def _file_name(path: str) -> str:
    name = IDENTIFIER.sub("", path.split("?", maxsplit=1)[0]).strip("/").replace("/", "-")
    return re.sub("-+", "-", name) or "start"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
