"""Who reads Dutch reads Dutch: no page of the product or of the administration has an English sentence."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.project.crawl import browser_of
from tests.project.scene import addresses, admin_addresses, make_scene

# Words that Dutch does not have, so that one of them tells an English sentence.
ENGLISH = re.compile(
    r"\b(the|and|this|that|your|you|with|from|not|are|for|has|have|been|each|which|before|select|add|"
    r"change|delete|save|required|enter|choose|date|time|by|yes|no|name|hidden|table)\b",
    re.IGNORECASE,
)
SPOKEN = {"alt", "title", "placeholder", "aria-label"}
SILENT = {"script", "style", "code", "template"}
ENGLISH_BY_DESIGN = {"English"}


class Words(HTMLParser):
    """All that a person reads, or hears from a screen reader, but for parts that name their language."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in SILENT or given.get("lang") == "en" or any(is_silent for _, is_silent in self._open)
        if not silent:
            self.texts += [value for name, value in attrs if name in SPOKEN and value]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value") or "")
        self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(is_silent for _, is_silent in self._open):
            self.texts.append(data.strip())


def english_on(page: str) -> Iterator[str]:
    words = Words()
    words.feed(page)
    yield from (text for text in words.texts if ENGLISH.search(text) and text not in ENGLISH_BY_DESIGN)


@pytest.mark.django_db
@pytest.mark.parametrize("persona", ["administrator", "team_lead", "owner", "monitor"])
def test_every_page_speaks_dutch(world, persona):
    scene = make_scene(world)
    urls = [scene.url(address) for address in addresses().values() if "?" not in address.route]
    urls += [scene.admin_url(address) for address in admin_addresses()]
    found, pages = set(), 0
    for url in urls:
        response = browser_of(world, persona).get(url)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            pages += response.status_code == 200
            found |= {(url.split("?")[0], text) for text in english_on(response.content.decode())}
    assert found == set()
    assert pages > 10


def test_an_english_sentence_is_found():
    page = (
        '<p lang="en">The end</p><p>Het einde</p><input type="submit" value="Save"><p title="the end">x</p>'
    )
    assert list(english_on(page)) == ["Save", "the end"]
