"""A person with a browser: real HTTP, cookies, forms as the page offers them; redirects are not followed."""

import uuid
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.filled_forms import PageForm, forms_on

SECONDS = 30


class NoAnswerError(Exception):
    """The line dropped, nobody listens, or the page is not the one that was asked for."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str

    @property
    def is_accepted(self) -> bool:
        """A form that was accepted leads to another page, and not to the one for signing in."""
        return self.status == 302 and not self.location.startswith("/login/")


class Browser:
    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), _StayHere())

    def sign_in(self, username: str, password: str) -> None:
        form = self.form("/login/", having="login")
        form.type_in("login", username)
        form.type_in("password", password)
        answer = self.post(form)
        if not answer.is_accepted:
            raise NoAnswerError(f"{username} is not let in: {answer.status}")

    def get(self, path: str) -> Answer:
        return self._ask(Request(urljoin(self.address, path)))

    def form(self, path: str, *, having: str) -> PageForm:
        """The form of a page that has this field."""
        answer = self.get(path)
        found = [form for form in forms_on(answer.text) if having in form.names]
        if answer.status != 200 or not found:
            raise NoAnswerError(f"{path} answers {answer.status}")
        found[0].action = urljoin(path, found[0].action or path)
        return found[0]

    def post(self, form: PageForm) -> Answer:
        content = urlencode(form.values, doseq=True).encode()
        return self._ask(Request(urljoin(self.address, form.action), content))

    def upload(self, form: PageForm, *, field: str, content: bytes) -> Answer:
        """Send a form with a file, as multipart."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, values in form.values.items()
            for value in values
            if name != field
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="import.zip"\r\n'
        body = "".join(parts) + head + "Content-Type: application/zip\r\n\r\n"
        return self._ask(
            Request(
                urljoin(self.address, form.action),
                body.encode() + content + f"\r\n--{edge}--\r\n".encode(),
                {"Content-Type": f"multipart/form-data; boundary={edge}"},
            )
        )

    def _ask(self, request: Request) -> Answer:
        try:
            with self.opener.open(request, timeout=SECONDS) as response:
                return Answer(response.status, "", response.read().decode())
        except HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.headers.get("Location", ""), "")
        except (OSError, HTTPException) as error:
            raise NoAnswerError(type(error).__name__) from error


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect is an answer."""
