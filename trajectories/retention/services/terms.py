"""Until when files are kept, and what a team lead decides about the end."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import (
    Assignment,
    Client,
    DestructionAction,
    DestructionProposal,
    HoldAction,
    LegalHold,
    ProposalState,
    RetentionRegime,
    RetentionTerm,
    StartEvent,
)
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_future
from staff.audit import services as audit
from staff.models import User
from trajectories.models import Contact, Trajectory
from trajectories.retention.rules import end_of, regime_of, start_of


@transaction.atomic
def record_terms() -> int:
    """Set the term of every file at rest, drop that of a file in use; returns how many changed."""
    today = timezone.localdate()
    RetentionTerm.objects.filter(client__in=in_use(today)).delete()
    regimes = {regime.code: regime for regime in RetentionRegime.objects.all()}
    changed = 0
    for client in _at_rest(today).iterator(chunk_size=500):
        changed += _record_term(client, regimes)
    return changed


@transaction.atomic
def propose_destructions() -> int:
    """Propose every file whose term has passed, unless a hold, decision or use keeps it; returns how many."""
    today = timezone.localdate()
    kept = DestructionProposal.objects.filter(state=ProposalState.LANGER, kept_until__gte=today)
    terms = (
        RetentionTerm.objects.filter(ends_on__lt=today)
        .exclude(client__in=LegalHold.objects.in_force().values("client"))
        .exclude(client__in=DestructionProposal.objects.undecided().values("client"))
        .exclude(client__in=kept.values("client"))
        .exclude(client__in=in_use(today))
    )
    for term in terms:
        proposal = DestructionProposal.objects.create(
            client_id=term.client_id,
            regime_id=term.regime_id,
            start_event=term.start_event,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
        )
        audit.record(by=None, action=DestructionAction.PROPOSED, target=proposal)
    return len(terms)


@transaction.atomic
def approve_destruction(*, proposal: DestructionProposal, by: User) -> DestructionProposal:
    """Let a file be destroyed after the waiting time.

    Raises RuleError for a proposal that was decided already, a hold, and a file that is in use again.
    """
    proposal = _locked(proposal, ProposalState.VOORGESTELD)
    refuse_kept(proposal.client)
    proposal.state, proposal.approved_by = ProposalState.GOEDGEKEURD, by
    proposal.waiting_days = settings.DESTRUCTION_WAITING_DAYS
    proposal.save(update_fields=["state", "approved_by", "waiting_days"])
    audit.record(by=by, action=DestructionAction.APPROVED, target=proposal)
    proposal.refresh_from_db()  # the database sets the moments
    return proposal


@transaction.atomic
def withdraw_approval(*, proposal: DestructionProposal, by: User) -> DestructionProposal:
    """Make it a proposal again during the waiting time. Raises RuleError afterwards."""
    proposal = _locked(proposal, ProposalState.GOEDGEKEURD)
    proposal.state = ProposalState.VOORGESTELD
    proposal.save(update_fields=["state"])
    audit.record(by=by, action=DestructionAction.APPROVAL_WITHDRAWN, target=proposal)
    return proposal


@transaction.atomic
def keep_longer(*, proposal: DestructionProposal, until: date, reason: str, by: User) -> DestructionProposal:
    """Keep a file after its term, with the reason. Raises RuleError for a day that is not ahead."""
    if until <= timezone.localdate():
        raise RuleError(_("Choose a day in the future."), field="until")
    proposal = _locked(proposal, ProposalState.VOORGESTELD, ProposalState.GOEDGEKEURD)
    proposal.state, proposal.kept_until, proposal.reason = ProposalState.LANGER, until, reason
    return audit.save(
        proposal, by=by, action=DestructionAction.KEPT_LONGER, fields=["state", "kept_until", "reason"]
    )


@transaction.atomic
def correct_start(*, proposal: DestructionProposal, starts_on: date, reason: str, by: User) -> RetentionTerm:
    """Count the term from another day; a proposal that is no longer due lapses.

    Raises RuleError for a day in the future.
    """
    refuse_future(starts_on, field="starts_on")
    proposal = _locked(proposal, ProposalState.VOORGESTELD, ProposalState.GOEDGEKEURD)
    term = (
        RetentionTerm.objects.select_for_update(of=("self",))
        .select_related("regime")
        .get(client=proposal.client_id)
    )
    term.start_event, term.starts_on, term.reason = StartEvent.GECORRIGEERD, starts_on, reason
    term.ends_on = end_of(starts_on, term.regime.years)
    term.full_clean()
    term.save(update_fields=["start_event", "starts_on", "ends_on", "reason"])
    lapse(proposal)
    audit.record(by=by, action=DestructionAction.START_CORRECTED, target=proposal)
    propose_destructions()  # with the corrected days, when these have passed as well
    return term


@transaction.atomic
def place_hold(*, client: Client, reason: str, until: date | None, by: User) -> LegalHold:
    """Stop the destruction of a file; an approval lapses. Raises RuleError when it is being destroyed."""
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if until is not None and until < timezone.localdate():
        raise RuleError(_("Choose a day in the future."), field="until")
    for proposal in client.destruction_proposals.undecided().select_for_update(of=("self",)):
        if proposal.state == ProposalState.IN_UITVOERING:
            raise RuleError(_("This file is being destroyed at this moment. It can't be stopped any more."))
        lapse(proposal)
    hold = LegalHold(client=client, reason=reason, until=until, placed_by=by)
    return audit.save(hold, by=by, action=HoldAction.PLACED)


@transaction.atomic
def lift_hold(*, hold: LegalHold, by: User) -> LegalHold:
    """End a hold. Raises RuleError when it was lifted already."""
    hold = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if hold.lifted_at is not None:
        raise RuleError(_("This hold was lifted already."))
    hold.lifted_by, hold.lifted_at = by, timezone.now()
    hold.save(update_fields=["lifted_by", "lifted_at"])
    audit.record(by=by, action=HoldAction.LIFTED, target=hold)
    return hold


def lapse(proposal: DestructionProposal) -> None:
    """The proposal no longer holds; when its ground comes back there will be a new one."""
    proposal.state = ProposalState.VERVALLEN
    proposal.save(update_fields=["state"])


def refuse_kept(client: Client) -> None:
    """Raise RuleError for a file on hold or in use."""
    if LegalHold.objects.in_force().filter(client=client).exists():
        raise RuleError(_("There is a hold on this file. Lift it first."))
    if in_use(timezone.localdate()).filter(pk=client.pk).exists():
        raise RuleError(_("Somebody supports this client again: the file stays."))


def in_use(today: date) -> QuerySet[Client, Any]:
    """Keys of clients with a trajectory that runs today or is still to come, or somebody who follows since.

    An assignment that began before the last trajectory ended keeps nothing: forgotten, it would keep the
    file for ever. Whoever stays in touch writes contacts, and these count (ADR 46).
    """
    of_client = Trajectory.objects.filter(client=OuterRef("pk"))
    ended = Trajectory.objects.filter(client=OuterRef("client"), ended_on__gte=OuterRef("started_on"))
    assignments = Assignment.objects.filter(client=OuterRef("pk")).not_ended_before(today)
    since = assignments.exclude(Exists(ended))
    runs = Exists(of_client.not_ended_before(today)) | Exists(since)
    return Client.objects.filter(runs).order_by().values("pk")


def _locked(proposal: DestructionProposal, *states: str) -> DestructionProposal:
    """The row for this change; RuleError when somebody else decided in the meantime."""
    proposal = (
        DestructionProposal.objects.select_for_update(of=("self",))
        .select_related("client")
        .get(pk=proposal.pk)
    )
    if proposal.state not in states:
        raise RuleError(_("This was decided already. Look again at what it says now."))
    return proposal


def _at_rest(today: date) -> QuerySet[Client, Any]:
    """Clients without anything that runs, with the last day of everything and the kinds of support."""
    trajectories = Trajectory.objects.filter(client=OuterRef("pk")).order_by()
    assignments = Assignment.objects.filter(client=OuterRef("pk")).order_by()
    contacts = Contact.objects.filter(client=OuterRef("pk")).order_by()
    return Client.objects.exclude(pk__in=in_use(today)).annotate(
        last_trajectory=Subquery(_latest(trajectories, "ended_on")),
        last_assignment=Subquery(_latest(assignments, "ended_on")),
        last_contact=Subquery(_latest(contacts, "occurred_at")),
        support=ArraySubquery(trajectories.values_list(Concat("kind", Value("/"), "funder")).distinct()),
    )


def _latest(rows: QuerySet, field: str) -> QuerySet:
    return rows.values("client").annotate(latest=Max(field)).values("latest")


def _record_term(client: Any, regimes: dict[str, RetentionRegime]) -> bool:
    """Write the term of a client of `_at_rest` as far as it changed. What a team lead corrected stays."""
    event, starts_on = start_of(
        registered_at=client.created_at,
        trajectory=client.last_trajectory,
        assignment=client.last_assignment,
        contact=client.last_contact,
    )
    regime = regime_of([tuple(pair.split("/")) for pair in client.support], regimes)
    found = RetentionTerm.objects.filter(client=client).first()
    if found and found.start_event == StartEvent.GECORRIGEERD:
        event, starts_on = found.start_event, found.starts_on
    facts = {
        "regime": regime,
        "start_event": event,
        "starts_on": starts_on,
        "ends_on": end_of(starts_on, regime.years),
    }
    if found is None:
        RetentionTerm.objects.create(client=client, **facts)
        return True
    if not audit.differences(found, **facts):
        return False
    RetentionTerm.objects.filter(pk=found.pk).update(**facts)
    return True
