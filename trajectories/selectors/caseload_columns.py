"""What a list shows of each client, computed in the database: the caseload, search, the dashboard."""

from datetime import date, timedelta

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from clients.models import Client
from trajectories.models import Contact, Job, Stage, StagePeriod, Trajectory, TrajectoryKind
from trajectories.selectors.attention import thresholds


def with_caseload_columns(clients: QuerySet[Client], day: date) -> QuerySet[Client]:
    """Annotate clients with everything that a caseload row shows on `day`, in one statement."""
    return _with_attention(_with_contact_days(_with_journey(clients, day)), day)


def current_stage(day: date, *, client: str = "pk") -> Case:
    """Where the client takes part: a running regular job, else the open stage (domain.md, section 4)."""
    return Case(
        When(Exists(running_regular_jobs(day, client)), then=Value(Stage.BETAALDE_BAAN)),
        default=Coalesce(Subquery(_open_stage(day, client).values("stage")[:1]), Value("")),
    )


def running_regular_jobs(day: date, client: str = "pk") -> QuerySet[Job]:
    return Job.objects.competitive().running_on(day).filter(trajectory__client=OuterRef(client))


def _with_journey(clients: QuerySet[Client], day: date) -> QuerySet[Client]:
    open_trajectories = Trajectory.objects.running_on(day).filter(client=OuterRef("pk"))
    ips = open_trajectories.filter(kind=TrajectoryKind.IPS).order_by("enrolled_on", "pk")
    jobs = running_regular_jobs(day).order_by("started_on", "pk")
    return clients.annotate(
        stage=current_stage(day),
        is_open=Exists(open_trajectories),
        ips_enrolled_on=Subquery(ips.values("enrolled_on")[:1]),
        enrolled_on=Coalesce(
            Subquery(ips.values("enrolled_on")[:1]),
            Subquery(open_trajectories.order_by("enrolled_on", "pk").values("enrolled_on")[:1]),
        ),
        funder=Coalesce(Subquery(ips.values("funder")[:1]), Value("")),
        job_employer=Subquery(jobs.values("employer__name")[:1]),
        job_started_on=Subquery(jobs.values("started_on")[:1]),
    )


def _with_contact_days(clients: QuerySet[Client]) -> QuerySet[Client]:
    with_client = _of_client(Contact.objects.with_client())
    employer_visits = _of_client(Contact.objects.with_employer_face_to_face())
    return clients.annotate(
        last_contact_on=Subquery(with_client.annotate(day=TruncDate(Max("occurred_at"))).values("day")),
        last_seen_on=Subquery(
            with_client.filter(face_to_face=True).annotate(day=TruncDate(Max("occurred_at"))).values("day")
        ),
        first_employer_on=Subquery(
            employer_visits.filter(occurred_at__date__gte=OuterRef("ips_enrolled_on"))
            .annotate(day=TruncDate(Min("occurred_at")))
            .values("day")
        ),
    )


def _of_client(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Grouped by client, for a minimum or maximum over that client's contacts."""
    return contacts.filter(client=OuterRef("pk")).order_by().values("client")


def _with_attention(clients: QuerySet[Client], day: date) -> QuerySet[Client]:
    limits = thresholds()
    not_seen_since = day - timedelta(days=limits.not_seen_days)
    last_known = Coalesce(F("last_seen_on"), F("enrolled_on"))
    clients = clients.annotate(seen_or_enrolled_on=last_known).annotate(
        not_seen=_yes(Q(is_open=True, seen_or_enrolled_on__lt=not_seen_since)),
        no_employer=_yes(
            Q(
                ips_enrolled_on__lt=day - timedelta(days=limits.no_employer_days),
                first_employer_on=None,
                job_started_on=None,
            )
        ),
    )
    return clients.annotate(needs_attention=_yes(Q(not_seen=True) | Q(no_employer=True)))


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _open_stage(day: date, client: str) -> QuerySet[StagePeriod]:
    return (
        StagePeriod.objects.running_on(day)
        .filter(trajectory__client=OuterRef(client))
        .order_by("trajectory__kind", "started_on", "pk")
    )
