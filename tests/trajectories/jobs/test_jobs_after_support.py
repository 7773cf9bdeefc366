"""When the support ends it is asked what becomes of each open job; what nobody knows stays unknown."""

from datetime import date

import pytest
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import ClientFactory, JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from trajectories.jobs.services import JobAnswer, becomes_name, end_trajectory_and_jobs
from trajectories.journey.services import end_trajectory
from trajectories.models import AfterSupport, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


class Scene:
    """A client at work with two employers, and a job that is over."""

    def __init__(self, browser):
        self.worker = UserFactory(team=TeamFactory())
        person = ClientFactory(followed_by=self.worker)
        self.trajectory = TrajectoryFactory(client=person, enrolled_on="2025-01-06")
        self.bakery = JobFactory(
            trajectory=self.trajectory, started_on="2025-06-02", employer__name="Bakkerij"
        )
        self.hotel = JobFactory(trajectory=self.trajectory, started_on="2025-09-01", employer__name="Hotel")
        JobFactory(trajectory=self.trajectory, started_on="2025-03-03", ended_on="2025-04-04",
                   end_reason="overig", employer__name="Wasserij")  # fmt: skip
        self.browser = browser
        browser.force_login(self.worker)

    def end(self, way, **answers):
        """By the form of the trajectory, or by that of the job at the hotel."""
        if way == "job":
            sent = {
                "on": str(TODAY),
                "reason": "overig",
                "what_next": "end",
                "trajectory_reason": "verhuizing",
            }
            url = reverse("trajectories:job_end", args=[self.hotel.public_id])
        else:
            sent = {"on": str(TODAY), "reason": "verhuizing"}
            url = reverse("trajectories:trajectory_end", args=[self.trajectory.public_id])
        return self.browser.post(url, sent | {"followers": "stay"} | answers)

    def answers(self, **given):
        """The fields of the bakery, by part."""
        return {becomes_name(self.bakery, part): value for part, value in given.items()}


@pytest.fixture
def scene(client):
    return Scene(client)


@pytest.fixture(params=["trajectory", "job"])
def way(request):
    return request.param


def ended(scene):
    return Trajectory.objects.get(pk=scene.trajectory.pk).ended_on


def hotel_goes_on(scene, way):
    return {becomes_name(scene.hotel): AfterSupport.GOES_ON} if way == "trajectory" else {}


def test_each_open_job_is_asked_about_and_nothing_is_filled_in(scene):
    url = reverse("trajectories:trajectory_end", args=[scene.trajectory.public_id])
    form = scene.browser.get(url).context["form"]
    asked = {name for name in form.fields if name.startswith("becomes")}
    assert asked == {becomes_name(scene.bakery), becomes_name(scene.hotel)}
    assert {form[name].value() for name in asked} == {None}


def test_without_an_answer_nothing_ends(scene, way):
    answer = scene.end(way, **hotel_goes_on(scene, way))
    assert becomes_name(scene.bakery) in answer.context["form"].errors
    assert ended(scene) is None
    scene.hotel.refresh_from_db()
    assert scene.hotel.ended_on is None


@pytest.mark.parametrize("becomes", [AfterSupport.GOES_ON, AfterSupport.UNKNOWN])
def test_going_on_and_unknown_leave_the_job_open_and_are_remembered_apart(scene, way, becomes):
    assert scene.end(way, **scene.answers(becomes=becomes), **hotel_goes_on(scene, way)).status_code == 302
    scene.bakery.refresh_from_db()
    assert (ended(scene), scene.bakery.ended_on, scene.bakery.end_reason) == (TODAY, None, "")
    event = AuditEvent.objects.get(action="job_asked_about", target_id=scene.bakery.public_id)
    assert event.changes == {"after_support": [None, becomes]}
    overview = reverse("trajectories:client_overview", args=[scene.trajectory.client.public_id])
    words = {"goes_on": "gaat door, zonder begeleiding", "unknown": "weet ik niet"}[becomes]
    assert words in scene.browser.get(overview).content.decode()


def test_a_job_that_ended_gets_its_own_day_and_reason(scene, way):
    answers = scene.answers(becomes="ended", ended_on="31-12-2025", end_reason="contract_afgelopen")
    assert scene.end(way, **answers, **hotel_goes_on(scene, way)).status_code == 302
    scene.bakery.refresh_from_db()
    assert (scene.bakery.ended_on, scene.bakery.end_reason) == (date(2025, 12, 31), "contract_afgelopen")
    assert ended(scene) == TODAY


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"becomes": "ended"}, ["ended_on", "end_reason"]),
        ({"becomes": "ended", "ended_on": "31-12-2025"}, ["end_reason"]),
        ({"becomes": "ended", "ended_on": "1-6-2025", "end_reason": "overig"}, ["ended_on"]),
        ({"becomes": "ended", "ended_on": "3-3-2026", "end_reason": "overig"}, ["ended_on"]),
    ],
)
def test_what_is_missing_or_wrong_stands_beside_its_field(scene, way, given, parts):
    answer = scene.end(way, **scene.answers(**given), **hotel_goes_on(scene, way))
    assert list(answer.context["form"].errors) == [becomes_name(scene.bakery, part) for part in parts]
    assert ended(scene) is None


def test_other_choices_after_a_job_ask_nothing(scene):
    url = reverse("trajectories:job_end", args=[scene.hotel.public_id])
    # Who first chose the end of the support and then something else: what is hidden since is sent as well.
    given = scene.answers(becomes="ended")
    sent = {"on": str(TODAY), "reason": "overig", "what_next": "stay", **given}
    assert scene.browser.post(url, sent).status_code == 302


def test_without_an_open_job_nothing_is_asked(client):
    worker = UserFactory(team=TeamFactory())
    trajectory = TrajectoryFactory(client__followed_by=worker)
    client.force_login(worker)
    url = reverse("trajectories:trajectory_end", args=[trajectory.public_id])
    assert not [name for name in client.get(url).context["form"].fields if "becomes" in name]
    sent = {"on": str(TODAY), "reason": "verhuizing", "followers": "stay"}
    assert client.post(url, sent).status_code == 302


def test_the_service_refuses_a_job_without_an_answer(scene):
    with pytest.raises(RuleError) as refusal:
        end_trajectory_and_jobs(
            trajectory=scene.trajectory,
            on=TODAY,
            reason="verhuizing",
            jobs=[JobAnswer(job=scene.hotel, becomes=AfterSupport.UNKNOWN)],
            by=scene.worker,
        )
    assert refusal.value.field == becomes_name(scene.bakery)


def test_a_client_who_died_is_recorded_as_that_and_not_as_a_reason(scene, way):
    field = "trajectory_reason" if way == "job" else "reason"
    answer = scene.end(way, **scene.answers(becomes="unknown"), **{field: "overleden"})
    assert answer.context["form"].has_error(field)
    assert Trajectory.objects.get(pk=scene.trajectory.pk).is_open


def test_the_service_refuses_to_end_for_a_death_that_is_not_recorded(scene):
    with pytest.raises(RuleError, match="Leg vast dat de cliënt is overleden"):
        end_trajectory(trajectory=scene.trajectory, on=TODAY, reason="overleden", by=scene.worker)
    assert Trajectory.objects.get(pk=scene.trajectory.pk).is_open
