"""Three files of long ago, for the team lead to decide about: one waits, one was approved, one stays."""

from dataclasses import dataclass
from datetime import date, timedelta

from clients.models import Client
from clients.people.services import register_client
from ipsplatform.demo.crew import NOORD, Crew
from staff.models import User
from trajectories.journey.services import end_trajectory, move_to_stage, start_trajectory
from trajectories.models import Funder, Stage, TargetGroup, TrajectoryEndReason, TrajectoryKind
from trajectories.retention.services import terms as retention

YEAR = timedelta(days=365.25)
HOLD = "De familie heeft een klacht ingediend. Het dossier blijft tot die is afgehandeld."


@dataclass(frozen=True)
class OldFile:
    """A journey that began `years` ago and took two; then nothing happened any more."""

    number: str
    first_name: str
    last_name: str
    years: int
    kind: str = TrajectoryKind.IPS
    funder: str = Funder.ZORGVERZEKERAAR


WAITS = OldFile("A0113", "Truus", "Kloosterziel", years=24)
APPROVED = OldFile("A0087", "Berend", "Wiegersma", years=27)
STAYS = OldFile(
    "A0164", "Jannie", "Poelstra", years=19, kind=TrajectoryKind.MSS, funder=Funder.GEMEENTE
)  # fifteen years under the Wmo
FILES = (WAITS, APPROVED, STAYS)


def record_retention(crew: Crew, *, today: date) -> int:
    """Record the files and let the terms be counted, as each night does; returns how many there are."""
    lead = crew.leader_of(NOORD)
    clients = {file: _record(file, crew=crew, today=today, by=lead) for file in FILES}
    retention.place_hold(client=clients[STAYS], reason=HOLD, until=None, by=lead)
    retention.record_terms()
    retention.propose_destructions()
    proposal = clients[APPROVED].destruction_proposals.get()
    retention.approve_destruction(proposal=proposal, by=lead)
    return len(clients)


def _record(file: OldFile, *, crew: Crew, today: date, by: User) -> Client:
    enrolled_on = today - file.years * YEAR
    client = register_client(
        client_number=file.number,
        first_name=file.first_name,
        last_name=file.last_name,
        birth_date=enrolled_on - 34 * YEAR,
        team=crew.teams[NOORD],
        municipality="Rijswijk",
        by=by,
    )
    trajectory = start_trajectory(
        client=client,
        kind=file.kind,
        enrolled_on=enrolled_on,
        funder=file.funder,
        target_group=TargetGroup.EPA,
        by=by,
    )
    move_to_stage(trajectory=trajectory, stage=Stage.INLOOP, on=enrolled_on, by=by)
    move_to_stage(trajectory=trajectory, stage=Stage.BEGELEID_WERK, on=enrolled_on + YEAR, by=by)
    reason = TrajectoryEndReason.DOEL_BEREIKT
    end_trajectory(trajectory=trajectory, on=enrolled_on + 2 * YEAR, reason=reason, by=by)
    return client
