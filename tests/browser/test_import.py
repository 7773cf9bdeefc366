"""An import from the upload to its report, in Chromium."""

import pytest
from django.urls import reverse

from staff.models import User
from tests.trajectories.case_import.import_files import run_import, write_all, write_file
from tests.trajectories.case_import.test_import_uploads import zipped
from trajectories.case_import import services as import_run
from trajectories.contacts.services import withdraw_contact
from trajectories.models import Contact, ImportRun

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


ON_TOP = """one => {
    one.scrollIntoView({block: "center", behavior: "instant"});
    const box = one.getBoundingClientRect();
    const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return found === one || one.contains(found);
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_what_can_be_pressed_of_a_question_lies_under_nothing_else(page, sign_in, tmp_path, width):
    """The name of a client in a list covers its row: here it covered the buttons of other questions."""
    write_all(tmp_path)
    own = {"contact_number": "K2", "client_number": "", "kind": "werkgever", "employer": "Hotel Zon"}
    write_file(tmp_path, "contacts", {}, own)
    assert run_import(tmp_path).written
    User.objects.filter(staff_number="S1").update(is_active=True)
    author = User.objects.get(staff_number="S1")
    for contact in Contact.objects.all():
        withdraw_contact(contact=contact, reason="Verkeerde cliënt.", by=author)
    write_file(tmp_path, "trajectories", {"ended_on": "2024-06-30", "end_reason": "wens_client"})
    assert run_import(tmp_path).written
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(author)
    page.goto(reverse("trajectories:import_row_list"))
    pressed = page.locator(".import-question").locator("a, button")
    assert pressed.count() == 10
    covered = [one.inner_text() for one in pressed.all() if not one.evaluate(ON_TOP)]
    assert covered == []
