"""Emergency access: find the one client, open the file for some hours, tell who must know, end it."""

from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import AccessReview, Client, EmergencyAccess, EmergencyAction, ReviewRule
from ipsplatform.common.queue import ask_worker, overdue_since
from ipsplatform.common.search import searchable, searchable_text
from staff.audit import services as audit
from staff.models import AccessLine, AccessOutcome, User
from staff.permissions import Ability, roles_with

NOTICE_TASK = "clients.emergency.tasks.send_emergency_notice"
ATTEMPTS_COUNTED_OVER = timedelta(hours=1)


def has_tried_too_often(user: User, *, code: str) -> bool:
    """Whether the log holds as many refusals of `user` at page `code` within an hour as are allowed."""
    since = timezone.now() - ATTEMPTS_COUNTED_OVER
    refused = AccessLine.objects.filter(actor=user, code=code, outcome=AccessOutcome.REFUSED, at__gte=since)
    return refused.count() >= settings.EMERGENCY_ATTEMPTS_PER_HOUR


def is_this_client(client: Client, *, last_name: str = "", birth_date: date | None = None) -> bool:
    """Whether what somebody typed belongs to `client`: each of the two that is given, and at least one."""
    rule = Q()
    if birth_date is not None:
        rule &= Q(birth_date=birth_date)
    if last_name.strip():
        typed = searchable_text(*last_name.split())
        rule &= Q(plain_name=typed) | Q(plain_full_name=typed)
    known = Client.objects.filter(pk=client.pk).annotate(
        plain_name=searchable("last_name"), plain_full_name=searchable("name_prefix", "last_name")
    )
    return bool(rule) and known.filter(rule).exists()


@transaction.atomic
def start_emergency_access(
    *, client: Client, reason: str, explanation: str, hours: int, by: User
) -> EmergencyAccess:
    """Open the file of `client` to `by` for `hours`; a review then waits for a verdict.

    Raises ValidationError for no explanation, more than eight hours, or an access that still runs.
    """
    now = timezone.now()
    access = EmergencyAccess(
        client=client,
        user=by,
        reason=reason,
        explanation=explanation.strip(),
        started_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    audit.save(access, by=by, action=EmergencyAction.STARTED)
    ensure_review(access=access)
    ask_worker(NOTICE_TASK, access.pk)
    return access


def ensure_review(*, access: EmergencyAccess) -> AccessReview:
    """The review of this access, made if it is missing."""
    day = timezone.localdate(access.started_at)
    review, _made = AccessReview.objects.get_or_create(
        emergency_access=access,
        defaults={
            "rule": ReviewRule.EMERGENCY,
            "subject": access.user,
            "client_id": access.client.public_id,
            "period_from": day,
            "period_to": timezone.localdate(access.ends_at),
            "file_count": 1,
            "due_on": timezone.localdate() + timedelta(days=settings.ACCESS_REVIEW_DAYS),
        },
    )
    return review


@transaction.atomic
def end_emergency_access(*, access: EmergencyAccess, by: User) -> EmergencyAccess:
    """Close the file again, before its time. Idempotent."""
    access = EmergencyAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
    if not EmergencyAccess.objects.running().filter(pk=access.pk).exists():
        return access
    access.ended_at = timezone.now()
    return audit.save(access, by=by, action=EmergencyAction.ENDED, fields=["ended_at"])


def send_waiting_notices() -> None:
    """Request again every notice that was not sent: a lost message, or a mail server that was down."""
    waiting = EmergencyAccess.objects.filter(noticed_at=None, started_at__lt=overdue_since())
    for pk in waiting.values_list("pk", flat=True):
        ask_worker(NOTICE_TASK, pk)


@transaction.atomic
def send_emergency_notice(*, access_pk: int) -> int:
    """Mail the team leads of the client and the privacy officer, once; returns how many people were mailed.

    The mail says that it happened and where to judge it: no name, number or team of a client.
    """
    access = EmergencyAccess.objects.select_for_update(of=("self",)).get(pk=access_pk)
    if access.noticed_at is not None:
        return 0
    recipients = _who_must_know(access)
    link = settings.SITE_URL + reverse("clients:review_detail", args=[ensure_review(access=access).public_id])
    body = render_to_string("clients/emergency/email/emergency_notice.txt", {"link": link})
    if recipients:
        message = EmailMessage(_("Emergency access was used"), body, to=[], bcc=recipients)
        message.send()
    access.noticed_at = timezone.now()
    access.save(update_fields=["noticed_at"])
    return len(recipients)


def _who_must_know(access: EmergencyAccess) -> list[str]:
    leads = User.objects.active().filter(role__in=roles_with(Ability.LEAD_TEAM)).exclude(pk=access.user_id)
    if access.client.team_id is not None:  # a client without a team belongs to every team lead
        leads = leads.in_teams([access.client.team_id], timezone.localdate())
    mails = {*leads.exclude(email="").values_list("email", flat=True), settings.PRIVACY_OFFICER_EMAIL}
    return sorted(mails - {""})
