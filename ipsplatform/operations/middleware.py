"""What holds for every answer: what a browser may do with it, its language, and that nobody keeps a copy."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from ipsplatform.common.access import SAFE
from ipsplatform.common.remembered import remembering
from ipsplatform.common.texts import holds_controls, without_controls

# Nothing here needs the camera, the place of the phone, or another window. Names that browsers know only.
REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES)

PASSED_ON = ("X-Form-Saved", "Content-Language", "Vary")
OWN_SITE = ("same-origin", "none")  # none: typed in the address bar, or a bookmark
Answer = Callable[[HttpRequest], HttpResponse]


def closed_to_others(get_response: Answer) -> Answer:
    """For every answer, static files and failures included: not to be used by another site."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return answer


def compressed(get_response: Answer) -> Answer:
    """Pages travel in an eighth of their size, unless another site asked for them (ADR 53).

    Who wants to learn from the size of an answer makes a browser ask for it many times, from elsewhere.
    """
    zipping = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_own = request.headers.get("Sec-Fetch-Site") in OWN_SITE
        if is_own:
            zipping.process_response(request, response)  # it changes the answer itself
        return response

    return answer


def remembers_while_reading(get_response: Answer) -> Answer:
    """While a page is read, who sees whom is asked once; what may change something asks anew (ADR 51)."""

    def answer(request: HttpRequest) -> HttpResponse:
        with remembering() if request.method in SAFE else nullcontext():
            return get_response(request)

    return answer


def chosen_language(get_response: Answer) -> Answer:
    """Dutch, unless this person chose another language here; what the browser prefers says little at work."""

    def answer(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def answers_to_pages(get_response: Answer) -> Answer:
    """A page that sends a form by itself (static/js/sending.js) is told where it leads, and goes there.

    A browser would follow a redirect before the page knows of it, and use up what the next page has to say.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("X-Sent-By") != "page" or not 300 <= response.status_code < 400:
            return response
        told = HttpResponse(status=204, headers={"X-Goes-To": response["Location"]})
        told.cookies = response.cookies
        if not getattr(request, "user", None) or not request.user.is_authenticated:
            told["X-Signed-Out"] = "yes"
        for name in PASSED_ON:
            if name in response:
                told[name] = response[name]
        return told

    return answer


def no_copies(get_response: Answer) -> Answer:
    """No page stays behind in a browser or a proxy. Static files are answered before this."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return answer


class LegibleMiddleware:
    """No control character reaches a page. What is sent with a form loses them: somebody pasted them along.

    A NUL in an address is a mistake or an attack: no column can hold one, and PostgreSQL fails on it.
    """

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable, arguments: tuple, named: dict) -> None:
        """Before any page, so that the access log tells which. Raises BadRequest."""
        asked = [text for name, values in request.GET.lists() for text in (name, *values)]
        if any("\x00" in str(text) for text in (*asked, *arguments, *named.values())):
            raise BadRequest("NUL")
        if request.method == "POST" and any(holds_controls(text) for text in _texts(request.POST)):
            request.POST = _legible(request.POST)  # type: ignore[assignment]  # made immutable


def _texts(sent: QueryDict) -> Iterator[str]:
    return (str(text) for _name, values in sent.lists() for text in values)


def _legible(sent: QueryDict) -> QueryDict:
    legible = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        legible.setlist(name, [without_controls(str(text)) for text in values])
    legible._mutable = False
    return legible
