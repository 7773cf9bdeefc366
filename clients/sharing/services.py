"""Consent and grounds: give, withdraw, record, end. What was shared before a withdrawal stays true."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NotRequired, TypedDict, TypeVar, Unpack

from django.db import transaction
from django.db.models import Model, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import (
    Client,
    Consent,
    ConsentAction,
    ConsentText,
    ConsentTextAction,
    GroundAction,
    SharingGround,
)
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_end_before_start, refuse_future
from staff.audit import services as audit
from staff.models import User

Said = TypeVar("Said", bound=Model)  # a consent, or a choice about an employer


class Agreed(TypedDict):
    """With whom something is shared, what for, and from when until when."""

    recipient: str
    recipient_name: NotRequired[str]
    purpose: str
    started_on: date
    ended_on: NotRequired[date | None]


@transaction.atomic
def give_consent(
    *, client: Client, kinds_of_data: Iterable[str], obtained: str, by: User, **agreed: Unpack[Agreed]
) -> list[Consent]:
    """Record that the client agrees, one consent for each kind of data, to the text in use on that day.

    Raises RuleError for a day in the future, an end before the start and a day without a text;
    ValidationError for what the database would refuse, such as the same consent twice.
    """
    _refuse_period(agreed)
    text = ConsentText.objects.in_use_on(agreed["started_on"])
    if text is None:
        raise RuleError(
            _("On that day there was no text yet that the client could agree to."), field="started_on"
        )
    yes = {"client": client, "text": text, "obtained": obtained, "recorded_by": by, **agreed}
    consents = [Consent(kind_of_data=kind, **yes) for kind in kinds_of_data]
    for consent in consents:
        audit.save(consent, by=by, action=ConsentAction.GIVEN)
    return consents


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: User) -> Consent:
    """Withdraw a consent from this moment on. Idempotent."""
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    return take_back(consent, action=ConsentAction.WITHDRAWN, by=by)


def take_back(said: Said, *, action: TextChoices, by: User) -> Said:
    """Withdraw a locked consent or choice from this moment on. Idempotent."""
    row: Any = said
    if row.withdrawn_at is not None:
        return said
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    return audit.save(said, by=by, action=action, fields=["withdrawn_at", "withdrawn_by"])


@transaction.atomic
def record_ground(
    *, client: Client, kind_of_data: str, basis: str, source: str, by: User, **agreed: Unpack[Agreed]
) -> SharingGround:
    """Record why something may be shared without consent.

    Raises RuleError for a day in the future and an end before the start, ValidationError for what the
    database would refuse.
    """
    _refuse_period(agreed)
    ground = SharingGround(
        client=client, kind_of_data=kind_of_data, basis=basis, source=source, recorded_by=by, **agreed
    )
    return audit.save(ground, by=by, action=GroundAction.RECORDED)


@transaction.atomic
def end_ground(*, ground: SharingGround, by: User) -> SharingGround:
    """End a ground today; one that has ended stays as it is."""
    ground = SharingGround.objects.select_for_update(of=("self",)).get(pk=ground.pk)
    today = timezone.localdate()
    if ground.ended_on is not None and ground.ended_on <= today:
        return ground
    ground.ended_on = today
    return audit.save(ground, by=by, action=GroundAction.ENDED, fields=["ended_on"])


@transaction.atomic
def add_consent_text(*, version: str, body: str, source: str, valid_from: date, by: User) -> ConsentText:
    """Add a wording for consents from `valid_from` on. Raises ValidationError for a version that exists."""
    text = ConsentText(version=version, body=body, source=source, valid_from=valid_from)
    return audit.save(text, by=by, action=ConsentTextAction.ADDED)


def _refuse_period(agreed: Agreed) -> None:
    started_on = agreed["started_on"]
    refuse_future(started_on, field="started_on")
    refuse_end_before_start(started_on=started_on, ended_on=agreed.get("ended_on"), field="ended_on")
