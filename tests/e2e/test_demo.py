"""From generated dossiers to pages: the published figures stand on the pages, as a reader finds them."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

DUONG_AN = "2025-07-01..2025-11-26/31/10972-xa-duong-an.html"
NINH_GIANG = "2025-07-01..2025-10-18/31/11203-xa-ninh-giang.html"
XUAN_HOA = "2025-Q3/25/08746-phuong-xuan-hoa.html"
HAI_PHONG = "2025-07-01..2025-07-28/31/31-thanh-pho-hai-phong.html"
HUE = "2025-07-01..2025-07-14/46/46-thanh-pho-hue.html"
HUE_DAY = "2025-07-14/46/46-thanh-pho-hue.html"
PHU_VANG = "2025-07-01..2025-07-14/46/19942-xa-phu-vang.html"
HUONG_AN = "2025-07-01..2025-07-14/46/19804-phuong-huong-an.html"
THUAN_HOA = "2025-07-14/46/19789-phuong-thuan-hoa.html"

# page: tile label: (figure, what must stand in its explanation)
TILES = {
    DUONG_AN: {
        "Tiếp nhận trong kỳ": ("8.930", ""),
        "Tỷ lệ tiếp nhận trực tuyến": ("85,11%", "7.600/8.930"),
        "Đã giải quyết": ("8.914", "8.930"),
        "Giải quyết trước hạn": ("8.889", "8.914"),
        "Tỷ lệ giải quyết trước và đúng hạn": ("99,84%", "8.900/8.914"),
        "Giải quyết quá hạn": ("14", "8.914"),
        "Đang giải quyết": ("16", "8.930"),
        "Đang giải quyết, đã quá hạn": ("0", "16"),
    },
    NINH_GIANG: {
        "Tiếp nhận trong kỳ": ("8.766", ""),
        "Tỷ lệ tiếp nhận trực tuyến": ("92,11%", "8.074/8.766"),
        "Đã giải quyết": ("8.760", ""),
        "Giải quyết trước hạn": ("8.712", "99,45%"),
    },
    XUAN_HOA: {
        "Tiếp nhận trong kỳ": ("2.812", ""),
        "Tỷ lệ tiếp nhận trực tuyến": ("95,45%", "2.684/2.812"),
        "Đã giải quyết": ("2.449", "87,09%"),
        "Giải quyết trước hạn": ("2.272", "92,77%"),
        "Giải quyết quá hạn": ("33", ""),
        "Đang giải quyết": ("363", "12,91%"),
        "Đang giải quyết, đã quá hạn": ("30", "363"),
    },
    HAI_PHONG: {"Tiếp nhận trong kỳ": ("193.414", ""), "Đã giải quyết": ("149.916", "193.414")},
    HUE: {"Tiếp nhận trong kỳ": ("17.710", ""), "Tỷ lệ tiếp nhận trực tuyến": ("75,78%", "13.421/17.710")},
    HUE_DAY: {"Tiếp nhận trong kỳ": ("3.425", ""), "Tỷ lệ tiếp nhận trực tuyến": ("95,01%", "3.254/3.425")},
    PHU_VANG: {"Tỷ lệ tiếp nhận trực tuyến": ("99,59%", "Hạng 1/40")},
    HUONG_AN: {"Tỷ lệ giải quyết trước và đúng hạn": ("91,00%", "Hạng 1/40")},
    THUAN_HOA: {"Tỷ lệ tiếp nhận trực tuyến": ("100,00%", "Hạng 1/40")},
}
# page: sentences or parts of them
TEXTS = {
    DUONG_AN: ["11 hồ sơ đúng hạn và 14 hồ sơ quá hạn", "sự cố phần mềm, hạ tầng hệ thống (14)", "SỐ LIỆU MẪU"],
    NINH_GIANG: ["92,28%"],
    XUAN_HOA: ["144 hồ sơ đúng hạn", "nhiều nhất ở lĩnh vực Đất đai"],
    HAI_PHONG: ["114 đơn vị cấp xã"],
    HUE: ["40 đơn vị cấp xã"],
}
ENGLISH = re.compile(
    r"\b(received|resolved|pending|early|late|overdue|online|total|field|commune|province|period|source|chart|table|"
    r"calendar|timestamp|rate|unknown|none|nan|nat|null|true|false|data|report|page|index)\b",
    re.IGNORECASE,
)


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _visible(soup: BeautifulSoup) -> str:
    for hidden in soup(["style", "title", "script"]):
        hidden.extract()
    return " ".join(soup.get_text(" ").split())


@pytest.mark.parametrize("page", TILES)
def test_tiles(demo, page):
    tiles = {
        tile.select_one(".label").get_text(strip=True): (
            tile.select_one(".figure").get_text(strip=True),
            " ".join(tile.get_text(" ").split()),
        )
        for tile in _soup(demo / page).select(".tiles li")
    }
    for label, (figure, within) in TILES[page].items():
        assert tiles[label][0] == figure, label
        assert within in tiles[label][1], label


@pytest.mark.parametrize("page", TEXTS)
def test_texts(demo, page):
    text = _visible(_soup(demo / page))
    for part in TEXTS[page]:
        assert part in text, part


def _rows(path: Path, caption: str) -> list[list[str]]:
    """Rows of one table of a page."""
    table = next(t for t in _soup(path).select("table") if t.caption.get_text(strip=True) == caption)
    return [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")]


def test_rankings_name_the_published_leaders(demo):
    def leaders(page: str, label: str) -> list[str]:
        rows = _rows(demo / page, "Đơn vị dẫn đầu và đơn vị cần quan tâm")
        return [row[5] for row in rows if row[0] == label and row[4] == "1"]

    assert leaders(HUE, "Trực tuyến") == ["Xã Phú Vang"]
    assert leaders(HUE, "Trước và đúng hạn") == ["Phường Hương An"]
    assert "Phường Thuận Hóa" in leaders(HUE_DAY, "Trực tuyến")
    assert len(_rows(demo / HAI_PHONG, "Xếp hạng theo điểm Bộ chỉ số 766")) == 114
    assert len(_rows(demo / HAI_PHONG, "Số liệu chính của từng đơn vị")) == 115, "114 communes and the whole"


def test_form_06a_identities_on_the_page(demo):
    """The identities of the form hold for the numbers as printed, in every row of every page."""
    for path in demo.glob("*/*/[0-9]*.html"):
        soup = _soup(path)
        table = next(t for t in soup.select("table") if "kết quả giải quyết theo lĩnh vực" in t.caption.get_text())
        rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")]
        counts = [[0, 0, 0, *(int(cell.replace(".", "")) for cell in row[2:])] for row in rows]
        for n in counts:
            assert n[3] == n[4] + n[5] + n[6] == n[7] + n[11]
            assert n[7] == n[8] + n[9] + n[10]
            assert n[11] == n[12] + n[13]
        assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]


def test_every_page_is_self_contained_and_vietnamese(demo):
    pages, indexes = [*demo.glob("*/*/[0-9]*.html")], [*demo.rglob("index.html"), demo / "failures.html"]
    assert (len(pages), len(indexes)) == (12, 14)
    for path in [*pages, *indexes]:
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) <= 350_000, path.name
        soup = _soup(path)
        scripts = [each.extract().get_text() for each in soup.select("script")]
        assert [len(each) < 5_000 for each in scripts] == [True] * (path in indexes)
        for absent in ("http:", "https:", "//", "<script", "src=", "@import", "jp-", "In&nbsp;["):
            assert absent not in str(soup), (path.name, absent)
        assert soup.html["lang"] == "vi"
        assert len(soup.select("h1")) == 1
        assert soup.title.get_text(strip=True)
        assert not soup.select("table:not(:has(caption))")
        assert not soup.select("thead th:not([scope])")
        for name in ("id", "aria-label"):  # a place to go to, a part to find: each has a name of its own
            named = [each[name] for each in soup.select(f"[{name}]:not([role=img])")]
            assert len(named) == len(set(named)), (path.name, name)
        for link in soup.select("a[href]"):
            file, _, place = link["href"].partition("#")
            assert (path.parent / file).is_file() if file else soup.find(id=place), (path.name, link["href"])
        technical = soup.select("dl.definitions")[-1:]
        for part in technical:  # versions of packages
            part.extract()
        assert not ENGLISH.findall(_visible(soup)), path.name


def test_executed_notebook_stands_beside_each_page(demo):
    for path in demo.glob("*/*/[0-9]*.html"):
        assert path.with_suffix(".ipynb").is_file()
    left = {path.name for path in demo.rglob(".*")}
    assert left <= {".batch.lock"}, "no temporary file is left"


def test_indexes_say_what_the_pages_say(demo):
    """A run hands its key figures over; those of the index are the tiles of the page."""
    for index in demo.glob("*/*/index.html"):
        heads = [head.get_text() for head in _soup(index).select("thead th")]
        for row in _soup(index).select("tbody tr"):
            tiles = {
                tile.select_one(".label").get_text(strip=True): tile.select_one(".figure").get_text(strip=True)
                for tile in _soup(index.parent / row.th.a["href"]).select(".tiles li")
            }
            told = dict(zip(heads, (cell.get_text() for cell in row.select("th, td")), strict=True))
            shared = {label: figure for label, figure in told.items() if label in tiles}
            assert len(shared) == 5
            assert shared == {label: tiles[label] for label in shared}
            assert told["Tệp kèm theo"] == "Biểu II.06a, Phụ lục, Dự thảo"
