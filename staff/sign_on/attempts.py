"""Wrong passwords and codes: who has to wait, and who is warned (ADR 37).

Counted by allauth's limiter, in the cache; ACCOUNT_RATE_LIMITS holds the numbers. What waits is a pair of a
network address and a name, so that nobody can lock a colleague out from elsewhere.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from ipsplatform.common.access import notes_of
from staff.models import GuessKind
from staff.sign_on.services import warn_of_guessing

APP = "allauth.account"
# Names of rates in ACCOUNT_RATE_LIMITS: attempts of one pair, and failures of one person from everywhere.
OF_PAIR = {GuessKind.PASSWORD: "wrong_password", GuessKind.CODE: "wrong_code"}
OF_ADDRESS = "wrong_from_address"  # not allauth's own: a right code empties that for the whole address
OF_LINK = "wrong_link"
OF_PERSON = {GuessKind.PASSWORD: "wrong_passwords_of_person", GuessKind.CODE: "wrong_codes_of_person"}


def pair_key(request: HttpRequest, name: str) -> str:
    """The name of somebody as typed, with the network address where it was typed."""
    return f"{ratelimit.get_ip(request)}:{name.lower()}"


def begin_attempt(request: HttpRequest, kind: GuessKind, name: str) -> ratelimit.RateLimitUsage | None:
    """Count an attempt; None when this pair, or this address, has to wait. One that succeeds is rolled back.

    The pair first: who has to wait does not use up what the whole office has.
    """
    pair = ratelimit.consume(request, app=APP, action=OF_PAIR[kind], key=pair_key(request, name))
    address = ratelimit.consume(request, app=APP, action=OF_ADDRESS) if pair else None
    return ratelimit.RateLimitUsage([*pair.usage, *address.usage]) if pair and address else None


def note_wrong_link(request: HttpRequest) -> None:
    """Log that a link for a password, or what came back from the sign-on service, did not fit.

    Only so many from one network address: links are followed with GET, and the log is kept for years.
    """
    is_few = ratelimit.consume(request, app=APP, action=OF_LINK, limit_get=True)
    notes = notes_of(request)
    (notes.refuse if is_few else notes.turn_away)()


def note_failure(request: HttpRequest, kind: GuessKind, name: str) -> None:
    """Count a failure for the person, from whichever address; past the limit the person is warned.

    A name that nobody has is counted alike, so that it takes as long.
    """
    is_few = ratelimit.consume(request, app=APP, action=OF_PERSON[kind], key=name.lower())
    if not is_few:
        warn_of_guessing(username=name, kind=kind)
