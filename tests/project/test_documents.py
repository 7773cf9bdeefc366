"""What the documents name exists: links, paths, modules, tests, commands, targets and settings."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from pkgutil import resolve_name

import polib
import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted(path for pattern in ("*.md", "docs/**/*.md") for path in ROOT.glob(pattern))
# What a changelog names may have gone since.
OF_TODAY = [path for path in DOCUMENTS if path.name != "CHANGELOG.md"]
APPS = ("ipsplatform", "staff", "clients", "trajectories", "reports")
FOLDERS = (*APPS, "tests", "templates", "static", "docs", "docker", "locale", "requirements", ".ci")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
FILE = re.compile(r".*\.(?:py|md|html|css|js|sh|toml|yml|json)")
MODULE = re.compile(rf"(?!\w+\.csv)(?:{'|'.join(APPS)})(?:\.\w+)+")
TEST = re.compile(r"test_\w+")
SETTING = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
REMOVED = {"BACKUP_KEY"}  # settings of earlier versions that a document explains
ELSEWHERE = {"manifest.json"}  # files that are not of this repository: inside a backup
# Documents that tell where to click: *in italics* is what stands on a screen, in Dutch.
ABOUT_SCREENS = (
    "README.md",
    *(f"docs/{name}.md" for name in ("operations", "hardening", "privacy", "dpia", "import")),
)
ITALICS = re.compile(r"(?<![*\w`])\*(?![*\s])([^*`]+?)(?<!\s)\*(?![*\w])")
# In italics because it is a word of Dutch care that the text explains, or of this manual.
NOT_ON_A_SCREEN = {"kwartiermaker"}
RUN = re.compile(r"docker compose run((?: -\S+| --\S+(?:[ =]\S+)?)*)")


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def broken_links(text: str, folder: Path) -> list[str]:
    """Relative links that lead nowhere, to a file or to a heading in it."""
    return [
        f"{name}#{anchor}" for name, anchor in LINK.findall(text) if not _leads(folder, name, anchor, text)
    ]


def unknown_names(text: str, folder: Path) -> list[str]:
    """Names in backticks that look like something of this repository and are nothing of it."""
    return [name for name in CODE.findall(text) if not _exists(name, folder)]


def unknown_commands(text: str) -> list[str]:
    """Commands of manage.py and targets of make that do not exist."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    commands = [name for name in re.findall(r"manage\.py ([a-z_]+)", text) if name not in get_commands()]
    return commands + [name for name in re.findall(r"`make ([a-z-]+)", text) if name not in targets]


def _leads(folder: Path, name: str, anchor: str, text: str) -> bool:
    target = folder / name
    if not target.exists() or not anchor:
        return target.exists()
    there = target.read_text(encoding="utf-8") if name else text
    return anchor in {slug(heading) for heading in re.findall(r"^#+ (.+)$", there, re.MULTILINE)}


def _exists(name: str, folder: Path) -> bool:
    if TEST.fullmatch(name):
        return re.search(rf"\bdef {name}\b", _tests()) is not None
    if MODULE.fullmatch(name):
        return _is_module(name)
    if SETTING.fullmatch(name):
        return name in REMOVED or re.search(rf"\b{name}\b", _settings()) is not None
    if "/" not in name:
        return not FILE.fullmatch(name) or not PATH.fullmatch(name) or name in _file_names() | ELSEWHERE
    is_ours = PATH.fullmatch(name) and (name.partition("/")[0] in FOLDERS or FILE.fullmatch(name))
    return not is_ours or any(list(place.glob(name.rstrip("/"))) for place in (ROOT, folder))


def _is_module(name: str) -> bool:
    try:
        return resolve_name(name) is not None
    except (ImportError, AttributeError):
        return False


def _files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file())


@cache
def _on_screen() -> frozenset[str]:
    """What the Dutch catalogue says, and what templates say that is the same in every language."""
    catalogue = polib.pofile(str(ROOT / "locale/nl/LC_MESSAGES/django.po"))
    texts = [text for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values())]
    return frozenset(_plain(text) for text in texts)


def _plain(text: str) -> str:
    """A text without what its place adds: the first capital, line breaks, a sign behind."""
    text = re.sub(r"\s+", " ", unescape(text)).strip(" .:…")
    return text[:1].lower() + text[1:]


def not_on_screen(text: str) -> list[str]:
    """Names in italics that no screen has."""
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    named = [_plain(name) for name in ITALICS.findall(CODE.sub("", prose))]
    return [name for name in named if name not in _on_screen() | NOT_ON_A_SCREEN]


@cache
def _file_names() -> frozenset[str]:
    return frozenset(path.name for path in _files())


@cache
def _tests() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))


@cache
def _settings() -> str:
    named = [ROOT / ".env.example", ROOT / "Makefile", ROOT / "docker-compose.yml"]
    code = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*named, *code])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    assert broken_links(path.read_text(encoding="utf-8"), path.parent) == []


@pytest.mark.parametrize("path", OF_TODAY, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_and_commands_exist(path):
    text = path.read_text(encoding="utf-8")
    assert unknown_names(text, path.parent) == []
    assert unknown_commands(text) == []


@pytest.mark.parametrize(
    "name",
    [
        "reports/indicators/facts.py",
        "tests/oracle/",
        "facts.py",
        "clients.access_review.tasks.review_access",
        "test_links_lead_somewhere",
        "BEAT_STALE_SECONDS",
    ],
)
def test_name_that_is_no_more_is_found(name):
    gone = name.replace("fact", "fictions").replace("oracle", "prophet").replace("review_", "preview_")
    gone = gone.replace("_lead_", "_led_").replace("STALE", "FRESH")
    assert unknown_names(f"See `{name}`.", ROOT) == []
    assert unknown_names(f"See `{gone}`.", ROOT) == [gone]


def test_link_and_command_that_lead_nowhere_are_found():
    assert broken_links("[a](docs/domain.md#2-words) [b](README.md) [c](https://example.org)", ROOT) == []
    assert broken_links("[a](docs/domain.md#2-verbs) [b](READ.md)", ROOT) == [
        "docs/domain.md#2-verbs",
        "READ.md#",
    ]
    assert unknown_commands("`manage.py verify_audit`, `make drill`") == []
    assert unknown_commands("`manage.py verify_nothing`, `make coffee`") == ["verify_nothing", "coffee"]


@pytest.mark.parametrize("name", ABOUT_SCREENS)
def test_what_is_in_italics_stands_on_a_screen(name):
    assert not_on_screen((ROOT / name).read_text(encoding="utf-8")) == []


def test_name_of_a_box_that_is_on_no_screen_is_found():
    assert not_on_screen("Untick *mag inloggen*, tick *Caseload\n parkeren*; **not this**, `*/5 * *`.") == []
    assert not_on_screen("Tick *mag niet meer inloggen*.") == ["mag niet meer inloggen"]


@pytest.mark.parametrize("path", OF_TODAY, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_command_beside_the_services_leaves_nothing_and_touches_none(path):
    """Without --no-deps compose makes what it depends on anew, and migrates."""
    for options in RUN.findall(path.read_text(encoding="utf-8")):
        assert {"--rm", "--no-deps"} <= set(options.split()), options


def test_a_line_of_cron_is_one_line_for_the_folder_of_the_manual_and_waits_for_itself():
    """Cron knows no line that goes on in the next one."""
    lines = [
        line
        for path in OF_TODAY
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"[\d*/]+( +[\d*/]+){4} ", line)
    ]
    assert len(lines) == 2
    for line in lines:
        assert re.search(r"cd /srv/ips && flock -n /run/lock/ips-\w+ docker compose run --rm -T ", line), line
        assert not line.endswith("\\")


def test_manual_names_every_mail():
    mails = {path.name for path in (ROOT / "templates").rglob("email/*.txt")}
    chapter = re.search(
        r"^## E-mail\n(.*?)^## ", (ROOT / "docs/operations.md").read_text(), re.DOTALL | re.MULTILINE
    ).group(1)
    assert mails
    assert set(re.findall(r"`(\w+\.txt)`", chapter)) == mails
