"""How a request to let somebody see more stands, in words for the second person."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day_text, moment
from ipsplatform.common.declared import action_words
from staff.asking.selectors import IDENTITY, person_as_asked
from staff.asking.texts import fact_label, fact_text
from staff.confirming.selectors import Account, account_of
from staff.models import AccessChange, AuditEvent, StaffAction, User


@dataclass(frozen=True, slots=True)
class AccountBlock:
    """Whose account it is, as it was when this was asked, and how it came about.

    `facts` are (name, text); `changes` are (what, by whom and when).
    """

    list_name: str
    facts: list[tuple[str, str]]
    changes: list[tuple[str, str]]


def account_block(change: AccessChange) -> AccountBlock:
    """What the second person judges about the account itself, with every kind of request."""
    person, account = person_as_asked(change), account_of(change.person)
    facts = [
        (_("Name"), str(person)),
        (_("User name"), person.username),
        (_("Staff number"), person.staff_number or _("none")),
        (_("E-mail address"), person.email or _("none: this account gets no message about anything")),
        (_("Account made"), _made(change.person, account)),
        (_("First password"), _first_password(account)),
        (_("Password"), _since(account.password_since)),
        (_("Second factor"), _since(account.factor_since)),
    ]
    return AccountBlock(
        person.list_name, facts, [(_what(line), _by_whom(line, change.person)) for line in account.changes]
    )


def state_text(change: AccessChange, *, fits: bool = True) -> str:
    """Until when it waits, or how it ended. An open one that does not fit can't be confirmed any more."""
    if change.is_open and not fits:
        return _("no longer fits: something changed meanwhile")
    if change.is_open:
        return _("lapses on %(day)s") % {"day": day_text(change.expires_at)}
    if not change.verdict:
        return _("lapsed on %(day)s: nobody confirmed it in time") % {"day": day_text(change.expires_at)}
    who = _("on the server") if change.is_judged_on_server else str(change.judged_by)
    facts = {
        "verdict": change.get_verdict_display(),
        "who": who,
        "day": day_text(change.over_at),
    }
    return _("%(verdict)s by %(who)s, %(day)s") % facts


def _made(person: User, account: Account) -> str:
    if account.made is None:
        return day_text(timezone.localtime(person.created_at))
    return _by_whom(account.made, person)


def _first_password(account: Account) -> str:
    if account.is_password_typed:
        return _("typed by an administrator, who knows it")
    return _("not typed by an administrator, as far as is known")


def _since(since: datetime | None) -> str:
    if since is None:
        return _("none yet")
    return _("since %(moment)s") % {"moment": moment(since)}


def _what(line: AuditEvent) -> str:
    """The line in words; of a correction each fact that says who somebody is."""
    if line.action != StaffAction.CORRECTED:
        return action_words()[line.action]
    facts = [(name, *line.changes[name]) for name in IDENTITY if name in line.changes]
    return "; ".join(
        f"{fact_label(name)}: {fact_text(name, before)} → {fact_text(name, after)}"
        for name, before, after in facts
    )


def _by_whom(line: AuditEvent, person: User) -> str:
    who = _("on the server")
    if line.by is not None:
        who = _("whoever signs in with this account") if line.by == person else str(line.by)
    return _("%(moment)s, by %(who)s") % {"moment": moment(line.at), "who": who}
