"""What an id token must be before anything in it is believed; made with real keys."""

import base64
import hmac
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from staff.sign_on.id_tokens import IdTokenError, proves_second_factor, read_id_token

pytestmark = pytest.mark.shows(2)

ISSUER, CLIENT, NONCE = "https://login.example.org", "reis-naar-werk", "sent-along"
KEY = RSAKey.generate_key(2048)
PEM = KEY.as_pem(private=False)


def published(key=KEY, **more) -> dict:
    return {**key.as_dict(private=False), **more}


def token(*, key=KEY, algorithm="RS256", name="first", **claims) -> str:
    now = int(time.time())
    standard = {"iss": ISSUER, "aud": CLIENT, "sub": "a-7731", "nonce": NONCE, "iat": now, "exp": now + 300}
    held = {name: value for name, value in {**standard, **claims}.items() if value is not None}
    header = {"alg": algorithm, **({"kid": name} if name else {})}
    return jwt.encode(header, held, key, algorithms=[algorithm])


def read(text: object, *keys: dict, **expected) -> dict:
    keys = {"keys": keys or [published(kid="first")]}
    return read_id_token(
        text, **{"keys": keys, "issuer": ISSUER, "client_id": CLIENT, "nonce": NONCE, **expected}
    )


def test_a_good_one_is_read():
    assert read(token())["sub"] == "a-7731"
    assert read(token(aud=[CLIENT, "another"], azp=CLIENT))["sub"] == "a-7731"


def test_the_key_may_have_no_name_when_there_is_one():
    assert read(token(name=None), published())
    with pytest.raises(IdTokenError):
        read(token(name=None), published(kid="first"), published(kid="second"))


def test_keys_that_do_not_count_take_nothing_away():
    """An unreadable one, one of another kind, one to encrypt with."""
    others = [{"kty": "EC", "crv": "of tomorrow", "kid": "second"}, 7, published(kid="first", use="enc")]
    assert read(token(), *others, published(kid="first", use="sig"))


def test_two_keys_of_one_name_are_refused():
    with pytest.raises(IdTokenError):
        read(token(), published(kid="first"), published(RSAKey.generate_key(2048), kid="first"))


def test_a_published_shared_secret_is_no_key():
    secret = OctKey.import_key("x" * 40)
    with pytest.raises(IdTokenError):
        read(token(key=secret, algorithm="HS256"), {**secret.as_dict(private=True), "kid": "first"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"azp": ""},
        {"azp": []},
        {"azp": 0},
        {"nonce": [NONCE]},
        {"iss": [ISSUER]},
        {"aud": "x", "azp": CLIENT},
    ],
    ids=str,
)
def test_what_is_nearly_meant_for_us_is_refused(wrong):
    with pytest.raises(IdTokenError):
        read(token(**wrong))


def test_a_curve_is_as_good():
    curve = ECKey.generate_key("P-256")
    assert read(token(key=curve, algorithm="ES256"), published(curve, kid="first"))


def test_clocks_may_differ_a_little():
    now = int(time.time())
    assert read(token(exp=now - 30))
    with pytest.raises(IdTokenError):
        read(token(exp=now - 120))


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "nonce", "iat", "exp"])
def test_every_part_has_to_be_there(missing):
    with pytest.raises(IdTokenError):
        read(token(**{missing: None}))


@pytest.mark.parametrize("wrong", [{"sub": ""}, {"sub": "x" * 256}, {"sub": 7}, {"aud": 7}, {"exp": "soon"}])
def test_parts_of_another_kind_are_refused(wrong):
    with pytest.raises(IdTokenError):
        read(token(**wrong))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "no token",
        "a.b.c",
        7,
        token(name="unknown"),
        token(key=OctKey.import_key("x" * 40), algorithm="none"),
        token(key=OctKey.import_key("x" * 40), algorithm="HS256"),
        token(key=RSAKey.generate_key(2048)),
    ],
    ids=range(9),
)
def test_what_the_service_did_not_sign_is_refused(text):
    with pytest.raises(IdTokenError):
        read(text)


def test_the_public_key_is_no_shared_secret():
    """The classic forgery: signed with the published key itself as password."""
    header = json.dumps({"alg": "HS256", "kid": "first"}).encode()
    signed = f"{base64.urlsafe_b64encode(header).decode().rstrip('=')}.{token().split('.')[1]}"
    seal = base64.urlsafe_b64encode(hmac.digest(PEM, signed.encode(), "sha256")).decode().rstrip("=")
    with pytest.raises(IdTokenError):
        read(f"{signed}.{seal}")


@pytest.mark.parametrize(
    "keys", [{}, {"keys": None}, {"keys": [7]}, {"keys": [{"kty": "RSA", "kid": "first"}]}, []]
)
def test_keys_that_are_none_are_refused(keys):
    with pytest.raises(IdTokenError):
        read(token(), **{"keys": keys})


def test_without_a_nonce_of_ours_nothing_is_believed():
    with pytest.raises(IdTokenError):
        read(token(nonce=""), nonce="")


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "mfa"}, True),
        ({"acr": ["mfa"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [{"mfa": 1}]}, False),
        ({"amr": None, "acr": 2}, False),
    ],
)  # fmt: skip
def test_proof_of_a_second_factor(said, proves):
    assert proves_second_factor(said, ["mfa"]) is proves
