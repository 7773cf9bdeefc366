"""The address at which somebody's own calendar fetches the agenda (ADR 63)."""

import hashlib
import hmac
import secrets
import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, technical
from ipsplatform.common.history import keeps_history
from staff.models import User
from staff.permissions import can_open_files

TOKEN_BYTES = 32


def new_token() -> str:
    """What stands in an address: 256 random bits, which nobody guesses one by one."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What the database keeps of a token, without salt or secret: it is random itself."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def opened_by(self, token: str) -> "CalendarFeed | None":
        """The feed of this token, while its owner may sign in and opens files; None in every other case."""
        wanted = hash_of(token)
        feed = self.filter(token_hash=wanted).select_related("user").first()
        if feed is None or not hmac.compare_digest(feed.token_hash, wanted):
            return None
        return feed if can_open_files(feed.user) else None

    def of(self, user: User) -> Self:
        """The feed of this person: one or none."""
        return self.filter(user=user)


class FeedAction(models.TextChoices):
    """Changes of an address for one's own calendar in the log of changes."""

    MADE = "calendar_feed_made", _("address for one's own calendar made")
    REVOKED = "calendar_feed_revoked", _("address for one's own calendar revoked")


@keeps_history(model_name="CalendarFeedHistory", exclude=("token_hash",))
class CalendarFeed(models.Model):
    """A secret address of one person. Only its hash is here: it is shown once, when it is made."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="calendar_feed", verbose_name=_("member of staff")
    )
    token_hash = models.CharField(_("hash of the address"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    declared = Classified(
        about=About.STAFF,
        actions=FeedAction,
        fields=technical("id", "public_id", "user", "token_hash", "made_at"),
        leaves_no_copy=True,
    )

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("address for one's own calendar")
        verbose_name_plural = _("addresses for one's own calendar")

    def __str__(self) -> str:
        return str(self.public_id)
