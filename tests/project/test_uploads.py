"""A file is taken where an import is asked for, from who may ask; elsewhere not a byte of it is kept."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client as Browser
from django.urls import reverse

from tests.project.scene import TODAY, addresses, admin_addresses, make_scene

pytestmark = [pytest.mark.shows(23), pytest.mark.django_db]

TOKEN = "c" * 32
WITH_TOKEN = {"csrfmiddlewaretoken": TOKEN}
IMPORT = "admin:trajectories_importrun_add"


@pytest.fixture
def kept(monkeypatch, settings) -> list[str]:
    """The names of files that a handler began to keep."""
    names: list[str] = []
    new_file = TemporaryFileUploadHandler.new_file

    def noting(handler, *args, **kwargs):
        names.append(handler.request.path)
        return new_file(handler, *args, **kwargs)

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # on disk, however small
    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", noting)
    return names


@pytest.fixture
def urls(world, time_machine) -> list[str]:
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene = make_scene(world)
    ours = [scene.url(address) for address in addresses().values()]
    return ours + [scene.admin_url(address) for address in admin_addresses()]


@pytest.mark.parametrize(
    ("persona", "fields"),
    [("anonymous", {}), ("anonymous", WITH_TOKEN), ("owner", WITH_TOKEN), ("administrator", WITH_TOKEN)],
)
def test_no_page_keeps_a_file_that_it_did_not_ask_for(world, urls, kept, persona, fields):
    browser = Browser(enforce_csrf_checks=True, raise_request_exception=False)
    world.sign_in(browser, persona)
    browser.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    for url in urls:
        sent = fields | {"archive": SimpleUploadedFile("dossier.zip", b"PK" + b"x" * 1000)}
        assert browser.post(url, sent).status_code < 500
    asked_here = [reverse(IMPORT)] if persona == "administrator" else []
    assert sorted({*kept}) == asked_here
