"""A signal is declared once: its rule as data, its words and its action beside each other."""

from datetime import date, timedelta

import pytest

from clients.models import Client
from tests.factories import ContactFactory, TrajectoryFactory
from trajectories.caseload.selectors import caseload_facts
from trajectories.signals.pages import WORDS, attention_of
from trajectories.signals.selectors import Signal, SignalCode

TODAY = date(2026, 3, 2)


def signals(client: Client) -> list[Signal]:
    return caseload_facts([client], TODAY)[0].signals


def test_every_signal_has_its_words():
    assert set(WORDS) == set(SignalCode)


@pytest.mark.django_db
def test_signal_says_since_when_and_which_threshold_has_passed(settings):
    settings.ATTENTION_THRESHOLDS = {"no_employer_days": 90}
    enrolled = TODAY - timedelta(days=60)
    assert signals(TrajectoryFactory(enrolled_on=enrolled).client) == [
        Signal(code=SignalCode.NOT_SEEN, since=enrolled, days=60, threshold=28, never=True)
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("on_monday")
def test_words_tell_apart_who_was_never_seen_and_who_not_for_long():
    client = TrajectoryFactory(enrolled_on=TODAY - timedelta(days=60)).client
    write = f"/contacts/write/?client={client.public_id}"

    def told() -> list[tuple[str, str]]:
        return [(one.text, one.url) for one in attention_of(client, signals(client))]

    without_employer = ("geen werkgeverscontact, 60 dagen", f"{write}&kind=werkgever")
    assert told() == [("niet gezien sinds de inschrijving, dag 60", write), without_employer]
    ContactFactory(client=client, occurred_at="2026-01-22T10:00:00+01:00")
    assert told() == [("39 dagen niet gezien", write), without_employer]
