"""What somebody may do is asked of the abilities of the role (staff/permissions.py), not of the role."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from staff.models import Role, User
from staff.permissions import can_use_admin

OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
# The floor of the roles, the table itself, and the people who are made up.
HOMES = ("migrations", "staff/models/", "staff/permissions.py", "ipsplatform/demo/")
ABOUT_THE_PROFESSION = {  # file: how often
    "clients/models/assignment.py": 1,  # a client is followed in one of these professions
    "clients/people/services.py": 1,  # whoever registers a client follows that client; a team lead does not
    "reports/team/selectors/hiring.py": 1,  # six contacts a week are the target of one profession
    "reports/team/selectors/people.py": 2,  # the table is of caseworkers, the norm of one profession
    "trajectories/employers/views.py": 1,  # the same target, on one's own page
}
FILTERS_ON_ROLE = re.compile(r"(.+__)?role(__in)?")


def _names_a_role(node: ast.AST) -> bool:
    return any(
        (isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "Role")
        or (isinstance(part, ast.Name) and part.id == "CASEWORK_ROLES")
        for part in ast.walk(node)
    )


def role_tests(tree: ast.AST) -> Iterator[int]:
    """Lines that compare with a role, or filter on one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and _names_a_role(node):
            yield node.lineno
        elif isinstance(node, ast.keyword) and FILTERS_ON_ROLE.fullmatch(node.arg or ""):
            yield from [node.value.lineno] if _names_a_role(node.value) else []


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("role", Role)
def test_the_administration_opens_as_the_table_of_abilities_says(role, is_active):
    """Django asks `is_staff` of the model, which can't read the table above it."""
    user = User(role=role, is_active=is_active)
    assert user.is_staff == user.has_perm("x") == user.has_module_perms("x") == can_use_admin(user)


def test_code_asks_for_abilities_and_not_for_roles():
    found = {}
    for app in OURS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if any(home in name for home in HOMES):
                continue
            if lines := list(role_tests(ast.parse(path.read_text()))):
                found[name] = len(lines)
    assert found == ABOUT_THE_PROFESSION


def test_a_test_of_a_role_is_recognised():
    code = (
        "user.role == Role.MONITOR\nuser.role in CASEWORK_ROLES\nrows.filter(user__role=Role.MONITOR)\na == b"
    )
    assert list(role_tests(ast.parse(code))) == [1, 2, 3]
