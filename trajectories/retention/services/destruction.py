"""Destroy files that a person approved, so that a crash at any moment leaves nothing half done.

The steps, each on disk before the next: the proposal is claimed (no way back); the identifier
is in the file outside the backup; rows and certificate in one transaction; "done" behind the identifier.
What a crash leaves is finished by the next run.
"""

import hashlib
import json
import logging
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Client, DestructionCertificate, DestructionProposal, ProposalState
from clients.people.erased_numbers import number_hash
from ipsplatform.common import erased_ids
from ipsplatform.common.errors import RuleError
from trajectories.retention.services.terms import lapse, refuse_kept

logger = logging.getLogger(__name__)
CERTIFIED = ("start_event", "starts_on", "ends_on", "approved_by", "approved_at")  # of the proposal


def destroy_due_files() -> int:
    """Destroy every file whose approval has waited long enough; returns how many. Idempotent."""
    if not erased_ids.is_set_up():
        logger.error("ERASED_IDS_FILE is not set: no file is destroyed")
        return 0
    _finish_lines()
    due = DestructionProposal.objects.filter(
        state__in=[ProposalState.GOEDGEKEURD, ProposalState.IN_UITVOERING], destroy_after__lte=timezone.now()
    )
    return sum(destroy_file(proposal_pk=pk) for pk in due.order_by("pk").values_list("pk", flat=True))


def destroy_file(*, proposal_pk: int) -> bool:
    """Destroy one file; False when it is kept after all, or somebody else did it."""
    client_id = _claim(proposal_pk)
    if client_id is None:
        return False
    erased_ids.record(client_id, erased_ids.BEGUN)
    is_destroyed = _destroy(proposal_pk)
    erased_ids.record(client_id, erased_ids.DONE)
    return is_destroyed


def erase_again(client: Client) -> DestructionCertificate:
    """Destroy what a restore brought back. Needs the rights of the owner: the restore undid the approval."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ips_remove_file(%s)", [client.pk])
        return _certify(client, cursor.fetchone()[0], is_after_restore=True)


def client_hash(public_id: UUID) -> str:
    """The SHA-256 of the public identifier, as hexadecimal digits."""
    return hashlib.sha256(str(public_id).encode()).hexdigest()


@transaction.atomic
def _claim(proposal_pk: int) -> UUID | None:
    """The point of no return. None for a file that is kept: on hold, or in use again."""
    proposal = (
        DestructionProposal.objects.select_for_update(of=("self", "client"))
        .select_related("client")
        .filter(pk=proposal_pk, state__in=[ProposalState.GOEDGEKEURD, ProposalState.IN_UITVOERING])
        .first()
    )
    if proposal is None:
        return None
    if proposal.state == ProposalState.GOEDGEKEURD:
        try:
            refuse_kept(proposal.client)
        except RuleError:
            lapse(proposal)
            return None
        proposal.state = ProposalState.IN_UITVOERING
        proposal.save(update_fields=["state"])
    return proposal.client.public_id


@transaction.atomic
def _destroy(proposal_pk: int) -> bool:
    proposal = (
        DestructionProposal.objects.select_for_update(of=("self",))
        .select_related("client", "regime", "approved_by")
        .filter(pk=proposal_pk)
        .first()
    )
    if proposal is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT ips_destroy_file(%s)", [proposal.public_id])
        counts = cursor.fetchone()[0]
    _certify(
        proposal.client,
        counts,
        regime_name=proposal.regime.name,
        **{name: getattr(proposal, name) for name in CERTIFIED},
    )
    return True


def _certify(client: Client, counts: str | dict, **facts: object) -> DestructionCertificate:
    """Write the proof; `counts` comes from the database, as text or already read."""
    counts = json.loads(counts) if isinstance(counts, str) else counts
    return DestructionCertificate.objects.create(
        client_hash=client_hash(client.public_id),
        number_hash=number_hash(client.client_number),
        row_counts={table: int(number) for table, number in sorted(counts.items()) if int(number)},
        **facts,
    )


def _finish_lines() -> None:
    """Files that were destroyed just before a crash: their last line is written now."""
    for identifier, event in erased_ids.recorded().items():
        if event == erased_ids.BEGUN and not Client.objects.filter(public_id=identifier).exists():
            erased_ids.record(identifier, erased_ids.DONE)
