"""Whatever stands behind the question mark of an address: an answer, never a failure."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness import StrictClient
from tests.project.scene import TODAY, addresses, make_scene

pytestmark = [pytest.mark.shows(19), pytest.mark.django_db]

# Every parameter that some page reads, and one that none does.
PARAMETERS = [
    "q", "page", "scope", "stage", "attention", "funder", "state", "order", "team", "worker",
    "client", "employer", "kind", "then", "figure", "part", "target_group", "as_of", "from", "to",
    "period_from", "period_to", "all", "next", "unknown", "week", "day", "on", "at", "appointment",
    "place", "sector", "placed", "quiet", "employer_name", "with_people",
]  # fmt: skip
# Values that some reader could trip over, beside any text at all.
TRAPS = st.sampled_from(
    ["", "0", "-1", "1e9", "99999999999999999999", "2026-13-45", "0001-01-01", "9999-12-31", "2026-01-01",
     "2025-12-31", "none", "mine", "team", "%", "'", "\\", "%00", "nul\x00byte", "ß" * 90, "flow.running",
     "2026-W53", "2026-W54", "0001-W01", "9999-W52", "23:59", "24:00",
     "cohort_placement_rate.6", "numerator", "denominator", "8f14e45f-ceea-467f-ab6d-000000000000", "😀"]
)  # fmt: skip
QUESTIONS = st.dictionaries(
    st.sampled_from(PARAMETERS), TRAPS | st.text(max_size=30) | st.integers().map(str), max_size=6
)
LISTS = [
    "staff:access_change_list",
    "clients:review_list",
    "trajectories:caseload_list",
    "trajectories:caseload_export",
    "trajectories:search",
    "trajectories:client_options",
    "trajectories:employer_names",
    "trajectories:employer_list",
    "trajectories:employer_detail",
    "trajectories:contact_write",
    "trajectories:agenda",
    "trajectories:appointment_make",
    "trajectories:appointment_detail",
    "trajectories:appointment_change",
    "trajectories:appointment_cancel",
    "trajectories:appointment_miss",
    "trajectories:client_contacts",
    "trajectories:disclosure_choose",
    "trajectories:client_work",
    "reports:team_dashboard",
    "reports:team_people",
    "reports:run_list",
    "reports:run_detail",
    "reports:run_export",
    "reports:report_now",
]


@pytest.mark.parametrize("person", ["team_lead", "monitor"])
@pytest.mark.parametrize("name", LISTS)
def test_any_question_gets_an_answer(world, time_machine, name, person):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene = make_scene(world)
    path = scene.url(addresses()[name]).split("?")[0]
    browser = StrictClient()
    browser.force_login(world.people[person])

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(question=QUESTIONS)
    def ask(question):
        assert browser.get(path, question).status_code in (200, 302, 400, 403, 404)

    ask()


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2100-12-31", "9999-12-31"])
def test_days_outside_a_lifetime_are_explained_on_the_form(world, client, day):
    client.force_login(world.people["team_lead"])
    asked = {"period_from": "2026-01-01", "period_to": day, "as_of": day, "team": world.team.public_id}
    answer = client.get(reverse("reports:report_now"), asked)
    assert answer.status_code == 200
    assert answer.context["form"].errors["period_to"]


def test_every_list_of_the_product_is_asked():
    """A page that reads the address has to stand in LISTS; forms of one row read nothing from it."""
    forms = (
        "_start",
        "_plan",
        "_correct",
        "_end",
        "_move",
        "_register",
        "_add",
        "_hand_over",
        "_give",
        "_reopen",
        "_call_off",
    )
    presses = ("_record", "_withdraw", "_undo")
    fixed = {
        "staff:access_change_detail",
        "clients:client_access",
        "clients:review_detail",
        "clients:service_number",
        "clients:service_number_remove",
        "clients:service_number_reveal",
        "trajectories:certificate_print",
        "trajectories:client_export_prepare",
        "trajectories:client_hold",
        "trajectories:hold_lift",
        "trajectories:proposal_approve",
        "trajectories:proposal_detail",
        "trajectories:proposal_keep",
        "trajectories:proposal_withdraw",
        "trajectories:retention_list",
        "trajectories:import_own_row_answer",
        "trajectories:import_row_answer",
        "trajectories:import_row_list",
        "trajectories:employer_share",
        "trajectories:employer_merge",
        "trajectories:employer_unmerge",
        "trajectories:calendar_feed",
        "trajectories:calendar_feed_make",
        "trajectories:calendar_feed_revoke",
        "trajectories:calendar_file",
        "staff:access_change_withdraw",
        "staff:draft_forget",
        "staff:draft_keep",
        "trajectories:death_take_back",
        "clients:review_lift",
        "trajectories:signal_digest",
        "trajectories:signal_snooze",
        "trajectories:snooze_lift",
        "trajectories:client_json_export",
        "trajectories:client_overview",
        "trajectories:client_paper_export",
        "trajectories:client_journey",
        "trajectories:client_journey_print",
        "trajectories:client_sharing",
        "trajectories:client_sharing_print",
    }
    pages = {name for name in addresses() if ":" in name and not name.endswith(forms + presses)}
    assert pages - fixed == set(LISTS)
