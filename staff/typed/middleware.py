"""A form that arrives a second time, when what it was about is gone by that same form (ADR 43)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from staff.typed.form_actions import answer_as_before

GONE = (403, 404)


def sent_again(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Who withdraws a contact and presses again hears that it was done, not that there is no such page."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code in GONE and request.method == "POST":
            return answer_as_before(request) or response
        return response

    return answer
