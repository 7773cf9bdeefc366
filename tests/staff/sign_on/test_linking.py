"""Linking one's account to the organisation's own service."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from staff.models import AuditEvent
from tests.factories import UserFactory
from tests.openid_provider import come_back
from tests.staff.sign_on.second_factors import code_of, give_app
from tests.staff.sign_on.visits import (
    CASELOAD,
    PASSWORD,
    SECURITY,
    go_and_link,
    go_there_to_link,
    link,
    sign_in,
    sign_on,
)

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]


def test_linking_one_s_own_account_and_signing_in_with_it(visitor, worker, provider):
    secret = give_app(worker)
    sign_in(visitor, worker, secret)
    assert "Koppelen met Zorgpoort" in visitor.get(SECURITY).content.decode()
    assert go_and_link(visitor, provider, secret).url == SECURITY
    page = visitor.get(SECURITY).content.decode()
    assert "Je account is gekoppeld" in page
    assert "Koppeling weghalen" in page
    assert AuditEvent.objects.get(action="identity_linked").by == worker
    other = Client()
    sign_on(other, provider)
    assert other.get(CASELOAD).status_code == 200


def test_linking_needs_a_session_that_showed_a_second_factor(visitor, worker, provider):
    visitor.post("/login/", {"login": worker.username, "password": PASSWORD})
    assert visitor.post("/security/single-sign-on/").url == SECURITY
    secret = give_app(worker)
    assert visitor.post("/security/single-sign-on/").url == "/confirm/code/"
    assert secret
    assert not SocialAccount.objects.exists()


def test_who_signed_out_on_the_way_links_nothing(visitor, worker, provider):
    secret = give_app(worker)
    sign_in(visitor, worker, secret)
    address = go_there_to_link(visitor, provider, secret)
    visitor.post("/logout/")
    assert come_back(visitor, address).status_code == 400
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"account_authentication_methods": [{"method": "password"}]},
        {"account_authentication_methods_user": "somebody else"},
    ],
    ids=["without a second factor", "of somebody else"],
)
def test_way_back_looks_again_at_the_session(visitor, worker, provider, changed):
    secret = give_app(worker)
    sign_in(visitor, worker, secret)
    address = go_there_to_link(visitor, provider, secret)
    session = visitor.session
    session.update(changed)
    session.save()
    assert come_back(visitor, address).status_code == 403
    assert not SocialAccount.objects.exists()


def test_link_that_another_person_asked_for_is_refused(visitor, worker, provider):
    secret = give_app(worker)
    sign_in(visitor, worker, secret)
    address = go_there_to_link(visitor, provider, secret)
    session = visitor.session
    for name in [name for name in dict(session.items()) if name.startswith("_state_oidc_")]:
        session[name]["data"]["asked_by"] = str(UserFactory().public_id)
    session.save()
    assert come_back(visitor, address).status_code == 403
    assert not SocialAccount.objects.exists()


def test_identity_of_somebody_else_is_not_taken_over(visitor, worker, provider):
    owner = UserFactory()
    link(owner, provider)
    secret = give_app(worker)
    sign_in(visitor, worker, secret)
    go_and_link(visitor, provider, secret)
    assert "al gekoppeld met iemand anders" in visitor.get(SECURITY).content.decode()
    assert SocialAccount.objects.get().user == owner


def test_second_identity_waits_until_the_first_is_gone(visitor, linked, worker, provider):
    sign_in(visitor, worker, linked)
    go_and_link(visitor, provider, linked, subject="another-subject")
    assert "Haal die koppeling eerst weg" in visitor.get(SECURITY).content.decode()
    assert SocialAccount.objects.count() == 1


def test_taking_the_link_away(visitor, linked, worker, provider):
    sign_in(visitor, worker, linked)
    place = reverse("single_sign_on_unlink", args=[SocialAccount.objects.get().pk])
    assert visitor.get(place).url.startswith("/confirm/code/")
    visitor.post("/confirm/code/", {"code": code_of(linked, later=1)})
    assert "Koppeling weghalen" in visitor.get(place).content.decode()
    assert visitor.post(place).url == SECURITY
    assert AuditEvent.objects.get(action="identity_unlinked").by == worker
    assert visitor.get(place).status_code == 404
    assert sign_on(Client(), provider).status_code == 403


def test_link_of_somebody_else_is_not_found(visitor, worker, provider):
    foreign = link(UserFactory(), provider)
    secret = give_app(worker)
    sign_in(visitor, worker, secret)
    visitor.post("/confirm/code/", {"code": code_of(secret, later=1)})
    place = reverse("single_sign_on_unlink", args=[foreign.pk])
    assert [visitor.get(place).status_code, visitor.post(place).status_code] == [404, 404]
    assert SocialAccount.objects.filter(pk=foreign.pk).exists()
