"""One mail a day about signals: at the hour that the person chose, and only when there is something."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from ipsplatform.common.notices import send_notice
from ipsplatform.common.queue import ask_worker
from staff.audit import services as audit
from staff.models import User
from staff.permissions import can_open_files
from trajectories.digest.selectors import SignalCounts, signal_counts
from trajectories.models import DigestAction, SignalCode, SignalDigest

DIGEST_TASK = "trajectories.digest.tasks.send_digest"


@dataclass(frozen=True, slots=True)
class DigestLine:
    """So many clients with one signal, and where they are listed. Never a name."""

    clients: int
    name: str
    link: str


@transaction.atomic
def choose_digest(*, user: User, hour: int | None, by: User) -> SignalDigest:
    """From now on one mail a day at this hour; None for no mail. An hour that has passed begins tomorrow."""
    digest = SignalDigest.objects.select_for_update(of=("self",)).filter(user=user).first()
    digest = digest or SignalDigest(user=user)
    changes = audit.differences(digest, hour=hour)
    if digest.pk and not changes:
        return digest
    now = timezone.localtime()
    digest.hour = hour
    if hour is not None and hour <= now.hour:
        digest.told_on = now.date()
    return audit.save(digest, by=by, action=DigestAction.CHOSEN, changes=changes)


def send_due_digests() -> int:
    """Ask a worker for each mail whose hour has come; returns for how many. Asked again until it is sent."""
    now = timezone.localtime()
    due = list(SignalDigest.objects.due(day=now.date(), hour=now.hour).values_list("pk", flat=True))
    for pk in due:
        ask_worker(DIGEST_TASK, pk)
    return len(due)


@transaction.atomic
def send_digest(*, digest_pk: int) -> bool:
    """Mail one person what asks for attention, once a day; whether a mail was sent.

    Whoever comes second waits for the lock, and finds that the day is done. Nothing is sent to people who
    left, to a role that opens no files, before the hour, and when nothing asks for attention. Raises OSError
    or SMTPException when the mail server does not take it: the mail is asked for again then.
    """
    now = timezone.localtime()
    due = SignalDigest.objects.due(day=now.date(), hour=now.hour).filter(pk=digest_pk)
    digest = due.select_for_update(of=("self", "user")).select_related("user").first()
    if digest is None:
        return False
    digest.told_on = now.date()
    digest.save(update_fields=["told_on"])
    return _mail(digest.user, now)


def _mail(user: User, now: datetime) -> bool:
    if not user.email or not can_open_files(user):
        return False
    counts = signal_counts(user, now.date())
    if not counts.clients:
        return False
    sent = send_notice(
        [user.email],
        subject=_subject(counts),
        template="trajectories/digest/email/digest.txt",
        clients=counts.clients,
        lines=digest_lines(counts),
        choose_link=settings.SITE_URL + reverse("trajectories:signal_digest"),
    )
    return bool(sent)


def digest_lines(counts: SignalCounts) -> list[DigestLine]:
    """One for each signal, the worst first, in the language of the installation."""
    url = settings.SITE_URL + reverse("trajectories:caseload_list")
    with translation.override(settings.LANGUAGE_CODE):
        return [
            DigestLine(number, str(code.label), f"{url}?{_asks(counts.scope, code)}")
            for code, number in counts.by_code.items()
        ]


def _asks(scope: str, code: SignalCode) -> str:
    return urlencode({"scope": scope, "attention": code.value})


def _subject(counts: SignalCounts) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        text = ngettext(
            "%(clients)s client asks for attention", "%(clients)s clients ask for attention", counts.clients
        )
    return text % {"clients": counts.clients}
