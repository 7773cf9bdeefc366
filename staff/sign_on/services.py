"""Second factors and sign-on links of somebody else: removed, never set."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import StaffAction, User
from staff.sessions.services import end_other_sessions


@transaction.atomic
def forget_second_factors(*, user: User, by: User | None) -> User:
    """Remove every second factor of a person, e.g. after a lost phone; the next sign-in asks for a new one.

    A second person confirms that first (ADR 35). `by` is None for a command on the server.
    Raises RuleError for one's own: those are managed on the security page.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and user.pk == by.pk:
        raise RuleError(_("Change your own second factor on your own page, not here."))
    forgotten, _kinds = Authenticator.objects.filter(user=user).delete()
    if forgotten:
        audit.record(by=by, action=StaffAction.FACTORS_FORGOTTEN, target=user)
    return user


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
