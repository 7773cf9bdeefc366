"""The button that has a period computed, with a real worker behind it."""

from django.urls import reverse
from django.utils import timezone

from reports.models import MonitoringRun, PeriodKind
from reports.runs.periods import previous_period
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from tests.waiting import wait_for


def test_worker_computes_the_period_that_was_asked(client, worker):
    # The worker lives in real time, so this date can't be fixed.
    quarter = previous_period(PeriodKind.QUARTER, timezone.localdate())
    team = TeamFactory()
    TrajectoryFactory(in_team=team)
    lead = UserFactory(teamleider=True, team=team)
    client.force_login(lead)
    answer = client.post(
        reverse("reports:run_start"), {"period": f"quarter-{quarter.period_from}"}, follow=True
    )
    assert "De berekening is aangevraagd" in answer.content.decode()
    wait_for(MonitoringRun.objects.done().exists)
    run = MonitoringRun.objects.done().get()
    assert (run.started_by, run.period_from) == (lead, quarter.period_from)
