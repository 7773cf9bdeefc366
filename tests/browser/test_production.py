"""The walk with production settings: from the invitation to the caseload, and what goes wrong later.

Nothing here relaxes a setting: gunicorn over TLS, the second factor compulsory, mail by a worker through a
mail server that is slow, sign-in pages in Chromium.
"""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE
from tests.browser.passkey import plug_in
from tests.production import HOST, MAIL_SECONDS, Production
from tests.staff.sign_on.second_factors import code_of

pytestmark = [pytest.mark.shows(2, 22, 25), pytest.mark.django_db(transaction=True)]
NUMBER = re.compile(r"^[0-9a-f]{8}-[0-9a-f-]{27}", re.MULTILINE)  # of a request

ADMINISTRATOR, FIRST_PASSWORD = "beheerder", "een zin die alleen de beheerder kent"
PASSWORD, NEW_PASSWORD = "een lange zin die ik onthoud", "een heel andere zin daarna"
NOOR, NOOR_NOW, BAS = "noor@example.org", "n.devries@example.org", "bas@example.org"


@pytest.fixture(scope="module")
def production(django_db_setup) -> Iterator[Production]:
    product = Production()
    product.start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, production: Production) -> Iterator[Browser]:
    """It finds the site under its own name, and accepts the key of that site only."""
    there = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"
    key = f"--ignore-certificate-errors-spki-list={production.certificate.key_hash}"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, there, key])
    yield browser
    browser.close()


class Desk:
    """One person at one browser; `problems` is what a page did that no page may do."""

    def __init__(self, chromium: Browser, production: Production) -> None:
        self.context: BrowserContext = chromium.new_context(base_url=production.url, locale="nl-NL")
        self.problems: list[str] = []
        self.context.on("console", self._note)
        self.context.on("weberror", lambda failure: self.problems.append(str(failure.error)))
        self.page: Page = self.context.new_page()
        self.production = production
        self.page.set_default_timeout(PATIENCE)
        self.secret, self.used_step, self.spare_code = "", 0, ""

    def _note(self, message) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(re.escape(path)))

    def sign_in(self, username: str, password: str) -> None:
        self.page.goto("/login/")
        self.fill("Gebruikersnaam", username)
        self.fill("Wachtwoord", password)
        self.press("Inloggen")

    def choose_password(self, link: str, password: str) -> None:
        self.page.goto(link)
        self.fill("Nieuw wachtwoord", password)
        self.fill("Nieuw wachtwoord, nog een keer", password)
        self.press("Nieuw wachtwoord bewaren")
        self.is_at("/password/saved/")

    def code_now(self) -> str:
        """What the app shows, or will show in half a minute when the one of now was used already."""
        now = int(time.time()) // 30
        self.used_step = max(now, self.used_step + 1)
        return code_of(self.secret, later=self.used_step - now)

    def give_code(self, code: str) -> None:
        self.fill("Code", code)
        self.press("Verder")

    def begin_factor(self, link: str, password: str) -> None:
        """From the page that one is led to: choose one, and confirm who one is."""
        self.is_at("/security/")
        self.page.get_by_role("link", name=link).click()
        self.fill("Wachtwoord", password)
        self.press("Verder")

    def set_up_app(self, password: str) -> str:
        """Answers the code with which the app was set up."""
        self.begin_factor("App instellen", password)
        self.secret = self.page.locator(".secret").inner_text()
        code = self.code_now()
        self.fill("Code uit de app", code)
        self.press("Klaar")
        self._has_ten_codes()
        return code

    def set_up_passkey(self, password: str) -> None:
        plug_in(self.context, self.page)
        self.begin_factor("Passkey toevoegen", password)
        self.fill("Naam van deze passkey", "Werklaptop")
        self.press("Passkey toevoegen")
        self._has_ten_codes()

    def _has_ten_codes(self) -> None:
        self.is_at("/security/codes/")
        expect(self.page.locator(".codes li")).to_have_count(10)
        self.spare_code = self.page.locator(".codes li").first.inner_text().strip()

    def sees_caseload(self) -> None:
        self.page.goto("/caseload/")
        self.is_at("/caseload/")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def is_signed_out(self) -> None:
        self.page.goto("/caseload/")
        self.is_at("/login/?next=")

    def forgets_password(self, address: str) -> float:
        """Ask for a link; answers how many seconds the answer took."""
        self.page.goto("/password/forgot/")
        self.fill("E-mailadres", address)
        began = time.monotonic()
        self.press("Link sturen")
        self.is_at("/password/forgot/sent/")
        return time.monotonic() - began


class Administration(Desk):
    """The administrator, in the pages of the administration."""

    def add_team(self, name: str) -> None:
        self.page.goto("/admin/staff/team/add/")
        self.page.locator("#id_code").fill(name.lower())
        self.page.locator("#id_name").fill(name)
        self.page.locator("#id_kind").select_option("fact")
        self._save()

    def add_colleague(self, username: str, address: str, team: str) -> None:
        self.page.goto("/admin/staff/user/add/")
        for field, text in {
            "username": username,
            "last_name": username.capitalize(),
            "email": address,
        }.items():
            self.page.locator(f"#id_{field}").fill(text)
        self.page.locator("#id_role").select_option("ips_trajectbegeleider")
        self.page.locator("#memberships-group .add-row a, #memberships-group a.addlink").first.click()
        self.page.locator("#id_memberships-0-team").select_option(label=team)
        self.page.locator("#id_memberships-0-started_on").fill("2026-01-01")
        self._ask("Begint vandaag.")

    def correct_address(self, username: str, address: str) -> None:
        self.page.goto(f"/admin/staff/user/?q={username}")
        self.page.locator("#result_list tbody th a").click()
        self.page.locator("#id_email").fill(address)
        self._ask("Heeft een ander adres.")

    def invite(self, username: str) -> None:
        self._act(username, "invite")

    def take_factor_away(self, username: str) -> None:
        self._choose(username, "forget_second_factors")
        self.page.locator("#id_why").fill("Telefoon kwijt; aan de balie gezien.")
        self.page.locator("input[type=submit].default").click()
        self._confirmed_on_the_server()

    def _act(self, username: str, action: str) -> None:
        self._choose(username, action)
        expect(self.page.locator(".messagelist .success")).to_be_visible()

    def _choose(self, username: str, action: str) -> None:
        self.page.goto(f"/admin/staff/user/?q={username}")
        self.page.locator("#result_list tbody .action-select").check()
        self.page.locator("select[name=action]").select_option(action)
        self.page.locator("button[name=index]").click()

    def _ask(self, why: str) -> None:
        self.page.locator("#id_why").fill(why)
        self.page.locator("input[name=_save]").click()
        self._confirmed_on_the_server()

    def _confirmed_on_the_server(self) -> None:
        """Somebody else confirms it; an installation with one administrator has a command for that."""
        expect(self.page.locator(".messagelist li", has_text="tweede persoon").first).to_be_visible()
        for number in NUMBER.findall(self.production.manage("confirm_access_change")):
            self.production.manage("confirm_access_change", number)

    def _save(self) -> None:
        self.page.locator("input[name=_save]").click()
        expect(self.page.locator(".messagelist .success")).to_be_visible()


def test_from_invitation_to_caseload_and_through_what_goes_wrong_later(chromium, production):
    desks = [Administration(chromium, production), *(Desk(chromium, production) for _ in range(3))]
    administrator, noor, bas, stranger = desks
    invite_two_colleagues(administrator, production, stranger)
    noor_begins_with_an_app(noor, production)
    bas_begins_with_a_passkey(bas, production)
    noor_forgets_her_password(noor, production, stranger)
    noor_gets_another_address(noor, administrator, production, stranger)
    noor_loses_her_phone(noor, administrator, production)
    assert [desk.problems for desk in desks] == [[], [], [], []]
    assert NOOR not in production.log()


def invite_two_colleagues(administrator: Administration, production: Production, stranger: Desk) -> None:
    """The first administrator is made as docs/operations.md says. A stranger asks for a link in between."""
    create = ["createsuperuser", "--noinput", f"--username={ADMINISTRATOR}", "--last_name=Beheer", "--email="]
    production.manage(*create, DJANGO_SUPERUSER_PASSWORD=FIRST_PASSWORD)
    administrator.sign_in(ADMINISTRATOR, FIRST_PASSWORD)
    administrator.set_up_app(FIRST_PASSWORD)
    administrator.add_team("Noord")
    for username, address in {"noor": NOOR.upper(), "bas": BAS}.items():
        administrator.add_colleague(username, address, "Noord")
        administrator.invite(username)
    for address in (NOOR, BAS):
        assert production.is_told(address, "tweede stap")
        stranger.forgets_password(address)
        production.link_to(address, 2)


def noor_begins_with_an_app(noor: Desk, production: Production) -> None:
    noor.choose_password(production.link_to(NOOR), PASSWORD)
    noor.page.goto(production.link_to(NOOR))
    expect(noor.page.get_by_role("heading", name="Deze link werkt niet meer")).to_be_visible()
    noor.sign_in("noor", PASSWORD)
    code = noor.set_up_app(PASSWORD)
    noor.sees_caseload()
    noor.context.clear_cookies()
    noor.sign_in("NOOR", PASSWORD)
    noor.give_code(code)
    expect(noor.page.get_by_text(re.compile("Deze code (is al gebruikt|klopt niet)")).first).to_be_visible()
    noor.give_code(noor.code_now())
    noor.sees_caseload()


def bas_begins_with_a_passkey(bas: Desk, production: Production) -> None:
    bas.choose_password(production.link_to(BAS), PASSWORD)
    bas.sign_in("bas", PASSWORD)
    bas.set_up_passkey(PASSWORD)
    bas.sees_caseload()
    bas.context.clear_cookies()
    bas.page.goto("/login/")
    bas.press("Inloggen met een passkey")
    bas.page.wait_for_url("**/caseload/")
    bas.sees_caseload()


def noor_forgets_her_password(noor: Desk, production: Production, stranger: Desk) -> None:
    """Nobody waits for the mail server, so the answer to a known address takes no longer."""
    assert stranger.forgets_password("niemand@example.org") < MAIL_SECONDS
    assert stranger.forgets_password(NOOR.upper()) < MAIL_SECONDS
    link = production.link_to(NOOR, 3)
    stranger.choose_password(link, NEW_PASSWORD)
    noor.is_signed_out()
    noor.sign_in("noor", NEW_PASSWORD)
    noor.is_at("/login/second-factor/")
    noor.give_code(noor.spare_code)
    noor.sees_caseload()
    assert production.mails_to("niemand@example.org") == []
    assert production.is_told(NOOR, "Het wachtwoord van je account")
    assert production.is_told(NOOR, "De tweede stap van je account")


def noor_gets_another_address(
    noor: Desk, administrator: Administration, production: Production, stranger: Desk
) -> None:
    stranger.forgets_password(NOOR)
    old_link = production.link_to(NOOR, 4)
    administrator.correct_address("noor", NOOR_NOW)
    noor.is_signed_out()
    stranger.page.goto(old_link)
    expect(stranger.page.get_by_role("heading", name="Deze link werkt niet meer")).to_be_visible()
    assert production.is_told(NOOR, "hoort niet meer bij een account")
    assert production.is_told(NOOR_NOW, "Dit is nu het e-mailadres")
    for address in (NOOR, NOOR_NOW.upper()):
        stranger.forgets_password(address)
    production.link_to(NOOR_NOW)
    assert len(production.links_to(NOOR)) == 4


def noor_loses_her_phone(noor: Desk, administrator: Administration, production: Production) -> None:
    """A new beginning: signed out, told, and led to a new second factor before anything else opens."""
    administrator.take_factor_away("noor")
    assert production.is_told(NOOR_NOW, "is voor je weggehaald")
    noor.is_signed_out()
    noor.sign_in("noor", NEW_PASSWORD)
    noor.is_at("/security/")
    noor.page.goto("/caseload/")
    noor.is_at("/security/")
    noor.set_up_passkey(NEW_PASSWORD)
    noor.sees_caseload()
