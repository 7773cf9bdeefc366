"""Where somebody is signed in. Django's sessions are opaque; here each one knows whose it is.

SESSION_ENGINE points here. A session is stamped when it is saved for the first time after signing in,
whichever way that went, so that no page needs an extra statement. Only the browser has the key: the row has
a hash of it, and what the session holds is sealed (SESSION_SERIALIZER), so a copy of the table opens nothing.
"""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import ClassVar, Self, cast

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.remembered import remember
from staff.models.user import User


def stored_key(key: str) -> str:
    """What the column keeps of the key in a cookie: 160 bits, as many as the column of Django holds.

    Without salt or secret: a key is 165 random bits, which nobody guesses one by one.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def person_of(user_pk: int) -> tuple[str, int]:
    """The question who has this key, for `remembered`: a session brings its person along."""
    return ("person", user_pk)


class StaffSessionQuerySet(models.QuerySet["StaffSession"]):
    def of(self, user: User) -> Self:
        """Sessions of `user` that still work, the latest used first."""
        return self.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at", "pk")


class StaffSession(AbstractBaseSession):
    """A session row; the store below copies what it shows out of the session data."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sessions", verbose_name=_("member of staff")
    )
    began_at = models.DateTimeField(_("signed in at"), null=True)
    seen_at = models.DateTimeField(_("last used at"), null=True)
    device = models.CharField(_("browser"), max_length=300, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)

    declared = Classified(
        about=About.STAFF,
        fields={
            **technical("session_key", "public_id", "user", "expire_date", "began_at", "seen_at"),
            **of_class(DataClass.CONTACT, "device", "address"),  # from where somebody works
            **of_class(DataClass.FREE_TEXT, "session_data"),
        },
        leaves_no_copy=True,
    )

    objects: ClassVar = BaseSessionManager.from_queryset(StaffSessionQuerySet)()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment]  # lazy, as everywhere in Django
        verbose_name_plural = _("sessions")  # type: ignore[assignment]  # as above

    @classmethod
    def get_session_store_class(cls) -> type:
        return SessionStore


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key in its cookie, this one when there is none; idempotent."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_key(key))

    def save(self, must_create: bool = False) -> None:
        """Stamp a session that has just become somebody's; a new key is a new row with a new name."""
        box = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # Django's own save does
        if SESSION_KEY in box and (must_create or "public_id" not in box):
            now = timezone.now().timestamp()
            box["public_id"] = str(uuid.uuid4())
            box.setdefault("began_at", now)
            box.setdefault("seen_at", now)
        super().save(must_create=must_create)

    def create_model_instance(self, data: dict) -> StaffSession:
        """The row, with the columns that the list of sessions shows."""
        row = cast(StaffSession, super().create_model_instance(data))
        row.session_key = stored_key(row.session_key)
        if SESSION_KEY in data and "public_id" in data:
            row.public_id = data["public_id"]
            row.user_id = int(data[SESSION_KEY])
            row.began_at = datetime.fromtimestamp(data["began_at"], UTC)
            row.seen_at = datetime.fromtimestamp(data["seen_at"], UTC)
            row.device = data.get("device", "")
            row.address = data.get("address")
        return row

    def _get_session_from_db(self) -> StaffSession | None:
        """The row of the key in the cookie, while it works; a key that opens nothing is forgotten."""
        working = StaffSession.objects.filter(expire_date__gt=timezone.now())
        with_person = working.select_related("user")
        row = with_person.filter(session_key=stored_key(self.session_key or "")).first()
        if row is None:
            self._session_key = None
        elif row.user is not None:
            remember(person_of(row.user.pk), row.user)
        return row

    # Nothing here is asynchronous. Django's own would look for, and leave behind, the key itself.
    aexists = sync_to_async(exists)  # type: ignore[arg-type]  # seen as the base
    adelete = sync_to_async(delete)  # type: ignore[arg-type]  # seen as the base
    acreate_model_instance = sync_to_async(create_model_instance)  # type: ignore[arg-type]  # seen as the base
    _aget_session_from_db = sync_to_async(_get_session_from_db)
