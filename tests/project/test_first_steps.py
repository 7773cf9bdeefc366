"""An administrator of an empty installation is led from step to step, by what there is."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.schedulers import ModelEntry

from ipsplatform.celery import app
from ipsplatform.operations import heartbeat
from staff.asking.services import ask_for_access
from staff.models import Role, TeamMembership, User
from staff.organisation.services import name_organisation
from tests.factories import ClientFactory, TeamFactory, TeamMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
TITLES = [
    "De organisatie invullen",
    "Teams maken",
    "Mensen toevoegen en uitnodigen",
    "Cliënten overzetten",
    "De planning nakijken",
]


def can_sign_in(person: User) -> User:
    person.set_password("een lange zin die ik onthoud")
    person.save()
    return person


@pytest.fixture
def beheerder(client):
    cache.clear()
    administrator = can_sign_in(UserFactory(beheerder=True))
    client.force_login(administrator)
    return administrator


def write_schedule() -> None:
    """What beat does when it starts; its own way there closes the connection of the test."""
    for name, entry in app.conf.beat_schedule.items():
        ModelEntry.from_entry(str(name), app=app, **entry)


def page(client: Client) -> str:
    return client.get(reverse("admin:first_steps")).content.decode()


def states(client: Client) -> list[str]:
    return re.findall(r'first-step-state">\s*(?:✓ )?(\w+)', page(client))


def set_up(administrator) -> Iterator[None]:
    """Do what the steps ask, one after the other."""
    name_organisation(name="GGZ Voorbeeldstad", questions_to="privacy@voorbeeld.example", by=administrator)
    yield
    team = TeamFactory(name="FACT Noord")
    yield
    UserFactory(beheerder=True)
    lead = UserFactory(role=Role.TEAMLEIDER)
    for person in User.objects.exclude(pk=administrator.pk):
        can_sign_in(person)
    TeamMembershipFactory(user=lead, team=team, started_on=timezone.localdate())
    yield
    ClientFactory(team=team)
    yield
    write_schedule()
    heartbeat.write()
    yield


def test_each_step_is_done_by_doing_it(client, beheerder):
    seen = [states(client)]
    for _ in set_up(beheerder):
        seen.append(states(client))
    assert seen == [["klaar"] * done + ["nu", *["later"] * (4 - done)] for done in range(5)] + [["klaar"] * 5]


def test_an_administrator_begins_there_until_all_is_done(client, beheerder):
    doors = [client.get(reverse("home")).url]
    for _ in set_up(beheerder):
        doors.append(client.get(reverse("home")).url)
    assert doors == [reverse("admin:first_steps")] * 5 + [reverse("admin:index")]


def test_every_step_leads_to_a_page_that_opens(client, beheerder):
    answers = []
    for _ in [None, *set_up(beheerder)]:
        links = re.findall(
            r'<a(?: class="button")? href="([^"]+)">', page(client).split('class="first-steps"')[1]
        )
        answers += [client.get(link, follow=True).status_code for link in links[:5]]
    assert answers == [200] * 30


def test_the_page_names_who_is_missing(client, beheerder):
    TeamFactory(name="FACT Oost")
    left = TeamFactory(name="FACT West")
    TeamMembershipFactory(
        user=UserFactory(role=Role.TEAMLEIDER), team=left, started_on=timezone.localdate(), ended_on=None
    )
    text = page(client)
    found = [
        "Zonder teamleider: FACT Oost." in text,
        "Er is nog geen tweede beheerder." in text,
        "1 persoon kan nog niet inloggen" in text,
        all(title in text for title in TITLES),
    ]
    assert found == [True] * 4


def test_the_schedule_says_when_the_figures_come(client, beheerder):
    write_schedule()
    assert re.search(
        r"Cijfers van de vorige maand: de volgende keer op \w\w 1 \w+ \d{4}, 02:15\.", page(client)
    )


def test_a_lone_administrator_reads_how_the_second_one_is_confirmed(client, beheerder):
    team = TeamFactory(name="FACT Noord")
    person = UserFactory(role=Role.TEAMLEIDER, is_active=False)
    membership = TeamMembership(user=person, team=team, started_on=timezone.localdate())
    ask_for_access(
        person=person, facts={"is_active": True}, memberships=[membership], reason="Nieuw.", by=beheerder
    )
    alone = page(client)
    UserFactory(beheerder=True)
    assert "1 aanvraag wacht op een tweede persoon" in alone
    assert "manage.py confirm_access_change" in alone
    assert "manage.py confirm_access_change" not in page(client)
