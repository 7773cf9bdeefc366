"""May this be shared? The one place that answers; it asks the database each time, so nothing lags behind."""

from dataclasses import dataclass
from datetime import date

from clients.models import Client, Consent, KindOfData, LegalBasis, RecipientKind, SharingGround
from ipsplatform.common.classification import DataClass

# Free text may hold anything, and technical fields tell nobody anything: neither leaves by itself.
KIND_OF_CLASS = {DataClass(kind.value): kind for kind in KindOfData}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who would get the data; `name` tells which one of its kind."""

    kind: RecipientKind
    name: str = ""


def consent_allows(
    *, client: Client, recipient: Recipient, purpose: str, kind: KindOfData, day: date
) -> bool:
    """Whether the client has agreed to this and not taken it back."""
    consents = Consent.objects.filter(client=client).valid_on(day)
    return _about(consents, recipient, purpose, kind).exists()


def basis_for(
    *, client: Client, recipient: Recipient, purpose: str, kind: KindOfData, day: date
) -> LegalBasis | None:
    """Why this may be shared on `day`: a ground that needs no consent, else consent; None when it may not."""
    grounds = SharingGround.objects.filter(client=client).running_on(day)
    ground = _about(grounds, recipient, purpose, kind).order_by("pk").first()
    if ground is not None:
        return LegalBasis(ground.basis)
    agreed = consent_allows(client=client, recipient=recipient, purpose=purpose, kind=kind, day=day)
    return LegalBasis.TOESTEMMING if agreed else None


def may_leave(
    *, data_class: DataClass, client: Client, recipient: Recipient, purpose: str, day: date
) -> bool:
    """The guard for everything that goes out. Health never goes to an employer, free text to nobody."""
    kind = KIND_OF_CLASS.get(data_class)
    if kind is None or (recipient.kind == RecipientKind.WERKGEVER and kind == KindOfData.HEALTH):
        return False
    return basis_for(client=client, recipient=recipient, purpose=purpose, kind=kind, day=day) is not None


def _about(agreements, recipient: Recipient, purpose: str, kind: KindOfData):
    return agreements.about(recipient=recipient.kind, name=recipient.name, purpose=purpose, kind=kind)
