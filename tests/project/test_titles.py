"""The title of a page whose form comes back says so first: it is what a screen reader reads."""

import re

import pytest

from tests.filled_forms import forms_on
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, make_scene
from tests.project.test_access_matrix import MATRIX

pytestmark = [pytest.mark.shows(17), pytest.mark.django_db]

TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)
NOTHING_TO_REFUSE = {  # a form that is right as it opens, or a button
    "clients:assignment_end", "trajectories:trajectory_correct", "trajectories:trajectory_plan",
    "trajectories:client_export_prepare", "trajectories:stage_end", "trajectories:stage_correct",
    "trajectories:job_correct", "clients:client_correct", "mfa_generate_recovery_codes",
    "trajectories:contact_correct", "trajectories:trajectory_start", "account_logout", "session_list",
    "trajectories:signal_digest",
}  # fmt: skip


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


def title_of(response) -> str:
    return " ".join(TITLE.search(response.content.decode()).group(1).split())


@pytest.mark.parametrize("persona", ["anonymous", "owner", "team_lead"])
def test_a_form_that_comes_back_says_so_in_the_title(scene, persona):
    """Every form of every page, sent with each text emptied."""
    came_back, wrong = set(), {}
    for name, address in addresses().items():
        if name not in MATRIX or MATRIX[name][0][persona] != 200 or MATRIX[name][1][persona] != 200:
            continue
        browser, url = browser_of(scene.world, persona), scene.url(address)
        page = browser.get(url)
        for form in forms_on(page.content.decode()):
            opened = title_of(page)
            values = {
                key: one if key.startswith(("csrf", "form_")) else [""] for key, one in form.values.items()
            }
            answer = browser.post(form.action or url, values)
            if answer.status_code == 200 and "error-summary" in answer.content.decode():
                came_back.add(name)
                if title_of(answer) != f"Fout: {opened}":
                    wrong[name] = title_of(answer)
            assert not opened.startswith("Fout")
    assert wrong == {}
    expected = {
        name
        for name in MATRIX
        if persona != "anonymous"
        and name.startswith(("clients:", "trajectories:"))
        and MATRIX[name][0][persona] == MATRIX[name][1][persona] == 200
    }
    assert expected - came_back <= NOTHING_TO_REFUSE
    assert came_back
