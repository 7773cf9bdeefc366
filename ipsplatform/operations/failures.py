"""The page of an error, with the number under which the log tells about it."""

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from ipsplatform.common.log_lines import request_number

READ_ALOUD = 8  # of the number's 36 signs: enough to find the line, few enough for a telephone


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponseServerError:  # noqa: ARG001
    """Rendered without anything of the request: that may be what failed."""
    number = request_number.get()[:READ_ALOUD]
    return HttpResponseServerError(loader.get_template("500.html").render({"number": number}))
