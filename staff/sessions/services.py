"""End sessions: one of a person, or all but the current one."""

from uuid import UUID

from django.db import transaction

from staff.audit import services as audit
from staff.models import StaffAction, StaffSession, User


@transaction.atomic
def end_session(*, user: User, public_id: UUID) -> bool:
    """End one session of `user`; idempotent."""
    ended, _kinds = StaffSession.objects.filter(user=user, public_id=public_id).delete()
    if ended:
        audit.record(by=user, action=StaffAction.SESSION_ENDED, target=user)
    return bool(ended)


@transaction.atomic
def end_other_sessions(*, user: User, kept: str | None, by: User | None) -> int:
    """End every session of `user` but the one with the key `kept`."""
    ended, _kinds = StaffSession.objects.filter(user=user).exclude(session_key=kept or "").delete()
    if ended:
        audit.record(by=by, action=StaffAction.SESSIONS_ENDED, target=user)
    return ended
