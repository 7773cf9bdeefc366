"""One client from intake to the quarterly figure, through the pages, day by day."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from clients.models import Assignment, Client
from reports.models import MonitoringRun
from reports.runs import tasks
from staff.models import AuditEvent, Team, User
from tests.factories import ClientFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.reports.pages import links
from tests.scenarios.office import Desk
from trajectories.models import Job, Stage, Trajectory

pytestmark = pytest.mark.django_db
Q3 = ("2025-07-01", "2025-09-30")
QUARTER = ("quarter", *Q3)


@pytest.fixture
def on(time_machine):
    """`on("2025-07-07")` makes it ten in the morning of that day."""

    def move_to(day: str) -> None:
        time_machine.move_to(f"{day}T10:00:00+02:00", tick=False)

    move_to("2025-07-07")
    return move_to


@pytest.fixture
def team(on) -> Team:
    return TeamFactory(name="FACT Noord", code="noord")


@pytest.fixture
def maaike(team) -> Desk:
    return Desk(UserFactory(team=team, first_name="Maaike", last_name="Postma"))


@pytest.fixture
def joris(team) -> Desk:
    return Desk(UserFactory(ervaringsdeskundige=True, team=team, first_name="Joris", last_name="Bakker"))


@pytest.fixture
def lead(team) -> Desk:
    return Desk(UserFactory(teamleider=True, team=team, first_name="Willem", last_name="Kok"))


@pytest.fixture
def uncounted(team) -> None:
    """Who may not show in the third quarter: support that ended before, MSS, enrolled after."""
    others = [ClientFactory(team=team, first_name="Otto", last_name=f"Ruiter{n}") for n in range(3)]
    TrajectoryFactory(client=others[0], enrolled_on=date(2025, 1, 6), ended_on=date(2025, 6, 30))
    TrajectoryFactory(client=others[1], mss=True, enrolled_on=date(2025, 1, 6))
    TrajectoryFactory(client=others[2], enrolled_on=date(2025, 10, 1))


def register(desk: Desk, **typed: object) -> Client:
    desk.send(reverse("clients:client_register"), **typed)
    return Client.objects.get(last_name=typed["last_name"])


def start(desk: Desk, client: Client, **typed: object) -> Trajectory:
    desk.send(reverse("trajectories:trajectory_start", args=[client.public_id]), **typed)
    return client.trajectories.get(kind=typed["kind"])


def move(desk: Desk, trajectory: Trajectory, **typed: object) -> None:
    desk.send(reverse("trajectories:stage_move", args=[trajectory.public_id]), **typed)


def register_job(desk: Desk, trajectory: Trajectory, **typed: object) -> Job:
    regular = dict.fromkeys(("open_to_anyone", "regular_wage", "regular_employer"), "yes")
    desk.send(reverse("trajectories:job_register", args=[trajectory.public_id]), **regular, **typed)
    return trajectory.jobs.get()


def assign(lead: Desk, client: Client, user: User) -> None:
    lead.send(reverse("clients:assignment_add", args=[client.public_id]), user=user.public_id)


def figures(**options: str) -> dict:
    """What manage.py placement_report prints of the third quarter."""
    out = StringIO()
    call_command("placement_report", period_from=Q3[0], period_to=Q3[1], **options, stdout=out)
    return json.loads(out.getvalue())


def whole_run(revision: int = 1) -> dict:
    """The stored figures of the whole organisation."""
    run = MonitoringRun.objects.get(period_kind="quarter", period_from=Q3[0], revision=revision)
    return run.scopes.get(team=None, funder="", target_group="").figures


def share(figures: dict, key: str) -> tuple[int, int]:
    return figures[key]["numerator"], figures[key]["denominator"]


@pytest.fixture
def anna(on, maaike, joris, lead) -> Client:
    """Anna's summer and autumn: enrolled in July, at work in September, day activities after it."""
    client = register(maaike, first_name="Anna", name_prefix="de", last_name="Groot", birth_date="1990-03-03")
    wish = "Ik wil met dieren werken."
    trajectory = start(
        maaike, client, kind="ips", enrolled_on="2025-07-07", funder="uwv", target_group="epa", wish=wish
    )
    move(maaike, trajectory, stage="inloop", on="2025-07-07")
    assign(lead, client, joris.user)
    on("2025-07-16")
    farm = {"kind": "werkgever", "employer_name": "Kinderboerderij De Zonnehoek", "location": "werkplek"}
    maaike.write_contact(client, **farm, hiring_manager="on", note="Er is plaats in september.")
    on("2025-07-28")
    move(maaike, trajectory, stage="begeleid_werk", on="2025-07-28", client_words="Ik kan dit gewoon.")
    on("2025-08-25")
    agreed = {"started_on": "2025-09-01", "hours_per_week": "16", "contract": "tijdelijk"}
    employer = {"employer_name": "Kinderboerderij De Zonnehoek", "stage_goes_on": "stops"}
    job = register_job(maaike, trajectory, **employer, **agreed)
    on("2025-09-04")
    maaike.write_contact(client, kind="werk", location="werkplek", note="Eerste week: moe, trots.")
    on("2025-09-11")
    joris.write_contact(client, kind="steun", location="thuis", note="Slaapt weer goed.")
    on("2025-09-29")
    ended = {"on": "2025-09-26", "reason": "contract_afgelopen"}
    url = reverse("trajectories:job_end", args=[job.public_id])
    maaike.send(url, **ended, what_next="stage", stage="dagbesteding")
    on("2025-10-02")
    tasks.make_run(*QUARTER)
    return client


def test_file_tells_the_journey(anna, maaike):
    journey, work = maaike.tab("journey", anna), maaike.tab("work", anna)
    periods = anna.trajectories.get().stage_periods.order_by("started_on")
    assert list(periods.values_list("stage", "started_on", "ended_on")) == [
        ("inloop", date(2025, 7, 7), date(2025, 7, 27)),
        ("begeleid_werk", date(2025, 7, 28), date(2025, 8, 31)),
        ("dagbesteding", date(2025, 9, 27), None),
    ]
    assert "Ik kan dit gewoon." in journey
    assert "Kinderboerderij De Zonnehoek" in work
    assert "contract afgelopen" in work
    assert "Ik wil met dieren werken." in maaike.tab("overview", anna)
    contacts = maaike.tab("contacts", anna)
    assert all(note in contacts for note in ("Slaapt weer goed.", "Eerste week: moe, trots."))


def test_caseload_shows_where_she_is_now(anna, maaike, joris):
    for desk, colleague in ((maaike, "Joris (ED)"), (joris, "Maaike (IPS)")):
        row = desk.row_of(anna)
        assert row.stage == Stage.DAGBESTEDING
        assert (row.facts.employer_after_days, row.facts.days_since_seen) == (9, 21)
        assert colleague in row.colleagues_text


@pytest.mark.usefixtures("uncounted")
def test_quarterly_figure_counts_exactly_this_client(anna, lead):
    for found in (figures(), figures(team="noord"), figures(funder="uwv", target_group="epa"), whole_run()):
        assert share(found, "period_employment_rate") == (1, 1)
        assert share(found, "period_employment_rate_new") == (1, 1)
        assert found["flow"] == {"running": 1, "started": 1, "ended": 0}
        first_job = found["time_to_first_job"]
        assert (first_job["n"], first_job["events"], first_job["ended_without_job"]) == (2, 1, 1)
        assert first_job["median_days_placed"] == 56
    assert figures() == whole_run()


@pytest.mark.usefixtures("uncounted")
def test_job_that_ended_before_the_last_day_is_not_in_the_figure_of_that_day(anna):
    assert share(whole_run(), "point_employment_rate") == (0, 1)
    assert share(whole_run(), "point_sustained_rate") == (0, 1)


@pytest.mark.usefixtures("uncounted")
def test_dashboard_shows_the_figure_and_her_name_behind_it(anna, lead):
    page = lead.open(reverse("reports:team_dashboard"))
    quarter = page.context["quarter"]
    assert (quarter.numerator.text, quarter.denominator.text) == ("1", "1")
    assert {quarter.numerator.url, quarter.denominator.url} <= {url for url, _ in links(page)}
    assert lead.names_behind(quarter.numerator.url) == ["GROOT, Anna de"]
    assert lead.names_behind(quarter.denominator.url) == ["GROOT, Anna de"]


def test_figures_of_others_do_not_exist_for_a_team(anna, on):
    elsewhere = Desk(UserFactory(teamleider=True, team=TeamFactory()))
    run = MonitoringRun.objects.get(period_kind="quarter", period_from=Q3[0])
    assert elsewhere.open(reverse("reports:run_detail", args=[run.public_id])).context["row"] is None
    assert elsewhere.open(reverse("trajectories:client_work", args=[anna.public_id])).status_code == 404


def test_correction_keeps_what_stood_there_and_makes_a_new_revision(anna, maaike, lead, on):
    job = Job.objects.get(trajectory__client=anna)
    wrong = {"started_on": "2025-10-01", "ended_on": "2025-10-01"}
    maaike.send(reverse("trajectories:job_correct", args=[job.public_id]), **wrong)
    kept = AuditEvent.objects.get(action="job_corrected")
    assert kept.by == maaike.user
    assert kept.changes["started_on"] == ["2025-09-01", "2025-10-01"]
    assert "1 sep" in maaike.tab("overview", anna)

    lead.send(reverse("reports:run_list"), period=f"quarter-{QUARTER[1]}")
    tasks.renew_run(MonitoringRun.objects.get(state="waiting").pk)
    run = MonitoringRun.objects.get(revision=2)
    moved = {c["figure"]: (c["before"], c["after"]) for c in run.changes if not any(c["scope"].values())}
    before, after = moved["period_employment_rate"]
    assert (before["numerator"], after["numerator"]) == (1, 0)
    assert "flow" not in moved
    assert share(whole_run(revision=1), "period_employment_rate") == (1, 1)
    page = lead.open(f"{reverse('reports:run_detail', args=[run.public_id])}")
    assert [(line.before, line.after) for line in page.context["changes"]]


def test_same_run_again_makes_no_revision_without_corrections(anna):
    for _ in range(2):
        tasks.make_run(*QUARTER)
    assert MonitoringRun.objects.filter(period_kind="quarter", period_from=Q3[0]).count() == 1


def test_mss_is_supported_by_two_professions_and_is_in_no_ips_figure(on):
    area = TeamFactory(mss=True, name="MSS Centrum", code="mss")
    kwartiermaker = Desk(UserFactory(kwartiermaker=True, team=area, first_name="Tamara"))
    peer = Desk(UserFactory(ervaringsdeskundige=True, team=area, first_name="Joris"))
    lead = Desk(UserFactory(teamleider=True, team=area))
    client = register(kwartiermaker, first_name="Piet", last_name="Jansen")
    trajectory = start(kwartiermaker, client, kind="mss", enrolled_on="2025-07-07", funder="gemeente")
    assign(lead, client, peer.user)
    move(kwartiermaker, trajectory, stage="inloop", on="2025-07-07")
    on("2025-07-14")
    peer.write_contact(client, location="thuis", note="Samen naar de bouwgroep gelopen.")
    assert client.contacts.get().kind == "steun"
    assert peer.row_of(client).facts.days_since_seen == 0
    register_job(kwartiermaker, trajectory, employer_name="Buurthuis De Brug", started_on="2025-07-14")
    assert peer.row_of(client).stage == Stage.BETAALDE_BAAN
    on("2025-10-02")
    empty = figures()
    assert share(empty, "period_employment_rate") == (0, 0)
    assert empty["period_employment_rate"]["rate"] is None
    board = lead.open(reverse("reports:team_dashboard")).context
    assert not board["has_figures"]


def test_team_lead_hands_over_and_the_fixed_person_changes(anna, maaike, lead, team, on):
    noor = Desk(UserFactory(team=team, first_name="Noor", last_name="Mulder"))
    assert noor.row_of(anna) is None
    fixed = Assignment.objects.get(client=anna, is_primary=True)
    lead.send(
        reverse("clients:assignment_hand_over", args=[fixed.public_id]),
        to=noor.user.public_id,
        on="2025-10-02",
    )
    assert noor.row_of(anna) is not None
    assert maaike.row_of(anna) is None
    assert Assignment.objects.get(client=anna, is_primary=True, ended_on=None).user == noor.user
    correct = reverse("clients:client_correct", args=[anna.public_id])
    assert (noor.open(correct).status_code, maaike.open(correct).status_code) == (200, 403)


def test_access_is_lost_the_day_after_the_assignment_ended(anna, lead, on):
    visitor = Desk(UserFactory(ervaringsdeskundige=True, team=TeamFactory(name="FACT Zuid")))
    addresses = [
        reverse("trajectories:client_overview", args=[anna.public_id]),
        f"{reverse('trajectories:contact_write')}?client={anna.public_id}",
    ]
    followed = Assignment.objects.create(
        client=anna, user=visitor.user, role=visitor.user.role, started_on=date(2025, 10, 1)
    )
    lead.send(reverse("clients:assignment_end", args=[followed.public_id]), on="2025-10-02")
    assert [visitor.open(url).status_code for url in addresses] == [200, 200]
    assert visitor.row_of(anna) is not None
    on("2025-10-03")
    assert [visitor.open(url).status_code for url in addresses] == [404, 404]
    assert visitor.row_of(anna) is None
    assert "GROOT" not in visitor.read(f"{reverse('trajectories:search')}?q=groot")


def test_nothing_has_to_come_before_a_paid_job(maaike, on):
    client = register(maaike, first_name="Sevda", last_name="Demir")
    trajectory = start(maaike, client, kind="ips", enrolled_on="2025-07-07", hours_worked_at_enrolment="0")
    register_job(maaike, trajectory, employer_name="Bakkerij De Korenschoof", started_on="2025-07-07")
    assert maaike.row_of(client).stage == Stage.BETAALDE_BAAN
    assert trajectory.jobs.get().hours_per_week is None


def test_what_was_typed_without_a_value_stays_unknown(anna):
    trajectory = anna.trajectories.get()
    assert (trajectory.referred_on, trajectory.approved_on) == (None, None)
    assert trajectory.hours_worked_at_enrolment == Decimal(0)
