"""Invite somebody to choose a password, by an e-mail with a link that works once."""

from smtplib import SMTPException

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import User
from staff.services import audit


@transaction.atomic
def invite_staff_member(*, user: User, by: User, site: str) -> None:
    """Mail `user` a link on `site` to choose a password; then the second factor follows by itself.

    Raises RuleError for somebody who left, has no e-mail address, or when the mail can't be sent.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise RuleError(_("%(name)s no longer works here.") % {"name": user})
    if not user.email:
        raise RuleError(_("%(name)s has no e-mail address here. Fill it in first.") % {"name": user})
    audit.record(by=by, action="staff_member_invited", target=user)
    facts = {"name": user.short_name, "username": user.username, "link": _link(user, site), "days": _days()}
    try:
        send_mail(
            subject=_("Your account for Reis naar werk"),
            message=render_to_string("account/email/invitation.txt", facts),
            from_email=settings.DEFAULT_FROM_EMAIL,
            recipient_list=[user.email],
        )
    except (OSError, SMTPException) as error:
        raise RuleError(_("The e-mail could not be sent. Try again later.")) from error


def _link(user: User, site: str) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": token}
    return site.rstrip("/") + reverse("account_reset_password_from_key", kwargs=arguments)


def _days() -> int:
    return settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
