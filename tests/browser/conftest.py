"""One browser for all tests that need one, and what axe-core finds in it."""

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
WHOLE = "document.querySelectorAll('main > *').forEach(each => { each.style.contentVisibility = 'visible'; })"
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


def _violations(browser: Browser, path: Path, scheme: str, opened: bool) -> list[list[str]]:
    """What axe finds on a page; its script gets in past the page's policy as no script of a page can."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, offline=True, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(WHOLE)
    if opened:
        page.evaluate(OPEN)
    if "TTHC_ALL_TESTS" not in os.environ:
        page.evaluate(FEWER)
    page.evaluate(_axe())
    found: list[list[str]] = page.evaluate(RUN)
    context.close()
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def violations(browser: Browser) -> Callable[[Path, str, bool], list[list[str]]]:
    """Takes a page, "light" or "dark", and whether what is folded is open; gives what axe finds."""
    return partial(_violations, browser)
