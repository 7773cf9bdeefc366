"""Who gets which answer at every address: URL × method × persona. A URL name without a row fails.

The rows follow the visibility table of domain.md, section 3: a wrong client is 404, a missing
permission 403, a method that an address does not know 405, and anonymous people sign in first.
"""

import pytest
from cryptography.fernet import Fernet

from tests.harness import StrictClient
from tests.personas import PERSONAS
from tests.ports import closed_port
from tests.project.scene import TODAY, Address, addresses, admin_addresses, make_scene

pytestmark = [pytest.mark.shows(1), pytest.mark.django_db]


def answers(to_most: int, **differently: int) -> dict[str, int]:
    """What each persona gets: `to_most`, and who gets something else by name."""
    assert differently.keys() <= set(PERSONAS)
    return dict.fromkeys(PERSONAS, to_most) | differently


EVERYBODY = answers(200)
SIGNED_IN = answers(200, anonymous=302)
REDIRECT = answers(302)
# Roles that open files, whichever client.
CASEWORK = answers(200, anonymous=302, monitor=403, administrator=403)
CASEWORK_GOES_ON = answers(302, monitor=403, administrator=403)
READS_FILE = answers(404, anonymous=302, owner=200, peer_owner=200, teammate=200, team_lead=200)
WRITES_FILE = READS_FILE | {"teammate": 403}
WROTE_CONTACT = answers(404, anonymous=302, owner=200, peer_owner=403, teammate=403, team_lead=403)
WITHDRAWS_CONTACT = WROTE_CONTACT | {"team_lead": 200}
LEADS_TEAM = answers(404, anonymous=302, owner=403, peer_owner=403, teammate=403, team_lead=200)
LEADS = answers(403, anonymous=302, team_lead=200, other_team_lead=200)
# The second person: administrators, and team leads where it is about their team.
SECOND_PERSONS = answers(403, anonymous=302, team_lead=200, other_team_lead=200, administrator=200)
SECOND_PERSON = SECOND_PERSONS | {"other_team_lead": 404}
JUDGES = answers(404, anonymous=302, team_lead=200)  # what is about the lead's own people or clients
JUDGES_GO_ON = JUDGES | {"team_lead": 302}
READS_FILE_OF_EMPLOYER = READS_FILE | {"monitor": 403, "administrator": 403}
SHARES_EMPLOYER = answers(
    404, anonymous=302, owner=302, peer_owner=302, teammate=302, team_lead=302, monitor=403, administrator=403
)
MERGES_EMPLOYER = answers(403, anonymous=302, team_lead=200, other_team_lead=404, administrator=200)
UNMERGES_EMPLOYER = MERGES_EMPLOYER | {"team_lead": 302, "administrator": 302}
LEADS_TEAM_GOES_ON = LEADS_TEAM | {"team_lead": 302}
CHANGES_FILE = WRITES_FILE | {"owner": 302, "peer_owner": 302, "team_lead": 302}  # by one press
FIGURES = answers(200, anonymous=302, administrator=403)
TEAM_FIGURES = FIGURES | {"other_worker": 404, "other_team_lead": 404}  # of the team that the run is about
TEAM_PEOPLE = TEAM_FIGURES | {"monitor": 403}
STARTS_RUN = answers(403, anonymous=302, team_lead=302, other_team_lead=302, monitor=302)
NO_PASSWORD = answers(403, anonymous=302)  # the personas have none to change
NOT_HERE = answers(405, anonymous=302)
NOT_EVEN_ANONYMOUS = answers(405)
CONFIRMS = NO_PASSWORD  # the personas have nothing to confirm with
CONTINUES = answers(204, anonymous=302)
NOTHING_SENT = answers(400, anonymous=302)  # by a page of somebody who types; this is not it
NOTHING_ASKED = answers(302, monitor=403, administrator=403)  # by no import, of the personas
OWN_ROW = answers(404, anonymous=302)  # of one's own account; the personas have none
NO_NUMBERS = OWN_ROW  # citizen service numbers are switched off; on in the test below
SWITCHED_OFF = answers(404)  # single sign-on; on in the test below
SIGNS_IN = answers(302, anonymous=200)

MATRIX = {  # name: (GET, POST without fields)
    "home": (REDIRECT, NOT_HERE),
    "account_login": (SIGNS_IN, SIGNS_IN),
    "account_inactive": (EVERYBODY, NOT_EVEN_ANONYMOUS),
    "mfa_authenticate": (REDIRECT, REDIRECT),
    "mfa_login_webauthn": (REDIRECT, REDIRECT),
    "single_sign_on_start": (NOT_EVEN_ANONYMOUS, SWITCHED_OFF),
    "single_sign_on_callback": (SWITCHED_OFF, NOT_EVEN_ANONYMOUS),
    "account_reauthenticate": (CONFIRMS, CONFIRMS),
    "mfa_reauthenticate": (CONFIRMS, CONFIRMS),
    "mfa_reauthenticate_webauthn": (CONFIRMS, CONFIRMS),
    "mfa_index": (SIGNED_IN, NOT_HERE),
    "mfa_activate_totp": (SIGNED_IN, SIGNED_IN),
    "mfa_deactivate_totp": (OWN_ROW, OWN_ROW),
    "mfa_add_webauthn": (SIGNED_IN, SIGNED_IN),
    "mfa_remove_webauthn": (OWN_ROW, OWN_ROW),
    "mfa_view_recovery_codes": (OWN_ROW, NOT_HERE),
    "mfa_generate_recovery_codes": (SIGNED_IN, SIGNED_IN),
    "single_sign_on_link": (NOT_HERE, OWN_ROW),
    "single_sign_on_unlink": (OWN_ROW, OWN_ROW),
    "session_list": (SIGNED_IN, NOT_HERE),
    "session_end": (NOT_HERE, OWN_ROW),
    "session_end_others": (NOT_HERE, REDIRECT),
    "session_continue": (NOT_HERE, CONTINUES),
    "account_change_password": (NO_PASSWORD, NO_PASSWORD),
    "account_reset_password": (EVERYBODY, EVERYBODY),
    "account_reset_password_done": (EVERYBODY, NOT_EVEN_ANONYMOUS),
    "account_reset_password_from_key": (EVERYBODY, EVERYBODY),
    "account_reset_password_from_key_done": (EVERYBODY, NOT_EVEN_ANONYMOUS),
    "account_logout": (SIGNED_IN, REDIRECT),
    "set_language": (REDIRECT, REDIRECT),
    "health_live": (EVERYBODY, NOT_EVEN_ANONYMOUS),
    "health_ready": (EVERYBODY, NOT_EVEN_ANONYMOUS),
    "clients:client_register": (CASEWORK, CASEWORK),
    "clients:client_access": (WRITES_FILE, NOT_HERE),
    "clients:service_number": (NO_NUMBERS, NOT_HERE),
    "clients:service_number_record": (NO_NUMBERS, NO_NUMBERS),
    "clients:service_number_reveal": (NOT_HERE, NO_NUMBERS),
    "clients:service_number_remove": (NO_NUMBERS, NO_NUMBERS),
    "clients:client_correct": (WRITES_FILE, WRITES_FILE),
    "clients:form_undo": (NOT_HERE, OWN_ROW),
    "clients:emergency_start": (CASEWORK, CASEWORK),
    "clients:emergency_end": (NOT_HERE, OWN_ROW),
    "staff:access_change_list": (SECOND_PERSONS, NOT_HERE),
    "staff:access_change_detail": (SECOND_PERSON, SECOND_PERSON),
    "staff:draft_keep": (NOT_HERE, NOTHING_SENT),
    "staff:draft_forget": (NOT_HERE, NOTHING_SENT),
    "staff:access_change_withdraw": (NOT_HERE, SECOND_PERSON | {"team_lead": 302, "administrator": 302}),
    "clients:review_list": (LEADS, NOT_HERE),
    "clients:review_detail": (JUDGES, JUDGES),
    "clients:review_lift": (NOT_HERE, JUDGES_GO_ON),
    "clients:assignment_add": (LEADS_TEAM, LEADS_TEAM),
    "clients:assignment_correct": (LEADS_TEAM, LEADS_TEAM),
    "clients:assignment_end": (LEADS_TEAM, LEADS_TEAM),
    "clients:assignment_hand_over": (LEADS_TEAM, LEADS_TEAM),
    "clients:consent_give": (WRITES_FILE, WRITES_FILE),
    "clients:consent_withdraw": (NOT_HERE, CHANGES_FILE),
    "clients:ground_record": (WRITES_FILE, WRITES_FILE),
    "clients:ground_end": (NOT_HERE, CHANGES_FILE),
    "trajectories:caseload_list": (CASEWORK, NOT_HERE),
    "trajectories:import_row_list": (CASEWORK, NOT_HERE),
    "trajectories:import_row_answer": (NOT_HERE, CHANGES_FILE),
    "trajectories:import_own_row_answer": (NOT_HERE, NOTHING_ASKED),
    "trajectories:caseload_export": (CASEWORK, NOT_HERE),
    "trajectories:agenda": (CASEWORK, NOT_HERE),
    "trajectories:calendar_feed": (CASEWORK, NOT_HERE),
    "trajectories:calendar_feed_make": (NOT_HERE, CASEWORK_GOES_ON),
    "trajectories:calendar_feed_revoke": (NOT_HERE, CASEWORK_GOES_ON),
    "trajectories:calendar_file": (answers(404), NOT_EVEN_ANONYMOUS),
    "trajectories:appointment_make": (CASEWORK, CASEWORK),
    "trajectories:appointment_detail": (READS_FILE, NOT_HERE),
    "trajectories:appointment_change": (WRITES_FILE, WRITES_FILE),
    "trajectories:appointment_move": (WRITES_FILE, WRITES_FILE),
    "trajectories:appointment_cancel": (WRITES_FILE, WRITES_FILE),
    "trajectories:appointment_miss": (READS_FILE, READS_FILE),
    "trajectories:contact_write": (CASEWORK, CASEWORK),
    "trajectories:contact_withdraw": (WITHDRAWS_CONTACT, WITHDRAWS_CONTACT),
    "trajectories:contact_correct": (WROTE_CONTACT, WROTE_CONTACT),
    "trajectories:client_overview": (READS_FILE, NOT_HERE),
    "trajectories:client_journey": (READS_FILE, NOT_HERE),
    "trajectories:client_journey_print": (READS_FILE, NOT_HERE),
    "trajectories:client_contacts": (READS_FILE, NOT_HERE),
    "trajectories:client_work": (READS_FILE, NOT_HERE),
    "trajectories:client_export_prepare": (WRITES_FILE, WRITES_FILE),
    "trajectories:client_paper_export": (WRITES_FILE, NOT_HERE),
    "trajectories:client_json_export": (WRITES_FILE, NOT_HERE),
    "trajectories:client_sharing": (READS_FILE, NOT_HERE),
    "trajectories:client_sharing_print": (READS_FILE, NOT_HERE),
    "trajectories:disclosure_choose": (WRITES_FILE, WRITES_FILE),
    "trajectories:disclosure_withdraw": (NOT_HERE, CHANGES_FILE),
    "trajectories:signal_digest": (CASEWORK, CASEWORK),
    "trajectories:signal_snooze": (WRITES_FILE, WRITES_FILE),
    "trajectories:snooze_lift": (NOT_HERE, CHANGES_FILE),
    "trajectories:trajectory_start": (WRITES_FILE, WRITES_FILE),
    "trajectories:trajectory_plan": (WRITES_FILE, WRITES_FILE),
    "trajectories:trajectory_correct": (WRITES_FILE, WRITES_FILE),
    "trajectories:trajectory_end": (WRITES_FILE, WRITES_FILE),
    "trajectories:death_record": (WRITES_FILE, WRITES_FILE),
    "trajectories:death_take_back": (NOT_HERE, CHANGES_FILE),
    "trajectories:stage_move": (WRITES_FILE, WRITES_FILE),
    "trajectories:trajectory_reopen": (WRITES_FILE, WRITES_FILE),
    "trajectories:trajectory_withdraw": (WRITES_FILE, WRITES_FILE),
    "trajectories:stage_add": (WRITES_FILE, WRITES_FILE),
    "trajectories:stage_withdraw": (WRITES_FILE, WRITES_FILE),
    "trajectories:stage_end": (WRITES_FILE, WRITES_FILE),
    "trajectories:stage_correct": (WRITES_FILE, WRITES_FILE),
    "trajectories:job_register": (WRITES_FILE, WRITES_FILE),
    "trajectories:job_call_off": (WRITES_FILE, WRITES_FILE),
    "trajectories:job_end": (WRITES_FILE, WRITES_FILE),
    "trajectories:job_withdraw": (WRITES_FILE, WRITES_FILE),
    "trajectories:job_correct": (WRITES_FILE, WRITES_FILE),
    "trajectories:client_hold": (LEADS_TEAM, LEADS_TEAM),
    "trajectories:hold_lift": (NOT_HERE, LEADS_TEAM_GOES_ON),
    "trajectories:retention_list": (LEADS, NOT_HERE),
    "trajectories:certificate_print": (LEADS, NOT_HERE),
    "trajectories:proposal_detail": (LEADS_TEAM, NOT_HERE),
    "trajectories:proposal_keep": (LEADS_TEAM, LEADS_TEAM),
    "trajectories:proposal_correct": (LEADS_TEAM, LEADS_TEAM),
    "trajectories:proposal_approve": (NOT_HERE, LEADS_TEAM_GOES_ON),
    "trajectories:proposal_withdraw": (NOT_HERE, LEADS_TEAM_GOES_ON),
    "trajectories:search": (CASEWORK, NOT_HERE),
    "trajectories:client_options": (CASEWORK, NOT_HERE),
    "trajectories:employer_names": (CASEWORK, NOT_HERE),
    "trajectories:employer_list": (CASEWORK, NOT_HERE),
    "trajectories:employer_detail": (READS_FILE_OF_EMPLOYER, NOT_HERE),
    "trajectories:employer_add": (CASEWORK, CASEWORK),
    "trajectories:employer_correct": (READS_FILE_OF_EMPLOYER, READS_FILE_OF_EMPLOYER),
    "trajectories:employer_person_add": (READS_FILE_OF_EMPLOYER, READS_FILE_OF_EMPLOYER),
    "trajectories:employer_person_correct": (CASEWORK, CASEWORK),
    "trajectories:employer_person_withdraw": (CASEWORK, CASEWORK),
    "trajectories:employer_merge": (MERGES_EMPLOYER, MERGES_EMPLOYER),
    "trajectories:employer_unmerge": (NOT_HERE, UNMERGES_EMPLOYER),
    "trajectories:employer_share": (NOT_HERE, SHARES_EMPLOYER),
    "reports:team_dashboard": (CASEWORK, NOT_HERE),
    "reports:team_people": (TEAM_PEOPLE, NOT_HERE),
    "reports:run_list": (FIGURES, NOT_HERE),
    "reports:report_now": (FIGURES | {"monitor": 403}, NOT_HERE),
    "reports:run_start": (NOT_HERE, STARTS_RUN),
    "reports:run_detail": (FIGURES, NOT_HERE),
    "reports:run_export": (TEAM_FIGURES, NOT_HERE),
}

# What the administrator gets; everybody else: 302 for anonymous, 403 for everybody signed in.
ADMIN_PAGES = {"changelist": 200, "add": 200, "change": 200, "history": 200, "delete": 403}
ADMIN_EXCEPTIONS = {
    "admin:clients_client_add": 403,
    "admin:clients_client_change": 403,
    "admin:clients_client_history": 403,
    "admin:clients_accessreview_add": 403,
    "admin:clients_accessreview_change": 403,
    "admin:clients_accessreview_history": 403,
    "admin:clients_destructioncertificate_add": 403,
    "admin:clients_retentionregime_add": 403,
    "admin:staff_accessline_add": 403,
    "admin:staff_signinwarning_add": 403,
    "admin:staff_auditevent_add": 403,
    "admin:reports_monitoringrun_add": 403,
    "admin:login": 302,
    "admin:logout": 302,
    "admin:autocomplete": 404,
    "admin:view_on_site": 404,
    "admin:index": 200,
    "admin:first_steps": 200,
    "admin:staff_organisation_changelist": 302,
    "admin:staff_organisation_add": 302,
    "admin:app_list": 200,
    "admin:jsi18n": 200,
    "admin:password_change": 302,
    "admin:password_change_done": 302,
    "admin:auth_user_password_change": 200,
    "admin:trajectories_importrun_refusals": 200,
    "admin:trajectories_importrun_template_xlsx": 200,
    "admin:trajectories_importrun_template_zip": 200,
    "admin:trajectories_importrun_release": 405,
    "admin:trajectories_importrun_turndown": 405,
}


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


def test_every_address_has_a_row_and_every_row_an_address():
    assert addresses().keys() == MATRIX.keys()


@pytest.mark.parametrize("persona", PERSONAS)
def test_matrix(scene, persona):
    expected, got = {}, {}
    for name, address in addresses().items():
        for method, row in zip(("GET", "POST"), MATRIX[name], strict=True):
            expected[name, method] = row[persona]
            got[name, method] = _ask(scene, persona, method, scene.url(address))
    assert got == expected


@pytest.mark.parametrize("persona", PERSONAS)
def test_single_sign_on_where_it_is_on(scene, settings, persona):
    """Nothing answers at this issuer: who may go there is told so with 503."""
    settings.OIDC_ISSUER = f"http://127.0.0.1:{closed_port()}"
    rows = {
        "single_sign_on_start": (NOT_EVEN_ANONYMOUS, answers(302, anonymous=503)),
        "single_sign_on_callback": (answers(400), NOT_EVEN_ANONYMOUS),
        "single_sign_on_link": (NOT_HERE, answers(503, anonymous=302)),  # they have nothing to confirm with
        "single_sign_on_unlink": (OWN_ROW, OWN_ROW),
    }
    for name, (get, post) in rows.items():
        url = scene.url(addresses()[name])
        got = _ask(scene, persona, "GET", url), _ask(scene, persona, "POST", url)
        assert (name, *got) == (name, get[persona], post[persona])


@pytest.mark.parametrize("persona", PERSONAS)
def test_service_numbers_where_they_are_on(scene, settings, persona):
    settings.BSN_ENABLED, settings.BSN_INDEX_KEY = True, "x" * 32
    settings.BSN_KEYS = [Fernet.generate_key().decode()]
    rows = {
        "clients:service_number": (WRITES_FILE, NOT_HERE),
        "clients:service_number_record": (WRITES_FILE, WRITES_FILE),
        "clients:service_number_reveal": (NOT_HERE, WRITES_FILE),
        "clients:service_number_remove": (WRITES_FILE, CHANGES_FILE),
    }
    for name, (get, post) in rows.items():
        url = scene.url(addresses()[name])
        got = _ask(scene, persona, "GET", url), _ask(scene, persona, "POST", url)
        assert (name, *got) == (name, get[persona], post[persona])


@pytest.mark.parametrize("persona", PERSONAS)
def test_admin_is_for_the_administrator(scene, persona):
    expected, got = {}, {}
    for address in admin_addresses():
        url = scene.admin_url(address)
        expected[url, "GET"] = _admin_answer(address, persona)
        got[url, "GET"] = _ask(scene, persona, "GET", url)
        if persona != "administrator":
            expected[url, "POST"] = expected[url, "GET"]
            got[url, "POST"] = _ask(scene, persona, "POST", url)
    assert got == expected


def _admin_answer(address: Address, persona: str) -> int:
    if persona != "administrator":
        return 302 if persona == "anonymous" else 403
    if address.name in ADMIN_EXCEPTIONS:
        return ADMIN_EXCEPTIONS[address.name]
    if address.name == "admin:None":  # the short form of a change page redirects; the rest is not there
        return 404 if "url" in address.parameters else 302
    return ADMIN_PAGES[address.name.rsplit("_", 1)[1]]


def _ask(scene, persona: str, method: str, url: str) -> int:
    browser = StrictClient()
    scene.world.sign_in(browser, persona)
    return browser.get(url).status_code if method == "GET" else browser.post(url).status_code
