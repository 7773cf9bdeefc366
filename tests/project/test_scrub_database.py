"""A copy for testing: nobody can be recognised in it, the product works on it, its figures stay close."""

import re
from datetime import date, timedelta
from io import StringIO

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import F
from django.urls import reverse

from clients.models import Assignment, Client
from ipsplatform.common.classification import DataClass, classification_of, stored_models
from ipsplatform.operations.database_roles import as_owner
from ipsplatform.privacy.scrubbing import Scrubber, scrub, scrubbed_fields
from reports.indicators.report import PlacementReport, placement_report
from reports.indicators.scope import ReportWindow, Scope
from staff.models import Role, User
from tests.factories import ClientFactory, ContactFactory, JobFactory, StagePeriodFactory, TrajectoryFactory
from tests.harness import StrictClient
from tests.project.scene import make_scene
from trajectories.models import Employer, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.shows(11), pytest.mark.django_db(transaction=True)]

MARK = "Zonneveld"
PASSWORD = "een-woord-voor-iedereen"
# The database keeps these away from other rows.
ONLY_WHERE = {
    "agreed": "client_id IS NULL AND employer_id IS NOT NULL AND kind = 'werkgever'",
    "how_to_reach": "is_shared",
}


@pytest.fixture(autouse=True)
def _nobody_else(transactional_db):
    """An idle connection that other tests of this process left behind counts as somebody at work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def people(world, client):
    """Two files with everything around, the mark in every text of every table."""
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    scene = make_scene(world)
    owner = world.people["owner"]
    EmailAddress.objects.create(user=owner, email="owner@example.org")
    second = ClientFactory(team=world.team, followed_by=owner, birth_date=date(1980, 5, 17))
    trajectory = TrajectoryFactory(client=second)
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 1, 10))
    StagePeriodFactory(trajectory=trajectory, started_on=date(2024, 1, 11))
    JobFactory(trajectory=trajectory, employer=scene.objects["employers"])
    ContactFactory(client=second, staff=owner)
    person = scene.objects["employer-people"]
    ContactFactory(employer_visit=True, client=None, employer=person.employer, person=person, agreed="Belt.")
    Employer.objects.filter(pk=person.employer_id).update(kvk_number="12345678", how_to_reach="Bellen.")
    with as_owner():
        for ending in ("een", "twee"):  # the second change puts the first into the history
            _mark_everything(ending)
    return world


def _mark_everything(ending: str) -> None:
    with connection.cursor() as cursor:
        for model in stored_models():
            if hasattr(model, "pgh_tracked_model"):
                continue  # written by the triggers
            for field in marked_fields(model):
                _mark(cursor, model, field, ending)


def _mark(cursor, model: type[models.Model], field: models.Field, ending: str) -> None:
    text = f"'{MARK} ' || \"{model._meta.pk.column}\" || '{ending}'"
    if isinstance(field, models.JSONField):
        text = f"jsonb_build_array({text})"
    elif field.max_length:
        text = f"left({text}, {field.max_length})"
    if isinstance(field, models.EmailField):
        text = f"lower({text})"  # as addresses are kept
    only = f" WHERE {ONLY_WHERE[field.name]}" if field.name in ONLY_WHERE else ""
    cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{field.column}" = {text}{only}')


def marked_fields(model: type[models.Model]) -> list[models.Field]:
    """Texts that say something about somebody, by their class."""
    found = classification_of(model)
    texts = models.CharField | models.TextField | models.JSONField | models.FileField
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, texts)
        and not (field.primary_key or field.generated or field.choices)
        and found.fields[field.name] is not DataClass.TECHNICAL
        and field.name not in {"death_told_by", "kvk_number"}  # refused of who lives; digits alone
    ]


def everything() -> str:
    """Every column of every row of every table and partition, and what PostgreSQL noted about them."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace"
        )
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            texts += [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT most_common_vals::text || histogram_bounds::text FROM pg_stats")
        texts += [row or "" for (row,) in cursor.fetchall()]
    return "\n".join(texts).casefold()


def scrub_copy(key: bytes = b"key") -> None:
    with as_owner():
        scrub(key, password=PASSWORD)


def command(name: str | None = None) -> str:
    out = StringIO()
    call_command("scrub_database", yes_this_is_a_copy=name or connection.settings_dict["NAME"], stdout=out)
    return out.getvalue()


def spans() -> list[tuple]:
    """Days between the facts of a file, the same whenever it began."""
    stages = StagePeriod.objects.order_by("pk").values_list(F("started_on") - F("trajectory__enrolled_on"))
    jobs = Job.objects.order_by("pk").values_list(F("started_on") - F("trajectory__enrolled_on"))
    return [*stages, *jobs]


def test_nothing_of_anybody_is_left_in_any_table(people):
    kept = [model for model in stored_models() if not classification_of(model).leaves_no_copy]
    without_rows = [
        model._meta.label for model in kept if marked_fields(model) and not model._base_manager.exists()
    ]
    assert without_rows == [], "give the scene a row of it, so that its texts are marked"
    assert everything().count(MARK.casefold()) > 60
    command()
    assert MARK.casefold() not in everything()


def test_what_really_happened_is_left_out_and_every_other_row_keeps_the_rules(people):
    kept = [model for model in stored_models() if not classification_of(model).leaves_no_copy]
    before = {model: model._base_manager.count() for model in kept}
    scrub_copy()
    left = {
        model._meta.label: model._base_manager.count()
        for model in stored_models()
        if classification_of(model).leaves_no_copy
    }
    assert left.keys() >= {
        "staff.AccessLine",
        "clients.ClientHistory",
        "clients.CitizenServiceNumber",
        "mfa.Authenticator",
    }
    assert not any(left.values()), left

    assert {model: model._base_manager.count() for model in kept} == before
    for model in kept:
        for row in model._base_manager.all():
            row.validate_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'x'")
        assert cursor.fetchone()[0] >= 3


def test_product_works_on_the_copy(people):
    lines = command().splitlines()
    password = next(line.rpartition(" ")[2] for line in lines if line.startswith("Wachtwoord van iedereen"))
    username = next(
        line.rpartition(" ")[2] for line in lines if line.startswith(str(Role.IPS_TRAJECTBEGELEIDER.label))
    )
    browser = StrictClient()
    answer = browser.post(reverse("account_login"), {"login": username, "password": password})
    assert answer.status_code == 302
    page = browser.get(reverse("trajectories:caseload_list"))
    owner = User.objects.get(username=username)
    assert page.context["user"] == owner
    client = Client.objects.on_caseload_of(owner).first()
    assert client.list_name in page.content.decode()
    found = browser.get(reverse("trajectories:search"), {"q": client.last_name}).content.decode()
    assert client.list_name in found, "the name to search by is made again by the database"
    assert browser.get(reverse("trajectories:client_overview", args=[client.public_id])).status_code == 200


def test_all_facts_of_a_file_move_together_by_whole_weeks_and_never_forward(people):
    identifiers = set(Client.objects.values_list("public_id", flat=True))
    wishes = list(Trajectory.objects.order_by("pk").values_list("wish", flat=True))
    before, enrolled = spans(), list(Trajectory.objects.order_by("pk").values_list("enrolled_on", flat=True))
    births = list(Client.objects.exclude(birth_date=None).values_list("birth_date", flat=True))
    scrub_copy()
    moved = list(Trajectory.objects.order_by("pk").values_list("enrolled_on", flat=True))
    weeks = [(old - new).days / 7 for old, new in zip(enrolled, moved, strict=True)]
    assert spans() == before
    assert all(week == int(week) and 1 <= week <= 13 for week in weeks)
    assert births != list(Client.objects.exclude(birth_date=None).values_list("birth_date", flat=True))
    assert not identifiers & set(Client.objects.values_list("public_id", flat=True))
    neutral = list(Trajectory.objects.order_by("pk").values_list("wish", flat=True))
    assert [len(wish) for wish in neutral] == [len(wish) for wish in wishes]
    assert all("Dit is een tekst om mee te testen.".startswith(wish) for wish in neutral)


def test_each_client_moves_by_a_number_of_weeks_of_its_own():
    weeks = {Scrubber(b"key").shift(pk) for pk in range(500)}
    assert weeks == {timedelta(weeks=number) for number in range(1, 14)}
    assert Scrubber(b"key").shift(None) == timedelta(0)


def test_the_key_decides_what_stands_there():
    somebody = ClientFactory.build(pk=1, last_name="Visser")
    field = Client._meta.get_field("client_number")
    found = {
        key: Scrubber(key).replacement(somebody, field, DataClass.IDENTITY, 1) for key in (b"one", b"two")
    }
    assert found[b"one"] == Scrubber(b"one").replacement(somebody, field, DataClass.IDENTITY, 1)
    assert found[b"one"] != found[b"two"]


def test_a_new_field_is_scrubbed_because_it_has_a_class(people, monkeypatch):
    """The team's name says nothing about a person, until somebody classifies it so."""
    team = type(people.team)
    table = classification_of(team)
    assert scrubbed_fields(team, table) == [team._meta.get_field("public_id")]
    monkeypatch.setitem(table.fields, "name", DataClass.IDENTITY)
    assert team._meta.get_field("name") in scrubbed_fields(team, table)
    scrub_copy()
    assert re.fullmatch(r"X[0-9a-f]{15}", team.objects.get(pk=people.team.pk).name)


def test_figures_stay_close():
    """Sixty journeys: what is counted from enrolment is the same, what is counted in a quarter nearly."""
    for number in range(60):
        enrolled = date(2023, 1, 2) + timedelta(days=7 * number)
        trajectory = TrajectoryFactory(enrolled_on=enrolled)
        if number % 5 < 3:
            JobFactory(
                trajectory=trajectory,
                started_on=enrolled + timedelta(days=30 + 5 * number),
                ended_on=None if number % 3 else enrolled + timedelta(days=200 + 5 * number),
            )
    before = figures()
    scrub_copy()
    after = figures()
    for key in ("cohort_placement_rate.6", "cohort_placement_rate.12", "job_sustainment.13"):
        assert before.rates[key] == after.rates[key]
    assert before.first_job.median_days_placed == after.first_job.median_days_placed
    assert before.first_job.km_median_days == after.first_job.km_median_days
    assert before.flow.running == after.flow.running
    assert abs(before.rates["point_employment_rate"].rate - after.rates["point_employment_rate"].rate) <= 0.05
    assert (
        abs(before.rates["period_employment_rate"].rate - after.rates["period_employment_rate"].rate) <= 0.1
    )


def figures() -> PlacementReport:
    return placement_report(Scope(), ReportWindow.of(date(2025, 7, 1), date(2025, 9, 30)))


def test_command_refuses_a_database_at_which_somebody_works():
    TrajectoryFactory(wish=MARK)
    ours = connection.settings_dict
    address = {name: ours[name.upper()] for name in ("host", "port", "user", "password")}
    with psycopg.connect(dbname=ours["NAME"], **address), pytest.raises(CommandError, match="in gebruik"):
        command()
    assert Trajectory.objects.get().wish == MARK


def test_command_refuses_another_name_a_field_without_a_class_and_to_work_without_the_owner(
    monkeypatch, settings
):
    TrajectoryFactory(wish=MARK)
    with pytest.raises(CommandError, match="heet anders"):
        command("somewhere")
    with monkeypatch.context() as changed:
        changed.delattr(Assignment, "declared")
        with pytest.raises(CommandError, match=r"clients\.Assignment\.started_on"):
            command()
    settings.DATABASE_OWNER = {}
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        command()
    assert Trajectory.objects.get().wish == MARK


def test_a_kvk_number_is_replaced_by_another_of_eight_digits(people):
    scrub_copy()
    (employer,) = Employer.objects.exclude(kvk_number="")
    assert employer.kvk_number.isdigit()
    assert len(employer.kvk_number) == 8
    assert employer.kvk_number != "12345678"
