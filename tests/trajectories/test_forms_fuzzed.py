"""Whatever somebody sends to a form of the file: an answer or a refusal, never an error page."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import JobFactory, StagePeriodFactory, TeamFactory, TrajectoryFactory, UserFactory
from trajectories.forms.contact import ContactForm
from trajectories.forms.job import CorrectJobForm, EndJobForm, RegisterJobForm
from trajectories.forms.stage import CorrectStageForm, EndStageForm, MoveStageForm
from trajectories.forms.trajectory import (
    CorrectTrajectoryForm,
    EndTrajectoryForm,
    PlanForm,
    StartTrajectoryForm,
)

pytestmark = [pytest.mark.shows(19), pytest.mark.django_db]

FORMS = {
    "trajectories:trajectory_start": StartTrajectoryForm,
    "trajectories:trajectory_plan": PlanForm,
    "trajectories:trajectory_correct": CorrectTrajectoryForm,
    "trajectories:trajectory_end": EndTrajectoryForm,
    "trajectories:stage_move": MoveStageForm,
    "trajectories:stage_end": EndStageForm,
    "trajectories:stage_correct": CorrectStageForm,
    "trajectories:job_register": RegisterJobForm,
    "trajectories:job_correct": CorrectJobForm,
    "trajectories:job_end": EndJobForm,
    "trajectories:contact_write": ContactForm,
}
LIKELY = [
    *(
        "ips",
        "inloop",
        "dagbesteding",
        "betaalde_baan",
        "overig",
        "onbekend",
        "stay",
        "stage",
        "search",
        "end",
    ),
    *(
        "werkgever",
        "telefoon",
        "other",
        "yes",
        "no",
        "unknown",
        "stops",
        "goes_on",
        "30",
        "-1",
        "1e400",
        "NaN",
    ),
    *("0001-01-01", "9999-12-31", "2024-02-29", "2024-02-30", "2026-03-02", "2026-03-03", "2026-03-02T25:00"),
    *("", " ", "\x00", "é" * 200, "<script>", "2026-03-02T08:00", "0001-01-01T00:00"),
]
values = st.one_of(st.sampled_from(LIKELY), st.text(max_size=40), st.uuids().map(str))


@pytest.fixture
def addresses(client, time_machine) -> dict[str, str]:
    """A file with one row of each kind, opened by who follows the client."""
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    worker = UserFactory(team=TeamFactory())
    trajectory = TrajectoryFactory(followed_by=worker)
    period, job = StagePeriodFactory(trajectory=trajectory), JobFactory(trajectory=trajectory)
    client.force_login(worker)
    rows = {"start": trajectory.client, "stage_e": period, "stage_c": period, "job_e": job, "job_c": job}
    return {
        name: reverse(name)
        if name.endswith("contact_write")
        else reverse(name, args=[next((rows[part] for part in rows if part in name), trajectory).public_id])
        for name in FORMS
    }


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_input_gets_an_answer(client, addresses, name, data):
    sent = {field: data.draw(values, label=field) for field in FORMS[name].base_fields}
    response = client.post(addresses[name], sent)
    assert response.status_code in (200, 302)
    assert response.status_code == 302 or response.context["form"].errors
