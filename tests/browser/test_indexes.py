"""Indexes in a real browser from disk: found, sorted and turned without a network, readable without script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from helpers import manifest, reference
from helpers.export import site
from helpers.manifest import Entry

pytestmark = pytest.mark.browser
NAMES = {"10972": "Xã Đường An", "11203": "Xã Ninh Giang", "11407": "Phường An Biên", "11914": "Đặc khu Cát Hải"}
# Received; received online; pending and overdue.
FIGURES = {"11407": (950, 900, 0), "11914": (1200, 60, 7), "10972": (8930, 7600, None)}
LONG = "Đ" * 300
# The message stands in the window, and the row that it is about below it and below the head of its table.
SEEN = """() => {
  const [told, row, head] = [".told", "tr:target", "thead:has(~ tbody :target)"]
    .map(each => document.querySelector(each)?.getBoundingClientRect());
  return told.top >= 0 && told.bottom <= innerHeight
    && (!row || row.top >= Math.max(told.bottom, head.bottom) && row.bottom <= innerHeight);
}"""
PAGE = '<!doctype html><html lang="vi"><title>{}</title><p><a href="index.html#{}">?</a>'


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    """Two quarters of a city, of one commune no page in the first, of another none at all; and another city."""
    home = tmp_path_factory.mktemp("mục lục")
    for period, codes in (("2025-Q2", ["11407", "10972"]), ("2025-Q3", [*FIGURES, "11203"])):
        folder = home / period / "31"
        folder.mkdir(parents=True)
        for code in codes:
            stem, why = reference.file_stem(code), None
            if code in FIGURES:
                (folder / f"{stem}.html").write_text(PAGE.format(f"{period} {code}", code), encoding="utf-8")
            else:
                why = {
                    "notebook": "n",
                    "cell": "",
                    "error": f"<script>alert(1)</script>{LONG}",
                    "log": "",
                    "at": "2025-10-01",
                }
            received, online, overdue = FIGURES.get(code, (None, None, None))
            told = {"received": [received, None], "online_rate": [online, received], "pending_overdue": [overdue, None]}
            manifest.note(folder, stem, Entry("n", {}, {}, figures={"unit": code, "figures": told}, failure=why))
    (home / "2025-Q3" / "46").mkdir()
    (home / "2025-Q3" / "46" / "46-thanh-pho-hue.html").touch()
    site.write_index(home)
    return home


@pytest.fixture(params=[True])
def page(browser, request):
    """A page without network; whatever a page says on the console or asks for elsewhere fails the test."""
    context = browser.new_context(offline=True, java_script_enabled=request.param)
    opened = context.new_page()
    seen: list[str] = []
    opened.on("console", lambda message: seen.append(message.text))
    opened.on("pageerror", lambda error: seen.append(str(error)))
    opened.on("request", lambda request: request.url.startswith("file://") or seen.append(request.url))
    yield opened
    context.close()
    assert seen == []


def _names(page: Page) -> list[str]:
    return page.locator("tbody th:visible").all_inner_texts()


def _codes(page: Page) -> list[str]:
    return [code for name in _names(page) for code in NAMES if NAMES[code] == name]


def test_search_ignores_accents_and_filters_join(page, reports):
    page.goto((reports / "2025-Q3" / "31" / "index.html").as_uri())
    assert _names(page) == ["Phường An Biên", "Đặc khu Cát Hải", "Xã Đường An", "Xã Ninh Giang"]
    search = page.get_by_role("searchbox")
    for words, found in {
        "DUONG  an": ["10972"],
        "Đường": ["10972"],
        "đươ\u0300ng": ["10972"],
        "11914": ["11914"],
    }.items():
        search.fill(words)
        assert _codes(page) == found, words
    search.fill("an")
    assert _codes(page) == ["11407", "10972", "11203"]
    page.get_by_label("Loại").select_option("Xã")
    assert _codes(page) == ["10972", "11203"]
    assert page.locator(".sieve [role=status]").inner_text() == "Tìm thấy 2/4 dòng"
    search.fill("")
    page.get_by_label("Loại").select_option("")
    page.get_by_label("đang quá hạn").check()
    assert _codes(page) == ["11914"], "missing is not overdue"
    search.fill("không đâu có")
    assert page.locator(".sieve [role=status]").inner_text().startswith("Không tìm thấy dòng nào")
    assert not page.locator("table").is_visible()
    search.fill("")
    assert _codes(page) == ["11914"]


def test_two_lists_on_one_page_are_searched_apart(page, reports):
    page.goto((reports / "2025-Q3" / "index.html").as_uri())
    page.get_by_label("Tìm xã, phường").fill("an biên")
    assert _codes(page) == ["11407"]
    page.get_by_label("Tìm tỉnh, thành phố").fill("huế")
    assert _names(page) == ["Thành phố Huế", "Phường An Biên"]


def test_every_column_sorts_and_missing_comes_last(page, reports):
    page.goto((reports / "2025-Q3" / "31" / "index.html").as_uri())
    by_name = _codes(page)
    # Twice each: numbers from the greatest, texts from the first.
    orders = {
        "Tiếp nhận trong kỳ": (["10972", "11914", "11407", "11203"], ["11407", "11914", "10972", "11203"]),
        "Tỷ lệ tiếp nhận trực tuyến": (["11407", "10972", "11914", "11203"], ["11914", "10972", "11407", "11203"]),
        "Đang giải quyết, đã quá hạn": (["11914", "11407", "10972", "11203"], ["11407", "11914", "10972", "11203"]),
        "Trạng thái": (["11203", "11407", "11914", "10972"], ["11407", "11914", "10972", "11203"]),
        "Đơn vị": (by_name, by_name[::-1]),
    }
    for head, (first, second) in orders.items():
        for direction, order in zip(("descending", "ascending"), (first, second), strict=True):
            page.get_by_role("button", name=head).click()
            assert _codes(page) == order, (head, direction)
        assert page.locator("th[aria-sort]").inner_text().startswith(head)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_leads_to_its_neighbours_that_are_there(page, reports, width):
    """As the links of a page ask; what is not there is said, and nothing is opened that does not exist."""
    start = (reports / "2025-Q3" / "31" / f"{reference.file_stem('11914')}.html").as_uri()
    here = f"{start.rpartition('/')[0]}/index.html"
    ways = {
        "truoc-11914": "2025-Q3 11407", "sau-11914": "2025-Q3 10972", "ky-truoc-10972": "2025-Q2 10972",
        "sau-10972": "Đây là đơn vị cuối cùng", "truoc-11407": "Đây là đơn vị đầu tiên",
        "ky-truoc-11914": "Đơn vị không có báo cáo trong kỳ này", "ky-sau-10972": "Không có báo cáo của kỳ sau",
    }  # fmt: skip
    page.set_viewport_size({"width": width, "height": 300})  # on a window that does not hold the list
    for way, reached in ways.items():
        page.goto(start)
        page.evaluate("way => { document.querySelector('a').hash = way; }", way)
        page.locator("a").click()
        page.wait_for_function("/^2025-Q/.test(document.title) || document.querySelector('.told')?.hidden === false")
        if reached.startswith("2025-Q"):
            assert page.title() == reached, way
            page.go_back()
            assert page.url.startswith(start), "the index in between is no step back"
        else:
            assert reached in page.locator(".told").inner_text(), way
            assert page.evaluate(SEEN), way
            assert page.url.startswith(here) or "2025-Q2" in page.url


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_script_it_is_a_plain_table(page, reports):
    page.goto(f"{(reports / '2025-Q3' / '31' / 'index.html').as_uri()}#sau-11914")
    assert _codes(page) == ["11407", "11914", "10972", "11203"]
    assert page.locator("tr:has(:target) th").inner_text() == "Xã Đường An", "the neighbour's row is shown"
    assert page.locator(".sieve, button, .told").locator("visible=true").count() == 0
    assert page.get_by_role("link", name="← Kỳ trước").get_attribute("href") == "../../2025-Q2/31/index.html"
    page.goto((reports / "failures.html").as_uri())
    assert "<script>alert(1)</script>" in page.locator("tbody").inner_text()


def test_a_long_text_makes_no_column_wide(page, reports):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto((reports / "failures.html").as_uri())
    assert LONG in page.locator("tbody").inner_text()
    assert page.locator(".table").evaluate("each => each.scrollWidth <= each.clientWidth")


@pytest.mark.parametrize("kind", ["2025-Q3/25/08746-phuong-xuan-hoa.html", "2025-Q3/25/index.html"])
def test_a_script_that_slips_in_is_refused(demo, browser, tmp_path, kind):
    text = (demo / kind).read_text(encoding="utf-8")
    evil = tmp_path / "evil.html"
    slipped = "<script>document.title = 'slipped'</script><img src=x onerror=\"document.title = 'slipped'\">"
    evil.write_text(text.replace("<main>", f"<main>{slipped}", 1), encoding="utf-8")
    opened = browser.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(evil.as_uri())
    assert opened.title() != "slipped"
    assert sum(bool(re.search("Content Security Policy", line)) for line in said) >= 2, said
    opened.close()
