"""A request to let somebody see more, in words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Field
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day_text
from staff.asking.selectors import Asked, AskedMembership, Difference, asked_of, role_label
from staff.models import AccessChange, AccessChangeKind, User

_WORDS: dict[str, Callable[[Any], str]] = {
    "role": role_label,
    "is_active": lambda is_open: _("may sign in") if is_open else _("closed"),
}


@dataclass(frozen=True, slots=True)
class AskedFact:
    """One thing that is asked: its name, what it will be, and what it is now ("" for the same or nothing)."""

    name: str
    after: str
    before: str = ""


def summaries(changes: Iterable[AccessChange]) -> dict[AccessChange, str]:
    """What is asked, in one line for each request of the queue."""
    return {change: _summary(change, asked.memberships) for change, asked in asked_of(changes).items()}


def described(changes: Iterable[AccessChange]) -> list[tuple[AccessChange, str, bool]]:
    """Of each request what is asked, in one line, and whether that still fits."""
    return [
        (change, _summary(change, asked.memberships), asked.fits)
        for change, asked in asked_of(changes).items()
    ]


def in_short(changes: Iterable[AccessChange]) -> dict[AccessChange, str]:
    """What is asked and when, in a few words for each request: teams without their days."""
    return {change: _short(change, asked.memberships) for change, asked in asked_of(changes).items()}


def changed_meanwhile(asked: Asked) -> str:
    """What is no longer as it was when this was asked, in words for a sentence; "" when all of it fits."""
    told = [_difference(one) for one in asked.differences]
    if not all(membership.fits for membership in asked.memberships):
        told.append(_("the teams of this person"))
    return "; ".join(told)


def fact_text(name: str, value: object) -> str:
    """A fact of a person, or the name and code of a team, in words."""
    if name == "team":
        return "{} ({})".format(*value) if isinstance(value, list) else "–"
    if name in _WORDS:
        return _WORDS[name](value)
    return str(value or "–")


def fact_label(name: str) -> str:
    """What a fact of a person is called, within a sentence."""
    return _("team") if name == "team" else str(cast("Field", User._meta.get_field(name)).verbose_name)


def _difference(one: Difference) -> str:
    return _("%(fact)s was %(before)s, is now %(after)s") % {
        "fact": fact_label(one.name),
        "before": fact_text(one.name, one.before),
        "after": fact_text(one.name, one.after),
    }


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
    return _facts_of_access(change, asked_of([change])[change].memberships)


def _facts_of_access(change: AccessChange, memberships: list[AskedMembership]) -> list[AskedFact]:
    return [*_facts_of_person(change), *map(_fact_of_membership, memberships)]


def _facts_of_person(change: AccessChange) -> Iterator[AskedFact]:
    labels = {"role": _("Role"), "is_active": _("Account"), "email": _("E-mail address")}
    for name, label in labels.items():
        if name in change.changes:
            before, after = change.changes[name]
            was = fact_text(name, before) if before != after else ""
            yield AskedFact(label, fact_text(name, after), was)


def _fact_of_membership(asked: AskedMembership) -> AskedFact:
    before = asked.before
    was = f"{before.team.name}, {_period(before.started_on, before.ended_on)}" if before else ""
    return AskedFact(_("Team"), f"{asked.team}, {_period(asked.started_on, asked.ended_on)}", was)


def _period(started_on: date, ended_on: date | None) -> str:
    first = day_text(started_on)
    if ended_on is None:
        return _("from %(first)s") % {"first": first}
    return _("from %(first)s until %(last)s") % {"first": first, "last": day_text(ended_on)}
