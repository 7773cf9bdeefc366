"""What the models declare, gathered for the tests that go past all of them."""

from ipsplatform.common.classification import Classified, declared_of, stored_models


def classified_tables() -> dict[str, Classified]:
    """The declarations of all models with a table, by model label; history tables are not among them."""
    found = {model._meta.label: declared_of(model) for model in stored_models()}
    return {label: declared for label, declared in found.items() if declared is not None}
