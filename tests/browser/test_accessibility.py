"""Every kind of page, in light and in dark, by the rules of axe-core: nobody is shut out."""

import pytest

pytestmark = pytest.mark.browser
KINDS = {
    "commune": "2025-Q3/25/08746-phuong-xuan-hoa.html",
    "day": "2025-07-14/46/46-thanh-pho-hue.html",
    "all periods": "index.html",
    "a period": "2025-Q3/index.html",
    "a province": "2025-Q3/25/index.html",
    "failures": "failures.html",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_is_broken(demo, violations, kind, scheme):
    assert violations(demo / KINDS[kind], scheme, True) == []
    if kind == "day":
        assert violations(demo / KINDS[kind], scheme, False) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_on_pages_that_the_demo_has_none_of(more, violations, scheme):
    assert {page.name: found for page in more if (found := violations(page, scheme, True))} == {}


def test_the_keyboard_goes_through_a_page_in_its_order(demo, browser):
    """Every link and every table that may have to be scrolled, each once, and what has the focus is marked."""
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.goto((demo / KINDS["commune"]).as_uri())
    seen = "[...document.querySelectorAll('a[href], [tabindex], summary')].filter(each => each.checkVisibility())"
    reached = []
    for _ in range(page.evaluate(f"{seen}.length")):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(f"{seen}.indexOf(document.activeElement)"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == list(range(len(reached)))
    assert len(reached) > 40
    page.close()


def test_a_broken_rule_is_found(demo, violations, tmp_path):
    text = (demo / KINDS["a province"]).read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    bad.write_text(text.replace("<h1", '<p style="color: #999">nhạt</p><img src="data:,"><h1', 1), encoding="utf-8")
    assert {rule for rule, *_ in violations(bad, "light", False)} == {"color-contrast", "image-alt"}
