"""Second factors and sign-on links: those of somebody else are removed, never set; a code is used once.

And warnings about guessing.
"""

from datetime import timedelta

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.errors import RuleError
from ipsplatform.common.notices import send_notice
from ipsplatform.common.queue import ask_worker, overdue_since
from staff.audit import services as audit
from staff.mail.services import ask_mail
from staff.models import GuessKind, MailKind, SignInWarning, StaffAction, User
from staff.sessions.services import end_other_sessions

WARNING_TASK = "staff.sign_on.tasks.send_sign_in_warning"
WARNED_ONCE_IN = timedelta(days=1)


@transaction.atomic
def forget_second_factors(*, user: User, by: User | None) -> User:
    """Remove every second factor of a person, e.g. after a lost phone; the next sign-in asks for a new one.

    A second person confirms that first (ADR 35). `by` is None for a command on the server. Every session
    ends, also one that showed the lost factor, and the person is told by mail.
    Raises RuleError for one's own: those are managed on the security page.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and user.pk == by.pk:
        raise RuleError(_("Change your own second factor on your own page, not here."))
    forgotten, _kinds = Authenticator.objects.filter(user=user).delete()
    if forgotten:
        _note_forgotten(user, by)
    return user


def forget_unreadable_factors() -> int:
    """Remove the apps and recovery codes that the present keys do not open, and return of how many people.

    After a SECRET_KEY that was lost or replaced they only stand in the way. Passkeys need no key and stay.
    """
    unreadable = [one for one in Authenticator.objects.order_by("user", "pk") if not is_readable(one)]
    people = User.objects.in_bulk({one.user_id for one in unreadable})
    for user in people.values():
        with transaction.atomic():
            Authenticator.objects.filter(
                pk__in=[one.pk for one in unreadable if one.user_id == user.pk]
            ).delete()
            _note_forgotten(user, None)
    return len(people)


def is_readable(factor: Authenticator) -> bool:
    """Whether the present keys open what lies encrypted of this factor."""
    sealed = [factor.data[name] for name in ("secret", "seed") if name in factor.data]
    try:
        for one in sealed:
            decrypt(one)
    except ValidationError:
        return False
    return True


def _note_forgotten(user: User, by: User | None) -> None:
    """The log, the sessions and the mailbox, after factors of somebody were removed."""
    audit.record(by=by, action=StaffAction.FACTORS_FORGOTTEN, target=user)
    end_other_sessions(user=user, kept=None, by=by)
    if user.is_active and user.email:
        is_any_left = Authenticator.objects.filter(user=user).exists()
        kind = MailKind.FACTORS_CHANGED if is_any_left else MailKind.FACTORS_FORGOTTEN
        ask_mail(kind=kind, address=user.email, user=user)


@transaction.atomic
def note_own_change(*, user: User, action: StaffAction) -> None:
    """Log what somebody changed in how they sign in, and tell their mailbox (OWASP ASVS 5.0, 6.3.7).

    Whoever sits behind an unlocked screen, or knows the password, looks like that person: only the mail
    reaches the right one.
    """
    audit.record(by=user, action=action, target=user)
    if action == StaffAction.PASSWORD_CHOSEN:
        tell_of_new_password(user=user)
    elif user.email:
        ask_mail(kind=MailKind.FACTORS_CHANGED, address=user.email, user=user)


def tell_of_new_password(*, user: User) -> None:
    """Mail somebody that their password was changed."""
    if user.email:
        ask_mail(kind=MailKind.PASSWORD_CHANGED, address=user.email, user=user)


def lock_factors(*, user: User) -> None:
    """Let nobody else judge a code of `user` until the transaction ends."""
    list(Authenticator.objects.select_for_update().filter(user=user).order_by("pk"))


@transaction.atomic
def use_app_code(*, app: Authenticator, code: str) -> bool:
    """Use up a code of the app; False when it, or a later one, was used before (RFC 6238, section 5.2).

    allauth remembers a code for half a minute, in the cache; it accepts one for three times as long.
    """
    app = Authenticator.objects.select_for_update().get(pk=app.pk)
    secret = decrypt(app.data["secret"])
    steps = [
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    if not steps or steps[-1] <= app.data.get("used_step", 0):
        return False
    app.data["used_step"] = steps[-1]
    app.save(update_fields=["data"])
    return True


@transaction.atomic
def link_identity(*, user: User, provider: str, uid: str, claims: dict) -> SocialAccount:
    """Let the identity `uid` sign `user` in. Idempotent.

    Raises RuleError when it signs somebody else in, or another identity signs `user` in already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if SocialAccount.objects.filter(user=user, provider=provider).exclude(uid=uid).exists():
        raise RuleError(_("Your account is linked with another work account. Remove that link first."))
    account, is_new = SocialAccount.objects.get_or_create(
        provider=provider, uid=uid, defaults={"user": user, "extra_data": claims}
    )
    if account.user_id != user.pk:
        raise RuleError(_("This work account is linked with somebody else here. Ask the administrator."))
    if is_new:
        audit.record(by=user, action=StaffAction.IDENTITY_LINKED, target=user)
    return account


@transaction.atomic
def recognise_identity(*, provider: str, uid: str, claims: dict) -> SocialAccount | None:
    """The link of the identity `uid`, with what the service says of it now; None when there is none."""
    account = SocialAccount.objects.select_for_update(of=("self",)).filter(provider=provider, uid=uid).first()
    if account:
        account.extra_data = claims
        account.save(update_fields=["extra_data", "last_login"])
    return account


@transaction.atomic
def unlink_identity(*, user: User, pk: int) -> bool:
    """The identity `pk` no longer signs `user` in; idempotent."""
    gone, _kinds = SocialAccount.objects.filter(user=user, pk=pk).delete()
    if gone:
        audit.record(by=user, action=StaffAction.IDENTITY_UNLINKED, target=user)
    return bool(gone)


@transaction.atomic
def forget_identities(*, user: User, by: User) -> User:
    """Remove the link of somebody else and end the sessions that began with it; the password stays.

    Raises RuleError for one's own, which is managed on the security page, and when there is no link.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.pk == by.pk:
        raise RuleError(_("Remove your own link on your own page, not here."))
    gone, _kinds = SocialAccount.objects.filter(user=user).delete()
    if not gone:
        raise RuleError(_("%(name)s has no link with the sign-on service.") % {"name": user})
    audit.record(by=by, action=StaffAction.IDENTITIES_FORGOTTEN, target=user)
    end_other_sessions(user=user, kept=None, by=by)
    return user


@transaction.atomic
def warn_of_guessing(*, username: str, kind: GuessKind) -> SignInWarning | None:
    """Note that passwords or codes are tried for a person, and have that person told; at most once a day.

    None for a name that nobody has, for a closed account, and when there was a warning already.
    """
    people = User.objects.active().select_for_update(of=("self",))
    user = people.filter(username__iexact=username).order_by("pk").first()
    since = timezone.now() - WARNED_ONCE_IN
    if user is None or SignInWarning.objects.filter(user=user, kind=kind, at__gt=since).exists():
        return None
    warning = SignInWarning.objects.create(user=user, kind=kind)
    ask_worker(WARNING_TASK, warning.pk)
    return warning


@transaction.atomic
def send_sign_in_warning(*, warning_pk: int) -> None:
    """Mail the person, once. Without an e-mail address only the administrator sees the warning."""
    warning = SignInWarning.objects.select_for_update(of=("self",)).get(pk=warning_pk)
    if warning.mailed_at is not None:
        return
    send_notice(
        {warning.user.email} - {""},
        subject=gettext_lazy("Somebody tries to sign in as you"),
        template="account/email/sign_in_warning.txt",
        name=warning.user.short_name,
        knows_password=warning.kind == GuessKind.CODE,
    )
    warning.mailed_at = timezone.now()
    warning.save(update_fields=["mailed_at"])


def send_waiting_warnings() -> None:
    """Request again every warning that was not sent: a lost message, or a mail server that was down."""
    waiting = SignInWarning.objects.unsent().filter(at__lt=overdue_since())
    for pk in waiting.values_list("pk", flat=True):
        ask_worker(WARNING_TASK, pk)
