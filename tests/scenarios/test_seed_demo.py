"""The demonstration: one seeded database for all tests of this file, undone at the end."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from clients.models import Assignment, Client, DestructionProposal, LegalHold, ProposalState, RegimeCode
from ipsplatform.demo.crew import ACCOUNTS, MEMBERS, PASSWORD
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.trend import quarter_of
from reports.models import MonitoringRun, PeriodKind
from staff.models import Role, Team, TeamKind, TeamMembership, User
from trajectories.caseload.selectors import TEAM, caseload_clients, caseload_facts
from trajectories.models import Contact, Employer, Job, SignalCode, SignalDigest, StagePeriod, Trajectory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """A filled database for the whole file; each test's own changes are undone, at the end everything is."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO=True):
        call_command("seed_demo", verbosity=0)
        connection.check_constraints()
        yield timezone.localdate()
        transaction.set_rollback(True)


@pytest.fixture
def today(demo) -> date:
    return demo


def report(today: date, quarters_ago: int):
    day = today
    for _ in range(quarters_ago):
        day = quarter_of(day)[0] - timedelta(days=1)
    first, last = quarter_of(day)
    return placement_report(Scope(), ReportWindow.of(first, last))


def of_account(username: str) -> User:
    return User.objects.get(username=username)


def test_organisation_is_there(today):
    assert Counter(Team.objects.values_list("kind", flat=True)) == {TeamKind.FACT: 3, TeamKind.MSS: 1}
    assert Team.objects.get(kind=TeamKind.MSS).inhabitants == 95_000
    assert User.objects.count() == len(MEMBERS) == 25
    assert set(User.objects.values_list("role", flat=True)) == set(Role.values)
    assert TeamMembership.objects.filter(is_trainee=True).exists()
    assert TeamMembership.objects.filter(fte__lt=1).exists()


def test_one_colleague_left_and_one_is_in_two_teams(today):
    left = User.objects.get(is_active=False)
    assert not left.memberships.current().exists()
    assert not left.assignments.current().exists()
    assert Assignment.objects.filter(user=left, ended_on__isnull=False).exists()
    in_two = TeamMembership.objects.current().values("user").annotate(teams=Count("team")).filter(teams=2)
    assert in_two.filter(user__role=Role.ERVARINGSDESKUNDIGE).exists()


def test_about_four_hundred_clients_over_four_years(today):
    assert 350 <= Client.objects.count() <= 450
    recent = Trajectory.objects.exclude(client__client_number__startswith="A")  # not the files of long ago
    first = recent.order_by("enrolled_on").first()
    assert 3 * 365 < (today - first.enrolled_on).days <= 4 * 366
    assert Client.objects.exclude(name_prefix="").count() > 60
    assert Contact.objects.count() > 5000
    assert len(set(Client.objects.values_list("first_name", "last_name"))) == Client.objects.count()


def test_kinds_of_support_are_mixed(today):
    kinds = Client.objects.annotate(
        ips=Count("trajectories", filter=Q(trajectories__kind="ips")),
        mss=Count("trajectories", filter=Q(trajectories__kind="mss")),
    )
    assert kinds.filter(ips=0, mss=1).count() > 40
    assert kinds.filter(ips__gte=1, mss__gte=1).count() >= 5
    assert kinds.filter(ips=2).count() >= 5
    assert Client.objects.filter(team=None).exists()
    assert Trajectory.objects.ips().values("funder").distinct().count() == 4
    assert Trajectory.objects.ips().values("target_group").distinct().count() == 7


def test_caseload_is_at_most_twenty_per_fte(today):
    workers = User.objects.active().filter(role=Role.IPS_TRAJECTBEGELEIDER)
    for worker in workers:
        fte = sum(membership.fte for membership in worker.memberships.current())
        caseload = Client.objects.on_caseload_of(worker).count()
        assert 10 <= caseload <= 20 * fte, worker


def test_journeys_go_every_way(today):
    order = {"inloop": 0, "dagbesteding": 1, "begeleid_werk": 2}
    steps = Counter()
    for trajectory in Trajectory.objects.prefetch_related("stage_periods"):
        stages = [order[period.stage] for period in trajectory.stage_periods.all()]
        steps.update(after - before for before, after in pairwise(stages))
    assert steps[1] > 50
    assert steps[2] > 5
    assert steps[-1] > 5
    straight = Trajectory.objects.filter(jobs__isnull=False, stage_periods=None)
    assert straight.exists()
    beside = StagePeriod.objects.filter(
        trajectory__jobs__started_on__gt=F("started_on"), trajectory__jobs__ended_on=None, ended_on=None
    )
    assert beside.exists()


def test_support_that_ended_by_death_has_that_death_recorded(today):
    died = Trajectory.objects.filter(end_reason="overleden")
    assert died.exists()
    assert all(one.client.died_on == one.ended_on for one in died.select_related("client"))


def test_jobs_are_of_every_kind(today):
    assert Job.objects.exclude(pk__in=Job.objects.competitive()).exists()
    assert Job.objects.filter(contract="zzp").exists()
    assert Job.objects.filter(
        started_on__range=(today + timedelta(days=1), today + timedelta(days=7))
    ).exists()
    assert Job.objects.filter(started_on=today - timedelta(days=3)).exists()
    assert Job.objects.filter(ended_on__gt=today - timedelta(days=7)).exists()
    gaps = set()
    for trajectory in Trajectory.objects.prefetch_related("jobs"):
        jobs = list(trajectory.jobs.all())
        gaps |= {
            (after.started_on - before.ended_on).days > 15
            for before, after in pairwise(jobs)
            if before.ended_on and after.started_on > before.ended_on
        }
    assert gaps == {True, False}


def test_some_clients_wait_for_a_contact_or_an_employer(today):
    open_clients = Client.objects.filter(trajectories__kind="ips", trajectories__ended_on=None)
    seen = open_clients.annotate(
        last=Max("contacts__occurred_at", filter=Q(contacts__kind__in=("werk", "steun")))
    )
    assert seen.filter(last__lt=timezone.now() - timedelta(days=29)).count() >= 3
    without_employer = open_clients.filter(trajectories__enrolled_on__lt=today - timedelta(days=30)).exclude(
        contacts__in=Contact.objects.with_employer_face_to_face()
    )
    assert without_employer.count() >= 3


def test_contacts_are_varied_and_never_of_today_or_later(today):
    notes = set(Contact.objects.values_list("note", flat=True))
    assert len(notes) > 300
    assert set(Contact.objects.values_list("kind", flat=True)) == {
        "werk",
        "steun",
        "werkgever",
        "groep",
        "overleg",
    }
    assert Contact.objects.filter(face_to_face=False).exists()
    assert timezone.localdate(Contact.objects.latest("occurred_at").occurred_at) < today
    assert Employer.objects.count() > 30


@pytest.mark.parametrize("username", ACCOUNTS)
def test_account_signs_in(today, client, username):
    assert client.login(username=username, password=PASSWORD)


@pytest.mark.parametrize(
    ("username", "url_name"),
    [
        ("trajectbegeleider", "trajectories:caseload_list"),
        ("ervaringsdeskundige", "trajectories:caseload_list"),
        ("kwartiermaker", "trajectories:caseload_list"),
        ("casemanager", "trajectories:caseload_list"),
        ("teamleider", "trajectories:caseload_list"),
        ("teamleider", "reports:team_dashboard"),
        ("teamleider", "reports:run_list"),
        ("monitor", "reports:run_list"),
        ("beheerder", "admin:index"),
    ],
)
def test_role_opens_its_page(today, client, username, url_name):
    client.force_login(of_account(username))
    assert client.get(reverse(url_name)).status_code == 200


def test_caseworkers_share_the_clients_of_the_trajectbegeleider(today):
    mine = Client.objects.on_caseload_of(of_account("trajectbegeleider"))
    assert mine.count() == 18
    for username in ("ervaringsdeskundige", "casemanager"):
        assert Client.objects.on_caseload_of(of_account(username)).filter(pk__in=mine).count() >= 10
    assert Client.objects.on_caseload_of(of_account("kwartiermaker")).filter(pk__in=mine).exists()
    assert Client.objects.visible_to(of_account("teamleider")).filter(pk__in=mine).count() == 18


def test_visitor_sees_every_state_of_a_caseload(today):
    mine = Client.objects.on_caseload_of(of_account("trajectbegeleider"))
    seen = mine.annotate(last=Max("contacts__occurred_at", filter=Q(contacts__kind__in=("werk", "steun"))))
    assert seen.filter(last__lt=timezone.now() - timedelta(days=29)).exists()
    without_employer = mine.exclude(contacts__in=Contact.objects.with_employer_face_to_face())
    assert {(today - client.trajectories.get().enrolled_on).days for client in without_employer} >= {4, 41}
    jobs = Job.objects.filter(trajectory__client__in=mine)
    assert jobs.filter(started_on=today + timedelta(days=5)).exists()
    assert jobs.filter(started_on=today - timedelta(days=3)).exists()
    assert jobs.filter(ended_on=today - timedelta(days=5)).exists()
    assert jobs.filter(contract="zzp", ended_on=None).exists()
    assert jobs.exclude(pk__in=Job.objects.competitive()).filter(ended_on=None).exists()


def test_open_trajectories_of_the_visitor_say_wish_and_next_step(today):
    mine = (
        Trajectory.objects.ips()
        .open()
        .filter(client__in=Client.objects.on_caseload_of(of_account("trajectbegeleider")))
    )
    assert not mine.filter(Q(wish="") | Q(next_step="")).exists()


def test_team_lead_has_files_of_long_ago_to_decide_about(today, client):
    lead = of_account("teamleider")
    proposals = DestructionProposal.objects.visible_to(lead).order_by("state")
    assert [(proposal.state, proposal.regime.code) for proposal in proposals] == [
        (ProposalState.GOEDGEKEURD, RegimeCode.WGBO),
        (ProposalState.VOORGESTELD, RegimeCode.WGBO),
    ]
    assert proposals[0].approved_by == lead
    held = LegalHold.objects.visible_to(lead).in_force().get().client
    assert held.retention_term.ends_on < today
    client.force_login(lead)
    page = client.get(reverse("trajectories:retention_list")).content.decode()
    assert all(name in page for name in ("KLOOSTERZIEL", "WIEGERSMA", "POELSTRA"))


def test_every_signal_shows_for_somebody_and_one_waits(today):
    visitor = of_account("trajectbegeleider")
    own = caseload_facts(caseload_clients(user=visitor, scope=TEAM), today)
    assert {signal.code for facts in own for signal in facts.signals} == set(SignalCode)
    assert [signal.code for facts in own for signal in facts.snoozed] == [SignalCode.NOT_SEEN]
    assert SignalDigest.objects.get().user == visitor


@pytest.mark.parametrize("quarters_ago", [1, 2, 3, 4])
def test_employment_rate_lies_where_published_ones_do(today, quarters_ago):
    rate = report(today, quarters_ago).rates["period_employment_rate"]
    assert 0.30 <= rate.rate <= 0.45
    assert rate.denominator > 100


def test_cohorts_find_work_as_published(today):
    placed = {
        months: report(today, 0).rates[f"cohort_placement_rate.{months}"].rate for months in (6, 12, 18)
    }
    assert 0.25 <= placed[12] <= 0.40
    assert 0.35 <= placed[18] <= 0.50
    assert placed[6] < placed[12] < placed[18]


def test_work_lasts_for_some(today):
    kept = {weeks: report(today, 0).rates[f"job_sustainment.{weeks}"].rate for weeks in (13, 26, 52)}
    assert 0.3 < kept[52] < kept[26] < kept[13] < 0.95


def test_first_jobs_come_within_the_year(today):
    assert 90 <= report(today, 0).first_job.median_days_placed <= 300


def test_two_years_of_quarters_and_of_months_are_stored(today):
    runs = MonitoringRun.objects.done()
    assert Counter(runs.values_list("period_kind", flat=True)) == {
        PeriodKind.QUARTER: 8,
        PeriodKind.MONTH: 24,
    }
    last = runs.filter(period_kind=PeriodKind.QUARTER).latest("period_to")
    assert last.period_to == quarter_of(today)[0] - timedelta(days=1)
    assert last.scopes.filter(team__isnull=False).exists()


def test_a_database_with_people_is_refused_and_stays_as_it_is(today):
    with override_settings(DEMO=True), pytest.raises(CommandError, match=r"niet leeg|not empty"):
        call_command("seed_demo", verbosity=0)
    assert User.objects.count() == len(MEMBERS)


def test_if_empty_leaves_a_filled_database_alone(today):
    before = Client.objects.count()
    with override_settings(DEMO=True):
        call_command("seed_demo", "--if-empty", verbosity=0)
    assert Client.objects.count() == before


def test_outside_the_demo_it_is_refused(db):
    with override_settings(DEMO=False), pytest.raises(CommandError):
        call_command("seed_demo", verbosity=0)
