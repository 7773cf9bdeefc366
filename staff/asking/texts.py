"""A request to let somebody see more, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day_text
from staff.asking.selectors import AskedMembership, asked_memberships, role_label, still_fits
from staff.models import AccessChange, AccessChangeKind


@dataclass(frozen=True, slots=True)
class AskedFact:
    """One thing that is asked: its name, what it will be, and what it is now ("" for the same or nothing)."""

    name: str
    after: str
    before: str = ""


def summaries(changes: Iterable[AccessChange]) -> dict[AccessChange, str]:
    """What is asked, in one line for each request of the queue."""
    memberships = asked_memberships(changes)
    return {change: _summary(change, asked) for change, asked in memberships.items()}


def described(changes: Iterable[AccessChange]) -> list[tuple[AccessChange, str, bool]]:
    """Of each request what is asked, in one line, and whether that still fits."""
    memberships = asked_memberships(changes)
    return [
        (change, _summary(change, asked), still_fits(change, asked)) for change, asked in memberships.items()
    ]


def in_short(changes: Iterable[AccessChange]) -> dict[AccessChange, str]:
    """What is asked and when, in a few words for each request: teams without their days."""
    memberships = asked_memberships(changes)
    return {change: _short(change, asked) for change, asked in memberships.items()}


def _short(change: AccessChange, memberships: list[AskedMembership]) -> str:
    facts = [f"{fact.name}: {fact.after}" for fact in _facts_of_person(change)]
    facts += [f"{_('Team')}: {asked.team}" for asked in memberships]
    if change.kind != AccessChangeKind.ACCESS:
        facts = [str(change.get_kind_display())]
    asked_on = day_text(timezone.localtime(change.asked_at), "j M")
    return " · ".join([*facts, _("asked on %(day)s") % {"day": asked_on}])


def _summary(change: AccessChange, memberships: list[AskedMembership]) -> str:
    if change.kind != AccessChangeKind.ACCESS:
        return str(change.get_kind_display())
    return " · ".join(f"{fact.name}: {fact.after}" for fact in _facts_of_access(change, memberships))


def asked_facts(change: AccessChange) -> list[AskedFact]:
    """Everything that holds once this is confirmed."""
    if change.kind == AccessChangeKind.PASSWORD:
        after = _("a password typed by the administrator, for one sign-in; after that an own one")
        return [AskedFact(_("Password"), after)]
    if change.kind == AccessChangeKind.FACTORS:
        return [AskedFact(_("Second factor"), _("removed; a new one is set up at the next sign-in"))]
    return _facts_of_access(change, asked_memberships([change])[change])


def _facts_of_access(change: AccessChange, memberships: list[AskedMembership]) -> list[AskedFact]:
    return [*_facts_of_person(change), *map(_fact_of_membership, memberships)]


def _facts_of_person(change: AccessChange) -> Iterator[AskedFact]:
    words = {
        "role": (_("Role"), role_label),
        "is_active": (_("Account"), lambda is_open: _("may sign in") if is_open else _("closed")),
        "email": (_("E-mail address"), lambda address: address or "–"),
    }
    for name, (label, in_words) in words.items():
        if name in change.changes:
            before, after = change.changes[name]
            yield AskedFact(label, in_words(after), in_words(before) if before != after else "")
    if change.person.must_change_password and change.person.has_usable_password():
        yield AskedFact(_("Password"), _("typed by the administrator, for one sign-in"))


def _fact_of_membership(asked: AskedMembership) -> AskedFact:
    before = asked.before
    was = f"{before.team.name}, {_period(before.started_on, before.ended_on)}" if before else ""
    return AskedFact(_("Team"), f"{asked.team}, {_period(asked.started_on, asked.ended_on)}", was)


def _period(started_on: date, ended_on: date | None) -> str:
    first = day_text(started_on)
    if ended_on is None:
        return _("from %(first)s") % {"first": first}
    return _("from %(first)s until %(last)s") % {"first": first, "last": day_text(ended_on)}
