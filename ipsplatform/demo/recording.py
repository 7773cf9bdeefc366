"""Record a plan through the services, in the order in which things happened."""

import uuid
from dataclasses import asdict, fields
from typing import Any

from clients.following.services import assign, end_assignment, hand_over
from clients.models import Client
from clients.people.services import register_client
from ipsplatform.demo.crew import Crew
from ipsplatform.demo.names import Person
from ipsplatform.demo.plan import ClientPlan, ContactPlan, Follower, JobPlan, StageMove, TrajectoryPlan
from staff.models import User
from trajectories.contacts import services as contacts_services
from trajectories.death.services import record_death
from trajectories.jobs import services as jobs_services
from trajectories.journey import services as journey_services
from trajectories.models import ContactKind, DisclosureChoice, Trajectory, TrajectoryEndReason

TOLD_BY = "een zus"
PERSON = tuple(one.name for one in fields(Person))


def record_client(plan: ClientPlan, *, number: str, crew: Crew) -> Client:
    """One client with all trajectories, stages and jobs."""
    leader = crew.leader_of(plan.team)
    client = register_client(
        client_number=number, team=crew.teams.get(plan.team), by=leader, **_facts(plan.person, *PERSON)
    )
    for trajectory in plan.trajectories:
        for follower in trajectory.followers:
            _record_follower(follower, client=client, crew=crew, by=leader)
        _record_trajectory(trajectory, client=client, crew=crew, by=leader)
    if plan.died_on:
        record_death(client=client, on=plan.died_on, told_by=TOLD_BY, by=leader)
    return client


def record_contact(contact: ContactPlan, *, client: Client, crew: Crew, public_id: uuid.UUID) -> None:
    """One contact as its author wrote it."""
    contacts_services.write_contact(
        public_id=public_id,
        client=client,
        occurred_at=contact.at,
        employer_name=contact.employer,
        client_is_named=_is_named(contact, client),
        by=crew.members[contact.by],
        **_facts(contact, "kind", "minutes", "face_to_face", "location", "hiring_manager", "note"),
    )


def _is_named(contact: ContactPlan, client: Client) -> bool | None:
    """With an employer that may know the client is named; with another one the contact is anonymous."""
    if contact.kind != ContactKind.WERKGEVER:
        return None
    choices = DisclosureChoice.objects.standing().filter(client=client, employer__name=contact.employer)
    return choices.filter(may_know=True, given_on__lte=contact.at.date()).exists()


def _record_follower(follower: Follower, *, client: Client, crew: Crew, by: User) -> None:
    assignment = assign(
        client=client,
        user=crew.members[follower.username],
        role=follower.role,
        started_on=follower.started_on,
        by=by,
    )
    if follower.successor and follower.handed_over_on:
        assignment = hand_over(
            assignment=assignment, to=crew.members[follower.successor], on=follower.handed_over_on, by=by
        )
    if follower.ended_on is not None:
        end_assignment(assignment=assignment, on=follower.ended_on, by=by)


def _record_trajectory(plan: TrajectoryPlan, *, client: Client, crew: Crew, by: User) -> None:
    trajectory = journey_services.start_trajectory(
        client=client,
        kind=plan.kind,
        enrolled_on=plan.enrolled_on,
        by=by,
        **_facts(plan, *journey_services.TrajectoryFacts.__annotations__),
    )
    lead = plan.followers[0] if plan.followers else None
    steps = [(step.on, step) for step in plan.moves] + [(job.started_on, job) for job in plan.jobs]
    for day, step in sorted(steps, key=lambda step: step[0]):
        author = crew.members[lead.username_on(day)] if lead else by
        if isinstance(step, StageMove):
            journey_services.move_to_stage(trajectory=trajectory, by=author, **asdict(step))
        else:
            _record_job(step, trajectory=trajectory, by=author)
    if plan.ended_on is not None and plan.end_reason != TrajectoryEndReason.OVERLEDEN:
        journey_services.end_trajectory(
            trajectory=trajectory, on=plan.ended_on, reason=plan.end_reason, by=by
        )


def _record_job(plan: JobPlan, *, trajectory: Trajectory, by: User) -> None:
    job = jobs_services.register_job(
        trajectory=trajectory,
        employer_name=plan.offer.employer,
        started_on=plan.started_on,
        stage_goes_on=plan.stage_goes_on,
        is_another=True,  # a plan may go back to an employer
        by=by,
        **_facts(plan.offer, *jobs_services.JobFacts.__annotations__),
    )
    if plan.ended_on is not None:
        jobs_services.end_job(job=job, on=plan.ended_on, reason=plan.end_reason, by=by)


def _facts(plan: object, *names: str) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in names}
