"""An administrator takes the link of somebody else with the sign-on service away."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent, StaffSession
from staff.sign_on import services
from tests.factories import UserFactory
from tests.staff.sign_on.second_factors import code_of, give_app

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]

PEOPLE = "admin:staff_user_changelist"
PASSWORD = "een lange zin die ik onthoud"


@pytest.fixture(autouse=True)
def _service(settings):
    settings.OIDC_ISSUER, settings.OIDC_NAME = "https://login.example.org", "Zorgpoort"


@pytest.fixture
def administrator(client):
    person = UserFactory(beheerder=True)
    client.force_login(person)
    return person


@pytest.fixture
def linked():
    person = UserFactory(username="maaike", last_name="Visser")
    person.set_password(PASSWORD)
    person.save()
    SocialAccount.objects.create(user=person, provider="oidc", uid="of-maaike")
    return person


def chosen(*people, **more) -> dict:
    return {"action": "forget_identities", "_selected_action": [person.pk for person in people]} | more


def test_the_action_asks_first(client, administrator, linked):
    page = client.post(reverse(PEOPLE), chosen(linked)).content.decode()
    assert "Maaike Visser (maaike)" in page
    assert "kunnen niet meer inloggen met Zorgpoort" in page
    assert SocialAccount.objects.exists()


def test_link_and_sessions_are_gone_and_it_is_logged(client, administrator, linked):
    SocialAccount.objects.create(user=UserFactory(), provider="oidc", uid="of-another")
    browser = Client()
    browser.force_login(linked)
    page = client.post(reverse(PEOPLE), chosen(linked, confirmed="yes"), follow=True).content.decode()
    assert "Maaike Visser logt vanaf nu in met gebruikersnaam en wachtwoord" in page
    assert [account.uid for account in SocialAccount.objects.all()] == ["of-another"]
    assert not StaffSession.objects.filter(user=linked).exists()
    lines = AuditEvent.objects.filter(target_id=linked.public_id).order_by("pk")
    assert [(line.action, line.by) for line in lines] == [
        ("identities_forgotten", administrator),
        ("sessions_ended", administrator),
    ]


def test_password_and_second_factor_are_the_way_in_again(administrator, linked, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    secret = give_app(linked)
    services.forget_identities(user=linked, by=administrator)
    browser = Client()
    browser.post("/login/", {"login": "maaike", "password": PASSWORD})
    browser.post("/login/second-factor/", {"code": code_of(secret)})
    assert "Koppelen met Zorgpoort" in browser.get("/security/").content.decode()
    again = services.link_identity(user=linked, provider="oidc", uid="of-maaike", claims={})
    assert again.user == linked


def test_who_has_no_link_is_named(client, administrator, linked):
    other = UserFactory(last_name="Aalders")
    page = client.post(reverse(PEOPLE), chosen(linked, other, confirmed="yes"), follow=True)
    assert "Maaike Aalders heeft geen koppeling" in page.content.decode()
    assert not SocialAccount.objects.exists()


def test_own_link_is_taken_away_on_the_own_page(administrator):
    SocialAccount.objects.create(user=administrator, provider="oidc", uid="of-the-administrator")
    with pytest.raises(RuleError, match="eigen pagina"):
        services.forget_identities(user=administrator, by=administrator)
    assert SocialAccount.objects.exists()


def test_where_single_sign_on_is_off_it_is_not_offered(client, administrator, linked, settings):
    assert "forget_identities" in client.get(reverse(PEOPLE)).content.decode()
    settings.OIDC_ISSUER = ""
    assert "forget_identities" not in client.get(reverse(PEOPLE)).content.decode()
    client.post(reverse(PEOPLE), chosen(linked, confirmed="yes"))
    assert SocialAccount.objects.exists()


def test_others_do_not_get_there(client, linked):
    client.force_login(UserFactory(teamleider=True))
    assert client.post(reverse(PEOPLE), chosen(linked, confirmed="yes")).status_code == 403
    assert SocialAccount.objects.exists()
