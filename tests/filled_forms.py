"""Fill in and send a form as a browser does: what the page offers, and nothing else, goes back."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.test import Client as Browser


@dataclass
class PageForm:
    """A form of a page. `values` are what a browser sends untouched, `offered` what a choice allows."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def type_in(self, name: str, value: object) -> None:
        assert name in self.names, f"{self.action} has no field {name!r}, only {sorted(self.names)}"
        text = "" if value is None else str(value)
        if name in self.offered:
            assert text in self.offered[name], f"{name} offers {sorted(self.offered[name])}, not {text!r}"
        self.values[name] = [text]


class _FormReader(HTMLParser):
    """Collects the forms of a page that are sent by POST, with their fields in the order of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(given.get("action", "")) if given.get("method") == "post" else None
            if self._form:
                self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "select", "textarea", "option", "button"):
            getattr(self, f"_read_{tag}")(self._form, given)

    def handle_data(self, data: str) -> None:
        if self._form and self._area:
            self._form.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area:
            values = self._form.values[self._area]
            values[0] = values[0].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""

    def _read_input(self, form: PageForm, given: dict[str, str]) -> None:
        name, value = given.get("name"), given.get("value", "")
        if not name:
            return
        form.names.add(name)
        if given.get("type") in ("radio", "checkbox"):
            form.offered.setdefault(name, set()).add(value or "on")
            if "checked" in given:
                form.values.setdefault(name, []).append(value or "on")
        else:
            form.values[name] = [value]

    def _read_select(self, form: PageForm, given: dict[str, str]) -> None:
        self._select = given["name"]
        form.names.add(self._select)
        form.offered[self._select] = set()

    def _read_option(self, form: PageForm, given: dict[str, str]) -> None:
        if not self._select:
            return
        value = given.get("value", "")
        form.offered[self._select].add(value)
        if "selected" in given or self._select not in form.values:
            form.values[self._select] = [value]

    def _read_textarea(self, form: PageForm, given: dict[str, str]) -> None:
        self._area = given["name"]
        form.names.add(self._area)
        form.values[self._area] = [""]

    def _read_button(self, form: PageForm, given: dict[str, str]) -> None:
        if given.get("name"):
            form.names.add(given["name"])


def forms_on(page: str) -> list[PageForm]:
    """The forms of a page that have something to fill in."""
    reader = _FormReader()
    reader.feed(page.split('<main class="page"', maxsplit=1)[-1])
    return [form for form in reader.forms if form.names - {"csrfmiddlewaretoken"}]


def open_form(browser: Browser, url: str) -> PageForm:
    """The form of this page, as it stands there."""
    response = browser.get(url)
    assert response.status_code == 200, f"{url} answers {response.status_code}"
    (form,) = forms_on(response.content.decode())
    form.action = urljoin(url, form.action or url)
    return form


def send(browser: Browser, url: str, **typed: object):
    """Open the page, type, press the button, and follow where it leads; a refused form fails."""
    form = open_form(browser, url)
    for name, value in typed.items():
        form.type_in(name, value)
    response = browser.post(form.action, form.values)
    assert response.status_code == 302, f"{url} is refused: {_errors(response)}"
    return browser.get(response.url)


def _errors(response) -> object:
    form = response.context and response.context.get("form")
    return form.errors.as_json() if form else response.status_code
