"""What components are given: small values with names, the same for every page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go, with its words and perhaps a Bootstrap icon."""

    label: str
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Places that belong together, under one heading."""

    title: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of components/tabs.html; `count` is shown behind the word when it is known."""

    label: str
    url: str
    is_current: bool
    count: int | None = None
