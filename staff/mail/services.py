"""Mail to members of staff: asked for in the transaction of the change, composed and sent by a worker."""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.locks import lock_for_transaction
from ipsplatform.common.notices import send_notice
from ipsplatform.common.queue import ask_worker, overdue_since
from ipsplatform.common.texts import Text
from staff.models import MailKind, StaffMail, User

logger = logging.getLogger(__name__)

MAIL_TASK = "staff.mail.tasks.send_staff_mail"
# A mail server that was down for longer: a link puzzles then, a warning about one's account still helps.
LINK_KEPT_FOR = timedelta(days=1)
WARNING_KEPT_FOR = timedelta(days=30)
WAIT_FOR_THE_OTHER = 30  # seconds: another worker talks to the mail server
SUBJECTS: dict[str, Text] = {
    MailKind.INVITATION: _("Your account for Reis naar werk"),
    MailKind.NEW_PASSWORD: _("A new password for Reis naar werk"),
    MailKind.ADDRESS_GIVEN: _("Your new e-mail address for Reis naar werk"),
    MailKind.ADDRESS_TAKEN_AWAY: _("Your e-mail address for Reis naar werk has changed"),
    MailKind.FACTORS_FORGOTTEN: _("Your second factor for Reis naar werk was removed"),
    MailKind.PASSWORD_CHANGED: _("Your password for Reis naar werk has changed"),
    MailKind.PASSWORD_REMOVED: _("Your password for Reis naar werk was removed"),
    MailKind.FACTORS_CHANGED: _("Your second factor for Reis naar werk has changed"),
}
WITH_LINK = {MailKind.INVITATION, MailKind.NEW_PASSWORD}


def can_send_mail() -> bool:
    """Whether this installation has a mail server."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


@transaction.atomic
def ask_mail(*, kind: MailKind, address: str, user: User | None = None) -> None:
    """Have a worker send one mail to `address`. Without a queue it is sent when the queue is back."""
    mail = StaffMail.objects.create(kind=kind, address=address, user=user)
    ask_worker(MAIL_TASK, mail.pk)


@transaction.atomic
def send_staff_mail(*, mail_pk: int) -> bool:
    """Send a mail that waits, once, and forget it; whether it was sent.

    Nothing is sent for an address that is nobody's, or no longer that person's, and no link to somebody who
    got one less than ten minutes ago by the page for whoever forgot a password. Raises OSError or
    SMTPException when the mail server does not take it: the mail keeps waiting then.
    """
    mail = StaffMail.objects.select_for_update(of=("self",)).filter(pk=mail_pk).first()
    if mail is None:
        return False
    person = _meant(mail)
    sent = person is not None and not _has_link(mail, person) and _send(mail, person)
    mail.delete()
    return sent


def send_waiting_mails() -> None:
    """Ask again for every mail that was not sent; links are dropped after a day, the rest after a month."""
    now = timezone.now()
    links = StaffMail.objects.asked_before(now - LINK_KEPT_FOR).filter(kind__in=WITH_LINK)
    dropped = links.delete()[0] + StaffMail.objects.asked_before(now - WARNING_KEPT_FOR).delete()[0]
    if dropped:
        logger.error("%s mails to members of staff could not be sent in time and were dropped.", dropped)
    for pk in StaffMail.objects.asked_before(overdue_since()).values_list("pk", flat=True):
        ask_worker(MAIL_TASK, pk)


def _meant(mail: StaffMail) -> User | None:
    """For whom the mail is at this moment; None when it must not be sent any more."""
    if mail.kind == MailKind.ADDRESS_TAKEN_AWAY:
        return mail.user
    of_this_address = User.objects.active().filter(email=mail.address)
    return of_this_address.filter(pk=mail.user_id).first() if mail.user_id else of_this_address.first()


def _has_link(mail: StaffMail, person: User) -> bool:
    """Whether a stranger asks again what was just sent; an administrator knows why, and may."""
    if mail.user_id:
        return False
    key = _link_key(person)
    return not lock_for_transaction(key, wait_seconds=WAIT_FOR_THE_OTHER) or cache.get(key) is not None


def _link_key(person: User) -> str:
    return f"new-password-link-sent:{person.pk}"


def _send(mail: StaffMail, person: User) -> bool:
    template = f"account/email/{mail.kind}.txt"
    try:
        send_notice([mail.address], subject=SUBJECTS[mail.kind], template=template, **_facts(mail, person))
    except SMTPRecipientsRefused:  # asking again would not change that
        logger.warning("The mail server refuses the address of a mail (%s).", mail.kind)
        return False
    if not mail.user_id:
        # Anybody may ask a new password for anybody (ADR 37); the link that was sent works for longer.
        cache.set(_link_key(person), True, timeout=settings.NEXT_LINK_SECONDS)
    return True


def _facts(mail: StaffMail, person: User) -> dict[str, object]:
    facts: dict[str, object] = {"name": person.short_name, "username": person.username}
    if mail.kind in WITH_LINK:
        facts |= {"link": _link(person), "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)}
    else:
        facts |= {"sign_in": settings.SITE_URL + reverse("account_login")}
    return facts


def _link(person: User) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    arguments = {"uidb36": user_pk_to_url_str(person), "key": token}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=arguments)
