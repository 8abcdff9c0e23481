"""Every figure in sections 1-8 of three pages, computed again in SQL from the same dossiers, equals what is printed.

The SQL stands in recomputed.sql, part by part as on the page. A table, tile, chart or number that has no part there is
reported too, so nothing new on the page goes unchecked.
"""

import functools
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from bs4 import BeautifulSoup, NavigableString, Tag

STORE = "kho dữ liệu"  # beside the pages of the demo
SQL = Path(__file__).with_name("recomputed.sql")
REFERENCE = Path(__file__).parents[2] / "data" / "reference"
XUAN_HOA = "2025-Q3/25/08746-phuong-xuan-hoa.html"
# page: commune, first and last day
PAGES = {
    XUAN_HOA: ("08746", "2025-07-01", "2025-09-30"),
    "2025-07-01..2025-11-26/31/10972-xa-duong-an.html": ("10972", "2025-07-01", "2025-11-26"),
    "2025-07-01..2025-10-18/31/11203-xa-ninh-giang.html": ("11203", "2025-07-01", "2025-10-18"),
}
LEGENDS = ("■", "▨", "●")
BAR = "fill: #8fbccd"
ATTACHMENT = re.compile(r"\.(xlsx|docx)$")  # names and sizes of files are no figures of dossiers


class Part(NamedTuple):
    """A part of recomputed.sql: kind and key of its first line, and its rows; those of a table begin with the head."""

    kind: str
    key: str
    rows: list[tuple]


@functools.cache
def _recompute(store: Path, page: str) -> list[Part]:
    commune, first, last = PAGES[page]
    snapshot = json.loads((store / "snapshot.json").read_text(encoding="utf-8"))
    variables = {
        "commune": commune,
        "first": first,
        "last": last,
        "files": [str(store / part["path"]) for part in snapshot["parts"]],
        "reference": str(REFERENCE),
    }
    _, *pieces = re.split(r"^-- @ (\w+) ?(.*)\n", SQL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    parts = []
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, value in variables.items():
            connection.execute(f"SET VARIABLE {name} = $1", [value])
        for kind, key, query in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True):
            result = connection.execute(query)
            if kind == "prepare":
                continue
            head = [tuple(column[0] for column in result.description)] if kind in ("rows", "filled") else []
            rows = result.fetchall()
            parts.append(Part(kind, key, head + rows if rows else []))
    return parts


def _text(element: Tag) -> str:
    return " ".join(element.get_text().split())


def _section(heading: Tag) -> int:
    number = re.match(r"(\d+)\.", _text(heading))
    return int(number[1]) if number else 0


def _found(soup: BeautifulSoup) -> list[Tag]:
    """The tables, tiles and charts of sections 1-8, and whatever else there holds text, each once."""
    section, found = 0, {}
    for string in soup.main.find_all(string=re.compile(r"\S")):
        whole = string.find_parent(["table", "svg"]) or string.find_parent("ul", class_="tiles")
        element = whole or string.find_parent(["p", "figcaption", "h1", "h2", "h3", "li", "div"]) or string.parent
        if element.name == "h2":
            section = _section(element)
        if section > 8:
            break
        if section:
            found[id(element)] = element
    return [element for element in found.values() if element.name != "p" or not element.find("a", href=ATTACHMENT)]


def _head(table: Tag) -> tuple:
    """The name of each column: the cells above it, each once, whatever they span."""
    rows = table.thead("tr")
    grid: dict[tuple[int, int], str] = {}
    for r, row in enumerate(rows):
        c = 0
        for cell in row("th"):
            while (r, c) in grid:
                c += 1
            for down in range(int(cell.get("rowspan", 1))):
                for right in range(int(cell.get("colspan", 1))):
                    grid[r + down, c + right] = _text(cell)
            c += int(cell.get("colspan", 1))
    width = 1 + max(c for _, c in grid)
    return tuple(" / ".join(dict.fromkeys(grid[r, c] for r in range(len(rows)))) for c in range(width))


def _rows(table: Tag) -> list[tuple]:
    rows = [row for row in table("tr") if not row.find_parent("thead")]
    return [_head(table), *(tuple(_text(cell) for cell in row(["th", "td"])) for row in rows)]


def _tiles(tiles: Tag) -> list[tuple]:
    return [(" ".join(tile.get_text(" ").split()),) for tile in tiles("li")]


def _numbers(path: Tag) -> list[str]:
    return re.findall(r"-?\d+(?:\.\d+)?", path["d"])


def _written(svg: Tag) -> list[Tag]:
    return [text for text in svg("text") if not _text(text).startswith(LEGENDS)]


def _labels(svg: Tag) -> list[tuple]:
    """Names and figures written in a bar chart, each name with the figure after it; the line of a target has none."""
    texts = [_text(text) for text in _written(svg)]
    lines = [text for text in texts if text.startswith("chỉ tiêu")]
    bars = [text for text in texts if text not in lines]
    return [*zip(bars[0::2], bars[1::2], strict=True), *((line, None) for line in lines)]


def _drawn(svg: Tag) -> list[tuple]:
    """The points of a chart over time, read off its grid: the date written below (if any), bars (if any), line."""
    dates = {text["x"]: _text(text) for text in _written(svg) if "/" in _text(text)}
    scale = [int(_text(text).replace(".", "")) for text in _written(svg) if "/" not in _text(text)]
    grid = [float(_numbers(path)[1]) for path in svg.find(id="LineCollection_1")("path")]

    def value(y: str | float) -> int:
        return round((grid[0] - float(y)) / (grid[0] - grid[-1]) * scale[-1])

    line = _numbers(svg.find(id="line2d_1").path)
    bars = [_numbers(path)[5] for path in svg("path", style=BAR)]
    series = [[value(y) for y in each] for each in (bars, line[1::2]) if each]
    even = scale == [value(y) for y in grid]
    return list(zip([dates.get(x, "") for x in line[0::2]], *series, strict=True)) if even else []


def _same_labels(shown: list[tuple], meant: list[tuple]) -> bool:
    return Counter(shown) == Counter(meant)


def _same_filled(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether a table has the columns meant, but for some in which nothing was counted."""
    columns, others = list(zip(*shown, strict=True)), list(zip(*meant, strict=True))
    missing = [column for column in others if column not in columns]
    return columns == [column for column in others if column not in missing] and all(
        {*column[1:]} <= {"", "0"} for column in missing
    )


def _same_points(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether a chart's points are those meant; only some have their date written."""
    return len(shown) == len(meant) and all(
        one[0] in ("", other[0]) and one[1:] == other[1:] for one, other in zip(shown, meant, strict=True)
    )


# kind of a part: how it is read from the page, and when it is the same as recomputed
KINDS = {
    "rows": (_rows, list.__eq__),
    "filled": (_rows, _same_filled),
    "tiles": (_tiles, list.__eq__),
    "labels": (_labels, _same_labels),
    "drawn": (_drawn, _same_points),
}


def _without(text: str, phrases: list[str]) -> tuple[str, set[str]]:
    """The text without the phrases that stand in it, and these."""
    left, found = text, set()
    for phrase in phrases:
        if phrase in text:
            for match in re.finditer(rf"(?<![\d.,/]){re.escape(phrase)}(?![.,/]?\d)", text):
                found.add(phrase)
                left = left[: match.start()] + "…" * len(phrase) + left[match.end() :]
    return left, found


def _compare(element: Tag, wholes: list[Part]) -> tuple[str, list[str]]:
    """Title of the part that recomputes a table, tiles or a chart, and how it differs."""
    figure = element.find_parent("figure")
    titled = element.caption or (figure and figure.figcaption)
    title = _text(titled) if titled else ""
    part = next((part for part in wholes if re.fullmatch(re.escape(part.key).replace("…", ".+"), title)), None)
    if part is None:
        return title, [f"no recomputation of {title!r}"]
    read, same = KINDS[part.kind]
    shown = read(element)
    return part.key, [] if same(shown, part.rows) else [f"{title}: {shown} is not {part.rows}"]


def _differences(soup: BeautifulSoup, parts: list[Part]) -> list[str]:
    """What sections 1-8 of a page print that is not as recomputed, or leave out."""
    wholes = [part for part in parts if part.kind != "must" and part.rows]
    must = [row[0] for part in parts if part.kind == "must" for row in part.rows if row[0]]
    numbers = [number for heading in soup.main("h2") if (number := _section(heading))]
    differences = [] if numbers[:8] == list(range(1, 9)) else [f"sections are numbered {numbers}"]
    read, texts = set(), {}
    for element in _found(soup):
        if element.name in ("table", "ul", "svg"):
            key, found = _compare(element, wholes)
            read.add(key)
            differences += found
            texts |= {_text(element.caption): ""} if element.name == "table" else {}
        else:
            texts[re.sub(r"^\d+\. ", "", _text(element)) if element.name == "h2" else _text(element)] = ""
        texts |= {holder["aria-label"]: "" for holder in [element, *element.parents] if holder.get("aria-label")}
    said = set()
    for text in texts:
        left, found = _without(text, must)
        said |= found
        differences += [f"not recomputed: {left}"] if re.search(r"\d", left) else []
    differences += [f"not on the page: {part.key!r}" for part in wholes if part.key not in read]
    return differences + [f"not on the page: {phrase}" for phrase in must if phrase not in said]


def _soup(demo: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((demo / page).read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("page", PAGES)
def test_figures_are_those_of_the_dossiers(demo, page):
    assert _differences(_soup(demo, page), _recompute(demo.parent / STORE, page)) == []


def test_a_wrong_digit_is_reported(demo):
    soup, parts = _soup(demo, XUAN_HOA), _recompute(demo.parent / STORE, XUAN_HOA)
    strings = [string for element in _found(soup) for string in element.find_all(string=re.compile(r"\d"))]
    places = [(string, match.start()) for string in strings for match in re.finditer(r"\d", string)]
    assert len(places) > 2000
    for string, at in random.Random(5).sample(places, 20):
        wrong = NavigableString(string[:at] + str((int(string[at]) + 1) % 10) + string[at + 1 :])
        string.replace_with(wrong)
        assert _differences(soup, parts), f"{wrong} instead of {string}"
        wrong.replace_with(string)
    assert _differences(soup, parts) == []


@pytest.mark.parametrize(
    ("selector", "added", "difference"),
    [
        ("table", "<table><caption>Bảng mới</caption><tbody></tbody></table>", "no recomputation of 'Bảng mới'"),
        ("figure", "<figure><figcaption>Hình mới</figcaption><svg>1</svg></figure>", "no recomputation of 'Hình mới'"),
        ("p.note", "<p>Thêm <b>12</b> hồ sơ.</p>", "not recomputed: Thêm 12 hồ sơ."),
        ("p.note", "<dl><dt>Thêm</dt><dd>12</dd></dl>", "not recomputed: 12"),
        ("ul.tiles", "", "not on the page: ''"),
        ("div.table:not(.wide)", "", "not on the page: 'Theo tháng trong kỳ'"),
    ],
    ids=["new table", "new chart", "new sentence", "new list", "no tiles", "no table"],
)
def test_what_is_new_or_missing_is_reported(demo, selector, added, difference):
    soup = _soup(demo, XUAN_HOA)
    place = soup.select_one(selector)
    if added:
        place.insert_after(BeautifulSoup(added, "html.parser"))
    else:
        place.decompose()
    assert _differences(soup, _recompute(demo.parent / STORE, XUAN_HOA)) == [difference]
