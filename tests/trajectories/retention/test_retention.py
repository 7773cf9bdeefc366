"""Which period a file falls under, from when, and what a team lead decides about its end."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from clients.models import LegalHold, ProposalState, RegimeCode, RetentionRegime, RetentionTerm, StartEvent
from ipsplatform.common.errors import RuleError
from tests.factories import (
    AssignmentFactory,
    CertificateFactory,
    ClientFactory,
    ContactFactory,
    LegalHoldFactory,
    ProposalFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.trajectories.retention.retention_cases import old_file, proposed
from trajectories.retention.rules import end_of, regime_codes, regime_of, start_of
from trajectories.retention.services.terms import (
    approve_destruction,
    correct_start,
    keep_longer,
    lift_hold,
    place_hold,
    propose_destructions,
    record_terms,
    withdraw_approval,
)
from trajectories.retention.tasks import propose_destructions as weekly_round

pytestmark = [pytest.mark.shows(13), pytest.mark.django_db]


@pytest.fixture
def lead():
    return UserFactory(teamleider=True)


@pytest.fixture
def file(lead):
    return old_file(worker=UserFactory())


@pytest.mark.parametrize(
    ("kind", "funder", "codes"),
    [
        ("mss", "gemeente", {RegimeCode.WMO}),
        ("mss", "", {RegimeCode.WMO}),
        ("ips", "gemeente", {RegimeCode.WGBO, RegimeCode.PARTICIPATIEWET}),
        ("ips", "uwv", {RegimeCode.WGBO}),
        ("ips", "", {RegimeCode.WGBO}),
    ],
)
def test_regimes_of_a_trajectory(kind, funder, codes):
    assert regime_codes(kind, funder) == codes


def test_longest_regime_counts_for_the_whole_file():
    known = {regime.code: regime for regime in RetentionRegime.objects.all()}
    assert regime_of([("mss", "gemeente"), ("ips", "gemeente")], known).years == 20
    assert regime_of([("mss", "gemeente")], known).years == 15
    assert regime_of([], known).years == 20


def test_regimes_come_with_their_source():
    years = dict(RetentionRegime.objects.values_list("code", "years"))
    assert years == {"wgbo": 20, "wmo": 15, "participatiewet": 10, "toegangslog": 5}


def test_period_ends_on_a_day_that_exists():
    assert end_of(date(2004, 2, 29), 15) == date(2019, 3, 1)
    assert end_of(date(2004, 2, 28), 20) == date(2024, 2, 28)


@pytest.mark.parametrize(
    ("trajectory", "assignment", "contact", "event"),
    [
        (date(2001, 1, 1), date(2000, 1, 1), None, StartEvent.EINDE_TRAJECT),
        (date(2001, 1, 1), date(2001, 2, 1), None, StartEvent.EINDE_TOEWIJZING),
        (date(2001, 1, 1), None, datetime(2001, 3, 1, tzinfo=UTC), StartEvent.LAATSTE_CONTACT),
        (None, None, None, StartEvent.INSCHRIJVING),
    ],
)
def test_period_starts_with_the_latest_event(trajectory, assignment, contact, event):
    registered_at = datetime(2026, 1, 1, tzinfo=UTC)
    found = start_of(
        registered_at=registered_at, trajectory=trajectory, assignment=assignment, contact=contact
    )
    assert found[0] == event


def test_running_file_has_no_term(file, on_monday):
    record_terms()
    term = RetentionTerm.objects.get(client=file.client)
    assert (term.start_event, term.starts_on, term.ends_on) == (
        StartEvent.EINDE_TRAJECT,
        date(2000, 6, 30),
        date(2020, 6, 30),
    )
    TrajectoryFactory(client=file.client)
    record_terms()
    assert not RetentionTerm.objects.exists()


def test_file_within_its_term_is_not_proposed(on_monday):
    old_file(worker=UserFactory(), ended_on=date(2006, 3, 2))  # twenty years ago today
    weekly_round()
    assert RetentionTerm.objects.count() == 1
    assert propose_destructions() == 0


def test_file_is_proposed_the_day_after_its_term(on_monday):
    trajectory = old_file(worker=UserFactory(), ended_on=date(2006, 3, 1))
    weekly_round()
    weekly_round()
    assert trajectory.client.destruction_proposals.get().state == ProposalState.VOORGESTELD


@pytest.mark.parametrize("what", ["hold", "trajectory", "assignment", "contact"])
def test_what_keeps_a_file_from_being_proposed(file, on_monday, what):
    client = file.client
    match what:
        case "hold":
            LegalHoldFactory(client=client)
        case "trajectory":
            TrajectoryFactory(client=client)
        case "assignment":
            AssignmentFactory(client=client, started_on=date(2024, 1, 1))
        case "contact":
            ContactFactory(client=client)
    weekly_round()
    assert not client.destruction_proposals.exists()


def test_hold_that_has_ended_keeps_nothing(file, on_monday, lead):
    LegalHoldFactory(client=file.client, until=date(2026, 3, 1))
    weekly_round()
    assert file.client.destruction_proposals.exists()


def test_approval_waits_and_can_be_withdrawn(file, lead):
    proposal = approve_destruction(proposal=proposed(file), by=lead)
    assert (proposal.approved_by, (proposal.destroy_after - proposal.approved_at).days) == (lead, 30)
    proposal = withdraw_approval(proposal=proposal, by=lead)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.approved_by, proposal.destroy_after) == (
        ProposalState.VOORGESTELD, None, None,
    )  # fmt: skip
    with pytest.raises(RuleError):
        withdraw_approval(proposal=proposal, by=lead)


def test_second_approval_and_approval_of_a_file_on_hold_are_refused(file, lead):
    proposal = approve_destruction(proposal=proposed(file), by=lead)
    with pytest.raises(RuleError):
        approve_destruction(proposal=proposal, by=lead)
    withdraw_approval(proposal=proposal, by=lead)
    LegalHoldFactory(client=file.client)
    with pytest.raises(RuleError):
        approve_destruction(proposal=proposal, by=lead)


def test_file_that_is_in_use_again_is_not_approved(file, lead):
    proposal = proposed(file)
    TrajectoryFactory(client=file.client)
    with pytest.raises(RuleError):
        approve_destruction(proposal=proposal, by=lead)


def test_kept_longer_until_a_day(file, lead, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    proposal = proposed(file)
    with pytest.raises(RuleError):
        keep_longer(proposal=proposal, until=date(2026, 3, 2), reason="Onderzoek", by=lead)
    keep_longer(proposal=proposal, until=date(2027, 3, 2), reason="Onderzoek", by=lead)
    assert propose_destructions() == 0
    time_machine.move_to("2027-03-03T09:00:00+01:00", tick=False)
    assert propose_destructions() == 1


def test_corrected_start_stays_and_takes_the_proposal_away(file, lead, on_monday):
    proposal = proposed(file)
    correct_start(proposal=proposal, starts_on=date(2010, 1, 1), reason="Brief van 2010", by=lead)
    weekly_round()
    term = RetentionTerm.objects.get()
    assert (term.start_event, term.ends_on) == (StartEvent.GECORRIGEERD, date(2030, 1, 1))
    assert term.history.get().starts_on == date(2000, 6, 30)
    assert not file.client.destruction_proposals.undecided().exists()


def test_corrected_start_that_is_over_too_is_proposed_anew(file, lead, on_monday):
    correct_start(proposal=proposed(file), starts_on=date(2001, 1, 1), reason="Brief van 2001", by=lead)
    assert file.client.destruction_proposals.undecided().get().starts_on == date(2001, 1, 1)


def test_hold_takes_an_approval_away_and_is_lifted_once(file, lead, on_monday):
    proposal = approve_destruction(proposal=proposed(file), by=lead)
    hold = place_hold(client=file.client, reason="Klacht", until=None, by=lead)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.VERVALLEN
    lift_hold(hold=hold, by=lead)
    with pytest.raises(RuleError):
        lift_hold(hold=hold, by=lead)
    assert propose_destructions() == 1


def test_hold_in_the_past_is_refused(lead, on_monday):
    with pytest.raises(RuleError):
        place_hold(client=ClientFactory(), reason="Klacht", until=date(2026, 3, 1), by=lead)


# --- The pages ----------------------------------------------------------------------------------


@pytest.fixture
def proposal(world, on_monday):
    return ProposalFactory(client=ClientFactory(team=world.team, last_name="Vroeger"))


def page(client, name, row=None) -> str:
    arguments = [row.public_id] if row else []
    return client.get(reverse(f"trajectories:{name}", args=arguments)).content.decode()


def test_empty_list_explains_when_the_first_one_comes(world, client):
    world.sign_in(client, "team_lead")
    assert "Geen voorstellen" in page(client, "retention_list")


def test_nothing_is_destroyed_without_a_list_and_the_page_says_so(world, client, settings):
    settings.ERASED_IDS_FILE = ""
    world.sign_in(client, "team_lead")
    assert "ERASED_IDS_FILE" in page(client, "retention_list")


def test_team_lead_approves_and_withdraws(world, client, proposal):
    world.sign_in(client, "team_lead")
    assert "VROEGER" in page(client, "retention_list")
    assert "csrfmiddlewaretoken" in page(client, "proposal_detail", proposal)
    client.post(reverse("trajectories:proposal_approve", args=[proposal.public_id]))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.approved_by) == (ProposalState.GOEDGEKEURD, world.people["team_lead"])
    assert "Goedkeuring intrekken" in page(client, "proposal_detail", proposal)
    client.post(reverse("trajectories:proposal_withdraw", args=[proposal.public_id]))
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.VOORGESTELD


def test_refusal_says_why(world, client, proposal):
    LegalHoldFactory(client=proposal.client)
    world.sign_in(client, "team_lead")
    answer = client.post(reverse("trajectories:proposal_approve", args=[proposal.public_id]), follow=True)
    assert "vernietigingsstop" in answer.content.decode()


def test_forms_of_a_proposal(world, client, proposal):
    world.sign_in(client, "team_lead")
    keep = reverse("trajectories:proposal_keep", args=[proposal.public_id])
    answer = client.post(keep, {"until": "2027-01-01", "reason": ""})
    assert "reason" in answer.context["form"].errors
    assert client.post(keep, {"until": "2027-01-01", "reason": "Onderzoek"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.kept_until) == (ProposalState.LANGER, date(2027, 1, 1))


def test_hold_from_the_file_and_its_end(world, client, on_monday):
    world.sign_in(client, "team_lead")
    overview = page(client, "client_overview", world.client)
    url = reverse("trajectories:client_hold", args=[world.client.public_id])
    assert url in overview
    client.post(url, {"reason": "Klacht", "until": ""})
    hold = LegalHold.objects.get(client=world.client)
    assert "Klacht" in page(client, "retention_list")
    client.post(reverse("trajectories:hold_lift", args=[hold.public_id]))
    hold.refresh_from_db()
    assert hold.lifted_by == world.people["team_lead"]


def test_certificate_on_paper_holds_no_content(world, client):
    certificate = CertificateFactory(approved_by=world.people["team_lead"], approved_at="2026-01-01T10:00Z")
    world.sign_in(client, "team_lead")
    text = page(client, "certificate_print", certificate)
    assert certificate.client_hash in text
    assert "clients_client" in text


def test_only_team_leads_have_the_entrance(world, client):
    for persona, sees in (("team_lead", True), ("owner", False)):
        world.sign_in(client, persona)
        found = reverse("trajectories:retention_list") in page(client, "caseload_list")
        assert found == sees


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget(world, client, count_queries, rows):
    for _ in range(rows):
        ProposalFactory(client=ClientFactory(team=world.team))
        LegalHoldFactory(client=ClientFactory(team=world.team))
        CertificateFactory(approved_by=world.people["team_lead"])
    world.sign_in(client, "team_lead")
    with count_queries(5):  # session with user, whose clients, proposals, holds, certificates
        client.get(reverse("trajectories:retention_list"))
