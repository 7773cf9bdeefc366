"""What docs/hardening.md tells somebody to ask the database after a leak, as it stands there."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from staff.models import AccessLine

pytestmark = [pytest.mark.shows(5), pytest.mark.django_db]
PAGE = (settings.BASE_DIR / "docs/hardening.md").read_text()
QUESTIONS = re.findall(r"^ *```sql\n(.*?)^ *```$", PAGE, re.DOTALL | re.MULTILINE)
PERSON, CLIENT, ADDRESS, DAY = "'j.jansen'", "'C1234'", "'203.0.113.7'", ("2026-03-02", "2026-03-03")


@pytest.fixture
def looked(world, client):
    """Somebody's day: the caseload, a file, and a file of another team; a colleague opens the same file."""
    for persona in ("owner", "other_worker"):
        world.sign_in(client, persona)
        for url in (
            reverse("trajectories:caseload_list"),
            reverse("trajectories:client_overview", args=[world.client.public_id]),
        ):
            client.get(url, REMOTE_ADDR="192.0.2.9")
    return world


def ask(question: str, world, persona: str) -> list[tuple]:
    """The answer to a question of the page, with these people, today."""
    person, today = world.people[persona], timezone.localdate()
    filled = (
        question.replace(PERSON, f"'{person.username}'")
        .replace(CLIENT, f"'{world.client.client_number.lower()}'")
        .replace(ADDRESS, "'192.0.2.9'")
        .replace(DAY[0], str(today))
        .replace(DAY[1], str(today + timedelta(days=1)))
    )
    assert filled != question
    with connection.cursor() as cursor:
        cursor.execute(filled)
        return cursor.fetchall()


def test_there_is_a_question_by_person_by_client_and_by_address():
    for value, question in zip((PERSON, CLIENT, ADDRESS), QUESTIONS, strict=True):
        assert value in question


def test_question_by_person_tells_whose_files_were_opened_and_refused(looked):
    rows = ask(QUESTIONS[0], looked, "other_worker")
    opened = [row for row in rows if row[1] == "trajectories:client_overview"]
    assert [(row[3], row[-1]) for row in opened] == [("refused", "192.0.2.9")]
    assert {row[4] for row in ask(QUESTIONS[0], looked, "owner")} == {None, looked.client.client_number}


def test_question_by_client_tells_who_looked_also_in_a_list(looked):
    rows = ask(QUESTIONS[1], looked, "owner")
    names = {looked.people[persona].username for persona in ("owner", "other_worker")}
    assert {row[1] for row in rows} == names
    of_owner = {row[3] for row in rows if row[1] == looked.people["owner"].username}
    assert of_owner == {"trajectories:caseload_list", "trajectories:client_overview"}


def test_question_by_address_tells_everything_from_there(looked):
    assert len(ask(QUESTIONS[2], looked, "owner")) == AccessLine.objects.filter(address="192.0.2.9").count()


def test_who_asks_can_not_change_the_log():
    """The page has them ask as the role of the application, which is what this connection is."""
    assert "psql -U ips -d ips" in PAGE
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('staff_accessline', 'UPDATE, DELETE, TRUNCATE')")
        assert cursor.fetchone() == (False,)
