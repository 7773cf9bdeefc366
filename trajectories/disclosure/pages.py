"""What may be shared about a client, as lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from clients.models import Consent, SharingGround
from ipsplatform.common.day_texts import day_text
from trajectories.disclosure.selectors import EmployerChoice, WhatMayBeShared, last_day_of
from trajectories.models import DisclosureChoice, Employer


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent or ground as one line: who may know what, what for, since when. `row` is what ends."""

    who: str
    what: str
    purpose: str
    meta: str
    row: Consent | SharingGround


@dataclass(frozen=True, slots=True)
class EmployerLine:
    """An employer and whether it may know; `meta` says since when, and is empty without a choice."""

    employer: Employer
    choice: DisclosureChoice | None
    may_know: bool
    meta: str


@dataclass(frozen=True, slots=True)
class SharedLines:
    """What holds today, as lines."""

    consents: list[Agreement]
    employers: list[EmployerLine]

    @property
    def is_empty(self) -> bool:
        return not (self.consents or self.employers)


@dataclass(frozen=True, slots=True)
class Past:
    """What held once: a line, and how it ended."""

    text: str
    ending: str


def shared_lines(shared: WhatMayBeShared) -> SharedLines:
    """Consents and choices as lines."""
    return SharedLines(
        consents=[_consent_line(consent) for consent in shared.consents],
        employers=employer_lines(shared.employers),
    )


def ground_lines(grounds: Iterable[SharingGround]) -> list[Agreement]:
    """Grounds as lines."""
    return [_ground_line(ground) for ground in grounds]


def employer_lines(choices: Iterable[EmployerChoice]) -> list[EmployerLine]:
    """Employers as lines, asked or not."""
    return [
        EmployerLine(
            employer=one.employer,
            choice=one.choice,
            may_know=one.may_know,
            meta=_period(one.choice.given_on, None) if one.choice else "",
        )
        for one in choices
    ]


def past_lines(rows: Iterable[Consent | SharingGround | DisclosureChoice]) -> list[Past]:
    """What held once, as lines."""
    return [Past(_words_of(row), _ending(row)) for row in rows]


def _ending(row: Consent | SharingGround | DisclosureChoice) -> str:
    text = _("withdrawn on %(day)s") if getattr(row, "withdrawn_at", None) else _("ended on %(day)s")
    return text % {"day": day_text(last_day_of(row))}


def _words_of(row: Consent | SharingGround | DisclosureChoice) -> str:
    if isinstance(row, DisclosureChoice):
        answer = _("may know") if row.may_know else _("may not know")
        return f"{row.employer.name}: {answer}"
    line = _consent_line(row) if isinstance(row, Consent) else _ground_line(row)
    return f"{line.who}: {line.what} ({line.purpose})"


def _consent_line(consent: Consent) -> Agreement:
    text = _("text %(version)s") % {"version": consent.text.version}
    how = f"{consent.get_obtained_display()}, {text}"
    return _agreement(consent, how)


def _ground_line(ground: SharingGround) -> Agreement:
    return _agreement(ground, f"{ground.get_basis_display()}: {ground.source}")


def _agreement(row: Consent | SharingGround, detail: str) -> Agreement:
    kind = str(row.get_recipient_display())
    return Agreement(
        who=f"{row.recipient_name} ({kind})" if row.recipient_name else kind,
        what=str(row.get_kind_of_data_display()),
        purpose=str(row.get_purpose_display()),
        meta=" · ".join([_period(row.started_on, row.ended_on), detail]),
        row=row,
    )


def _period(started_on: date, ended_on: date | None) -> str:
    if ended_on is None:
        return _("since %(day)s") % {"day": day_text(started_on)}
    return _("%(start)s until %(end)s") % {"start": day_text(started_on), "end": day_text(ended_on)}
