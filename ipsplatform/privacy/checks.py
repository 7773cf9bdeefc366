"""A noun about a client that nobody declared stops the build, and a server before it starts."""

from collections.abc import Iterator, Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.urls import URLResolver, get_resolver

from ipsplatform.common.classification import unclassified
from ipsplatform.common.declared import declared_nouns, head_of, undeclared
from ipsplatform.operations.access_subject import UndeclaredNounError, part_of

HINT = "Give the model a `declared`, see ipsplatform/common/declared.py."


def models_are_declared(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    **_options: object,
) -> list[CheckMessage]:
    """Every field has a class, and a model from which keys lead to a client says what it is about."""
    return [
        *(Error(f"{name} has no class.", hint=HINT, id="ipsplatform.E002") for name in unclassified()),
        *(
            Error(f"{model._meta.label} leads to a client.", hint=HINT, id="ipsplatform.E003")
            for model in undeclared()
        ),
    ]


def addresses_are_declared(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    **_options: object,
) -> list[CheckMessage]:
    """The noun at the head of every address with an identifier is declared, and every page of a file."""
    return [
        Error(f"The address {route} is about no declared noun.", hint=HINT, id="ipsplatform.E004")
        for route in _routes(get_resolver())
        if "<uuid:public_id>" in route and not _is_declared(route)
    ]


def _is_declared(route: str) -> bool:
    try:
        part_of(route)
    except UndeclaredNounError:
        return False
    return head_of(route) in declared_nouns()


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        else:
            yield route
