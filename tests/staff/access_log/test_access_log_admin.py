"""The functional administrator reads the log, without whose file it was."""

import pytest
from django.urls import reverse

from ipsplatform.celery import app
from ipsplatform.common.page_words import PAGES, TASKS, words_of
from ipsplatform.operations.access_log import task_line, write_line
from staff.models import AccessLine, Purpose
from tests.project.scene import addresses, admin_addresses

pytestmark = [pytest.mark.shows(5), pytest.mark.django_db]


def test_log_is_read_without_the_client_and_reading_it_is_logged(world, client):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    line = AccessLine.objects.get()
    world.sign_in(client, "administrator")
    for page in (
        reverse("admin:staff_accessline_changelist"),
        reverse("admin:staff_accessline_change", args=[line.pk]),
    ):
        text = client.get(page).content.decode()
        assert "overzicht van een dossier" in text
        assert "trajectories:client_overview" not in text
        assert not any(word in text for word in (str(world.client.public_id), world.client.client_number))
    codes = AccessLine.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes)[1:] == ["admin:staff_accessline_changelist", "admin:staff_accessline_change"]


def test_log_is_for_the_administrator_only(world, client):
    world.sign_in(client, "team_lead")
    assert client.get(reverse("admin:staff_accessline_changelist")).status_code == 403


def test_every_page_and_every_task_has_words():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert set(addresses()) | {"not_found"} == set(PAGES)
    assert {name for name in ours if not name.startswith("tests.")} == set(TASKS)
    assert not [address.name for address in admin_addresses() if words_of(address.name) == address.name]


@pytest.mark.parametrize(
    ("question", "people", "computer"), [("", 1, 0), ("?who=system", 0, 1), ("?who=all", 1, 1)]
)
def test_lines_of_the_computer_are_shown_to_who_asks_for_them(world, client, question, people, computer):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    write_line(task_line("clients.access_review.tasks.review_access", is_done=True, number=None))
    world.sign_in(client, "administrator")
    page = client.get(reverse("admin:staff_accessline_changelist") + question)
    pages = [line.purpose == Purpose.SYSTEM for line in page.context["cl"].result_list]
    assert (pages.count(False), pages.count(True)) == (people, computer)
    assert "wie het deed: " in page.content.decode()  # what is left out is told


def test_lines_are_counted_as_lines(world, client):
    for _number in range(2):
        write_line(task_line("clients.access_review.tasks.review_access", is_done=True, number=None))
    world.sign_in(client, "administrator")
    page = client.get(reverse("admin:staff_accessline_changelist") + "?who=system").content.decode()
    assert "2 regels" in page
    assert "2 toegangslog" not in page
