"""A client number is the same however it is pasted, and one that looks like another is asked about."""

import pytest
from django.db import connection
from django.urls import reverse

from clients.emergency.services import weigh_answer
from clients.models import Client
from clients.people.given_numbers import (
    NumberLooksUsedError,
    alike_numbers,
    ask_about_number,
    looks_like,
    rows_like,
)
from clients.people.services import correct_client, register_client
from staff.models import AuditEvent
from tests.factories import ClientFactory, TeamFactory, UserFactory
from tests.trajectories.case_import.import_files import refused, run_import, write_all, write_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

REGISTER = "/clients/register/"
KEPT = "ZZ-1"
PASTED = {
    "capitals": "zz-1",
    "full-width letter": "\uff3aZ-1",
    "full-width digit": "ZZ-\uff11",
    "sign without width": "ZZ\u200b-1",
    "joiner": "ZZ\u200d-1",
    "soft hyphen": "ZZ\u00ad-1",
    "spaces that do not break": "\u00a0ZZ-1\u202f",
    "en dash": "ZZ\u20131",
    "em dash": "ZZ\u20141",
    "minus": "ZZ\u22121",
    "direction": "\u202aZZ-1\u202c",
    "superscript": "ZZ-\u00b9",
    "byte order mark": "\ufeffZZ-1",
}


@pytest.fixture
def team():
    return TeamFactory(code="N")


@pytest.fixture
def worker(client, team):
    worker = UserFactory(team=team)
    client.force_login(worker)
    return worker


def typed(team, number, **more) -> dict:
    return {"last_name": "Groot", "client_number": number, "team": team.public_id, **more}


@pytest.mark.parametrize("kind", PASTED)
def test_every_door_reads_the_same_number(client, worker, team, tmp_path, kind):
    pasted = PASTED[kind]
    client.post(REGISTER, typed(team, pasted))
    person = Client.objects.get()
    assert person.client_number == KEPT
    assert Client.objects.filter(client_number=pasted).get() == person
    found = client.get(reverse("trajectories:search"), {"q": pasted}).context["rows"]
    assert [row.client for row in found] == [person]
    assert weigh_answer(client_number=pasted, last_name="groot", by=worker).fits
    correct_client(client=person, client_number=pasted, by=worker)
    assert not AuditEvent.objects.filter(action="client_corrected").exists()
    client.force_login(UserFactory(beheerder=True))
    listed = client.get("/admin/clients/client/", {"q": pasted.strip("\u00a0\u202f")})
    assert [one.client_number for one in listed.context["cl"].result_list] == [KEPT]
    write_file(tmp_path, "clients", {"client_number": pasted, "team_code": ""})
    write_file(tmp_path, "trajectories", {"client_number": "ZZ\u20111"})
    assert refused(tmp_path) == []
    assert Client.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("C0315", "C315", True),
        ("C0315", "315", True),
        ("C 0315", "C-0315", True),
        ("C.0315", "C0315", True),
        ("CO315", "C0315", True),
        ("C03I5", "C0315", True),
        ("C03l5", "C0315", True),
        ("C1O5", "C105", True),
        ("CLIENT-315", "315", True),
        ("C-100001", "100001", True),
        ("T0315", "C0315", False),
        ("C0315", "C0316", False),
        ("C0315B", "C0315", False),
        ("C3150", "C315", False),
        ("ABC", "AB-C", False),
        ("C0315", "C0315", False),
    ],
)
def test_which_numbers_look_alike(one, other, alike):
    ClientFactory(client_number=other)
    assert looks_like(one.upper(), other.upper()) == looks_like(other.upper(), one.upper()) == alike
    assert alike_numbers([one]) == ({one.upper(): [other.upper()]} if alike else {})


def test_a_look_alike_is_asked_about_once_with_who_has_it(client, worker, team):
    known = ClientFactory(team=team, client_number="C0315", last_name="Zyx", first_name="")
    answer = client.post(REGISTER, typed(team, "315"))
    page = answer.content.decode()
    assert list(answer.context["form"].errors) == ["is_new_number"]
    assert "Dit nummer lijkt op C0315." in page
    assert "Ja, het is een ander nummer:" not in page, "the question stands without its answer in front"
    assert reverse("trajectories:client_overview", args=[known.public_id]) in page
    assert 'type="checkbox" name="is_new_number"' in page
    assert client.post(REGISTER, typed(team, "315", is_new_number="on")).status_code == 302
    assert Client.objects.filter(client_number="315").count() == 1


def test_of_a_client_of_others_it_says_only_that_it_looks_used_and_is_counted(client, worker, team, settings):
    hidden = ClientFactory(client_number="C0315", last_name="Zyxwoude")
    page = client.post(REGISTER, typed(team, "315")).content.decode()
    assert "lijkt op een nummer dat in gebruik is" in page
    assert "C0315" not in page
    assert "Zyxwoude" not in page
    assert str(hidden.public_id) not in page
    for _again in range(settings.EMERGENCY_ATTEMPTS_PER_HOUR):
        page = client.post(REGISTER, typed(team, "C 0315")).content.decode()
    assert "lijkt op" not in page, "who tries many numbers is told nothing any more"


def test_correcting_asks_as_well_and_leaves_what_stands_alone(client, worker, team):
    ClientFactory(team=team, client_number="C0315")
    person = ClientFactory(team=team, followed_by=worker, client_number="A-315")
    url = reverse("clients:client_correct", args=[person.public_id])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(url, sent | {"client_number": "315"})
    assert list(answer.context["form"].errors) == ["is_new_number"]
    assert client.post(url, sent | {"last_name": "Groote"}).status_code == 302
    assert client.post(url, sent | {"client_number": "315", "is_new_number": "on"}).status_code == 302
    person.refresh_from_db()
    assert person.client_number == "315"


def test_who_calls_the_service_is_asked_when_it_says_so(team):
    by = UserFactory(team=team)
    ClientFactory(client_number="C0315")
    with pytest.raises(NumberLooksUsedError):
        ask_about_number("C-315", by=by)
    assert register_client(last_name="Groot", client_number="C-315", team=team, by=by)


def test_a_file_asks_and_a_reference_names_what_may_be_meant(tmp_path):
    write_all(tmp_path, clients={"client_number": "C0315"}, assignments={"client_number": "C0315"},
              trajectories={"client_number": "C0315"}, contacts={"client_number": "C0315"})  # fmt: skip
    assert run_import(tmp_path).doubts == ()
    write_file(
        tmp_path, "clients", {"client_number": "C-315"}, {"client_number": "C 315", "last_name": "Ander"}
    )
    write_file(tmp_path, "trajectories", {"trajectory_number": "T2", "client_number": "315"})
    report = run_import(tmp_path, skip_invalid=True)
    asked = [(one.file, one.line, one.column) for one in report.doubts]
    assert asked == [("clients.csv", 2, "client_number"), ("clients.csv", 3, "client_number")]
    assert "C-315" in report.refusals[0].reason, "of the recorded ones the first that can be told"


def test_looking_for_look_alikes_uses_the_indexes():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows_like(["315"]).explain()
    assert "client_number_digits" in plan
    assert "client_number_as_seen" in plan
