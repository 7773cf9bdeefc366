"""May this employer know, and what may be shared about a client, with whom and on which ground."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Consent, SharingGround
from ipsplatform.common.day_texts import day_text
from trajectories.models import ContactKind, DisclosureChoice, Employer


def may_be_named(*, client: Client, employer: Employer, day: date) -> bool:
    """Whether the client has said yes for this employer by `day`, and not taken that back since.

    The guard of the one thing that reaches an employer: a contact that names the client. That somebody
    is a client tells something about health.
    """
    choices = DisclosureChoice.objects.standing().filter(client=client, employer=employer)
    return choices.filter(may_know=True, given_on__lte=day).exists()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent or ground as one line: who may know what, what for, since when. `row` is what ends."""

    who: str
    what: str
    purpose: str
    meta: str
    row: Consent | SharingGround


@dataclass(frozen=True, slots=True)
class EmployerLine:
    """An employer and whether it may know; without a choice nobody has asked, and it is no."""

    employer: Employer
    choice: DisclosureChoice | None
    meta: str

    @property
    def may_know(self) -> bool:
        return self.choice is not None and self.choice.may_know


@dataclass(frozen=True, slots=True)
class WhatMayBeShared:
    """What holds today."""

    consents: list[Agreement]
    employers: list[EmployerLine]

    @property
    def is_empty(self) -> bool:
        return not (self.consents or self.employers)


@dataclass(frozen=True, slots=True)
class Past:
    """What held once: a line, and how it ended."""

    text: str
    ending: str


def what_may_be_shared(client: Client) -> WhatMayBeShared:
    """Consents and choices that hold today. Two statements."""
    consents = Consent.objects.filter(client=client).valid_on(timezone.localdate()).select_related("text")
    choices = DisclosureChoice.objects.standing().filter(client=client).select_related("employer")
    return WhatMayBeShared(
        consents=[_consent_line(consent) for consent in consents.order_by("recipient", "started_on", "pk")],
        employers=[_choice_line(choice) for choice in choices.order_by("employer__name", "pk")],
    )


def grounds_of(client: Client) -> list[Agreement]:
    """What may be shared without consent today. One statement."""
    grounds = SharingGround.objects.filter(client=client).current().order_by("recipient", "started_on", "pk")
    return [_ground_line(ground) for ground in grounds]


def employers_not_asked(client: Client) -> list[EmployerLine]:
    """Employers of whom this client's file speaks and about whom nobody asked. One statement."""
    spoken_with = Q(contacts__client=client, contacts__kind=ContactKind.WERKGEVER)
    asked = DisclosureChoice.objects.standing().filter(client=client).values("employer")
    ours = Employer.objects.filter(spoken_with | Q(jobs__trajectory__client=client)).values("pk")
    employers = Employer.objects.filter(pk__in=ours).exclude(pk__in=asked).order_by("name", "pk")
    return [EmployerLine(employer, None, "") for employer in employers]


def past_sharing(client: Client) -> list[Past]:
    """What was withdrawn or has ended, the latest first. Three statements."""
    has_ended = Q(ended_on__lt=timezone.localdate())
    is_withdrawn = Q(withdrawn_at__isnull=False)
    rows = [
        *Consent.objects.filter(has_ended | is_withdrawn, client=client).select_related("text"),
        *SharingGround.objects.filter(has_ended, client=client),
        *DisclosureChoice.objects.filter(is_withdrawn, client=client).select_related("employer"),
    ]
    rows.sort(key=lambda row: (_last_day(row), row.recorded_at), reverse=True)
    return [Past(_words_of(row), _ending(row)) for row in rows]


def _last_day(row: Consent | SharingGround | DisclosureChoice) -> date:
    withdrawn_at = getattr(row, "withdrawn_at", None)
    return timezone.localdate(withdrawn_at) if withdrawn_at else row.ended_on


def _ending(row: Consent | SharingGround | DisclosureChoice) -> str:
    text = _("withdrawn on %(day)s") if getattr(row, "withdrawn_at", None) else _("ended on %(day)s")
    return text % {"day": day_text(_last_day(row))}


def _words_of(row: Consent | SharingGround | DisclosureChoice) -> str:
    if isinstance(row, DisclosureChoice):
        answer = _("may know") if row.may_know else _("may not know")
        return f"{row.employer.name}: {answer}"
    line = _consent_line(row) if isinstance(row, Consent) else _ground_line(row)
    return f"{line.who}: {line.what} ({line.purpose})"


def _consent_line(consent: Consent) -> Agreement:
    text = _("text %(version)s") % {"version": consent.text.version}
    how = f"{consent.get_obtained_display()}, {text}"
    return _agreement(consent, how)


def _ground_line(ground: SharingGround) -> Agreement:
    return _agreement(ground, f"{ground.get_basis_display()}: {ground.source}")


def _agreement(row: Consent | SharingGround, detail: str) -> Agreement:
    kind = str(row.get_recipient_display())
    return Agreement(
        who=f"{row.recipient_name} ({kind})" if row.recipient_name else kind,
        what=str(row.get_kind_of_data_display()),
        purpose=str(row.get_purpose_display()),
        meta=" · ".join([_period(row.started_on, row.ended_on), detail]),
        row=row,
    )


def _choice_line(choice: DisclosureChoice) -> EmployerLine:
    return EmployerLine(choice.employer, choice, _("since %(day)s") % {"day": day_text(choice.given_on)})


def _period(started_on: date, ended_on: date | None) -> str:
    if ended_on is None:
        return _("since %(day)s") % {"day": day_text(started_on)}
    return _("%(start)s until %(end)s") % {"start": day_text(started_on), "end": day_text(ended_on)}
