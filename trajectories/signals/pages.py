"""What a page says of a signal: the rule in words, for whom it is, and the one action that ends it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from clients.permissions import can_assign_client, can_write_client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.texts import Text
from staff.models import User
from staff.permissions import can_open_files
from trajectories.models import ContactKind, SignalCode
from trajectories.signals.selectors import Signal

EVERYBODY = gettext_lazy("for everybody in the team")
FOLLOWERS = gettext_lazy("for those who follow the client, or the team lead")
LEAD = gettext_lazy("for the team lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One signal as `user` reads it; each text is made when a page asks for it."""

    client: Client
    signal: Signal
    user: User

    @property
    def code(self) -> str:
        return self.signal.code.value

    @property
    def text(self) -> str:
        return signal_text(self.signal)

    @property
    def since(self) -> str:
        return _("since %(day)s") % {"day": _short(self.signal.since, _day_of(self.signal))}

    @property
    def who(self) -> str:
        return str(self._words.who)

    @property
    def action(self) -> str:
        return str(self._words.action)

    @property
    def url(self) -> str:
        """Where the action is done; empty when somebody else has to do it."""
        may = self._words.may(self.user, self.client)
        return self._words.url(self.client, self.signal) if may else ""

    @property
    def later_url(self) -> str:
        """Where the signal is set aside; empty for anyone who may not."""
        if not can_write_client(self.user, self.client):
            return ""
        arguments = [self.client.public_id, self.signal.code.value]
        return reverse("trajectories:signal_snooze", args=arguments)

    @property
    def _words(self) -> "SignalWords":
        return WORDS[self.signal.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A signal that holds and that is not shown until a day."""

    text: str
    until: str
    reason: str
    by: str
    lift_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWords:
    """The declaration of a signal. `never` is said when the thing has not happened at all, `past` when the
    day that the signal is about is over.
    """

    text: Text
    never: Text = ""
    past: Text = ""
    who: Text
    may: Callable[[User, Client], bool]
    action: Text
    url: Callable[[Client, Signal], str]


def _contact(client: Client, _signal: Signal) -> str:
    return f"{reverse('trajectories:contact_write')}?client={client.public_id}"


def _employer_contact(client: Client, signal: Signal) -> str:
    return f"{_contact(client, signal)}&kind={ContactKind.WERKGEVER}"


def _visit(client: Client, signal: Signal) -> str:
    """The form of an appointment on the first day of the job."""
    return f"{reverse('trajectories:appointment_make')}?client={client.public_id}&day={signal.about}"


def _choice(client: Client, signal: Signal) -> str:
    url = reverse("trajectories:disclosure_choose", args=[client.public_id])
    return f"{url}?employer={signal.subject}"


def _assignment(client: Client, _signal: Signal) -> str:
    return reverse("clients:assignment_add", args=[client.public_id])


def _of_subject(name: str) -> Callable[[Client, Signal], str]:
    return lambda _client, signal: reverse(name, args=[signal.subject])


def _may_write_contact(user: User, _client: Client) -> bool:
    return can_open_files(user)


def _by_contact(*, text: Text, never: Text = "") -> SignalWords:
    """A signal that anybody who sees the client ends with a contact."""
    return SignalWords(
        text=text,
        never=never,
        who=EVERYBODY,
        may=_may_write_contact,
        action=gettext_lazy("write contact"),
        url=_contact,
    )


WORDS = {
    SignalCode.JOB_ENDED: _by_contact(text=gettext_lazy("job ended on %(day)s, no contact since")),
    SignalCode.JOB_STARTED: _by_contact(text=gettext_lazy("job started on %(day)s, no contact since")),
    SignalCode.JOB_STARTS: SignalWords(
        text=gettext_lazy("job starts on %(day)s, no visit planned"),
        who=EVERYBODY,
        may=_may_write_contact,
        action=gettext_lazy("plan a visit"),
        url=_visit,
    ),
    SignalCode.NO_DISCLOSURE: SignalWords(
        text=gettext_lazy("job starts on %(day)s, not recorded what the employer may know"),
        who=FOLLOWERS,
        may=can_write_client,
        action=gettext_lazy("record the choice"),
        url=_choice,
    ),
    SignalCode.NOT_SEEN: _by_contact(
        text=gettext_lazy("not seen for %(days)s days"),
        never=gettext_lazy("not seen since the enrolment, day %(days)s"),
    ),
    SignalCode.JOB_CONTACT: _by_contact(text=gettext_lazy("has a job, no contact for %(days)s days")),
    SignalCode.NO_EMPLOYER: SignalWords(
        text=gettext_lazy("no employer contact, %(days)s days"),
        who=EVERYBODY,
        may=_may_write_contact,
        action=gettext_lazy("write employer contact"),
        url=_employer_contact,
    ),
    SignalCode.LONG_WITHOUT_JOB: SignalWords(
        text=gettext_lazy("without a job since %(day)s: look at it together"),
        never=gettext_lazy("no job since the enrolment on %(day)s: look at it together"),
        who=FOLLOWERS,
        may=can_write_client,
        action=gettext_lazy("wish and next step"),
        url=_of_subject("trajectories:trajectory_plan"),
    ),
    SignalCode.APPROVAL_ENDS: SignalWords(
        text=gettext_lazy("approval ends on %(day)s"),
        past=gettext_lazy("approval ended on %(day)s"),
        who=FOLLOWERS,
        may=can_write_client,
        action=gettext_lazy("fill in the extension"),
        url=_of_subject("trajectories:trajectory_correct"),
    ),
    SignalCode.NO_FOLLOWER: SignalWords(
        text=gettext_lazy("no fixed trajectbegeleider since %(day)s"),
        never=gettext_lazy("no fixed trajectbegeleider yet"),
        who=LEAD,
        may=can_assign_client,
        action=gettext_lazy("assign somebody"),
        url=_assignment,
    ),
    SignalCode.UNANSWERED: SignalWords(
        text=gettext_lazy("answers about the job are missing"),
        who=FOLLOWERS,
        may=can_write_client,
        action=gettext_lazy("answer"),
        url=_of_subject("trajectories:job_correct"),
    ),
}


def attention_of(client: Client, signals: Iterable[Signal], *, user: User) -> list[Attention]:
    """Signals of one client in words, as `user` reads them."""
    return [Attention(client=client, signal=signal, user=user) for signal in signals]


def set_aside_of(client: Client, signals: Iterable[Signal], *, user: User) -> list[SetAside]:
    """The signals of one client that were set aside, in words."""
    return [_set_aside(client, signal, user) for signal in signals if signal.snoozed is not None]


def signal_text(signal: Signal) -> str:
    """The rule in words, with its days."""
    words, today = WORDS[signal.code], _day_of(signal)
    text = words.past if words.past and signal.about < today else words.text
    text = words.never if words.never and signal.never else text
    return text % {"days": signal.days, "day": _short(signal.about, today)}


def _set_aside(client: Client, signal: Signal, user: User) -> SetAside:
    snoozed = signal.snoozed
    assert snoozed is not None  # noqa: S101  # whoever asks has chosen those
    lift_url = reverse("trajectories:snooze_lift", args=[snoozed.snooze])
    return SetAside(
        text=signal_text(signal),
        until=day_text(snoozed.until),
        reason=snoozed.reason,
        by=snoozed.by,
        lift_url=lift_url if can_write_client(user, client) else "",
    )


def _day_of(signal: Signal) -> date:
    """The day on which the signal holds."""
    return signal.since + timedelta(days=signal.days)


def _short(day: date, today: date) -> str:
    """Without the year when it is this one."""
    return day_text(day, "j M") if day.year == today.year else day_text(day)
