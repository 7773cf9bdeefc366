"""Pages are compressed for our own site only (ADR 53)."""

import gzip

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("site", "is_compressed"),
    [("same-origin", True), ("none", True), ("cross-site", False), ("same-site", False), ("", False)],
)
def test_page_is_compressed_unless_another_site_asked(world, client, site, is_compressed):
    world.sign_in(client, "owner")
    headers = {"accept-encoding": "gzip, br"} | ({"sec-fetch-site": site} if site else {})
    answer = client.get(reverse("trajectories:search"), {"q": "groot"}, headers=headers)
    assert answer.has_header("Content-Encoding") is is_compressed
    page = gzip.decompress(answer.content) if is_compressed else answer.content
    assert page.decode().rstrip().endswith("</html>")


def test_two_equal_pages_differ_in_length(client):
    headers = {"accept-encoding": "gzip", "sec-fetch-site": "same-origin"}
    lengths = {len(client.get("/health/live/", headers=headers).content) for _ in range(3)}
    pages = {len(client.get(reverse("account_login"), headers=headers).content) for _ in range(12)}
    assert len(lengths) == 1  # nothing to compress
    assert len(pages) > 1
