"""The broker is down: pages work, what is asked is kept in its row, and done when the broker is back."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from clients.emergency.services import send_waiting_notices, start_emergency_access
from clients.models import EmergencyAccess
from reports.models import MonitoringRun, PeriodKind, RunState
from reports.runs import services as monitoring
from reports.runs.periods import previous_period
from staff.models import AuditEvent
from tests.factories import ClientFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.trajectories.case_import.import_files import write_all
from tests.trajectories.case_import.test_import_uploads import zipped
from tests.waiting import wait_for
from tests.without_broker import without_broker
from trajectories.case_import import services as import_run
from trajectories.models import Contact, ImportRun, ImportState

# The worker lives in real time, so these dates can't be fixed.
QUARTER = previous_period(PeriodKind.QUARTER, timezone.localdate())
ASKED = {"period_kind": QUARTER.kind, "period_from": QUARTER.period_from, "period_to": QUARTER.period_to}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shows(16)]


@pytest.fixture
def lead():
    team = TeamFactory()
    TrajectoryFactory(in_team=team, enrolled_on=QUARTER.period_from)
    return UserFactory(teamleider=True, team=team)


def test_notice_of_an_emergency_is_sent_when_the_queue_is_back(lead, worker):
    with without_broker():
        access = start_emergency_access(
            client=ClientFactory(), reason="overig", explanation="Belde in paniek.", hours=1, by=lead
        )
    send_waiting_notices()  # too soon
    assert EmergencyAccess.objects.filter(noticed_at=None).exists()
    time_ago = timezone.now() - timedelta(seconds=3 * settings.OUTBOX_SECONDS)
    EmergencyAccess.objects.filter(pk=access.pk).update(started_at=time_ago)
    send_waiting_notices()
    wait_for(EmergencyAccess.objects.exclude(noticed_at=None).exists)


def longer_ago(runs, field):
    runs.update(**{field: timezone.now() - timedelta(seconds=3 * settings.OUTBOX_SECONDS)})


def ask_for_quarter(client):
    asked = {"period": f"quarter-{QUARTER.period_from}"}
    return client.post(reverse("reports:run_start"), asked, follow=True).content.decode()


def test_figures_are_asked_for_now_and_computed_later(client, lead, worker):
    client.force_login(lead)
    with without_broker():
        page = ask_for_quarter(client)
    assert "De berekening is aangevraagd" in page
    assert "zijn aangevraagd en worden zo berekend" in page
    assert MonitoringRun.objects.get().state == RunState.WAITING
    monitoring.take_up_runs()  # too soon
    longer_ago(MonitoringRun.objects, "started_at")
    monitoring.take_up_runs()
    wait_for(MonitoringRun.objects.done().exists)
    run = MonitoringRun.objects.get()
    assert (run.started_by, run.revision) == (lead, 1)
    assert AuditEvent.objects.get(action="monitoring_run_finished").by == lead


def test_asking_twice_is_asking_once(client, lead):
    client.force_login(lead)
    with without_broker():
        for _ in range(2):
            ask_for_quarter(client)
    assert MonitoringRun.objects.count() == 1


def test_a_run_that_is_done_is_not_asked_for_again(lead):
    with without_broker():
        run = monitoring.request_run(**ASKED, by=lead)
    for _ in range(2):
        monitoring.store_requested_run(run_pk=run.pk)
    assert MonitoringRun.objects.get().state == RunState.DONE
    assert not MonitoringRun.objects.not_taken_up_since(timezone.now()).exists()


def test_import_is_accepted_now_and_done_later(client, worker, tmp_path, settings):
    settings.IMPORT_NEEDS_SECOND_PERSON = False
    write_all(tmp_path)
    client.force_login(UserFactory(beheerder=True))
    upload = SimpleUploadedFile("import.zip", zipped(tmp_path), "application/zip")
    with without_broker():
        answer = client.post(reverse("admin:trajectories_importrun_add"), {"upload": upload}, follow=True)
    assert answer.status_code == 200
    assert ImportRun.objects.get().state == ImportState.WAITING
    longer_ago(ImportRun.objects, "created_at")
    import_run.take_up_imports()
    wait_for(lambda: ImportRun.objects.get().state == ImportState.DONE)
    assert Contact.objects.count() == 1
