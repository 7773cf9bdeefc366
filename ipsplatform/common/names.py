"""Dutch names: the prefix ("de", "van der") is kept apart, lists sort on the last name."""


def list_name(*, first: str, prefix: str, last: str) -> str:
    """GROOT, Anna de: as lists show and sort a person."""
    given = " ".join(part for part in (first, prefix) if part)
    return f"{last.upper()}, {given}" if given else last.upper()


def full_name(*, first: str, prefix: str, last: str) -> str:
    """Anna de Groot: as a sentence names a person."""
    return " ".join(part for part in (first, prefix, last) if part)
