"""Every change has one name in words, declared with the model that it is about."""

import ast

import pytest
from django.conf import settings

from ipsplatform.common.declared import AnyAction, action_words
from staff.audit import services as audit
from staff.audit.admin import ActionFilter
from staff.models import TeamAction
from tests.declarations import classified_tables
from tests.factories import UserFactory

APPS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
ENUMS = {found.actions.__name__: found.actions for found in classified_tables().values() if found.actions}


def recorded_actions() -> set[tuple[str, str]]:
    """The members of the enums that the code names outside their declaration, read from the code itself."""
    files = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    return {
        (node.value.id, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ENUMS
    }


OF_OLDER_LINES = {("StageAction", "MOVE_UNDONE")}  # nothing does it any more, and the log still tells it


def test_every_declared_action_is_recorded_and_every_recorded_one_declared():
    declared = {(name, action.name) for name, enum in ENUMS.items() for action in enum}
    assert recorded_actions() == declared - OF_OLDER_LINES


def test_a_code_belongs_to_one_action():
    assert len(action_words()) == len(AnyAction) + sum(len(enum) for enum in ENUMS.values())


@pytest.mark.django_db
def test_an_action_of_something_else_is_refused():
    with pytest.raises(ValueError, match="does not declare"):
        audit.record(by=None, action=TeamAction.CREATED, target=UserFactory())


def test_unknown_action_stands_as_it_was_written():
    words = ActionFilter.words
    assert words(None, "something_older") == "something_older"
    assert words(None, "team_created") == "team toegevoegd"
