"""Which client numbers can't be given to somebody any more, and what is said about it.

A number is the same in capitals and in small letters. Whether it belongs to a client of another team or
to a file that was destroyed is told to nobody: the words are the same for all of them.
"""

import unicodedata
from collections.abc import Iterable

from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from stdnum.nl import bsn

from clients.models import Client
from clients.people.erased_numbers import destroyed_on
from ipsplatform.common.errors import RuleError

LAST_LATIN_LETTER = "\u017f"  # the end of Latin Extended-A, with the accents of the languages around us
SERVICE_NUMBER_DIGITS = 9
DOTLESS_I = "\u0131"  # an I in capitals


class NumberRefusedError(RuleError):
    """This number can't be given. The words do not tell why."""

    def __init__(self) -> None:
        text = _(
            "This number can't be used. Leave it empty to get a new one, or ask your team lead. "
            "Do you need the file of a client of another team now? Then use emergency access."
        )
        super().__init__(text, field="client_number")


def refuse_look_alikes(client_number: str) -> None:
    """Raise RuleError for a number with a character that reads as another one, or as nothing.

    Full-width letters, letters of another script and signs without width make two numbers of one.
    """
    if not all(" " <= character <= "~" or _is_plain_letter(character) for character in client_number):
        text = _("Use ordinary letters, digits and signs in a client number: type it, do not paste it.")
        raise RuleError(text, field="client_number")


def refuse_service_number(client_number: str) -> None:
    """Raise RuleError for a number that is a citizen service number: nine digits that pass the elfproef.

    A client is never known by that number (domain.md, section 2). It stands nowhere in the reason.
    """
    digits = "".join(sign for sign in client_number if sign not in " .-")
    if len(digits) == SERVICE_NUMBER_DIGITS and bsn.is_valid(digits):
        text = _(
            "This is a valid citizen service number (BSN). Give the client another number, such as the one "
            "in the electronic patient record."
        )
        raise RuleError(text, field="client_number")


def numbers_that_cannot_be_given(client_numbers: Iterable[str]) -> set[str]:
    """Those of `client_numbers` that another client has in other capitals, or that a destroyed file had."""
    numbers = set(client_numbers)
    found = Client.objects.annotate(upper=Upper("client_number"))
    rows = found.filter(upper__in={number.upper() for number in numbers})
    held = dict(rows.values_list("client_number", "upper"))
    spelled_otherwise = set(held.values())
    others = {number for number in numbers - set(held) if number.upper() in spelled_otherwise}
    return others | set(destroyed_on(numbers))


def refuse_number(client_number: str, *, besides: Client | None = None) -> None:
    """Raise NumberRefusedError for a number that somebody else has or had, in any capitals.

    Raises RuleError for a number that only looks like what it says, and for a citizen service number.
    """
    refuse_look_alikes(client_number)
    refuse_service_number(client_number)
    held_by_others = Client.objects.filter(client_number__iexact=client_number)
    if besides is not None:
        held_by_others = held_by_others.exclude(pk=besides.pk)
    # Both are asked, whatever the first one finds: the time tells nothing either.
    is_held, was_held = held_by_others.exists(), bool(destroyed_on([client_number]))
    if is_held or was_held:
        raise NumberRefusedError


def _is_plain_letter(character: str) -> bool:
    """A letter of the Latin script with or without an accent, that is not a form of another one."""
    is_latin = character.isalpha() and character <= LAST_LATIN_LETTER and character != DOTLESS_I
    return is_latin and unicodedata.normalize("NFKC", character) == character
