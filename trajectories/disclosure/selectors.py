"""May this employer know, and what may be shared about a client, with whom and on which ground."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from clients.models import Client, Consent, SharingGround
from trajectories.models import ContactKind, DisclosureChoice, Employer


def may_be_named(*, client: Client, employer: Employer, day: date) -> bool:
    """Whether the client has said yes for this employer by `day`, and not taken that back since.

    The guard of the one thing that reaches an employer: a contact that names the client. That somebody
    is a client tells something about health.
    """
    choices = DisclosureChoice.objects.standing().filter(client=client, employer=employer)
    return choices.filter(may_know=True, given_on__lte=day).exists()


@dataclass(frozen=True, slots=True)
class EmployerChoice:
    """An employer and what the client chose; without a choice nobody has asked, and it is no."""

    employer: Employer
    choice: DisclosureChoice | None

    @property
    def may_know(self) -> bool:
        """Whether the client said yes; not asked counts as no."""
        return self.choice is not None and self.choice.may_know


@dataclass(frozen=True, slots=True)
class WhatMayBeShared:
    """Consents and choices about employers that are in force today."""

    consents: list[Consent]
    employers: list[EmployerChoice]


def what_may_be_shared(client: Client) -> WhatMayBeShared:
    """Consents and choices that hold today. Two statements."""
    consents = Consent.objects.filter(client=client).valid_on(timezone.localdate()).select_related("text")
    choices = DisclosureChoice.objects.standing().filter(client=client).select_related("employer")
    return WhatMayBeShared(
        consents=list(consents.order_by("recipient", "started_on", "pk")),
        employers=[
            EmployerChoice(choice.employer, choice) for choice in choices.order_by("employer__name", "pk")
        ],
    )


def grounds_of(client: Client) -> list[SharingGround]:
    """What may be shared without consent today. One statement."""
    grounds = SharingGround.objects.filter(client=client).current()
    return list(grounds.order_by("recipient", "started_on", "pk"))


def employers_not_asked(client: Client) -> list[EmployerChoice]:
    """Employers of whom this client's file speaks and about whom nobody asked. One statement."""
    spoken_with = Q(contacts__client=client, contacts__kind=ContactKind.WERKGEVER)
    asked = DisclosureChoice.objects.standing().filter(client=client).values("employer")
    ours = Employer.objects.filter(spoken_with | Q(jobs__trajectory__client=client)).values("pk")
    employers = Employer.objects.filter(pk__in=ours).exclude(pk__in=asked).order_by("name", "pk")
    return [EmployerChoice(employer, None) for employer in employers]


def past_sharing(client: Client) -> list[Consent | SharingGround | DisclosureChoice]:
    """What was withdrawn or has ended, the latest first. Three statements."""
    has_ended = Q(ended_on__lt=timezone.localdate())
    is_withdrawn = Q(withdrawn_at__isnull=False)
    rows = [
        *Consent.objects.filter(has_ended | is_withdrawn, client=client).select_related("text"),
        *SharingGround.objects.filter(has_ended, client=client),
        *DisclosureChoice.objects.filter(is_withdrawn, client=client).select_related("employer"),
    ]
    return sorted(rows, key=lambda row: (last_day_of(row), row.recorded_at), reverse=True)


def last_day_of(row: Consent | SharingGround | DisclosureChoice) -> date:
    """The day on which a row of `past_sharing` was withdrawn, else on which it ended.

    Raises ValueError for one that still holds.
    """
    withdrawn_at = None if isinstance(row, SharingGround) else row.withdrawn_at
    ended_on = None if isinstance(row, DisclosureChoice) else row.ended_on
    last = timezone.localdate(withdrawn_at) if withdrawn_at else ended_on
    if last is None:
        raise ValueError("This still holds.")
    return last
