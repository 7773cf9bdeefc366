"""Ask the web process of this container whether it is ready; exit code 1 when it is not."""

import http.client
import json
import sys

from ipsplatform.settings.environment import Environment

SECONDS = 10
env = Environment()


def main() -> int:
    try:
        return 0 if _ask().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1


def ask_parts() -> dict[str, str]:
    """Each part with its state; empty when the web process does not answer."""
    try:
        return json.load(_ask())["parts"]
    except (OSError, ValueError, http.client.HTTPException):
        return {}


def _ask() -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", env.int("PORT", default=8000), timeout=SECONDS)
    host = env.str("ALLOWED_HOSTS", default="localhost").split(",")[0].lstrip(".")
    connection.request("GET", "/health/ready/", headers={"Host": host})
    return connection.getresponse()


if __name__ == "__main__":
    sys.exit(main())
