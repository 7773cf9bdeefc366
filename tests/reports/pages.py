"""Reading pages as a person does: their links and the counts above their lists."""

import re
from html.parser import HTMLParser


class _Links(HTMLParser):
    """The links of the page itself, without those of the shell."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._in_main = False
        self._href: str | None = None
        self._text = ""

    def handle_starttag(self, tag, attrs):
        if tag == "main":
            self._in_main = True
        if tag == "a" and self._in_main:
            self._href, self._text = dict(attrs).get("href", ""), ""

    def handle_data(self, data):
        self._text += data

    def handle_endtag(self, tag):
        if tag == "main":
            self._in_main = False
        if tag == "a" and self._href is not None:
            self.found.append((self._href, " ".join(self._text.split())))
            self._href = None


def links(response) -> list[tuple[str, str]]:
    """(address, text) of every link of the page itself."""
    parser = _Links()
    parser.feed(response.content.decode())
    return parser.found


def number_links(response) -> list[tuple[str, int]]:
    """The links whose text begins with a whole number, a percentage left out."""
    return [
        (url, int(found.group()))
        for url, text in links(response)
        if (found := re.match(r"\d+(?![\d,.]*%)\b", text))
    ]


def count_above(response) -> int:
    """What the list says that it holds."""
    found = re.search(r'role="status"[^>]*>\s*([\d.]+)', response.content.decode())
    assert found, f"no count on {response.wsgi_request.get_full_path()}"
    return int(found.group(1).replace(".", ""))
