"""Nobody is born after what is recorded of them: on a page, in a file and in the database."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clients.models import Client
from clients.people.services import correct_client
from ipsplatform.common.declared import nouns_of_clients
from ipsplatform.common.errors import RuleError
from ipsplatform.common.partial_dates import PartialDate, Precision
from tests.factories import (
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.trajectories.case_import.import_files import refused, run_import, write_all, write_file
from trajectories.models import Contact, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

# What is recorded, and how the refusal names it.
FACTS = {
    "trajectory": "het traject dat begon op 01-02-2025",
    "referral": "de aanmelding van 05-01-2025",
    "stage": "de fase die begon op 01-03-2025",
    "job": "de baan die begon op 06-01-2025",
    "contact": "het contact van 07-01-2025",
}


@pytest.fixture
def worker(client):
    worker = UserFactory(team=TeamFactory(code="N"))
    client.force_login(worker)
    return worker


def person_with(kind, worker):
    person = ClientFactory(
        team=worker.memberships.get().team, followed_by=worker, birth_date=date(1990, 5, 1)
    )
    if kind == "contact":
        ContactFactory(client=person, staff=worker, occurred_at="2025-01-07T23:30+01:00")
        return person
    enrolled_on = "2025-03-01" if kind == "stage" else "2025-02-01"
    referred_on = "2025-01-05" if kind == "referral" else None
    trajectory = TrajectoryFactory(client=person, enrolled_on=enrolled_on, referred_on=referred_on)
    if kind == "job":
        JobFactory(trajectory=trajectory, started_on="2025-01-06")
    if kind == "stage":  # recorded before stages had to lie in their trajectory
        StagePeriodFactory(trajectory=trajectory, started_on="2025-03-01")
    return person


def last_day_before(text: str) -> date:
    day, month, year = (int(part) for part in text.rsplit(maxsplit=1)[-1].split("-"))
    return date(year, month, day)


@pytest.mark.parametrize("kind", FACTS)
def test_a_page_names_what_contradicts_it(client, worker, kind):
    person = person_with(kind, worker)
    url = reverse("clients:client_correct", args=[person.public_id])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    for written in ("2026", "1-2026"):
        answer = client.post(url, sent | {"birth_date": written, "is_sure": "on"})
        assert list(answer.context["form"].errors) == ["birth_date"]
    told = str(answer.context["form"].errors["birth_date"][0])
    if kind != "stage":
        assert FACTS[kind] in told
    day = last_day_before(FACTS[kind])
    sent |= {"birth_date": day.strftime("%d-%m-%Y"), "is_sure": "on"}
    assert client.post(url, sent).status_code == 302, "the day itself is possible"


@pytest.mark.parametrize("kind", FACTS)
def test_the_database_refuses_it(worker, kind):
    person = person_with(kind, worker)
    rows = Client.objects.filter(pk=person.pk)
    day = last_day_before(FACTS[kind])
    with pytest.raises(IntegrityError, match="born after"), transaction.atomic():
        rows.update(birth_date=date.fromordinal(day.toordinal() + 1))
    assert rows.update(birth_date=day) == 1


def test_a_year_that_holds_the_day_is_possible(worker):
    person = person_with("contact", worker)
    correct_client(client=person, birth_date=PartialDate(date(2025, 1, 1), Precision.YEAR), by=worker)
    with pytest.raises(RuleError, match="07-01-2025"):
        correct_client(client=person, birth_date=PartialDate(date(2025, 2, 1), Precision.MONTH), by=worker)


def test_a_file_is_refused_with_line_and_column(tmp_path):
    write_all(tmp_path)
    assert run_import(tmp_path).written
    write_file(tmp_path, "clients", {"birth_date": "2024-02-02"})
    file, line, column, reason = refused(tmp_path)[0]
    assert (file, line, column) == ("clients.csv", 2, "birth_date")
    assert "01-02-2024" in reason
    write_file(tmp_path, "clients", {"birth_date": "2024"})
    assert refused(tmp_path) == []


def test_every_kind_that_begins_in_a_life_says_so():
    told = {model for model, declared in nouns_of_clients().items() if declared.in_life}
    assert {Trajectory, StagePeriod, Job, Contact} == told
