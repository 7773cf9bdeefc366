"""A visitor who signs in at the organisation's own service."""

from allauth.socialaccount.models import SocialAccount

from staff.sign_on import provider as single_sign_on
from tests.openid_provider import begin, come_back
from tests.staff.sign_on.second_factors import code_of

PASSWORD = "een lange zin die ik onthoud"


SUBJECT = "a-7731"


CASELOAD = "/caseload/"


SECURITY = "/security/"


def link(person, provider, subject=SUBJECT):
    uid = single_sign_on.identity_of(issuer=provider.issuer, subject=subject)
    return SocialAccount.objects.create(user=person, provider="oidc", uid=uid)


def sign_on(visitor, provider, subject=SUBJECT, **more):
    """The whole way: button, service, back."""
    return come_back(visitor, provider.approve(begin(visitor, **more), subject))


def sign_in(visitor, person, secret, *, later=0):
    visitor.post("/login/", {"login": person.username, "password": PASSWORD})
    visitor.post("/login/second-factor/", {"code": code_of(secret, later=later)})


def is_signed_in(visitor) -> bool:
    return "_auth_user_id" in visitor.session


def go_there_to_link(visitor, provider, secret, subject=SUBJECT) -> str:
    """The button on the security page, the code once more, the service; answers the address back."""
    asked = visitor.post("/security/single-sign-on/")
    assert asked.url.startswith("/confirm/code/")
    leaving = visitor.post(asked.url, {"code": code_of(secret, later=1), "next": "/security/single-sign-on/"})
    return provider.approve(leaving.headers["Refresh"].removeprefix("0; url="), subject)


def go_and_link(visitor, provider, secret, subject=SUBJECT):
    return come_back(visitor, go_there_to_link(visitor, provider, secret, subject))
