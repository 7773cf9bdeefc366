"""What clients agreed to share, and which employers may know; some took it back."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from clients.models import (
    Client,
    ConsentText,
    KindOfData,
    LegalBasis,
    Obtained,
    RecipientKind,
    SharingPurpose,
)
from clients.sharing.services import give_consent, record_ground, withdraw_consent
from ipsplatform.demo.crew import Crew
from ipsplatform.demo.plan import ClientPlan, JobPlan, TrajectoryPlan
from staff.models import User
from trajectories.disclosure.services import choose_disclosure, withdraw_disclosure
from trajectories.employers.services import share_employer
from trajectories.models import Employer

WORDS = (
    "Zeg maar dat ik na een lastige tijd weer aan het werk wil, en dat jij mij daarbij helpt.",
    "Ze mogen weten dat ik een begeleider heb. De rest vertel ik zelf.",
    "Vertel dat ik rustig wil beginnen. Meer hoeven ze niet te weten.",
)
WEEKS_BACK = timedelta(weeks=2)
CONSENTS = (
    (RecipientKind.UWV, "", SharingPurpose.WERK, (KindOfData.IDENTITY, KindOfData.WORK)),
    (RecipientKind.GEMEENTE, "", SharingPurpose.INKOMEN, (KindOfData.WORK,)),
    (RecipientKind.BEHANDELAAR, "", SharingPurpose.BEHANDELING, (KindOfData.HEALTH,)),
    (RecipientKind.NAASTE, "zus", SharingPurpose.WERK, (KindOfData.CONTACT, KindOfData.WORK)),
)


def record_sharing(
    clients: Iterable[tuple[Client, ClientPlan]], *, crew: Crew, today: date, seed: int
) -> None:
    """Consents, grounds and choices of clients with a running trajectory. Comes before their contacts."""
    rng = Random(seed)  # noqa: S311 - invented people need no secrets
    has_text = ConsentText.objects.in_use_on(today) is not None
    for client, plan in clients:
        running = [one for one in plan.trajectories if one.ended_on is None and one.followers]
        if not running:
            continue
        by = crew.members[running[0].followers[0].username_on(today)]
        for job in running[0].jobs:
            _choose(rng, job, client=client, by=by, today=today)
        _choose_before_visits(rng, running[0], client=client, by=by, today=today)
        if has_text:
            _agree(rng, running[0], client=client, by=by, today=today)
        if running[0].funder in ("gemeente", "uwv") and rng.random() < 0.4:
            _record_ground(running[0], client=client, by=by)


def share_employers(by: User) -> None:
    """Every second employer is known to all teams; the others to those who know one of their clients."""
    for employer in Employer.objects.order_by("name", "pk")[::2]:
        share_employer(employer=employer, by=by)


def _choose(rng: Random, job: JobPlan, *, client: Client, by: User, today: date) -> None:
    """Most clients were asked before the job began; of those most say yes, and a few take it back."""
    if job.offer.contract == "zzp" or rng.random() < 0.25:
        return
    may_know = rng.random() < 0.7
    choice = choose_disclosure(
        client=client,
        employer_name=job.offer.employer,
        may_know=may_know,
        client_words=rng.choice(WORDS) if may_know else "",
        given_on=min(today, job.started_on - timedelta(days=rng.randrange(1, 15))),
        by=by,
    )
    if rng.random() < 0.1:
        withdraw_disclosure(choice=choice, by=by)


def _choose_before_visits(
    rng: Random, trajectory: TrajectoryPlan, *, client: Client, by: User, today: date
) -> None:
    """Of the last visits some were made with a name, after the client had said yes."""
    for contact in trajectory.contacts:
        day = contact.at.date()
        if contact.employer and (today - day).days <= WEEKS_BACK.days and rng.random() < 0.4:
            choose_disclosure(
                client=client,
                employer_name=contact.employer,
                may_know=True,
                client_words=rng.choice(WORDS),
                given_on=day,
                by=by,
            )


def _agree(rng: Random, trajectory: TrajectoryPlan, *, client: Client, by: User, today: date) -> None:
    for recipient, name, purpose, kinds in CONSENTS:
        if rng.random() < 0.7:
            continue
        first = max(trajectory.enrolled_on, ConsentText.objects.earliest("valid_from").valid_from)
        consents = give_consent(
            client=client,
            recipient=recipient,
            recipient_name=name,
            purpose=purpose,
            kinds_of_data=kinds,
            obtained=rng.choice(Obtained.values),
            started_on=min(today, first + timedelta(days=rng.randrange(0, 21))),
            ended_on=today + timedelta(days=180) if rng.random() < 0.3 else None,
            by=by,
        )
        if rng.random() < 0.2:
            withdraw_consent(consent=consents[-1], by=by)


def _record_ground(trajectory: TrajectoryPlan, *, client: Client, by: User) -> None:
    is_uwv = trajectory.funder == "uwv"
    record_ground(
        client=client,
        recipient=RecipientKind.UWV if is_uwv else RecipientKind.GEMEENTE,
        purpose=SharingPurpose.FINANCIERING,
        kind_of_data=KindOfData.IDENTITY,
        basis=LegalBasis.PUBLIEKE_TAAK,
        source="Wet SUWI, artikel 30a" if is_uwv else "Participatiewet, artikel 7",
        started_on=trajectory.enrolled_on,
        by=by,
    )
