"""The signed statement of a sign-on service about who signed in; read only when all of it holds."""

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidClaimError, JoseError
from joserfc.jwk import Key, import_key
from joserfc.jws import JWSRegistry

# Signed with the private key of the service. A shared secret, or no signature, proves nothing here.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLOCK_DIFFERENCE = 60  # seconds
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
# A published key or a token of an unexpected shape: the libraries do not check shapes.
MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError)


class IdTokenError(Exception):
    """The statement is not what it has to be; the text says which part, without its content."""


class IdToken(CodeIDToken):
    def validate_amr(self) -> None:
        """An `amr` of an unexpected type proves no second factor, but is no reason to refuse somebody."""

    def validate_azp(self) -> None:
        """Authlib treats an empty one as absent."""
        super().validate_azp()
        if self.get("azp", self.params["client_id"]) != self.params["client_id"]:
            raise InvalidClaimError("azp")


def read_id_token(token: object, *, keys: dict, issuer: str, client_id: str, nonce: str) -> dict:
    """The claims of `token`, after OpenID Connect Core 1.0, section 3.1.3.7.

    `nonce` is the one that this session sent. Raises IdTokenError.
    """
    needed = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "nonce": {"essential": True, "values": [nonce]},
        "sub": {"essential": True, "validate": lambda _claims, sub: len(sub) <= LONGEST_SUBJECT},
    }
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        signed = jwt.decode(str(token or ""), lambda it: _key_of(it.headers(), keys), registry=registry)
        claims = IdToken(signed.claims, signed.header, needed, {"client_id": client_id, "nonce": nonce})
        claims.validate(leeway=CLOCK_DIFFERENCE)
    except (JoseError, *MISSHAPEN) as error:
        raise IdTokenError(type(error).__name__) from error
    return claims


def proves_second_factor(claims: dict, values: list[str]) -> bool:
    """Whether `acr`, or one of `amr`, is among the `values` that stand for a second factor."""
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    return any(isinstance(one, str) and one in values for one in said)


def _key_of(header: dict, keys: dict) -> Key:
    """The published key that the token names; one without a name only when there is no choice.

    Not a KeySet: that fails on one key it can't read, and takes the first of two with the same name.
    """
    signing = [key for key in keys["keys"] if isinstance(key, dict) and key.get("use", "sig") == "sig"]
    (found,) = [key for key in signing if header.get("kid") in ("", None, key.get("kid"))]
    return import_key(found)
