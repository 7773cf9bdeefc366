"""Everything that a reader outside the team can open, opened as that reader does, and its numbers taken out.

The reader goes from the home page over every link and every choice of a group. What is not a page or a file
of figures may hold no figure.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from itertools import pairwise
from urllib.parse import urlsplit

from django.urls import reverse
from openpyxl import load_workbook

from reports.figures.display import percent
from reports.indicators import first_job
from reports.indicators.report import FIGURES
from tests.harness import StrictClient
from tests.project.crawl import crawl
from trajectories.models import Funder, TargetGroup

WHOLE = ("", "")
Member = tuple[str, str]
# Of whom, in which quarter (its first day), which figure, which part of it.
Read = dict[tuple[Member, str, str, str], set[int]]

RUN = re.compile(r"^/reports/runs/[0-9a-f-]{36}/$")
FILE = re.compile(r"^/reports/runs/[0-9a-f-]{36}/export\.(csv|xlsx)$")
OPTION = re.compile(r'<option value="([^"]+)"')
UNREAD = re.compile(r"<(details|form|header|svg)\b.*?</\1>|<p class=\"figure-note\">.*?</p>", re.DOTALL)
QUARTER = re.compile(r"^\d{4} Q\d$")
SHARE = re.compile(r"\d+(?:,\d+)?%")
COUNTS = re.compile(r"(\d+) van (\d+)$")
IN_WORDS = re.compile(r"\((\d+) van (\d+)\)")


class Reading:
    """The numbers by where they were read: for the inside (pages and files), and in files for outside."""

    def __init__(self, quarters: dict[str, str]) -> None:
        self.quarters = quarters  # the first day of a quarter by its name on a page, and by that of a run
        self.inside: Read = defaultdict(set)
        self.outside: Read = defaultdict(set)
        self.texts: dict[str, list[str]] = {}  # by address what stands on the page, piece by piece
        self.shares: set[str] = set()  # that stand in files
        self.opened: list[str] = []

    @property
    def all_of_it(self) -> Read:
        """A reader within the organisation can open the file for outside too."""
        cells = [*self.inside, *self.outside]
        return {cell: self.inside.get(cell, set()) | self.outside.get(cell, set()) for cell in cells}


def everything_read(browser: StrictClient, runs: list, names: dict[str, str]) -> Reading:
    """Open all there is; `runs` are the stored runs, whether this reader sees them or not."""
    found = Reading({**names, **{f"{run.public_id}": str(run.period_from) for run in runs}})
    starts = ["/", reverse("reports:run_list")]
    for run in runs:
        url = reverse("reports:run_detail", args=[run.public_id])
        page = browser.get(url)
        starts += [f"{url}?group={group}" for group in OPTION.findall(page.content.decode())]
    for url, answer in crawl(browser, starts):
        found.opened.append(url)
        if answer.status_code == 200:
            _take(found, url, answer)
    return found


def _take(found: Reading, url: str, answer) -> None:
    path, query = urlsplit(url).path, urlsplit(url).query
    run = found.quarters.get(path.split("/")[3], "") if path.startswith("/reports/runs/") else ""
    if FILE.match(path):
        into = found.outside if "for=outside" in query else found.inside
        lines = _csv(answer) if path.endswith("csv") else _workbook(answer)
        for line in lines:
            _take_line(found, into, line, run)
    elif RUN.match(path):
        texts = _pieces(answer)
        found.texts[url] = texts
        member = _member_of(query, answer)
        _take_page(found.inside, texts, member, run)
        _take_trend(found, texts, member)
    elif path == reverse("reports:run_list"):
        found.texts[url] = _pieces(answer)
        _take_list(found, found.texts[url])


def _csv(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def _workbook(answer) -> Iterator[dict[str, str]]:
    for sheet in load_workbook(io.BytesIO(answer.getvalue() if answer.streaming else answer.content)):
        heading, *rows = sheet.iter_rows(values_only=True)
        if "Sleutel" in heading and "Teller" in heading:
            for row in rows:
                cells = ("" if cell is None else str(cell) for cell in row)
                yield dict(zip(heading, cells, strict=True))


def _take_line(found: Reading, into: Read, line: dict[str, str], quarter: str) -> None:
    key, member = line["Sleutel"], _member_of_line(line)
    columns = {"all": line["Noemer"], "yes": line["Teller"], "left out": line["Nog te kort"]}
    if not FIGURES.get(key) or not FIGURES[key].numerator:
        columns = {"all": line["Waarde"]} if "incidence" not in key and "median" not in key else {}
    for name in ("Waarde", "95% laag", "95% hoog"):
        found.shares |= _share(line[name])
    for part, text in columns.items():
        if text.isdigit():
            into[member, quarter, key, part].add(int(text))


def _member_of_line(line: dict[str, str]) -> Member:
    funders = {str(label): value for value, label in Funder.choices}
    groups = {str(label): value for value, label in TargetGroup.choices}
    if line["Team"] != "hele organisatie":
        return "team", line["Team"]
    if line["Financier"] in funders:
        return "funder", funders[line["Financier"]]
    return ("target_group", groups[line["Doelgroep"]]) if line["Doelgroep"] in groups else WHOLE


def _member_of(query: str, answer) -> Member:
    group = query.removeprefix("group=")
    dimension, _dash, value = group.partition("-")
    if dimension == "team":
        (value,) = re.findall(rf'value="{group}"[^>]*>([^<]+)<', answer.content.decode())
        return "team", value.strip()
    return (dimension, value) if value else WHOLE


def _pieces(answer) -> list[str]:
    """The texts of the page itself, without its forms, its definitions and its drawings."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    folded = re.sub(r"<details[^>]*>\s*<summary>Toon als tabel", "<section><summary>", main)
    texts = (" ".join(unescape(text).split()) for text in re.split(r"<[^>]*>", UNREAD.sub("", folded)))
    return [text for text in texts if text.strip(" ·")]


def _take_page(into: Read, texts: list[str], member: Member, quarter: str) -> None:
    labels = {str(figure.texts.label): key for key, figure in FIGURES.items()}
    labels |= {str(words.label): f"time_to_first_job.{name}" for name, words in first_job.words().items()}
    places = [at for at, text in enumerate(texts) if text in labels] + [len(texts)]
    for at, until in pairwise(places):
        key, after = labels[texts[at]], texts[at + 1 : until]
        for part, text in _parts_of(key, after).items():
            if text.replace(".", "").isdigit():
                into[member, quarter, key, part].add(int(text.replace(".", "")))


def _parts_of(key: str, after: list[str]) -> dict[str, str]:
    """What stands behind the name of a figure: in a card, in the row of a table, or in a list of facts."""
    if key not in FIGURES or not FIGURES[key].numerator:
        return {"all": after[0]} if after and "median" not in key and "incidence" not in key else {}
    if "van" in after:
        of = after.index("van")
        return {"yes": after[of - 1], "all": after[of + 1]}
    names = {2: "yes", 3: "all", 4: "left out"} if key.startswith("cohort") else {2: "yes", 3: "all"}
    return {name: after[place] for place, name in names.items() if place < len(after)}


def _take_trend(found: Reading, texts: list[str], member: Member) -> None:
    for at, text in enumerate(texts[:-3]):
        if QUARTER.match(text) and (counts := COUNTS.match(texts[at + 3])):
            _take_rate(found.inside, member, found.quarters[text], counts)


def _take_list(found: Reading, texts: list[str]) -> None:
    quarter = ""
    for text in texts:
        quarter = found.quarters.get(text, quarter)
        if counts := IN_WORDS.search(text):
            _take_rate(found.inside, WHOLE, quarter, counts)


def _take_rate(into: Read, member: Member, quarter: str, counts: re.Match) -> None:
    for part, number in zip(("yes", "all"), counts.groups(), strict=True):
        into[member, quarter, "period_employment_rate", part].add(int(number))


def unexplained(found: Reading) -> list[tuple[str, str]]:
    """What a page tells that no file of the same reader does: a number, or a share, by its address."""
    numbers = {str(number) for read in (found.all_of_it,) for known in read.values() for number in known}
    return [
        (url, token)
        for url, texts in found.texts.items()
        for text in texts
        for token in (SHARE.findall(text) or ([text] if text.isdigit() else []))
        if token not in (found.shares if "%" in token else numbers)
    ]


def _share(text: str) -> set[str]:
    """A fraction of a file as a page writes it."""
    if not re.fullmatch(r"\d+[,.]\d+", text):
        return set()
    return {percent(Fraction(text.replace(",", ".")), decimals=decimals) or "" for decimals in (0, 1)}
