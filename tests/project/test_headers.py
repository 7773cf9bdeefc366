"""The headers of every kind of answer, compared as a whole: none less, none more, none weaker."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from ipsplatform.operations.middleware import PERMISSIONS_POLICY
from tests.ports import closed_port
from tests.project.scene import TODAY, break_search, make_scene

pytestmark = [pytest.mark.shows(20), pytest.mark.django_db]

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
    "font-src 'self'", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'",
    "base-uri 'none'", "manifest-src 'self'",
}  # fmt: skip
EVERY_ANSWER = {
    "Content-Type",
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
}
PAGE = EVERY_ANSWER | {"Cache-Control", "Content-Language", "Content-Length", "Vary"}
PRIVATE = {"no-store", "private"}


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.fixture
def ask(scene):
    """`ask(persona, path)` over https, as behind a proxy that ends TLS."""

    def answer(persona: str, path: str, method: str = "get", browser: Browser | None = None, **options):
        browser = browser or Browser(raise_request_exception=False)
        scene.world.sign_in(browser, persona)
        return getattr(browser, method)(path, secure=True, **options)

    return answer


def check(response, *, status: int, names: set[str]) -> None:
    """Every header that there is, and what those that protect say."""
    assert response.status_code == status
    assert set(response.headers) == names
    values = response.headers
    assert {part.strip() for part in values["Content-Security-Policy"].split(";")} == POLICY
    assert values["Permissions-Policy"] == PERMISSIONS_POLICY
    assert values["Cross-Origin-Opener-Policy"] == values["Cross-Origin-Resource-Policy"] == "same-origin"
    assert values["Referrer-Policy"] == "same-origin"
    assert values["X-Content-Type-Options"] == "nosniff"
    assert values["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert values["X-Frame-Options"] == "DENY"


def check_private(response, *, status: int = 200, more: set[str] = frozenset()):
    check(response, status=status, names=PAGE | more)
    assert {part.strip() for part in response.headers["Cache-Control"].split(",")} >= PRIVATE


def test_policy_has_no_way_around():
    text = " ".join(POLICY)
    assert not [word for word in ("unsafe", "*", "http:", "https:", "blob:") if word in text]


@pytest.mark.parametrize(
    ("persona", "name"),
    [
        ("owner", "trajectories:caseload_list"),
        ("owner", "trajectories:search"),
        ("owner", "trajectories:contact_write"),
        ("monitor", "reports:run_list"),
    ],
)
def test_pages(ask, persona, name):
    check_private(ask(persona, reverse(name)))


@pytest.mark.parametrize("name", ["admin:index", "admin:staff_user_changelist", "admin:staff_user_add"])
def test_admin_pages(ask, name):
    check_private(ask("administrator", reverse(name)), more={"Expires"})


def test_file_of_a_client(ask, scene):
    for name in (
        "client_overview",
        "client_journey",
        "client_contacts",
        "client_work",
        "client_journey_print",
    ):
        url = reverse(f"trajectories:{name}", args=[scene.world.client.public_id])
        check_private(ask("owner", url))


def test_sign_in_page(ask):
    check_private(ask("anonymous", reverse("account_login")), more={"Expires"})


def test_way_to_the_sign_on_service_and_back(ask, openid_providers, settings):
    """Forms are sent to this site only: the page that leaves goes by `Refresh`, not as answer to a form."""
    settings.OIDC_ISSUER = openid_providers[0].issuer
    check_private(ask("anonymous", reverse("account_login")), more={"Expires"})
    check_private(ask("anonymous", reverse("single_sign_on_start"), "post"), more={"Refresh"})
    check_private(ask("anonymous", reverse("single_sign_on_callback")), status=400)
    check_private(ask("owner", reverse("mfa_index")))
    settings.OIDC_ISSUER = f"http://127.0.0.1:{closed_port()}"
    check_private(ask("anonymous", reverse("single_sign_on_start"), "post"), status=503)


def test_fragment(ask):
    response = ask("owner", reverse("trajectories:caseload_list"), headers={"HX-Request": "true"})
    check_private(response)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_export(ask, scene, file_format):
    run = scene.objects["reports/runs"]
    for url in (
        reverse("trajectories:caseload_export", args=[file_format]),
        reverse("reports:run_export", args=[run.public_id, file_format]),
    ):
        response = ask("owner", url)
        check_private(response, more={"Content-Disposition"})
        assert response.headers["Content-Disposition"].startswith("attachment;")


def test_redirect(ask):
    check_private(ask("anonymous", "/caseload/"), status=302, more={"Location"})


def test_errors(ask, scene):
    check_private(ask("owner", "/nowhere/"), status=404)
    check_private(ask("monitor", reverse("trajectories:caseload_list")), status=403)
    check_private(ask("owner", reverse("reports:run_start")), status=405, more={"Allow"})
    strict = Browser(enforce_csrf_checks=True)
    check_private(ask("owner", reverse("account_logout"), "post", strict), status=403)


def test_bad_request(ask):
    response = ask("owner", reverse("trajectories:caseload_list"), headers={"Host": "elsewhere.example"})
    check(response, status=400, names=PAGE - {"Content-Length"})


def test_failure(ask, scene):
    break_search()
    check_private(ask("owner", reverse("trajectories:search") + "?q=anna"), status=500)


def test_health(ask):
    for name in ("health_live", "health_ready"):
        check_private(ask("anonymous", reverse(name)), more={"Expires"})


@pytest.mark.parametrize("path", ["css/base.css", "js/app.js", "img/mark.svg"])
def test_static_files(ask, path):
    """Anybody may keep these for a while: they say nothing about anybody."""
    response = ask("anonymous", f"/static/{path}")
    assert response.status_code == 200
    extra = set(response.headers) - EVERY_ANSWER
    check(response, status=200, names=EVERY_ANSWER | extra)
    assert extra <= {"Cache-Control", "Content-Length", "Last-Modified", "ETag", "Vary", "Content-Encoding"}
    assert "Access-Control-Allow-Origin" not in response.headers
