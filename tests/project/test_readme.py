"""What the README promises to a newcomer exists: files, pictures, accounts, targets."""

import re

import pytest
from django.conf import settings

from ipsplatform.demo.running import ACCOUNTS, PASSWORD

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 200_000  # bytes: the page opens on a slow line


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_link_leads_somewhere(name):
    path = settings.BASE_DIR / name
    assert path.exists()
    assert path.suffix != ".png" or path.stat().st_size < LARGEST_PICTURE


def test_tour_visits_every_demo_account():
    assert re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE) == list(ACCOUNTS)
    assert PASSWORD in README


def test_named_make_targets_exist():
    makefile = (settings.BASE_DIR / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z-]+)\b(?!,)", README.replace("`make`", ""))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
