"""Who looked in a file, in words: on paper for the client, on screen for the reviewer.

The client reads names only when the organisation decided so (FILE_ACCESS_SHOWS_NAMES).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.access_review.selectors.file_access import EmergencyOpening, FileAccess, ListSighting
from clients.access_review.selectors.reviews import ReviewedFile
from clients.models import AROUND_THE_FILE, AccessReview, Part, ReviewRule, Verdict
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.page_words import words_of
from staff.models import AccessLine, AccessOutcome, Purpose, Relation, Role, User

REASONS = {
    Purpose.CARE: gettext_lazy("to support you"),
    Purpose.STEERING: gettext_lazy("to make figures"),
    Purpose.ADMINISTRATION: gettext_lazy("to manage the system"),
    Purpose.SYSTEM: gettext_lazy("automatic work"),
}


VERDICTS = {
    "": gettext_lazy("Nobody has judged it yet."),
    Verdict.IN_ORDER: gettext_lazy("The team lead judged: this was in order."),
    Verdict.NOT_IN_ORDER: gettext_lazy("The team lead judged: this was not in order."),
}


@dataclass(frozen=True, slots=True)
class FileAccessLine:
    """One person on one day. `who` is the role and the team; `times` counts pages."""

    day: date
    who: str
    what: str
    why: str
    times: int
    is_refused: bool


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """One emergency access: from when until when, by whom, and why."""

    started_at: datetime
    over_at: datetime
    who: str
    reason: str
    verdict: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log behind a finding."""

    at: datetime
    page: str
    relation: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review in words: who looked, in whose file, when and how often."""

    of: ReviewedFile

    @property
    def review(self) -> AccessReview:
        return self.of.review

    @property
    def who(self) -> str:
        return self.review.subject.list_name

    @property
    def about(self) -> str:
        """The client, for readers who may open that file, else the team; or how many files."""
        if self.review.client_id is None:
            count = self.review.file_count
            return ngettext("%(count)s file", "%(count)s files", count) % {"count": count}
        if self.of.client is not None:
            return f"{self.of.client.list_name} · {self.of.client.client_number}"
        team = self.of.team
        return _("a client of %(team)s") % {"team": team} if team else _("a client of another team")

    @property
    def period(self) -> str:
        first, last = self.review.period_from, self.review.period_to
        return day_text(first) if first == last else f"{day_text(first)} – {day_text(last)}"

    @property
    def count_text(self) -> str:
        """How many pages; empty for an emergency, where each page is listed."""
        if self.review.rule == ReviewRule.EMERGENCY:
            return ""
        count = self.review.line_count
        return ngettext("%(count)s page", "%(count)s pages", count) % {"count": count}


def file_access_columns() -> list[dict[str, object]]:
    """The heads of a table of `file_access_lines`."""
    labels = (_("Day"), _("Who"), _("What"), _("Why"), _("Pages"))
    return [{"label": label, "is_number": label == labels[-1]} for label in labels]


def file_access_lines(rows: Iterable[FileAccess]) -> list[FileAccessLine]:
    """Who opened the file, in words for the client."""
    return [
        FileAccessLine(
            day=row.day,
            who=_who(row.user, row.role, row.teams),
            what=_what(row),
            why=_why(row),
            times=row.times,
            is_refused=row.is_refused,
        )
        for row in rows
    ]


def list_lines(sightings: Iterable[ListSighting]) -> list[FileAccessLine]:
    """In whose lists the name stood, one line for each person, in words for the client."""
    return [
        FileAccessLine(
            day=one.last,
            who=_who(one.user, one.role, one.teams),
            what=_where_the_name_stood(one),
            why=str(REASONS[Purpose(one.purpose)]),
            times=one.times,
            is_refused=False,
        )
        for one in sightings
    ]


def emergency_lines(openings: Iterable[EmergencyOpening]) -> list[EmergencyLine]:
    """Each emergency access, in words for the client."""
    return [
        EmergencyLine(
            started_at=timezone.localtime(one.access.started_at),
            over_at=timezone.localtime(one.access.over_at),
            who=_who(one.user, one.user.role, one.teams),
            reason=str(one.access.get_reason_display()),
            verdict=str(VERDICTS[one.verdict]),
        )
        for one in openings
    ]


def log_lines(lines: Iterable[AccessLine]) -> list[LogLine]:
    """Lines of the log, in words for the reviewer."""
    return [
        LogLine(
            at=timezone.localtime(line.at),
            page=f"{line.get_action_display()}: {dict(Part.choices).get(line.part) or words_of(line.code)}",
            relation=str(Relation(line.relation).label) if line.relation else "",
            outcome=_("allowed") if line.outcome == AccessOutcome.DONE else str(line.get_outcome_display()),
        )
        for line in lines
    ]


def _who(user: User | None, role: str, teams: list[str]) -> str:
    """Role and teams of that day; the name only where the organisation decided so."""
    if user is None:
        return _("the system")
    name = [str(user)] if settings.FILE_ACCESS_SHOWS_NAMES else []
    return ", ".join([*name, str(Role(role).label), *teams])


def _why(row: FileAccess) -> str:
    """A refused attempt was for nothing: what it was meant for nobody asked."""
    if row.is_refused:
        return _("the file stayed closed")
    return _("emergency") if row.is_emergency else str(REASONS[Purpose(row.purpose)])


def _where_the_name_stood(one: ListSighting) -> str:
    text = ngettext(
        "saw your name in a list, on %(count)s day since %(first)s",
        "saw your name in a list, on %(count)s days since %(first)s",
        one.days,
    )
    told = text % {"count": one.days, "first": day_text(one.first)}
    return _("%(told)s, and kept a list as a file") % {"told": told} if one.was_exported else told


def _what(row: FileAccess) -> str:
    if row.is_refused:
        return _("tried to open the file and was refused")
    seen = [part for part in Part if part in row.parts]
    parts = [str(part.label) for part in seen if part not in AROUND_THE_FILE or len(seen) == 1]
    names = get_text_list(parts, _("and")) or _("the file")
    if row.has_changed:
        return _("looked at %(parts)s, and changed something") % {"parts": names}
    return _("looked at %(parts)s") % {"parts": names}
