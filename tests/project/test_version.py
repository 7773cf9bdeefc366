"""One version in every place that names it, and a list of what it consists of."""

import json
import re
import subprocess
import tomllib

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import UserFactory

ROOT = settings.BASE_DIR
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_every_place_names_the_same_version():
    changelog = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    lock = json.loads((ROOT / "package-lock.json").read_text())
    named = {
        "settings": settings.VERSION,
        "package.json": json.loads((ROOT / "package.json").read_text())["version"],
        "package-lock.json": lock["version"],
        "its root": lock["packages"][""]["version"],
        "CHANGELOG.md": changelog[0],
    }
    assert named == dict.fromkeys(named, VERSION)
    assert VERSION.rsplit(".", 1)[0] in (ROOT / "SECURITY.md").read_text()


@pytest.mark.django_db
def test_the_administrator_reads_the_version(client):
    client.force_login(UserFactory(beheerder=True))
    assert f"versie {VERSION}" in client.get(reverse("admin:index")).content.decode()


def test_the_list_of_packages_names_each_locked_one(tmp_path):
    subprocess.run(["make", "sbom", f"SBOM_DIR={tmp_path}"], cwd=ROOT, check=True, capture_output=True)
    listed = {
        component["name"]
        for name in ("sbom.python.json", "sbom.npm.json")
        for component in json.loads((tmp_path / name).read_text())["components"]
    }
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements/runtime.txt").read_text(), re.MULTILINE))
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked |= {
        path.removeprefix("node_modules/")
        for path, package in packages.items()
        if path and not package.get("peer")
    }
    assert listed == locked
