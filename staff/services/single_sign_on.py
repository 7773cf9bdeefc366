"""Link one's own account with the identity that the sign-on service knows, and take the link away."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import User
from staff.services import audit


@transaction.atomic
def link_identity(*, user: User, provider: str, uid: str, claims: dict) -> SocialAccount:
    """Let the identity `uid` sign `user` in. Linking the same one twice is fine.

    Raises RuleError when it signs somebody else in, or another identity signs `user` in already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if SocialAccount.objects.filter(user=user, provider=provider).exclude(uid=uid).exists():
        raise RuleError(_("Your account is linked with another work account. Take that link away first."))
    account, is_new = SocialAccount.objects.get_or_create(
        provider=provider, uid=uid, defaults={"user": user, "extra_data": claims}
    )
    if account.user_id != user.pk:
        raise RuleError(_("This work account is linked with somebody else here. Ask the administrator."))
    if is_new:
        audit.record(by=user, action="identity_linked", target=user)
    return account


@transaction.atomic
def unlink_identity(*, user: User, pk: int) -> bool:
    """The identity `pk` no longer signs `user` in; that it had gone already is fine."""
    gone, _kinds = SocialAccount.objects.filter(user=user, pk=pk).delete()
    if gone:
        audit.record(by=user, action="identity_unlinked", target=user)
    return bool(gone)
