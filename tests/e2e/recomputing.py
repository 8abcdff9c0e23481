"""Figures of a page, computed again in SQL from the same dossiers, against those that the page prints.

The SQL stands part by part as on the page; recomputed.sql explains its form. A table, tile, chart or number that has no
part there is reported too, so nothing new on a page goes unchecked.
"""

import functools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
from bs4 import BeautifulSoup, NavigableString, Tag
from tests.e2e.drawings import text_of, told
from tests.e2e.reading import KINDS, LIMIT

FOLDER = Path(__file__).parent
DATA = FOLDER.parents[1] / "data"
ATTACHMENT = re.compile(r"\.(xlsx|docx)$")  # names and sizes of files are no figures of dossiers
HEADED = ("rows", "filled")  # kinds whose head is that of the query
PROVENANCE = ("Mã kiểm chứng dữ liệu", "Phiên bản")  # nor are digests and versions


class Page(NamedTuple):
    """A page: its unit, first and last day, the files with its queries, how many sections are checked (0: all)."""

    path: str
    unit: str
    first: str
    last: str
    queries: tuple[str, ...]
    sections: int = 0


class Part(NamedTuple):
    """A part of the queries: kind and key of its first line, and its rows; those of a table begin with the head."""

    kind: str
    key: str
    rows: list[tuple]


@functools.cache
def recompute(store: Path, page: Page) -> list[Part]:
    """The parts of a page's queries, run on the dossiers of a store."""
    snapshot = json.loads((store / "snapshot.json").read_text(encoding="utf-8"))
    variables = {
        "unit": page.unit,
        "first": page.first,
        "last": page.last,
        "files": [str(store / part["path"]) for part in snapshot["parts"]],
        "reference": str(DATA / "reference"),
        "reported": str(DATA / "reported"),
    }
    parts = []
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, value in variables.items():
            connection.execute(f"SET VARIABLE {name} = $1", [value])
        for kind, key, query in _pieces(page):
            result = connection.execute(query)
            if kind == "prepare":
                continue
            head = [tuple(column[0] for column in result.description)] if kind in HEADED else []
            rows = [tuple(row[0]) if isinstance(row[0], list) else row for row in result.fetchall()]
            parts.append(Part(kind, key, head + rows if rows else []))
    return parts


def _pieces(page: Page) -> Iterator[tuple[str, str, str]]:
    for name in page.queries:
        text = (FOLDER / name).read_text(encoding="utf-8")
        _, *pieces = re.split(r"^-- @ (\w+) ?(.*)\n", text, flags=re.MULTILINE)
        yield from zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True)


def _section(heading: Tag) -> int:
    number = re.match(r"(\d+)\.", text_of(heading))
    return int(number[1]) if number else 0


def elements(soup: BeautifulSoup, page: Page) -> list[Tag]:
    """The tables, tiles and charts of the sections checked, and whatever else there holds text, each once."""
    section, found = 0, {}
    for string in soup.main.find_all(string=re.compile(r"\S")):
        whole = string.find_parent(["table", "svg"]) or string.find_parent("ul", class_="tiles")
        element = whole or string.find_parent(["p", "figcaption", "h1", "h2", "h3", "li", "div"]) or string.parent
        if element.name == "h2":
            section = _section(element)
        if page.sections and section > page.sections:
            break
        if section or not page.sections:
            found[id(element)] = element
    return [element for element in found.values() if not _is_apart(element)]


def _is_apart(element: Tag) -> bool:
    """Whether an element is a file's name, a line of the contents or of what the page was made with."""
    attached = element.name == "p" and element.find("a", href=ATTACHMENT)
    return bool(attached or element.find_parent("nav") or text_of(element).startswith(PROVENANCE))


def _without(text: str, phrases: list[str]) -> tuple[str, set[str]]:
    """The text without the phrases that stand in it, and these."""
    left, found = text, set()
    for phrase in phrases:
        if phrase in text:
            for match in re.finditer(rf"(?<![\d.,/]){re.escape(phrase)}(?![.,/]?\d)", text):
                found.add(phrase)
                left = left[: match.start()] + "…" * len(phrase) + left[match.end() :]
    return left, found


def _texts(element: Tag) -> set[str]:
    """What of an element is read as text: all of it, of a table its caption; and what is said instead of a chart."""
    own = element.caption if element.name == "table" else None if element.name in ("ul", "svg") else element
    text = re.sub(r"^\d+\. ", "", text_of(own)) if element.name == "h2" else text_of(own) if own else ""
    return {text, *(holder["aria-label"] for holder in [element, *element.parents] if holder.get("aria-label"))}


def _titled(element: Tag, wholes: list[Part]) -> tuple[str, Part | None]:
    """Title of a table, tiles or a chart, and the part that recomputes it."""
    figure = element.find_parent("figure")
    titled = element.caption or (figure and figure.figcaption)
    title = text_of(titled) if titled else ""
    return title, next((part for part in wholes if re.fullmatch(re.escape(part.key).replace("…", ".*"), title)), None)


class Compared(NamedTuple):
    """What an element was compared with, phrases or the key of a part, and how it differs."""

    read: set[str]
    differences: list[str]


def compare(element: Tag, parts: list[Part]) -> Compared:
    """An element of a page beside what is recomputed."""
    must = [row[0] for part in parts if part.kind == "must" for row in part.rows if row[0]]
    texts, read, differences = _texts(element), set(), []
    if element.name in ("table", "ul", "svg"):
        title, part = _titled(element, [part for part in parts if part.kind != "must" and part.rows])
        if part is None:
            differences.append(f"no recomputation of {title!r}")
        else:
            how, same = KINDS[part.kind]
            shown = how(element)
            differences += [] if same(shown, part.rows) else [f"{title}: {shown} is not {part.rows}"]
            texts |= told(element) if part.kind in ("funnel", "map") else set()
            read.add(repr(part.key))
    for text in texts:
        left, found = _without(text, must)
        read |= found
        differences += [f"not recomputed: {left}"] if re.search(r"\d", left) else []
    return Compared(read, differences)


def differences(soup: BeautifulSoup, parts: list[Part], page: Page) -> list[str]:
    """What a page prints that is not as recomputed, or leaves out."""
    numbers = [number for heading in soup.main("h2") if (number := _section(heading))]
    compared = [compare(element, parts) for element in elements(soup, page)]
    read = {one for each in compared for one in each.read}
    meant = {repr(part.key) for part in parts if part.kind != "must" and part.rows}
    meant |= {row[0] for part in parts if part.kind == "must" for row in part.rows if row[0]}
    return [
        *([] if numbers == list(range(1, len(numbers) + 1)) else [f"sections are numbered {numbers}"]),
        *dict.fromkeys(difference for each in compared for difference in each.differences),
        *(f"not on the page: {one}" for one in sorted(meant - read)),
    ]


def soup_of(demo: Path, page: Page) -> BeautifulSoup:
    """The page of a folder of pages."""
    return BeautifulSoup((demo / page.path).read_text(encoding="utf-8"), "html.parser")


def unnoticed(soup: BeautifulSoup, parts: list[Part], page: Page) -> list[str]:
    """What would not be found if in each element of a page one digit, anywhere in it, were another."""
    chance, missed = random.Random(page.path), []
    for element in elements(soup, page):
        strings = _figures(element, parts)
        if places := [(string, digit.start()) for string in strings for digit in re.finditer(r"\d", string)]:
            string, at = chance.choice(places)
            wrong = NavigableString(string[:at] + str((int(string[at]) + 1) % 10) + string[at + 1 :])
            string.replace_with(wrong)
            missed += [] if compare(element, parts).differences else [f"{wrong} instead of {string}"]
            wrong.replace_with(string)
    return missed


def _figures(element: Tag, parts: list[Part]) -> list[NavigableString]:
    """What stands in an element, but for numbers of sections and limits of chance, which are told to a point only."""
    loose = _titled(element, [part for part in parts if part.kind == "outliers"])[1]
    cells = [row(["th", "td"])[LIMIT] for row in element("tr")] if loose else []
    strings = element.find_all(string=True) if element.name != "h2" else []
    return [string for string in strings if not any(cell in string.parents for cell in cells)]
