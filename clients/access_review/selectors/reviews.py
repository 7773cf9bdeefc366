"""The queue of the control of access as a reviewer reads it.

Whose file it was is told to who may open that file; others read the team of the client.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import AccessReview, Client, EmergencyAccess, Part, ReviewRule
from ipsplatform.common.day_texts import day_text
from staff.models import AccessLine, AccessOutcome, Relation, TeamMembership, User

LINES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ReviewRow:
    review: AccessReview
    who: str
    about: str
    period: str
    count_text: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log behind a finding."""

    at: datetime
    page: str
    relation: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One review with what lies behind it. `client` only for who may open that file."""

    row: ReviewRow
    role: str
    teams: str
    client: Client | None
    emergency: EmergencyAccess | None
    explanation: str
    lines: list[LogLine]


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    open: int
    overdue: int


def review_rows(reviews: Sequence[AccessReview], *, user: User) -> list[ReviewRow]:
    """One page of the queue. Two statements."""
    ids = {review.client_id for review in reviews if review.client_id}
    visible = {
        client.public_id: client for client in Client.objects.visible_to(user).filter(public_id__in=ids)
    }
    teams = dict(Client.objects.filter(public_id__in=ids).values_list("public_id", "team__name"))
    return [
        _row(review, visible.get(review.client_id), teams.get(review.client_id) or "") for review in reviews
    ]


def review_page(review: AccessReview, *, client: Client | None) -> ReviewPage:
    """Everything of one review for somebody who may judge it. Three statements at most."""
    team = Client.objects.filter(public_id=review.client_id).values_list("team__name", flat=True).first()
    memberships = TeamMembership.objects.current().filter(user=review.subject).select_related("team")
    return ReviewPage(
        row=_row(review, client, team or ""),
        role=str(review.subject.get_role_display()),
        teams=", ".join(membership.team.name for membership in memberships),
        client=client,
        emergency=review.emergency_access,
        explanation=review.emergency_access.explanation if client and review.emergency_access else "",
        lines=_lines(review),
    )


def review_counts(user: User) -> ReviewCounts:
    """How many wait for this reviewer, and how many of them for too long. One statement."""
    dues = list(AccessReview.objects.visible_to(user).open().order_by().values_list("due_on", flat=True))
    today = timezone.localdate()
    return ReviewCounts(open=len(dues), overdue=sum(due < today for due in dues))


def count_overdue() -> int:
    return AccessReview.objects.overdue().count()


def _row(review: AccessReview, client: Client | None, team: str) -> ReviewRow:
    return ReviewRow(
        review=review,
        who=review.subject.list_name,
        about=_about(review, client, team),
        period=_period(review.period_from, review.period_to),
        count_text=_count_text(review),
    )


def _about(review: AccessReview, client: Client | None, team: str) -> str:
    if review.client_id is None:
        return ngettext("%(count)s file", "%(count)s files", review.file_count) % {"count": review.file_count}
    if client is not None:
        return f"{client.list_name} · {client.client_number}"
    return _("a client of %(team)s") % {"team": team} if team else _("a client of another team")


def _count_text(review: AccessReview) -> str:
    if review.rule == ReviewRule.EMERGENCY:
        return ""
    return ngettext("%(count)s page", "%(count)s pages", review.line_count) % {"count": review.line_count}


def _period(first: date, last: date) -> str:
    return day_text(first) if first == last else f"{day_text(first)} – {day_text(last)}"


def _lines(review: AccessReview) -> list[LogLine]:
    found = _lines_behind(review).order_by("at", "pk")[:LINES_SHOWN]
    return [
        LogLine(
            at=timezone.localtime(line.at),
            page=f"{line.get_action_display()}: {dict(Part.choices).get(line.part, line.code)}",
            relation=str(Relation(line.relation).label) if line.relation else "",
            outcome=_("allowed") if line.outcome == AccessOutcome.DONE else str(line.get_outcome_display()),
        )
        for line in found
    ]


def _lines_behind(review: AccessReview):
    """Of an emergency: every page of that file by that person while it was open; else the lines kept."""
    access = review.emergency_access
    if access is None:
        return AccessLine.objects.filter(pk__in=review.line_ids)
    return AccessLine.objects.filter(
        client_id=review.client_id,
        actor=review.subject,
        is_emergency=True,
        at__range=(access.started_at, access.over_at),
    )
