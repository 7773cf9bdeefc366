"""What components are given: small values with names, the same for every page."""

from dataclasses import dataclass

from ipsplatform.common.texts import Text


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go, with its words and perhaps a Bootstrap icon."""

    label: Text
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Places that belong together, under one heading."""

    title: Text
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of components/tabs.html; `count` is shown behind the word when it is known."""

    label: Text
    url: str
    is_current: bool
    count: int | None = None
