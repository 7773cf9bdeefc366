"""The signed statement of a sign-on service about who signed in; read only when all of it holds."""

from hmac import compare_digest

import jwt

# Signed with the private key of the service. A shared secret, or no signature, proves nothing here.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
COMPULSORY = ["iss", "sub", "aud", "exp", "iat"]
CLOCK_DIFFERENCE = 60  # seconds
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2


class IdTokenError(Exception):
    """The statement is not what it has to be; the text says which part, without its content."""


def read_id_token(token: object, *, keys: dict, issuer: str, client_id: str, nonce: str) -> dict:
    """The claims of `token`, after OpenID Connect Core 1.0, section 3.1.3.7.

    `nonce` is the one that this session sent along. Raises IdTokenError.
    """
    try:
        claims = jwt.decode(
            str(token or ""),
            _key_of(str(token or ""), keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=CLOCK_DIFFERENCE,
            options={"require": COMPULSORY},
        )
    except jwt.PyJWTError as error:
        raise IdTokenError(type(error).__name__) from error
    if not nonce or not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise IdTokenError("nonce")
    if claims.get("azp", client_id) != client_id or (_is_for_several(claims) and "azp" not in claims):
        raise IdTokenError("azp")
    if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise IdTokenError("sub")
    return claims


def proves_second_factor(claims: dict, values: list[str]) -> bool:
    """Whether `acr`, or one of `amr`, is among the `values` that stand for a second factor."""
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    return any(isinstance(one, str) and one in values for one in said)


def _key_of(token: str, keys: dict) -> jwt.PyJWK:
    """The published key that the token names; one without a name only when there is no choice."""
    header = jwt.get_unverified_header(token)
    published = keys.get("keys") if isinstance(keys, dict) else None
    signing = [key for key in published or [] if isinstance(key, dict) and key.get("use", "sig") == "sig"]
    name = header.get("kid")
    found = [key for key in signing if key.get("kid") == name] if name else signing
    if len(found) != 1 or header.get("alg") not in ALGORITHMS:
        raise IdTokenError("key")
    try:
        return jwt.PyJWK(found[0], algorithm=header["alg"])
    except (KeyError, TypeError, ValueError) as error:
        raise IdTokenError("key") from error


def _is_for_several(claims: dict) -> bool:
    return isinstance(claims["aud"], list) and len(claims["aud"]) > 1
