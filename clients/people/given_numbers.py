"""Which client numbers can't be given to somebody any more, and what is said about it.

A number is the same in capitals and in small letters. Whether it belongs to a client of another team or
to a file that was destroyed is told to nobody: the words are the same for all of them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.db.models.functions import Upper
from django.db.models.lookups import In
from django.utils.translation import gettext as _
from stdnum.nl import bsn

from clients.models import Client, ClientQuerySet
from clients.people.erased_numbers import destroyed_on
from ipsplatform.common.errors import RuleError
from ipsplatform.common.identity import plain_client_number
from ipsplatform.common.search import LOOK_LIKE_DIGITS, NumberAsSeen, NumberIn
from staff.models import User

LAST_LATIN_LETTER = "\u017f"  # the end of Latin Extended-A, with the accents of the languages around us
SERVICE_NUMBER_DIGITS = 9
DOTLESS_I = "\u0131"  # an I in capitals
IN_PARTS = re.compile(r"([A-Z]*?)0*([1-9][0-9A-Z]*)")  # C0315: its letters, zeros, and the rest


class NumberRefusedError(RuleError):
    """This number can't be given. The words do not tell why."""

    def __init__(self) -> None:
        text = _(
            "This number can't be used. Leave it empty to get a new one, or ask your team lead. "
            "Do you need the file of a client of another team now? Then use emergency access."
        )
        super().__init__(text, field="client_number")


class NumberLooksUsedError(NumberRefusedError):
    """This number looks like one in use, of a client whom this person can't see. It is no other refusal."""

    def __init__(self) -> None:
        text = _("This number looks like one that is in use. Is it really another one?")
        RuleError.__init__(self, text, field="is_new_number")


def refuse_look_alikes(client_number: str) -> None:
    """Raise RuleError for a number with a letter of another script, which reads as one of ours.

    What has one meaning only, such as full-width letters and dashes, is read so before.
    """
    client_number = plain_client_number(client_number)
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
    held_by_others = Client.objects.filter(client_number=client_number)
    if besides is not None:
        held_by_others = held_by_others.exclude(pk=besides.pk)
    # Both are asked, whatever the first one finds: the time tells nothing either.
    is_held, was_held = held_by_others.exists(), bool(destroyed_on([client_number]))
    if is_held or was_held:
        raise NumberRefusedError


def ask_about_number(client_number: str, *, by: User, besides: Client | None = None) -> None:
    """Raise RuleError when the number looks like one in use: for whom `by` sees, with that number."""
    alike = alike_numbers([client_number]).get(plain_client_number(client_number), [])
    others = Client.objects.filter(client_number__in=alike)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    seen = others.visible_to(by).order_by("client_number").first()
    if seen is not None:
        text = _("This number looks like %(number)s. Is it really another one?")
        raise RuleError(text % {"number": seen.client_number}, field="is_new_number")
    if others.exists():
        raise NumberLooksUsedError


def alike_numbers(client_numbers: Iterable[str]) -> dict[str, list[str]]:
    """For each number, in its one form, the recorded ones that look like it. One statement."""
    numbers = {plain_client_number(number) for number in client_numbers}
    wanted = defaultdict(set)
    for number in numbers:
        for digits in _digits_of(number):
            wanted[digits].add(number)
    if not wanted:
        return {}
    found = defaultdict(list)
    for recorded in rows_like(wanted).order_by("client_number").values_list("client_number", flat=True):
        for number in {one for digits in _digits_of(recorded) for one in wanted.get(digits, ())}:
            if looks_like(number, recorded):
                found[number].append(recorded)
    return dict(found)


def rows_like(digits: Iterable[str]) -> ClientQuerySet:
    """Clients with a number of these digits, as it is written or as it may be seen. Two indexes hold them."""
    keys = sorted(digits)
    return Client.objects.filter(
        Q(In(NumberIn("client_number"), keys)) | Q(In(NumberAsSeen("client_number"), keys))
    )


def looks_like(one: str, other: str) -> bool:
    """Whether two different numbers may be meant as the same: C0315, C 315, C-O315 and 315."""
    return one != other and any(
        rest == other_rest and (letters == other_letters or not letters or not other_letters)
        for letters, rest in _readings(one)
        for other_letters, other_rest in _readings(other)
    )


def _readings(number: str) -> Iterator[tuple[str, str]]:
    """Its letters in front and the rest without zeros in front, as it is and as it may be seen."""
    for text in _as_written_and_seen(number):
        if found := IN_PARTS.fullmatch(re.sub(r"[^0-9A-Z]", "", text)):
            yield found[1], found[2]


def _digits_of(number: str) -> set[str]:
    """The keys of the two indexes that a number may be found by."""
    return {re.sub(r"[^0-9]", "", text).lstrip("0") for text in _as_written_and_seen(number)} - {""}


def _as_written_and_seen(number: str) -> tuple[str, str]:
    plain = plain_client_number(number)
    return plain, plain.translate(str.maketrans(*LOOK_LIKE_DIGITS))


def _is_plain_letter(character: str) -> bool:
    """A letter of the Latin script with or without an accent, that is not a form of another one."""
    is_latin = character.isalpha() and character <= LAST_LATIN_LETTER and character != DOTLESS_I
    return is_latin and unicodedata.normalize("NFKC", character) == character
