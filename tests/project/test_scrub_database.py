"""A copy for testing: nobody can be recognised in it, and its figures keep their shape."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from clients.models import Client
from ipsplatform.scrubbing import Scrubber, scrub
from staff.models import AuditEvent, User
from staff.services import audit
from tests.factories import (
    ClientFactory,
    ContactFactory,
    EmployerFactory,
    JobFactory,
    StagePeriodFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.models import Contact, Employer, Job, StagePeriod, Trajectory

pytestmark = pytest.mark.django_db

MARKER = "Zonnebloemveld"


@pytest.fixture
def people():
    """Two clients with a whole file each, the marker in every text."""
    staff = UserFactory(
        username=MARKER, first_name=MARKER, last_name=MARKER, email=f"{MARKER}@example.org",
        staff_number=MARKER, password=f"plain {MARKER}",
    )  # fmt: skip
    for number in (1, 2):
        _make_file(number, staff)
    audit.record(by=staff, action="client_corrected", target=staff, changes={"last_name": [MARKER, MARKER]})
    return staff


def _make_file(number: int, staff: User) -> None:
    client = ClientFactory(
        client_number=f"{MARKER}{number}", first_name=MARKER, last_name=MARKER, name_prefix=MARKER[:10],
        municipality=MARKER, phone=MARKER, email=f"{MARKER}{number}@example.org",
        birth_date=date(1980, 5, 17), followed_by=staff,
    )  # fmt: skip
    trajectory = TrajectoryFactory(
        client=client, trajectory_number=f"{MARKER}{number}", wish=MARKER, next_step=MARKER
    )
    first, second = date(2024, 1, 10), date(2024, 1, 11)
    texts = {"trajectory": trajectory, "reason": MARKER, "client_words": MARKER}
    StagePeriodFactory(started_on=date(2024, 1, 1), ended_on=first, **texts)
    StagePeriodFactory(started_on=second, **texts)
    employer = EmployerFactory(name=f"{MARKER} {number}", municipality=MARKER)
    JobFactory(trajectory=trajectory, employer=employer, occupation=MARKER, job_number=f"{MARKER}{number}")
    ContactFactory(client=client, staff=staff, note=MARKER, contact_number=f"{MARKER}{number}")


def all_text() -> str:
    """Every row of every table, as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def spans() -> list[tuple]:
    """Days between the facts of a file, the same whenever it began."""
    stages = StagePeriod.objects.order_by("pk").values_list(F("started_on") - F("trajectory__enrolled_on"))
    jobs = Job.objects.order_by("pk").values_list(F("started_on") - F("trajectory__enrolled_on"))
    return [*stages, *jobs]


def test_nothing_of_anybody_is_left(people):
    assert all_text().count(MARKER) > 20
    scrub(b"key")
    assert MARKER.lower() not in all_text().lower()


def test_all_facts_of_a_file_move_together_by_whole_weeks_and_never_forward(people):
    before, enrolled = spans(), list(Trajectory.objects.order_by("pk").values_list("enrolled_on", flat=True))
    scrub(b"key")
    moved = list(Trajectory.objects.order_by("pk").values_list("enrolled_on", flat=True))
    weeks = [(old - new).days / 7 for old, new in zip(enrolled, moved, strict=True)]
    assert spans() == before
    assert all(week == int(week) and 1 <= week <= 52 for week in weeks)


def test_each_client_moves_by_a_number_of_weeks_of_its_own():
    weeks = {Scrubber(b"key").shift(pk) for pk in range(500)}
    assert len(weeks) > 40
    assert Scrubber(b"key").shift(None) == timedelta(0)


def test_identifiers_change_and_rows_stay(people):
    before = set(Client.objects.values_list("public_id", flat=True))
    scrub(b"key")
    assert Client.objects.count() == 2
    assert not before & set(Client.objects.values_list("public_id", flat=True))
    assert not AuditEvent.objects.exists()
    assert not User.objects.get(pk=people.pk).has_usable_password()
    assert set(Contact.objects.values_list("note", flat=True)) == {""}


def test_open_periods_stay_open_and_rules_of_the_database_are_back(people):
    scrub(b"key")
    period = StagePeriod.objects.get(trajectory=Trajectory.objects.first(), ended_on=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'x'")
        assert cursor.fetchone()[0] >= 3
    assert period.ended_on is None


def test_the_same_key_gives_the_same_copy(people):
    with_key = {}
    for name, key in (("first", b"key"), ("again", b"key"), ("other", b"another")):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT here")
            scrub(key)
            with_key[name] = json.dumps(list(Client.objects.order_by("pk").values()), default=str)
            cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert with_key["first"] == with_key["again"] != with_key["other"]


def test_employers_and_numbers_stay_apart(people):
    scrub(b"key")
    assert len(set(Employer.objects.values_list("name", flat=True))) == 2
    assert len(set(Client.objects.values_list("client_number", flat=True))) == 2


def command(**options) -> str:
    out = StringIO()
    call_command("scrub_database", stdout=out, **options)
    return out.getvalue()


def test_command_scrubs_what_is_named(people):
    assert "clients.Client: 2" in command(database=connection.settings_dict["NAME"])
    assert MARKER not in all_text()


def test_command_refuses_another_name(people):
    with pytest.raises(CommandError):
        command(database="somewhere")
    assert MARKER in all_text()


def test_command_refuses_production_without_the_flag(people, settings):
    settings.HOLDS_NO_REAL_PEOPLE = False
    with pytest.raises(CommandError):
        command(database=connection.settings_dict["NAME"])
    assert MARKER in all_text()
    command(database=connection.settings_dict["NAME"], this_is_a_copy=True)
    assert MARKER not in all_text()
