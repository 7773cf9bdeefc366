"""What a page says of a signal: the rule in words, and the one action that resolves it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.texts import Text
from trajectories.models import ContactKind
from trajectories.signals.selectors import Signal, SignalCode


@dataclass(frozen=True, slots=True)
class Attention:
    """One signal as a page shows it."""

    text: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class SignalWords:
    """The declaration of a signal. `name` is how a filter calls it; `since_enrolment` is said when it
    never happened at all.
    """

    name: Text
    text: Text
    since_enrolment: Text
    action: Text
    url: Callable[[Client], str]


def _write_contact(client: Client) -> str:
    return f"{reverse('trajectories:contact_write')}?client={client.public_id}"


WORDS = {
    SignalCode.NOT_SEEN: SignalWords(
        name=_("not seen for long"),
        text=_("not seen for %(days)s days"),
        since_enrolment=_("not seen since the enrolment, day %(days)s"),
        action=_("write contact"),
        url=_write_contact,
    ),
    SignalCode.NO_EMPLOYER: SignalWords(
        name=_("no employer contact"),
        text=_("no employer contact, %(days)s days"),
        since_enrolment=_("no employer contact, %(days)s days"),
        action=_("write employer contact"),
        url=lambda client: f"{_write_contact(client)}&kind={ContactKind.WERKGEVER}",
    ),
}


def signal_choices() -> list[tuple[str, Text]]:
    """Every signal with its name, for a filter."""
    return [(code.value, words.name) for code, words in WORDS.items()]


def attention_of(client: Client, signals: list[Signal]) -> list[Attention]:
    """The signals of one client in words."""
    return [_attention(client, signal, WORDS[signal.code]) for signal in signals]


def _attention(client: Client, signal: Signal, words: SignalWords) -> Attention:
    text = words.since_enrolment if signal.never else words.text
    return Attention(text % {"days": signal.days}, str(words.action), words.url(client))
