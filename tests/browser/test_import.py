"""An import from the upload to its report, in Chromium."""

import pytest
from django.urls import reverse

from tests.trajectories.case_import.import_files import write_all
from tests.trajectories.case_import.test_import_uploads import zipped
from trajectories.case_import import services as import_run
from trajectories.models import ImportRun

PHONE = {"width": 320, "height": 700}


@pytest.fixture
def archive(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail", "minutes": "1500"}, jobs={"started_on": "ooit"})
    path = tmp_path / "aanlevering.zip"
    path.write_bytes(zipped(tmp_path))
    return path


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_upload_is_followed_until_its_report(page, sign_in, world, archive, assert_accessible):
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:trajectories_importrun_add"))
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert fits(page)
    page.locator("[name=upload]").set_input_files(archive)
    page.locator("[name=dry_run]").uncheck()
    page.locator(".import-form [type=submit]").click()
    page.locator("progress").wait_for()
    assert_accessible(page)
    import_run.perform_import(run_pk=ImportRun.objects.get().pk)
    page.locator(".import-refusals").first.wait_for()  # the page asked again by itself
    assert_accessible(page)
    assert fits(page)


def test_wrong_file_is_refused_beside_the_field(page, sign_in, world, tmp_path, assert_accessible):
    (tmp_path / "foto.zip").write_bytes(b"geen zip")
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:trajectories_importrun_add"))
    page.locator("[name=upload]").set_input_files(tmp_path / "foto.zip")
    page.locator(".import-form [type=submit]").click()
    page.locator(".errorlist").wait_for()
    assert_accessible(page)
