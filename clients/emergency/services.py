"""Emergency access: find the one client, open the file for some hours, tell who must know, end it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.emergency.attempts import WAIT_FOR_THE_OTHER, note_attempt, refuse_after_too_many
from clients.models import LONGEST, AccessReview, Client, EmergencyAccess, EmergencyAction, ReviewRule
from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from ipsplatform.common.notices import send_notice
from ipsplatform.common.partial_dates import Precision
from ipsplatform.common.queue import ask_worker, overdue_since
from ipsplatform.common.search import searchable, searchable_text
from staff.audit import services as audit
from staff.models import StaffAction, User
from staff.permissions import Ability, roles_with

NOTICE_TASK = "clients.emergency.tasks.send_emergency_notice"
CEILING_OVER = timedelta(hours=24)  # in which all accesses of one person to one file last LONGEST together
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody typed, weighed: `client` has that number, and `fits` when the rest belongs to them."""

    client: Client | None
    fits: bool


@transaction.atomic
def weigh_answer(
    *, client_number: str, last_name: str = "", birth_date: date | None = None, by: User
) -> Answer:
    """Whether what was typed fits a client; one that does not is counted, one at a time for each person.

    Raises TooManyAttemptsError after too many within an hour, also for an answer that would fit.
    """
    refuse_after_too_many(
        by=by,
        kind=StaffAction.EMERGENCY_TRIED,
        told=_(
            "Too many attempts did not fit. Call the team lead, or try again in an hour. "
            "In danger: call 112 or the crisis service."
        ),
    )
    client = Client.objects.filter(client_number=client_number).first()
    # Asked of nobody as well: a number that is not there takes as many statements as one that is.
    fits = is_this_client(client or Client(pk=0), last_name=last_name, birth_date=birth_date)
    if not fits:
        note_attempt(by=by, kind=StaffAction.EMERGENCY_TRIED)
    return Answer(client, fits)


def is_this_client(client: Client, *, last_name: str = "", birth_date: date | None = None) -> bool:
    """Whether what somebody typed belongs to `client`: each of the two that is given, and at least one."""
    rule = Q()
    if birth_date is not None:
        rule &= Q(birth_date=birth_date, birth_precision=Precision.DAY)  # a year is too easily guessed
    if last_name.strip():
        typed = searchable_text(*last_name.split())
        rule &= Q(plain_name=typed) | Q(plain_full_name=typed) | Q(plain_birth_name=typed)
    known = Client.objects.filter(pk=client.pk).annotate(
        plain_name=searchable("last_name"),
        plain_full_name=searchable("name_prefix", "last_name", as_text=True),
        plain_birth_name=searchable("birth_name"),
    )
    return bool(rule) and known.filter(rule).exists()


@transaction.atomic
def start_emergency_access(
    *, client: Client, reason: str, explanation: str, hours: int, by: User
) -> EmergencyAccess:
    """Open the file of `client` to `by` for `hours`; a review then waits for a verdict.

    Raises RuleError after a verdict that was not in order, and for more than eight hours together in 24
    hours; ValidationError for no explanation, more than eight hours, or an access that still runs.
    """
    one_at_a_time(user=by, client_id=client.public_id)
    _refuse_blocked(client, by)
    _refuse_above_ceiling(client, by, hours)
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


def one_at_a_time(*, user: User, client_id: UUID) -> None:
    """Until this transaction ends nobody else starts or forbids access of `user` to this file.

    Raises RuleError when that takes too long.
    """
    name = f"emergency access of {user.pk} to {client_id}"
    if not lock_for_transaction(name, wait_seconds=WAIT_FOR_THE_OTHER):
        raise RuleError(_("Somebody else changed this at the same moment. Look again and try once more."))


def _refuse_blocked(client: Client, user: User) -> None:
    if AccessReview.objects.blocking().filter(subject=user, client_id=client.public_id).exists():
        raise RuleError(
            _(
                "A team lead judged that an earlier access of yours to this file was not in order. "
                "Call the client's team lead, who can lift the block. "
                "In danger: call 112 or the crisis service."
            )
        )


def _refuse_above_ceiling(client: Client, user: User, hours: int) -> None:
    """Ending and starting again does not make it longer. One that still runs is refused by the database."""
    mine = EmergencyAccess.objects.filter(client=client, user=user)
    recent = mine.filter(started_at__gt=timezone.now() - CEILING_OVER)
    if not recent or mine.running().exists():
        return
    left = LONGEST - sum((one.over_at - one.started_at for one in recent), timedelta())
    if hours * HOUR <= left:
        return
    whole = max(left // HOUR, 0)
    text = ngettext(
        "Together it is 8 hours at most within 24 hours: you have %(count)s whole hour left. "
        "After that, ask the team of the client.",
        "Together it is 8 hours at most within 24 hours: you have %(count)s whole hours left. "
        "After that, ask the team of the client.",
        whole,
    )
    raise RuleError(text % {"count": whole}, field="hours")


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


def end_all_access(*, user: User, client_id: UUID, by: User) -> None:
    """Close this file to `user`, however often it was opened in an emergency."""
    for access in EmergencyAccess.objects.running().filter(user=user, client__public_id=client_id):
        end_emergency_access(access=access, by=by)


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
    sent = send_notice(
        recipients,
        subject=gettext_lazy("Emergency access was used"),
        template="clients/emergency/email/emergency_notice.txt",
        link=link,
    )
    access.noticed_at = timezone.now()
    access.save(update_fields=["noticed_at"])
    return sent


def _who_must_know(access: EmergencyAccess) -> list[str]:
    leads = User.objects.active().filter(role__in=roles_with(Ability.LEAD_TEAM)).exclude(pk=access.user_id)
    if access.client.team_id is not None:  # a client without a team belongs to every team lead
        leads = leads.in_teams([access.client.team_id], timezone.localdate())
    mails = {*leads.exclude(email="").values_list("email", flat=True), settings.PRIVACY_OFFICER_EMAIL}
    return sorted(mails - {""})
