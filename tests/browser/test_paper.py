"""Pages on paper, as Chromium prints them: nothing lost, split or cut; numbered, titled, bookmarked."""

import html
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from helpers import printing

pytestmark = pytest.mark.browser
# Points of an A4 sheet between the margins of the style sheet: 30 and 15 mm at the sides, 20 mm above and below.
LEFT, RIGHT, TOP, BOTTOM = 85.04, 595.28 - 42.52, 56.69, 841.89 - 56.69
KINDS = ("2025-Q3/25/08746-*", "2025-07-14/46/46-*", "2025-07-14/46/19789-*")
Word = tuple[float, float, float, float, str]  # left, top, right, bottom, text


def _print(pages: Sequence[Path]) -> None:
    """Print pages; in a thread, for that of the tests has the other browser's loop."""
    told: list[printing.Printed] = []
    with ThreadPoolExecutor(1) as thread:
        thread.submit(printing.each, pages, 2, told.append).result()
    assert {each.page for each in told} == set(pages)
    assert [each for each in told if each.error] == []


@pytest.fixture(scope="module")
def papers(demo, chromium, tmp_path_factory) -> list[Path]:
    """Pages of each kind with their PDFs beside them."""
    os.environ.setdefault("TTHC_CHROMIUM", chromium)
    folder = tmp_path_factory.mktemp("giấy")
    found = [next(page for page in demo.glob(kind) if page.suffix == ".html") for kind in KINDS]
    pages = [Path(shutil.copy(page, folder / f"{page.parts[-3]}-{page.name}")) for page in found]
    _print(pages)
    return pages


class Tree:
    """What a tagged PDF says of its tables and figures: on which sheets each row, table and figure lies."""

    def __init__(self, reader: PdfReader) -> None:
        self.sheets = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
        self.tables: list[list[set[int]]] = []
        self.figures: list[set[int]] = []
        self._walk(reader.trailer["/Root"]["/StructTreeRoot"])

    def _walk(self, node) -> None:
        kind = node.get("/S")
        if kind == "/Figure":
            self.figures.append(self._lies(node))
        elif kind == "/TR":
            if any(child.get("/S") == "/TD" for child in self._children(node)):
                self.tables[-1].append(self._lies(node))
        elif kind != "/THead":
            if kind == "/Table":
                self.tables.append([])
            for child in self._children(node):
                self._walk(child)

    def _lies(self, node, sheet: int | None = None) -> set[int]:
        named = node.raw_get("/Pg") if "/Pg" in node else None
        sheet = self.sheets[named.idnum] if isinstance(named, IndirectObject) else sheet
        kids = node.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        below = [self._lies(child, sheet) for child in self._children(node)]
        own = {sheet} if sheet is not None and (any(isinstance(kid, int) for kid in kids) or "/MCID" in node) else set()
        return own.union(*below)

    def _children(self, node) -> Iterator:
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object()
            if hasattr(kid, "get"):
                yield kid


def _tables(page: Path) -> list[tuple[int, str]]:
    """Rows and last head of every table that paper shows."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    shown = [table for table in soup.select("table") if not table.find_parent("details", class_="closed")]
    return [(len(table.select("tbody tr")), table.select("thead th")[-1].get_text()) for table in shown]


def _words(page: Path) -> list[list[Word]]:
    """Every word of each sheet, with its box."""
    run = ["pdftotext", "-bbox", str(printing.pdf_of(page)), "-"]
    told = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    word = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*)</word>')
    return [
        [(*map(float, found.groups()[:4]), html.unescape(found[5])) for found in word.finditer(sheet)]
        for sheet in told.split("<page ")[1:]
    ]


def _check(page: Path) -> int:
    """All that paper must keep to; how many sheets it takes."""
    reader = PdfReader(printing.pdf_of(page))
    tree, words, expected = Tree(reader), _words(page), _tables(page)
    assert [len(table) for table in tree.tables] == [rows for rows, _ in expected], (page.name, "rows lost on paper")
    split = [row for table in tree.tables for row in table if len(row) > 1] + [at for at in tree.figures if len(at) > 1]
    assert split == [], (page.name, "split between sheets")
    for table, (_, head) in zip(tree.tables, expected, strict=True):
        for sheet in set().union(*table):
            missing = Counter(head.split()) - Counter(word for *_, word in words[sheet])
            assert not missing, (page.name, sheet + 1, head, "is not repeated")
    for number, sheet in enumerate(words, 1):
        body = [word for word in sheet if word[1] >= TOP - 1 and word[3] <= BOTTOM + 1]
        edges = "".join(word[4] for word in sheet if word not in body)
        running = "" if number == 1 else f"Trang {number}/{len(words)}{_title(page)}".replace(" ", "")
        assert edges == running, (page.name, number)
        cut = [word for word in body if word[0] < LEFT - 1 or word[2] > RIGHT + 1]
        assert cut == [], (page.name, number, "beyond the margin")
        assert _overlapping(body) == [], (page.name, number, "one over another")
    return len(words)


def _title(page: Path) -> str:
    found = re.search("<title>(.*?)</title>", page.read_text(encoding="utf-8"), re.DOTALL)
    whole = " ".join(html.unescape(found[1]).split())
    return whole if len(whole) <= 150 else f"{whole[:150]}…"


def _overlapping(words: list[Word]) -> list[tuple[Word, Word]]:
    """Words that lie over others by more than a hair."""
    found, rows = [], sorted(words, key=lambda word: word[1])
    for at, (left, _, right, bottom, _) in enumerate(rows):
        for other in rows[at + 1 :]:
            if other[1] > bottom - 3:
                break
            if min(right, other[2]) - max(left, other[0]) > 1:
                found.append((rows[at], other))
    return found


def test_every_kind_of_page_is_whole_on_paper(papers):
    for page in papers:
        assert _check(page) > 10


@pytest.mark.long  # makes a dozen pages
def test_so_are_pages_that_the_demo_has_none_of(more, chromium, tmp_path):
    os.environ.setdefault("TTHC_CHROMIUM", chromium)
    reports = [page for page in more if page.name != "index.html"]
    assert len(reports) > 5
    pages = [Path(shutil.copy(page, tmp_path / f"{page.parts[-3]}-{page.name}")) for page in reports]
    _print(pages)
    for page in pages:
        assert _check(page) >= 2


def test_what_a_click_opens_on_a_screen_is_open_on_paper(papers):
    """The day's summary has a sheet of its own; what is folded away on the screen follows, listed in the bookmarks."""
    page = next(page for page in papers if "46-thanh-pho-hue" in page.name)
    assert '<details class="rest">' in page.read_text(encoding="utf-8")
    reader = PdfReader(printing.pdf_of(page))
    title, sections = reader.outline
    assert title.title == "Tổng hợp tình hình, kết quả giải quyết thủ tục hành chính cấp xã"
    sheets = {each.title: reader.get_destination_page_number(each) for each in sections if not isinstance(each, list)}
    assert next(iter(sheets)) == "1. Kết quả chính"
    assert list(sheets.values())[:2] == [0, 1]
    assert list(sheets)[-1] == "Phụ lục"


def test_a_pdf_tells_no_time_and_no_place_and_a_printer_gives_the_same_again(papers, tmp_path):
    page = min(papers, key=lambda each: each.stat().st_size)
    first = printing.pdf_of(page).read_bytes()
    again = Path(shutil.copy(page, tmp_path / page.name))
    _print([again])
    assert printing.pdf_of(again).read_bytes() == first
    reader = PdfReader(printing.pdf_of(page))
    assert "/CreationDate" not in reader.metadata
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    links = {
        note.get_object()["/A"]["/URI"]
        for sheet in reader.pages
        for note in sheet.get("/Annots", [])
        if "/A" in note.get_object()
    }
    attached = {link for link in links if not link.endswith("html")}
    assert len(attached) == 3
    assert all(re.fullmatch(r"[\w.-]+", link) for link in attached)
    text = " ".join(sheet.extract_text() for sheet in reader.pages)
    assert all(link in text.replace("\n", "") for link in attached), "a link that cannot be clicked is written out"


@pytest.mark.usefixtures("chromium")
def test_a_page_that_cannot_be_printed_stops_no_other(tmp_path):
    good, closed = (tmp_path / f"{name}.html" for name in ("good", "closed"))
    for page in (good, closed):
        page.write_text("<!doctype html><html lang=vi><head><title>x</title></head><h1>x</h1>", encoding="utf-8")
    printing.pdf_of(closed).mkdir()
    told: list[printing.Printed] = []
    with ThreadPoolExecutor(1) as thread:
        thread.submit(printing.each, [closed, good], 1, told.append).result()
    assert {each.page: bool(each.error) for each in told} == {closed: True, good: False}
    assert printing.is_current(good)
    good.write_text(good.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert not printing.is_current(good)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["closed.html", "closed.pdf", "good.html", "good.pdf"]


@pytest.mark.long  # prints 115 pages
def test_a_hundred_pages_are_whole_on_paper_and_bound(small, chromium, tmp_path):
    """By the command line, as an office does; the second time nothing is left to print."""
    environment = {**os.environ, "TTHC_CHROMIUM": chromium}
    words = ["2025-07-01..2025-07-28", "--province", "31", "--store", str(small), "--reports", str(tmp_path), "--pdf"]
    command = [sys.executable, "-m", "helpers.cli", "batch", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "115 PDFs printed, 0 failed." in done.stdout
    pages = sorted(tmp_path.glob("2025-07-01..2025-07-28/31/[0-9]*.html"))
    assert len(pages) == 115
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        sheets = sum(processes.map(_check, pages))
    volume = PdfReader(pages[0].with_name("31-thanh-pho-hai-phong-toan-bo.pdf"))
    assert len(volume.pages) == sheets
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "0 reports made, 115 up to date, 0 failed. 0 PDFs printed, 0 failed." in again.stdout
