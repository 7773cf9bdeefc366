"""Signing in at the organisation's own service: a real OpenID provider, in a process of its own."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import StaffSession, User
from tests.factories import UserFactory
from tests.openid_provider import asked_of, begin, come_back
from tests.ports import closed_port
from tests.staff.sign_on.second_factors import code_of
from tests.staff.sign_on.visits import (
    CASELOAD,
    PASSWORD,
    SECURITY,
    SUBJECT,
    is_signed_in,
    link,
    sign_on,
)

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]


def test_linked_person_who_showed_two_factors_there_works_at_once(visitor, linked, worker, provider):
    response = sign_on(visitor, provider, next="/employers/")
    assert response.url == "/employers/"
    assert visitor.get(CASELOAD).status_code == 200
    row = StaffSession.objects.of(worker).get()
    assert (row.began_at, row.address) != (None, None)


def test_administrator_opens_the_admin_that_way(visitor, provider):
    link(UserFactory(beheerder=True), provider)
    sign_on(visitor, provider)
    assert visitor.get("/admin/").status_code == 200


@pytest.mark.parametrize("said", [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "1"}, {"amr": [["mfa"]]}])
def test_without_proof_of_a_second_factor_ours_is_asked(visitor, linked, provider, said):
    provider.knows(SUBJECT, **said)
    assert sign_on(visitor, provider).url == "/login/second-factor/"
    assert not is_signed_in(visitor)
    assert visitor.get(CASELOAD).url.startswith("/login/")
    visitor.post("/login/second-factor/", {"code": code_of(linked)})
    assert visitor.get(CASELOAD).status_code == 200


@pytest.mark.parametrize("role", ["trajectbegeleider", "beheerder"])
def test_without_proof_and_without_an_own_factor_one_is_set_up_first(visitor, provider, role):
    provider.knows(SUBJECT, amr=["pwd"])
    link(UserFactory(**({} if role == "trajectbegeleider" else {role: True})), provider)
    sign_on(visitor, provider)
    for place in (CASELOAD, "/admin/", "/admin/staff/user/"):
        assert visitor.get(place).url == SECURITY


def test_who_never_had_a_password_sets_a_factor_up_that_way(visitor, provider):
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    link(person, provider)
    provider.knows(SUBJECT, amr=["pwd"])
    sign_on(visitor, provider)
    page = visitor.get("/security/app/")
    assert page.status_code == 200
    assert visitor.post("/security/app/", {"code": code_of(page.context["form"].secret)}).status_code == 302
    assert visitor.get(CASELOAD).status_code == 200


@pytest.mark.parametrize("said", [{"acr": "urn:two"}, {"amr": ["pwd", "otp"]}])
def test_which_values_stand_for_a_second_factor_is_a_setting(visitor, linked, provider, settings, said):
    settings.OIDC_SECOND_FACTOR_VALUES = ["urn:two", "otp"]
    provider.knows(SUBJECT, **said)
    sign_on(visitor, provider)
    assert visitor.get(CASELOAD).status_code == 200


def test_two_factors_there_do_not_count_for_a_later_password(visitor, linked, worker, provider):
    sign_on(visitor, provider)
    visitor.post("/logout/")
    visitor.post("/login/", {"login": worker.username, "password": PASSWORD})
    assert visitor.get(CASELOAD).status_code == 302


def test_unknown_identity_signs_nobody_in_and_makes_nobody(visitor, worker, provider):
    response = sign_on(visitor, provider)
    assert response.status_code == 403
    page = response.content.decode()
    assert "nog niet gekoppeld" in page
    assert "Zorgpoort" in page
    assert not is_signed_in(visitor)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


@pytest.mark.parametrize("verified", [True, False])
def test_same_email_address_is_not_the_same_person(visitor, worker, provider, verified):
    provider.knows(
        SUBJECT, email=worker.email, email_verified=verified, preferred_username="maaike", amr=["mfa"]
    )
    assert sign_on(visitor, provider).status_code == 403
    assert not is_signed_in(visitor)
    assert not SocialAccount.objects.exists()


def test_same_subject_of_another_issuer_is_somebody_else(
    visitor, linked, provider, openid_providers, settings
):
    elsewhere = openid_providers[1]
    settings.OIDC_ISSUER = elsewhere.issuer
    elsewhere.knows(SUBJECT, amr=["mfa"])
    assert sign_on(visitor, elsewhere).status_code == 403
    assert not is_signed_in(visitor)


def test_who_left_stays_out(visitor, linked, worker, provider):
    worker.is_active = False
    worker.save()
    assert sign_on(visitor, provider).url == reverse("account_inactive")
    assert not is_signed_in(visitor)
    assert visitor.get(CASELOAD).url.startswith("/login/")


def test_closing_the_account_ends_the_session(visitor, linked, worker, provider):
    sign_on(visitor, provider)
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert visitor.get(CASELOAD).url.startswith("/login/")


def test_session_ends_after_a_while_without_use(visitor, linked, provider, settings, time_machine):
    settings.SESSION_IDLE_SECONDS = 900
    sign_on(visitor, provider)
    time_machine.move_to(timezone.now() + timedelta(seconds=901))
    assert visitor.get(CASELOAD).url.startswith("/login/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "of another session"},
        {"nonce": "é"},
        {"iss": "https://elsewhere.example"},
        {"aud": "another application"},
        {"aud": ["reis-naar-werk", "another application"]},
        {"azp": "another application"},
        {"exp": 1},
        {"iat": 32503680000},
    ],
    ids=str,
)
def test_id_token_that_is_not_meant_for_this_sign_in_is_refused(visitor, linked, provider, wrong):
    provider.knows(SUBJECT, **{"amr": ["mfa"], **wrong})
    response = sign_on(visitor, provider)
    assert response.status_code == 400
    assert "kan niet worden gebruikt" in response.content.decode()
    assert not is_signed_in(visitor)


def test_id_token_signed_with_another_key_is_refused(visitor, linked, provider):
    provider.publishes("another")
    assert sign_on(visitor, provider).status_code == 400
    assert not is_signed_in(visitor)


def test_answer_to_another_browser_is_refused(visitor, linked, provider):
    address = provider.approve(begin(visitor), SUBJECT)
    stranger = Client()
    assert come_back(stranger, address).status_code == 400
    assert not is_signed_in(stranger)


def test_changed_state_is_refused_and_an_answer_works_once(visitor, linked, provider):
    address = provider.approve(begin(visitor), SUBJECT)
    assert come_back(visitor, address.replace("state=", "state=x")).status_code == 400
    assert not is_signed_in(visitor)
    assert come_back(visitor, address).status_code == 302
    visitor.post("/logout/")
    assert come_back(visitor, address).status_code == 400
    assert not is_signed_in(visitor)


def test_code_of_another_sign_in_is_refused(visitor, linked, provider):
    """Somebody else's code in this session: PKCE and the nonce both say no."""
    theirs = asked_of(provider.approve(begin(Client()), SUBJECT))["code"]
    ours = asked_of(begin(visitor))["state"]
    response = visitor.get("/login/single-sign-on/back/", {"code": theirs, "state": ours})
    assert response.status_code == 400
    assert not is_signed_in(visitor)


def test_service_is_asked_for_the_least(visitor, worker, provider):
    asked = asked_of(begin(visitor))
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["nonce"]) > 20
    assert asked["redirect_uri"] == "http://testserver/login/single-sign-on/back/"


def test_service_cannot_talk_us_out_of_our_guards(visitor, linked, provider):
    provider.says_of_itself(
        code_challenge_method="plain", scope="openid email", state="x", verify=False, default_timeout=None,
        id_token_signing_alg_values_supported=["none", "HS256"],
    )  # fmt: skip
    address = begin(visitor)
    asked = asked_of(address)
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid", "S256")
    assert asked["state"] != "x"
    assert come_back(visitor, provider.approve(address, SUBJECT)).status_code == 302
    assert is_signed_in(visitor)


@pytest.mark.parametrize("how", ["client_secret_basic", "client_secret_post"])
def test_secret_goes_the_way_the_service_asks_for(visitor, linked, provider, how):
    provider.says_of_itself(token_endpoint_auth_methods_supported=[how])
    sign_on(visitor, provider)
    assert is_signed_in(visitor)


@pytest.mark.parametrize("missing", ["authorization_endpoint", "issuer"])
def test_service_that_does_not_name_its_addresses_is_refused(visitor, worker, provider, missing):
    provider.says_of_itself(**{missing: None})
    assert visitor.post("/login/single-sign-on/").status_code == 400


def test_stopping_counts_only_with_the_state_of_this_session(visitor, provider):
    assert visitor.get("/login/single-sign-on/back/", {"error": "access_denied"}).status_code == 400


def test_nothing_of_the_person_is_kept(visitor, linked, worker, provider):
    provider.knows(SUBJECT, amr=["mfa"], email="prive@example.org", name="Iemand Anders")
    sign_on(visitor, provider)
    account = SocialAccount.objects.get()
    assert account.extra_data == {"iss": provider.issuer, "sub": SUBJECT, "amr": ["mfa"]}
    assert not SocialToken.objects.exists()
    worker.refresh_from_db()
    assert worker.email == "maaike@example.org"
    assert not EmailAddress.objects.exists()


def test_who_stops_there_is_back_at_the_sign_in_page(visitor, worker, provider):
    response = come_back(visitor, provider.refuse(begin(visitor)))
    assert response.url == "/login/"
    assert "afgebroken" in visitor.get("/login/").content.decode()


def test_service_that_is_down_is_told_so(visitor, linked, provider, settings):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{closed_port()}"
    response = visitor.post("/login/single-sign-on/")
    assert response.status_code == 503
    assert "Zorgpoort antwoordt op dit moment niet" in response.content.decode()
    assert visitor.get("/login/").status_code == 200


def test_service_that_goes_down_on_the_way_is_told_so(visitor, linked, provider, settings):
    address = provider.approve(begin(visitor), SUBJECT)
    settings.OIDC_ISSUER = f"http://127.0.0.1:{closed_port()}"
    assert come_back(visitor, address).status_code == 503
    assert not is_signed_in(visitor)


def test_service_that_names_another_issuer_is_not_believed(visitor, worker, provider, settings):
    settings.OIDC_ISSUER = provider.issuer.replace("127.0.0.1", "localhost") + "/"
    assert visitor.post("/login/single-sign-on/").status_code == 400


def test_too_many_attempts_have_to_wait(visitor, provider, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "30/m/ip"}
    statuses = [visitor.post("/login/single-sign-on/").status_code for _attempt in range(31)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def test_nobody_is_sent_to_another_site(visitor, linked, provider):
    assert sign_on(visitor, provider, next="https://evil.example/").url == reverse("home")


def test_the_button_stands_there_when_it_is_on(client, provider, settings):
    assert "Inloggen met Zorgpoort" in client.get("/login/").content.decode()
    settings.OIDC_ISSUER = ""
    assert "Zorgpoort" not in client.get("/login/").content.decode()


def test_a_database_row_makes_no_service(visitor, settings):
    SocialApp.objects.create(provider="openid_connect", provider_id="oidc", name="x", client_id="x")
    settings.OIDC_ISSUER = ""
    assert visitor.post("/login/single-sign-on/").status_code == 404
    assert visitor.get("/login/single-sign-on/back/").status_code == 404


# Linking
