"""Walks the product as somebody does: from page to page over the links that the pages show."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from tests.harness import StrictClient
from tests.personas import World

LINK = re.compile(r"""<(?:a|form)\b[^>]*?\b(?:href|action)="([^"#]+)""", re.IGNORECASE)
POST_FORM = re.compile(r"""<form\b[^>]*\bmethod="post"[^>]*>""", re.IGNORECASE)
# The admin offers every order and filter of every list, and behind each week of the agenda lies another.
SKIPPED = re.compile(r"^/static/|^/admin/.*\?|^/agenda/\?")
MOST = 600  # pages; more means that an address makes endless others


def browser_of(world: World, persona: str) -> StrictClient:
    browser = StrictClient()
    world.sign_in(browser, persona)
    return browser


def crawl(browser: StrictClient, starts: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Each page that can be reached by links from `starts`, with its answer. Every address once."""
    waiting, seen = deque(starts), set(starts)
    while waiting and len(seen) < MOST:
        url = waiting.popleft()
        response = browser.get(url)
        yield url, response
        for link in _links(url, response):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert len(seen) < MOST, f"endless pages: {sorted(seen)[-5:]}"


def text_of(response) -> str:
    """What somebody can read in an answer: the page, its headers, every part of a spreadsheet."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    content = response.getvalue() if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    return f"{headers}\n{content.decode(errors='replace')}"


def _links(url: str, response) -> Iterator[str]:
    if response.status_code in (301, 302):
        yield urljoin(url, response.url)
    elif response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
        page = POST_FORM.sub("", response.content.decode())
        for target in LINK.findall(page):
            link = urljoin(url, unescape(target))
            if not urlsplit(link).netloc and not SKIPPED.search(link):
                yield link
