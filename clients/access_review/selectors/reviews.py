"""The queue of access reviews as a reviewer reads it.

Only a reviewer who may open the file reads whose it is; others read the client's team.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from clients.models import AccessReview, Client
from staff.models import AccessLine, AccessOutcome, TeamMembership, User

LINES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A review with its file: `client` only for readers who may open it, `team` when the client has one."""

    review: AccessReview
    client: Client | None
    team: str

    @property
    def explanation(self) -> str:
        """The text of an emergency access: about the client, so only for readers who may open that file."""
        access = self.review.emergency_access
        return access.explanation if self.client and access else ""


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many reviews wait for one reviewer, and how many of those are late."""

    open: int
    overdue: int


def reviewed_files(reviews: Sequence[AccessReview], *, user: User) -> list[ReviewedFile]:
    """One page of the queue. Two statements."""
    ids = {review.client_id for review in reviews if review.client_id}
    visible: dict[UUID | None, Client] = {
        client.public_id: client for client in Client.objects.visible_to(user).filter(public_id__in=ids)
    }
    teams: dict[UUID | None, str] = dict(
        Client.objects.filter(public_id__in=ids).values_list("public_id", "team__name")
    )
    return [
        ReviewedFile(review, visible.get(review.client_id), teams.get(review.client_id) or "")
        for review in reviews
    ]


def reviewed_file(review: AccessReview, *, client: Client | None) -> ReviewedFile:
    """One review for somebody who may judge it. One statement."""
    about = Client.objects.filter(public_id=review.client_id) if review.client_id else Client.objects.none()
    return ReviewedFile(review, client, about.values_list("team__name", flat=True).first() or "")


def teams_of_subject(review: AccessReview) -> list[str]:
    """The names of the teams in which the reviewed person works today. One statement."""
    memberships = TeamMembership.objects.current().filter(user=review.subject).select_related("team")
    return [membership.team.name for membership in memberships]


def lines_behind(review: AccessReview) -> QuerySet[AccessLine]:
    """The first lines of the log behind a finding.

    Of an emergency: every page of that file by that person while it was open, and what was refused in the
    day before and the day after; else the lines kept.
    """
    access = review.emergency_access
    lines = AccessLine.objects.filter(pk__in=review.line_ids)
    if access is not None:
        lines = AccessLine.objects.filter(
            client_id=review.client_id,
            actor=review.subject,
        )
        around = (access.started_at - timedelta(days=1), access.over_at + timedelta(days=1))
        lines = lines.filter(
            Q(is_emergency=True, at__range=(access.started_at, access.over_at))
            | Q(~Q(outcome=AccessOutcome.DONE), at__range=around)
        )
    return lines.order_by("at", "pk")[:LINES_SHOWN]


def review_counts(user: User) -> ReviewCounts:
    """How many wait for this reviewer, and how many of them for too long. One statement."""
    dues = list(AccessReview.objects.visible_to(user).open().order_by().values_list("due_on", flat=True))
    today = timezone.localdate()
    return ReviewCounts(open=len(dues), overdue=sum(due < today for due in dues))


def count_overdue() -> int:
    """How many reviews of the whole organisation are late. One statement."""
    return AccessReview.objects.overdue().count()
