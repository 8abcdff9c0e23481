"""Every figure of cities' pages, computed again in SQL, equals what is printed."""

import pytest
from tests.e2e.recomputing import Page, differences, recompute, soup_of, unnoticed

from helpers import batch

STORE = "kho dữ liệu"  # beside the pages of the demo
QUERIES = ("recomputed.sql", "recomputed_city.sql")
HAI_PHONG, HUE = "31-thanh-pho-hai-phong.html", "46-thanh-pho-hue.html"
PAGES = [
    Page(f"2025-07-01..2025-07-28/31/{HAI_PHONG}", "31", "2025-07-01", "2025-07-28", QUERIES),
    Page(f"2025-07-01..2025-07-14/46/{HUE}", "46", "2025-07-01", "2025-07-14", QUERIES),
    Page(f"2025-07-14/46/{HUE}", "46", "2025-07-14", "2025-07-14", QUERIES),
]
# With a period before to compare with: most units have no data in one, all have in the other.
MADE = [
    Page(f"2025-08/31/{HAI_PHONG}", "31", "2025-08-01", "2025-08-31", QUERIES),
    Page(f"2025-07-08..2025-07-14/46/{HUE}", "46", "2025-07-08", "2025-07-14", QUERIES),
]


@pytest.mark.parametrize(
    "page",
    [*PAGES, *(pytest.param(page, marks=pytest.mark.long) for page in MADE)],
    ids=lambda page: page.path.partition("/")[0],
)
def test_figures_are_those_of_the_dossiers(demo, page, tmp_path):
    folder, store = demo, demo.parent / STORE
    if page in MADE:
        period, folder = page.path.partition("/")[0], tmp_path
        batch.run(batch.job(page.unit, period, {"store": str(store)}, folder))
    soup, parts = soup_of(folder, page), recompute(store, page)
    assert differences(soup, parts, page) == []
    assert unnoticed(soup, parts, page) == []
