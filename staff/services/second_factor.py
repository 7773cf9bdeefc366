"""The second factor of somebody else: only taken away, never set."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import User
from staff.services import audit


@transaction.atomic
def forget_second_factors(*, user: User, by: User) -> User:
    """Take every factor of a person away, e.g. after a lost phone; the next sign-in asks for a new one.

    Raises RuleError for one's own: that is a matter of the own security page.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.pk == by.pk:
        raise RuleError(_("Change your own second factor on your own page, not here."))
    forgotten, _kinds = Authenticator.objects.filter(user=user).delete()
    if forgotten:
        audit.record(by=by, action="second_factors_forgotten", target=user)
    return user
