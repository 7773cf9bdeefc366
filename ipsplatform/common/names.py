"""Dutch names: the prefix ("de", "van der") is kept apart, lists sort on the last name."""

import unicodedata


def list_name(*, first: str, prefix: str, last: str) -> str:
    """GROOT, Anna de: as lists show and sort a person."""
    given = " ".join(part for part in (first, prefix) if part)
    return f"{last.upper()}, {given}" if given else last.upper()


def full_name(*, first: str, prefix: str, last: str) -> str:
    """Anna de Groot: as a sentence names a person."""
    return " ".join(part for part in (first, prefix, last) if part)


def plain_letters(name: str) -> str:
    """A name as it is compared: without capitals and accents."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
