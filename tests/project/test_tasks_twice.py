"""Every task twice is every task once: the queue may deliver a message again, and two beats may plan it."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from clients.emergency.services import start_emergency_access
from clients.models import EmergencyAccess
from ipsplatform.celery import app
from reports.models import MonitoringRun, PeriodKind
from reports.runs.periods import missing_periods, previous_period
from reports.runs.services import request_run
from staff.asking.services import ask_to_forget_factors
from staff.mail.services import ask_mail
from staff.models import AccessChange, GuessKind, MailKind, SignInWarning, StaffMail, User
from staff.sign_on.services import warn_of_guessing
from tests.factories import ClientFactory, SignalDigestFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.project.test_celery_settings import our_tasks
from tests.trajectories.case_import.import_files import all_rows, write_all
from tests.trajectories.case_import.test_import_uploads import zipped
from tests.waiting import wait_for
from tests.without_broker import without_broker
from trajectories.case_import.services import request_import
from trajectories.models import ImportRun, SignalDigest

pytestmark = pytest.mark.shows(16)

# The worker lives in real time, so these dates can't be fixed.
QUARTER = previous_period(PeriodKind.QUARTER, timezone.localdate())
ASKED = [QUARTER.kind.value, QUARTER.period_from.isoformat(), QUARTER.period_to.isoformat()]
LOGS = {"staff.AccessLine", "staff.AccessSeal"}  # a second time is a second line
# What a task is called with; those that are not named here take nothing.
ARGUMENTS = {
    "clients.following.tasks.end_outlived_of": lambda: [User.objects.order_by("pk").first().pk],
    "reports.runs.tasks.restate_run": lambda: ASKED,
    "clients.emergency.tasks.send_emergency_notice": lambda: [EmergencyAccess.objects.get().pk],
    "staff.confirming.tasks.send_access_change_notices": lambda: [AccessChange.objects.get().pk],
    "staff.sign_on.tasks.send_sign_in_warning": lambda: [SignInWarning.objects.get().pk],
    "reports.runs.tasks.make_run": lambda: ASKED,
    "reports.live.tasks.estimate_first_job": lambda: [None, ["", ""], [*ASKED[1:], ASKED[2]]],
    "reports.runs.tasks.make_previous_run": lambda: ["quarter"],
    "reports.runs.tasks.renew_run": lambda: [MonitoringRun.objects.get().pk],
    "staff.mail.tasks.send_staff_mail": lambda: [StaffMail.objects.get().pk],
    "trajectories.digest.tasks.send_digest": lambda: [SignalDigest.objects.get().pk],
    "trajectories.case_import.tasks.run_import": lambda: [ImportRun.objects.get().pk],
    "trajectories.case_import.tasks.send_release_notice": lambda: [ImportRun.objects.get().pk],
}


@pytest.fixture
def work(transactional_db, tmp_path):
    """Something for every task to do, of which no message has reached the queue."""
    team = TeamFactory()
    TrajectoryFactory(in_team=team, enrolled_on=QUARTER.period_from)
    administrator = UserFactory(beheerder=True)
    lead = UserFactory(teamleider=True, team=team, email="lead@example.org")
    write_all(tmp_path)
    SignalDigestFactory(user=lead, hour=0)
    upload = ContentFile(zipped(tmp_path), "import.zip")
    with without_broker():
        start_emergency_access(
            client=ClientFactory(), reason="overig", explanation="Belde in paniek.", hours=1, by=lead
        )
        ask_mail(kind=MailKind.INVITATION, address=lead.email, user=lead)
        ask_to_forget_factors(person=lead, reason="Telefoon kwijt.", by=administrator)
        warn_of_guessing(username=lead.username, kind=GuessKind.PASSWORD)
        request_import(upload=upload, dry_run=False, skip_invalid=False, by=administrator)
        request_run(
            period_kind=QUARTER.kind, period_from=QUARTER.period_from, period_to=QUARTER.period_to, by=lead
        )


def perform(worker, name, arguments):
    """Have it done, with everything that it asks of others."""
    task = app.send_task(name, args=arguments)
    wait_for(lambda: f"{task.id}] succeeded" in worker.log() and worker.is_idle())
    return {label: rows for label, rows in all_rows().items() if label not in LOGS}


@pytest.mark.parametrize("name", sorted(our_tasks()))
def test_second_time_changes_nothing(worker, work, name):
    arguments = ARGUMENTS.get(name, list)()
    once = perform(worker, name, arguments)
    assert perform(worker, name, arguments) == once


def test_what_two_beats_plan_is_done_once(worker, work):
    for planned in [*app.conf.beat_schedule.values()] * 2:
        app.send_task(planned["task"], args=planned.get("args", []))
    wait_for(lambda: not missing_periods(timezone.localdate()) and worker.is_idle())
    made = list(MonitoringRun.objects.values_list("period_kind", "period_from"))
    assert len(made) == len(set(made)) >= 4
    assert set(MonitoringRun.objects.values_list("revision", flat=True)) == {1}
