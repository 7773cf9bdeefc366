"""What Chromium says about the headers of an answer: nothing."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.shows(20)

PLACES = ("account_login", "admin:index")


def test_every_header_is_understood(page, context, sign_in, world):
    said: list[str] = []
    context.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    sign_in(world.people["administrator"])
    for place in PLACES:
        assert page.goto(reverse(place)).status == 200
    assert said == []


def test_what_is_not_understood_would_be_heard(page, context):
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    page.route(
        "**/language/", lambda route: route.fulfill(headers={"Permissions-Policy": "web-share=()"}, body="-")
    )
    page.goto("/language/")
    page.wait_for_timeout(200)
    assert [line for line in said if "web-share" in line]
