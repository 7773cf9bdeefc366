"""May this employer know? Asked at each contact and each thing that would go out to an employer."""

from datetime import date

from clients.models import Client, RecipientKind
from clients.selectors.sharing import Recipient, may_leave
from ipsplatform.common.classification import DataClass
from trajectories.models import DisclosureChoice, Employer


def may_be_named(*, client: Client, employer: Employer, day: date) -> bool:
    """Whether the client has said yes for this employer by `day`, and not taken that back since."""
    choices = DisclosureChoice.objects.standing().filter(client=client, employer=employer)
    return choices.filter(may_know=True, given_on__lte=day).exists()


def may_leave_to_employer(
    *, data_class: DataClass, client: Client, employer: Employer, purpose: str, day: date
) -> bool:
    """The guard for everything addressed to an employer: first the choice, then consent or ground.

    That somebody is a client tells something about health, so without the choice nothing goes out.
    With it, who the client is may be told; the rest needs what any other recipient needs.
    """
    if not may_be_named(client=client, employer=employer, day=day):
        return False
    if data_class is DataClass.IDENTITY:
        return True
    recipient = Recipient(RecipientKind.WERKGEVER)
    return may_leave(data_class=data_class, client=client, recipient=recipient, purpose=purpose, day=day)
