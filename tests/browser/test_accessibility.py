"""Every kind of page, in light and in dark, by the rules of axe-core: nobody is shut out."""

import os
from functools import cache
from pathlib import Path

import axe_playwright_python
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
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
# Axe takes longest for rows that look like others: of each table one of every look is kept.
FEWER = """
document.querySelectorAll("tbody").forEach(body => {
    const looks = new Set();
    for (const row of [...body.rows]) {
        const look = row.innerHTML.replace(/>[^<]*</g, "><").replace(/(style|href|d|id)="[^"]*"/g, "");
        looks.has(look) ? row.remove() : looks.add(look);
    }
})"""
RUN = """
axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => [rule.id, node.target.join(" "), node.failureSummary])
))"""


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(browser, path: Path, scheme: str, opened: bool) -> list[list[str]]:
    """What axe finds on a page; its script gets in past the page's policy as no script of a page can."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, offline=True, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    if opened:
        page.evaluate(OPEN)
    if "TTHC_ALL_TESTS" not in os.environ:
        page.evaluate(FEWER)
    page.evaluate(_axe())
    found: list[list[str]] = page.evaluate(RUN)
    context.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_is_broken(demo, browser, kind, scheme):
    assert violations(browser, demo / KINDS[kind], scheme, True) == []
    if kind == "day":
        assert violations(browser, demo / KINDS[kind], scheme, False) == []


def test_a_broken_rule_is_found(demo, browser, tmp_path):
    text = (demo / KINDS["a province"]).read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    bad.write_text(text.replace("<h1", '<p style="color: #999">nhạt</p><img src="data:,"><h1', 1), encoding="utf-8")
    assert {rule for rule, *_ in violations(browser, bad, "light", False)} == {"color-contrast", "image-alt"}
