"""Make and revoke the address at which somebody's own calendar fetches the agenda."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import User
from trajectories.models import CalendarFeed, FeedAction, hash_of, new_token


@transaction.atomic
def make_calendar_feed(*, user: User, by: User) -> str:
    """Give `user` an address; the one before stops working. Returns its token, which is kept nowhere."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    token = new_token()
    feed = CalendarFeed.objects.of(user).first() or CalendarFeed(user=user)
    feed.token_hash, feed.made_at, is_new = hash_of(token), timezone.now(), feed._state.adding
    audit.save(feed, by=by, action=FeedAction.MADE, fields=None if is_new else ["token_hash", "made_at"])
    return token


@transaction.atomic
def revoke_calendar_feed(*, user: User, by: User) -> None:
    """Let the address of `user` open nothing any more. Raises RuleError when there is none."""
    feed = CalendarFeed.objects.of(user).select_for_update(of=("self",)).first()
    if feed is None:
        raise RuleError(_("There is no address."))
    audit.record(by=by, action=FeedAction.REVOKED, target=feed)
    feed.delete()
