"""Every figure in sections 1-8 of three communes' pages, computed again in SQL, equals what is printed."""

import pytest
from bs4 import BeautifulSoup
from tests.e2e.recomputing import Page, differences, recompute, soup_of, unnoticed

STORE = "kho dữ liệu"  # beside the pages of the demo
QUERIES = ("recomputed.sql", "recomputed_commune.sql")
XUAN_HOA = Page("2025-Q3/25/08746-phuong-xuan-hoa.html", "08746", "2025-07-01", "2025-09-30", QUERIES, 8)
PAGES = [
    XUAN_HOA,
    Page("2025-07-01..2025-11-26/31/10972-xa-duong-an.html", "10972", "2025-07-01", "2025-11-26", QUERIES, 8),
    Page("2025-07-01..2025-10-18/31/11203-xa-ninh-giang.html", "11203", "2025-07-01", "2025-10-18", QUERIES, 8),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.unit)
def test_figures_are_those_of_the_dossiers(demo, page):
    soup, parts = soup_of(demo, page), recompute(demo.parent / STORE, page)
    assert differences(soup, parts, page) == []
    assert unnoticed(soup, parts, page) == []


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
    soup = soup_of(demo, XUAN_HOA)
    place = soup.select_one(selector)
    if added:
        place.insert_after(BeautifulSoup(added, "html.parser"))
    else:
        place.decompose()
    assert differences(soup, recompute(demo.parent / STORE, XUAN_HOA), XUAN_HOA) == [difference]
