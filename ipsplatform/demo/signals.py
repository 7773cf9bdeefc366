"""Each signal shows for somebody; one was set aside, and the visitor chose a daily mail."""

from datetime import date, timedelta
from decimal import Decimal

from clients.following.services import end_assignment
from clients.models import Assignment, Client
from ipsplatform.demo.crew import NOORD, Crew
from ipsplatform.demo.showcase import SEAT
from staff.models import User
from trajectories.agenda.selectors import appointments_ahead
from trajectories.caseload.selectors import TEAM, caseload_clients, caseload_facts
from trajectories.digest.services import choose_digest
from trajectories.disclosure.services import withdraw_disclosure
from trajectories.jobs.services import correct_job, register_job
from trajectories.models import Contract, DisclosureChoice, Job, SignalCode
from trajectories.snoozing.services import snooze_signal

DIGEST_HOUR = 8
LATER_DAYS = 16
LONGER_THAN_A_WEEK = 8
REASON = "Op vakantie. Voor daarna staat er een afspraak."


def record_signals(crew: Crew, *, today: date) -> None:
    """What the invented lives don't hold by themselves. Comes last: it looks at what is there."""
    visitor, lead = crew.members[SEAT.username], crew.leader_of(NOORD)
    _lose_a_fixed_person(crew, today=today, by=lead)
    _leave_an_answer_open(visitor, today=today)
    _take_a_choice_back(visitor, today=today)
    _agree_on_a_job(visitor, today=today)
    _set_one_aside(visitor, today=today)
    choose_digest(user=visitor, hour=DIGEST_HOUR, by=visitor)


def _lose_a_fixed_person(crew: Crew, *, today: date, by: User) -> None:
    """Somebody's trajectbegeleider stopped ten days ago, and nobody took over; others still follow."""
    fixed = Assignment.objects.filter(
        client__team=crew.teams[NOORD],
        is_primary=True,
        ended_on=None,
        started_on__lt=today - timedelta(days=60),
        client__trajectories__kind="ips",
        client__trajectories__ended_on=None,
    ).exclude(user=crew.members[SEAT.username])
    one = fixed.order_by("pk").first()
    if one is not None:
        end_assignment(assignment=one, on=today - timedelta(days=10), by=by)


def _leave_an_answer_open(visitor: User, *, today: date) -> None:
    """Of one job nobody knows yet whether anyone could apply."""
    running = Job.objects.running_on(today).filter(
        trajectory__client__in=_clients_of(visitor), started_on__lt=today - timedelta(days=60)
    )
    job = running.filter(open_to_anyone=False).order_by("pk").first()
    if job is not None:
        correct_job(job=job, by=visitor, open_to_anyone=None)


def _take_a_choice_back(visitor: User, *, today: date) -> None:
    """Of a job that starts soon the employer may not know any more: somebody has to ask anew."""
    coming = Job.objects.filter(trajectory__client__in=_clients_of(visitor), started_on__gt=today)
    for job in coming.order_by("pk"):
        choices = DisclosureChoice.objects.standing().filter(client=job.trajectory.client_id)
        for choice in choices.filter(employer=job.employer_id):
            withdraw_disclosure(choice=choice, by=visitor)


def _agree_on_a_job(visitor: User, *, today: date) -> None:
    """Somebody starts in five days, and nobody has planned to come by."""
    team = caseload_clients(user=visitor, scope=TEAM).order_by("pk")
    for facts in caseload_facts(team, today):
        was_seen_long_ago = (facts.days_since_seen or 0) > LONGER_THAN_A_WEEK
        looks_for_work = facts.ips_enrolled_on is not None and not facts.has_job
        if looks_for_work and was_seen_long_ago and not appointments_ahead(facts.client):
            register_job(
                trajectory=facts.client.trajectories.get(kind="ips", ended_on=None),
                employer_name="Kwekerij Van Sloten",
                started_on=today + timedelta(days=5),
                by=visitor,
                occupation="medewerker kas",
                hours_per_week=Decimal(16),
                contract=Contract.TIJDELIJK,
                open_to_anyone=True,
                regular_wage=True,
                regular_employer=True,
            )
            return


def _set_one_aside(visitor: User, *, today: date) -> None:
    for facts in caseload_facts(_clients_of(visitor).order_by("pk"), today):
        if facts.has_signal(SignalCode.NOT_SEEN):
            snooze_signal(
                client=facts.client,
                code=SignalCode.NOT_SEEN,
                until=today + timedelta(days=LATER_DAYS),
                reason=REASON,
                by=visitor,
            )
            return


def _clients_of(visitor: User):
    return Client.objects.on_caseload_of(visitor)
