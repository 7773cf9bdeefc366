"""Endings ripple: whatever ends, nobody keeps access through an assignment that rested on it."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.following.services import end_outlived
from clients.models import Assignment, Client
from staff.models import Role, TeamMembership, User
from staff.people.services import correct_staff_member, leave_team
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TeamMembershipFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.filled_forms import send
from tests.staff.confirming.asked import confirm_all, known_row, person_page
from tests.trajectories.case_import.import_files import run_import, write_file
from tests.trajectories.case_import.test_import_uploads import ask
from trajectories.case_import import services as import_run
from trajectories.case_import.selectors.asked import questions_of_imports
from trajectories.jobs.services import becomes_name
from trajectories.journey.services import Followers
from trajectories.models import AfterSupport

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)
TABS = ("overview", "journey", "contacts", "work", "journey_print", "sharing", "export_prepare")
TOMORROW = TODAY + timedelta(days=1)


class Scene:
    """One client of a team, followed by a worker, with everything that can be left open."""

    def __init__(self, *, worker_in_team: bool) -> None:
        self.team, self.elsewhere = TeamFactory(code="N"), TeamFactory(code="Z")
        self.lead = UserFactory(teamleider=True, team=self.team)
        self.worker = UserFactory(staff_number="S1", team=self.team if worker_in_team else self.elsewhere)
        self.client = ClientFactory(team=self.team, client_number="C1")
        self.trajectory = TrajectoryFactory(client=self.client)
        StagePeriodFactory(trajectory=self.trajectory)
        JobFactory(trajectory=self.trajectory)
        AssignmentFactory(client=self.client, user=self.worker)
        AssignmentFactory(client=self.client, user=self.worker, role=Role.CASEMANAGER)
        AssignmentFactory(client=self.client, user=self.worker, started_on=TODAY + timedelta(days=30),
                          role=Role.ERVARINGSDESKUNDIGE)  # fmt: skip
        self.desk = Browser()
        self.desk.force_login(UserFactory(beheerder=True))

    @property
    def membership(self) -> TeamMembership:
        return TeamMembership.objects.get(user=self.worker)


def role_by_page(scene, folder) -> None:
    person_page(scene.desk, scene.worker, role=Role.KWARTIERMAKER, park_caseload="on")


def role_after_a_second_person(scene, folder) -> None:
    person_page(scene.desk, scene.worker, role=Role.MONITOR, park_caseload="on")
    confirm_all(UserFactory(beheerder=True))
    end_outlived(by=None, user=scene.worker)  # what the worker is asked


def role_by_file(scene, folder) -> None:
    staff = {"role": Role.KWARTIERMAKER, "team_code": "Z", "started_on": str(scene.membership.started_on)}
    write_file(folder, "staff", staff)
    assert run_import(folder).written


def uploaded(folder) -> None:
    """By one administrator, and released by another one."""
    run = ask(folder, UserFactory(beheerder=True))
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    import_run.release_import(run=run, by=UserFactory(beheerder=True))
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert run.report["written"], run.report["refusals"]


def role_by_upload(scene, folder) -> None:
    staff = {"role": Role.KWARTIERMAKER, "team_code": "Z", "started_on": str(scene.membership.started_on)}
    write_file(folder, "staff", staff)
    uploaded(folder)


def membership_by_page(scene, folder) -> None:
    person_page(
        scene.desk, scene.worker, known_row(scene.membership, ended_on=str(TODAY)), park_caseload="on"
    )


def membership_moved(scene, folder) -> None:
    other = TeamFactory()
    person_page(scene.desk, scene.worker, known_row(scene.membership, team=other.pk), park_caseload="on")
    confirm_all(UserFactory(beheerder=True))
    end_outlived(by=None, user=scene.worker)


def membership_by_file(scene, folder) -> None:
    staff = {"started_on": str(scene.membership.started_on), "ended_on": str(TODAY)}
    write_file(folder, "staff", staff)
    assert run_import(folder).written


def membership_by_upload(scene, folder) -> None:
    staff = {"started_on": str(scene.membership.started_on), "ended_on": str(TODAY)}
    write_file(folder, "staff", staff)
    uploaded(folder)


def last_day_passes(scene, folder) -> None:
    leave_team(membership=scene.membership, on=TODAY, by=None)
    end_outlived(by=None)


def account_closed(scene, folder) -> None:
    person_page(scene.desk, scene.worker, park_caseload="on", is_active=None)


def trajectory_ended(scene, folder) -> None:
    browser = Browser()
    browser.force_login(scene.lead)
    url = reverse("trajectories:trajectory_end", args=[scene.trajectory.public_id])
    goes_on = {becomes_name(scene.trajectory.jobs.get()): AfterSupport.GOES_ON}
    send(browser, url, reason="verhuizing", followers=Followers.STOP, **goes_on)


def trajectory_by_file(scene, folder) -> None:
    """It waits until somebody says on the page what becomes of the job, and of who follows."""
    told = {"trajectory_number": scene.trajectory.trajectory_number, "ended_on": str(TODAY),
            "enrolled_on": str(scene.trajectory.enrolled_on), "end_reason": "verhuizing"}  # fmt: skip
    write_file(folder, "trajectories", told)
    assert run_import(folder).written
    assert scene.client.trajectories.open().exists()
    assert [one.client for one in questions_of_imports(scene.lead)] == [scene.client]
    trajectory_ended(scene, folder)
    assert questions_of_imports(scene.lead) == []


def job_and_trajectory_ended(scene, folder) -> None:
    browser = Browser()
    browser.force_login(scene.lead)
    url = reverse("trajectories:job_end", args=[scene.trajectory.jobs.get().public_id])
    send(browser, url, reason="overig", what_next="end", trajectory_reason="overig",
         followers=Followers.STOP)  # fmt: skip


# Each way to end, and whether the worker reads the team's files beside the assignment.
WAYS = {
    role_by_page: False, role_after_a_second_person: False, role_by_file: False, role_by_upload: False,
    membership_by_page: True, membership_moved: True, membership_by_file: True, membership_by_upload: True,
    last_day_passes: True, trajectory_by_file: False,
    account_closed: True, trajectory_ended: False, job_and_trajectory_ended: False,
}  # fmt: skip


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_nobody_keeps_access_and_the_team_lead_sees_who_is_left(end, tmp_path, time_machine):
    scene = Scene(worker_in_team=WAYS[end])
    end(scene, tmp_path)
    time_machine.move_to(f"{TOMORROW}T09:00:00+01:00", tick=False)
    worker = User.objects.get(pk=scene.worker.pk)
    day = TODAY + timedelta(days=60)
    assert not Assignment.objects.running_on(TOMORROW).exists()
    assert not Assignment.objects.running_on(day).exists()
    assert not Client.objects.visible_to(worker).exists()
    browser = Browser()
    browser.force_login(worker)
    urls = [reverse(f"trajectories:client_{tab}", args=[scene.client.public_id]) for tab in TABS]
    assert {browser.get(url).status_code for url in urls} <= {302, 404}
    browser.force_login(scene.lead)
    if Client.objects.get().trajectories.open().exists():
        board = browser.get(f"/team/?team={scene.team.public_id}").context["board"]
        assert [line.client for line in board.without_worker] == [scene.client]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.IPS_TRAJECTBEGELEIDER])
def test_another_role_opens_nothing_from_that_moment(role):
    """Before anything ended the assignment: the rule of who sees a client asks for the role itself."""
    scene = Scene(worker_in_team=False)
    Assignment.objects.exclude(role=scene.worker.role).delete()
    User.objects.filter(pk=scene.worker.pk).update(role=role)
    worker = User.objects.get(pk=scene.worker.pk)
    assert not Client.objects.visible_to(worker).exists()
    assert not Client.objects.on_caseload_of(worker).exists()


@pytest.mark.parametrize("end", [role_by_page, membership_by_page], ids=lambda way: way.__name__)
def test_the_page_asks_first(end):
    scene = Scene(worker_in_team=WAYS[end])
    facts = {"role": Role.CASEMANAGER}
    rows = {} if end is role_by_page else known_row(scene.membership, ended_on=str(TODAY))
    page = person_page(scene.desk, scene.worker, rows, **(facts if end is role_by_page else {}))
    said = page.content.decode()
    assert f"{scene.worker} volgt nog cliënten." in said
    assert Assignment.objects.open().count() == 3
    assert User.objects.get(pk=scene.worker.pk).role == Role.IPS_TRAJECTBEGELEIDER
    assert scene.membership.ended_on is None


def test_who_follows_a_client_of_another_team_goes_on():
    scene = Scene(worker_in_team=False)
    Assignment.objects.exclude(role=scene.worker.role).delete()
    assert end_outlived(by=None) == 0
    assert Client.objects.visible_to(scene.worker).exists()


def test_a_longer_membership_keeps_the_assignments():
    scene = Scene(worker_in_team=True)
    Assignment.objects.exclude(role=scene.worker.role).delete()
    leave_team(membership=scene.membership, on=date(2026, 2, 1), by=None)
    TeamMembershipFactory(user=scene.worker, team=scene.team, started_on=date(2026, 2, 2))
    assert end_outlived(by=None) == 0


def test_importing_again_changes_nothing(tmp_path):
    """A file that still says that somebody follows does not open what ended with the team."""
    scene = Scene(worker_in_team=True)
    staff = {"started_on": str(scene.membership.started_on), "ended_on": str(TODAY)}
    write_file(tmp_path, "staff", staff)
    write_file(tmp_path, "assignments", {"started_on": "2020-01-01"})
    assert run_import(tmp_path).written
    before = list(Assignment.objects.order_by("pk").values())
    again = run_import(tmp_path)
    assert (again.rows_written, again.rows_refused) == (0, 0)
    assert list(Assignment.objects.order_by("pk").values()) == before


def test_a_change_that_a_second_person_confirms_asks_the_worker(django_capture_on_commit_callbacks):
    """It is carried out on a lower floor, which knows no assignments."""
    scene = Scene(worker_in_team=False)
    with django_capture_on_commit_callbacks() as asked:
        correct_staff_member(user=scene.worker, by=None, role=Role.MONITOR)
    assert "clients.following.tasks.end_outlived_of" in [call.args[0] for call in asked]


def test_hand_over_to_another_profession_is_refused_where_none_remains(client):
    scene = Scene(worker_in_team=True)
    peer = UserFactory(ervaringsdeskundige=True, team=scene.team)
    client.force_login(scene.lead)
    fixed = Assignment.objects.get(is_primary=True)
    url = reverse("clients:assignment_hand_over", args=[fixed.public_id])
    sent = {"to": peer.public_id, "on": str(TODAY)}
    assert "Dan blijft er geen IPS-trajectbegeleider over" in str(
        client.post(url, sent).context["form"].errors
    )
    AssignmentFactory(client=scene.client, user=UserFactory(team=scene.team), is_primary=False)
    assert client.post(url, sent).status_code == 302


def test_keeping_in_touch_stays_in_sight_under_its_filter(client, time_machine):
    scene = Scene(worker_in_team=True)
    browser = Browser()
    browser.force_login(scene.lead)
    url = reverse("trajectories:trajectory_end", args=[scene.trajectory.public_id])
    goes_on = {becomes_name(scene.trajectory.jobs.get()): AfterSupport.GOES_ON}
    send(browser, url, reason="doel_bereikt", followers=Followers.STAY, **goes_on)
    client.force_login(scene.worker)
    listed = [row.client for row in client.get("/caseload/?scope=mine&state=watched").context["rows"]]
    assert listed == [scene.client]
    assert [row.client for row in client.get("/caseload/?scope=mine").context["rows"]] == []
    Assignment.objects.filter(started_on__lte=TODAY).update(ended_on=TODAY)
    time_machine.move_to(f"{TOMORROW}T09:00:00+01:00", tick=False)
    client.force_login(scene.worker)
    assert list(client.get("/caseload/?scope=team&state=watched").context["rows"]) == []


def test_whoever_ends_a_trajectory_is_asked_what_becomes_of_who_follows(client):
    scene = Scene(worker_in_team=True)
    client.force_login(scene.lead)
    url = reverse("trajectories:trajectory_end", args=[scene.trajectory.public_id])
    page = client.get(url)
    assert "inloop eindigt op dezelfde dag." in page.content.decode().lower()
    errors = client.post(url, {"on": str(TODAY), "reason": "overig"}).context["form"].errors
    assert list(errors) == ["followers", becomes_name(scene.trajectory.jobs.get())]
